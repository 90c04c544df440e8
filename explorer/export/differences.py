"""What differs between two networks: layers that only one has, and settings that were changed."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.attribute import attributes, replaced
from explorer.core.composite import Composite
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node, NodeId, joined
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.shapes import Shape, shape_text
from explorer.operators.repeat import Repeat

ONLY_FIRST, ONLY_SECOND, SETTINGS, REPLACED, FED = (
    "only in the first",
    "only in the second",
    "other settings",
    "another layer",
    "fed by another",
)
"""The kinds of differences."""

Entry = Row | Problem


@dataclass(frozen=True)
class Change:
    """One setting that differs: its name ("block.stride_in") and both values as people read them."""

    name: str
    first: str
    second: str


@dataclass(frozen=True)
class Difference:
    """One place where two networks differ.

    `first` and `second` are the full names of the layer, "" where a network lacks it; `changes`
    are its settings that differ. What merely follows from a difference above, such as another
    shape, is none. `rows` are what is known of the layer in each network, None where it has none.
    """

    kind: str
    first: str
    second: str
    what: str
    changes: tuple[Change, ...] = ()
    rows: tuple[Row | None, Row | None] = (None, None)

    @property
    def parameters(self) -> tuple[int, int]:
        """How many numbers the layer learns in each network."""
        one, two = self.rows
        return one.parameters if one else 0, two.parameters if two else 0

    @property
    def macs(self) -> tuple[int, int]:
        """Its multiply-accumulates for one picture in each network."""
        return self.operations(DEFAULT)

    def operations(self, conventions: Conventions) -> tuple[int, int]:
        """Its operations in each network, counted as the conventions say."""
        one, two = self.rows
        return conventions.operations(one) if one else 0, conventions.operations(two) if two else 0

    @property
    def name(self) -> str:
        """The layer's name, in the first network where that has it."""
        return self.first or self.second

    @property
    def text(self) -> str:
        """The difference in words."""
        if not self.changes:
            return self.what
        return ", ".join(
            f"{change.name.replace('_', ' ')} {change.first} → {change.second}" for change in self.changes
        )


def differences(first: Analysis, second: Analysis) -> tuple[Difference, ...]:
    """What differs, in order of computation; blocks that are equal are not looked into.

    Layers are the same where their names are, and where equal layers stand in the same order under
    other names. A block that was changed by hand on one side is compared layer by layer.
    """
    return tuple(_level(first, second, "", ""))


def _level(one: Analysis, two: Analysis, above: str, beside: str) -> Iterator[Difference]:
    """The differences of two graphs that stand at the same place."""
    pairs = _pairs(one.graph, two.graph)
    partners = {name: other for name, other in pairs if name and other}
    entering = {*one.graph.sources} if above else set()
    for name, other in pairs:
        if name in entering:
            continue
        full, full_other = joined(above, name) if name else "", joined(beside, other) if other else ""
        if not name or not other:
            analysis, kind = (one, ONLY_FIRST) if name else (two, ONLY_SECOND)
            entry = analysis[name or other]
            mine = entry if isinstance(entry, Row) else None
            rows = (mine, None) if name else (None, mine)
            yield Difference(kind, full, full_other, _told(entry.node.operator), rows=rows)
            continue
        yield from _node(one, two, (name, other), (full, full_other), partners)


def _node(
    one: Analysis,
    two: Analysis,
    names: tuple[NodeId, NodeId],
    full: tuple[str, str],
    partners: Mapping[NodeId, NodeId],
) -> Iterator[Difference]:
    """The differences of two nodes that are the same layer."""
    entry, other = one[names[0]], two[names[1]]
    mine, theirs = entry.node.operator, other.node.operator
    rows = entry if isinstance(entry, Row) else None, other if isinstance(other, Row) else None
    if type(mine) is type(theirs) and mine != theirs and not isinstance(mine, Group):
        changes = tuple(_changes(mine, theirs, "", _inputs(entry)))
        if changes:
            yield Difference(SETTINGS, *full, "", changes, rows)
    elif mine != theirs:
        if entry.inner is not None and other.inner is not None and Group in (type(mine), type(theirs)):
            yield from _level(entry.inner, other.inner, *full)
        else:
            yield Difference(REPLACED, *full, f"{_told(mine)} → {_told(theirs)}", rows=rows)
    sources = [partners.get(source, "") if source else "nothing" for source in entry.node.inputs]
    theirs_fed = [source or "nothing" for source in other.node.inputs]
    # a layer that only one network has is a difference of its own, and so is not told again here
    known = {*partners.values(), "nothing"}
    if sorted(sources) != sorted(theirs_fed) and known.issuperset([*sources, *theirs_fed]):
        told = " + ".join(source or "nothing" for source in entry.node.inputs)
        yield Difference(FED, *full, f"fed by {told} → {' + '.join(theirs_fed)}", rows=rows)


