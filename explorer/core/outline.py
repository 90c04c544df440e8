"""A network read from top to bottom through its blocks: lines of a table, and the flat list of layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.errors import ExplorerError
from explorer.core.fields import Fields, combined, first_field
from explorer.core.graph import NodeId, Path, joined
from explorer.core.layer_names import Names
from explorer.core.operator import Operator
from explorer.core.receptive_field import Field
from explorer.core.shapes import Shape


@dataclass(frozen=True)
class Line:
    """One line of the layer table: a node, a block, or a node inside a block.

    `name` is its full name, `block` that of the block around it ("" at the top), `arriving`
    what enters that block has seen of the picture, by place where it enters.
    """

    path: Path
    name: str
    block: str
    entry: Row | Problem
    arriving: Mapping[NodeId, Fields] | None = field(default=None, repr=False)

    @property
    def fields(self) -> Fields:
        """What it sees of the picture that enters the network; few lines are ever asked."""
        held = self.__dict__  # a cached_property takes a lock, and filters ask thousands
        known: Fields | None = held.get("_fields")
        if known is None:
            known = held["_fields"] = self._seen()
        return known

    def _seen(self) -> Fields:
        entry, arriving = self.entry, self.arriving
        if not isinstance(entry, Row):
            return {}
        return entry.fields if arriving is None else _placed(entry, arriving)

    @property
    def inner(self) -> Analysis | None:
        """The inside of a block; None for a plain layer."""
        return self.entry.inner

    @property
    def field(self) -> Field:
        """The receptive field on the (first) picture. Only for lines with a row."""
        return first_field(self.fields)


@dataclass(frozen=True)
class Layer:
    """A plain layer of the flat network: what feeds it, by full name, and its shapes."""

    name: str
    path: Path
    operator: Operator
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]
    output: Shape


def outline(analysis: Analysis) -> Iterator[Line]:
    """All lines, blocks before their insides, in order of computation.

    The inputs of a block's inside are left out: they are what the block is fed.
    """
    lines: list[Line] = []
    _outline(analysis, (), "", Names(), None, lines)
    return iter(lines)


class Outline:
    """All lines of a network by full name, made from those before an edit where they still hold."""

    def __init__(self, analysis: Analysis, previous: Outline | None = None) -> None:
        self.analysis = analysis
        self.lines: dict[str, Line] = {}
        self._parts: dict[NodeId, dict[str, Line]] = {}
        self._free: set[NodeId] = set()  # nodes whose names nothing else in the network has a say in
        names = Names()
        for name in analysis.graph.order:
            part = previous._kept(name, analysis) if previous is not None else None
            if part is not None and names.take(part):
                self._free.add(name)
            else:
                found: list[Line] = []
                _outline_node(analysis, name, (), "", names, None, found)
                part = {line.name: line for line in found}
                if all(line.name == joined(line.block, line.path[-1]) for line in found):
                    self._free.add(name)
            self._parts[name] = part
            self.lines.update(part)

    @cached_property
    def names(self) -> dict[Path, str]:
        """The full name of every line by its path."""
        return {line.path: name for name, line in self.lines.items()}

    def _kept(self, name: NodeId, analysis: Analysis) -> dict[str, Line] | None:
        """The lines of a node at the top, where another analysis says the same of it and of what feeds it.

        None also where a name depends on those that were given before.
        """
        entry = self.analysis.rows.get(name)
        if entry is None or entry is not analysis.rows.get(name):
            return None
        for source in entry.node.inputs if entry.inner is not None else ():
            before, now = self.analysis.rows.get(source or ""), analysis.rows.get(source or "")
            if before is not now and (before is None or now is None or before.fields != now.fields):
                return None
        return self._parts[name] if name in self._free else None


def full_names(analysis: Analysis) -> dict[Path, str]:
    """The full name of every node and of every node inside blocks, by path."""
    found: dict[Path, str] = {}
    _name_all(analysis, (), "", Names(), found)
    return found


def leaves(analysis: Analysis, depth: int | None = None) -> Iterator[Line]:
    """The lines of plain layers; with `depth`, blocks at that depth stand for their insides."""
    for line in outline(analysis):
        level = len(line.path)
        if (line.inner is None or level == depth) and (depth is None or level <= depth):
            yield line


def flatten(analysis: Analysis) -> tuple[Layer, ...]:
    """The plain layers of a complete network in order of computation, blocks opened.

    Raises:
        ExplorerError: the network has a problem; the text is that of the first one.
    """
    for problem in analysis.causes:
        raise ExplorerError(f"{problem.id}: {problem.message}")
    layers: list[Layer] = []
    _flatten(analysis, (), "", Names(), {}, layers, {})
    return tuple(layers)


def results(analysis: Analysis) -> Mapping[Path, str]:
    """For the path of every layer and block of a complete network, the layer that gives its result.

    A plain layer gives its own; a block's comes from a layer inside it.

    Raises:
        ExplorerError: as `flatten`.
    """
    for problem in analysis.causes:
        raise ExplorerError(f"{problem.id}: {problem.message}")
    given: dict[Path, str] = {}
    _flatten(analysis, (), "", Names(), {}, [], given)
    return given


def _outline(
    analysis: Analysis,
    above: Path,
    block: str,
    names: Names,
    arriving: Mapping[NodeId, Fields] | None,
    lines: list[Line],
) -> None:
    """Append the lines of one graph; generators inside generators would take twice the time."""
    entering = () if arriving is None else analysis.graph.sources
    for name in analysis.graph.order:
        if name not in entering:
            _outline_node(analysis, name, above, block, names, arriving, lines)


def _outline_node(
    analysis: Analysis,
    name: NodeId,
    above: Path,
    block: str,
    names: Names,
    arriving: Mapping[NodeId, Fields] | None,
    lines: list[Line],
) -> None:
    """Append the line of one node and those inside it."""
    entry = analysis[name]
    full = names.give(block, name)
    path = (*above, name)
    lines.append(Line(path, full, block, entry, arriving))
    inner = entry.inner
    if inner is not None:
        _outline(inner, path, full, names, _feeding(analysis, entry, arriving), lines)


def _name_all(analysis: Analysis, above: Path, block: str, names: Names, found: dict[Path, str]) -> None:
    entering = analysis.graph.sources if above else ()
    for name in analysis.graph.order:
        if name in entering:
            continue
        full = names.give(block, name)
        path = (*above, name)
        found[path] = full
        inner = analysis[name].inner
        if inner is not None:
            _name_all(inner, path, full, names, found)


def _placed(row: Row, arriving: Mapping[NodeId, Fields]) -> Fields:
    paths = [(field, arriving[source]) for source, field in row.fields.items()]
    return combined(paths, row.facts.output)


def _feeding(
    analysis: Analysis, entry: Row | Problem, arriving: Mapping[NodeId, Fields] | None
) -> dict[NodeId, Fields]:
    """For each input of a block's inside, the fields of what feeds that port."""
    assert entry.inner is not None  # noqa: S101  (the caller asked)
    feeding: dict[NodeId, Fields] = {}
    for source, feeder in zip(entry.inner.graph.sources, entry.node.inputs, strict=False):
        row = analysis.rows.get(feeder) if feeder is not None else None
        if row is None:
            feeding[source] = {}
        elif arriving is not None:
            feeding[source] = _placed(row, arriving)
        else:
            feeding[source] = row.fields
    return feeding


def _flatten(
    analysis: Analysis,
    above: Path,
    block: str,
    names: Names,
    fed_by: Mapping[NodeId, str],
    layers: list[Layer],
    given: dict[Path, str],
) -> str:
    """Append the layers of one graph; the full name of the layer that gives its result."""
    full_names = dict(fed_by)
    for name in analysis.graph.order:
        if name in fed_by:
            continue
        row = analysis.rows[name]
        full = names.give(block, name)
        feeding = tuple(full_names[source] for source in row.node.inputs if source is not None)
        if row.inner is not None:
            entering = dict(zip(row.inner.graph.sources, feeding, strict=True))
            full_names[name] = _flatten(row.inner, (*above, name), full, names, entering, layers, given)
        else:
            layers.append(Layer(full, (*above, name), row.node.operator, feeding, row.inputs, row.output))
            full_names[name] = full
        given[(*above, name)] = full_names[name]
    sinks = analysis.graph.sinks
    return full_names[sinks[0]] if sinks else ""