def _pairs(one: Graph, two: Graph) -> list[tuple[NodeId, NodeId]]:
    """The nodes of both graphs in order of computation, those that are the same layer together."""
    named = {name for name in one.order if name in two and _alike(one[name], two[name])}
    rest = (
        [name for name in one.order if name not in named],
        [name for name in two.order if name not in named],
    )
    matcher = SequenceMatcher(
        None,
        [one[name].operator for name in rest[0]],
        [two[name].operator for name in rest[1]],
        autojunk=False,
    )
    partner = {name: name for name in named}
    for block in matcher.get_matching_blocks():
        partner.update(
            zip(rest[0][block.a : block.a + block.size], rest[1][block.b : block.b + block.size], strict=True)
        )
    # what is left and has the same name was replaced
    taken = set(partner.values())
    partner.update(
        {name: name for name in rest[0] if name not in partner and name in two and name not in taken}
    )
    return _merged(one.order, two.order, partner)


def _alike(one: Node, two: Node) -> bool:
    """Whether nodes of one name can be the same layer with other settings."""
    return type(one.operator) is type(two.operator) or isinstance(one.operator, Composite) == isinstance(
        two.operator, Composite
    )


def _merged(
    one: Sequence[NodeId], two: Sequence[NodeId], partner: Mapping[NodeId, NodeId]
) -> list[tuple[NodeId, NodeId]]:
    """Both orders in one: what only the second has comes before its next common layer."""
    common = set(partner.values())
    pairs: list[tuple[NodeId, NodeId]] = []
    place = {name: index for index, name in enumerate(two)}
    done = 0
    for name in one:
        other = partner.get(name, "")
        if other and place[other] >= done:
            pairs += [("", item) for item in two[done : place[other]] if item not in common]
            done = place[other] + 1
        pairs.append((name, other))
    return pairs + [("", item) for item in two[done:] if item not in common]


def _changes(one: Operator, two: Operator, above: str, x: tuple[Shape, ...] | None) -> Iterator[Change]:
    """The settings that differ; those of a layer inside a setting by a dotted name."""
    for item in attributes(type(one)):
        mine, theirs = getattr(one, item.name), getattr(two, item.name)
        if mine == theirs:
            continue
        name = f"{above}{item.name}"
        if isinstance(mine, Operator) and type(mine) is type(theirs):
            yield from _changes(mine, theirs, f"{name}.", x if isinstance(one, Repeat) else None)
        elif not (item.advanced and _only_names(one, item.name, theirs, x)):
            yield Change(name, _value_text(mine), _value_text(theirs))


def _only_names(operator: Operator, name: str, value: Any, x: tuple[Shape, ...] | None) -> bool:
    """Whether a setting of a block gives its layers other names and changes nothing else."""
    if not isinstance(operator, Composite) or x is None:
        return False
    try:
        changed = replaced(operator, name, value)
        kinds = [[node.operator for node in block.expand(*x)] for block in (operator, changed)]
    except ExplorerError:  # it does not fit these inputs: then it is more than a name
        return False
    return kinds[0] == kinds[1]


def _inputs(entry: Entry) -> tuple[Shape, ...] | None:
    """The shapes that arrive, where all are known."""
    return tuple(entry.inputs) if isinstance(entry, Row) else None


def _told(operator: Operator) -> str:
    """A layer in words: "Conv2d 7×7, 64, /2"."""
    kind = f"{operator.block.kind()} ×{operator.n}" if isinstance(operator, Repeat) else operator.kind()
    return f"{kind} {operator.telling()}".rstrip()


def _value_text(value: Any) -> str:
    if isinstance(value, Operator):
        return _told(value)
    if isinstance(value, Graph):
        return f"{len(value)} layers"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return shape_text(value)
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
