"""The stages of a network: its layers sorted by the side of the maps that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from explorer.core.analysis import Analysis, Row
from explorer.core.composite import Composite
from explorer.core.graph import NodeId, Path
from explorer.core.group import Group
from explorer.core.outline import Line, outline
from explorer.core.shapes import Shape, elements
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.repeat import Repeat

Side = tuple[int, int] | None
"""Height and width of the maps of a stage; None for the head, which has none."""

_MOST_KINDS = 3
_MOST_SIDES = 2
"""A block whose layers with weights make maps of more sides than these is no part of one stage."""

_KINDS = {"Conv2d": "conv", "DepthwiseConv2d": "depthwise conv", "Linear": "dense"}


@dataclass(frozen=True)
class Unit:
    """A layer or a block that belongs to one stage; `layers` are the plain layers in it."""

    line: Line
    row: Row
    layers: tuple[Line, ...]

    @property
    def has_weights(self) -> bool:
        """Whether it multiplies: convolutions and dense layers do."""
        return self.row.macs > 0


@dataclass(frozen=True)
class Stage:
    """What of a network makes maps of one side, in order of computation."""

    side: Side
    units: tuple[Unit, ...] = field(repr=False)

    @property
    def layers(self) -> Iterator[Line]:
        """Its plain layers."""
        return (line for unit in self.units for line in unit.layers)

    @property
    def text(self) -> str:
        """Its layers with weights in a few words: "3 conv 256", "4 Bottleneck 512"."""
        return _described(self.units)

    @property
    def side_text(self) -> str:
        """The side in words: "56 × 56", or "head"."""
        return side_words(self.side)


def side_words(side: Side) -> str:
    """A side as a heading: "56 × 56", or "head"."""
    return "head" if side is None else f"{side[0]} × {side[1]}"


def stages(analysis: Analysis) -> tuple[Stage, ...]:
    """The stages of a network in the order in which they begin; every layer but the input is in one.

    A layer belongs to the side of the map that it makes; vectors, and single numbers per channel
    that no later map uses, are the head. A block is one layer here, by the side of its result,
    unless it is a stage itself (×n), holds layers with weights for more than two sides, or changes
    the side after its last layer with weights, as a VGG block does with its pooling.
    Layers without a shape are left out.
    """
    found: dict[Side, list[Unit]] = {}
    for side, unit in _units(analysis):
        found.setdefault(side, []).append(unit)
    return tuple(Stage(side, tuple(units)) for side, units in found.items())


def _units(analysis: Analysis) -> Iterator[tuple[Side, Unit]]:
    """The units with their sides, in order of computation."""
    lines = [line for line in outline(analysis) if line.path[0] in analysis.rows]
    sides: dict[Path, Side] = {(name,): side for name, side in _sides(analysis, None).items()}
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if not isinstance(line.entry, Row) or line.entry.node.operator.ports == (0, 0):
            continue
        if line.inner is None:
            yield sides[line.path], Unit(line, line.entry, (line,))
            continue
        if _is_opened(line.entry, line.inner):
            below = _sides(line.inner, sides[line.path])
            sides.update({(*line.path, name): side for name, side in below.items()})
            continue
        inside = []
        while index < len(lines) and len(lines[index].path) > len(line.path):
            if lines[index].inner is None:
                inside.append(lines[index])
            index += 1
        yield sides[line.path], Unit(line, line.entry, tuple(inside))


def _is_opened(row: Row, inner: Analysis) -> bool:
    """Whether the layers of a block are sorted one by one."""
    if isinstance(row.node.operator, Repeat):
        return True
    made = [side_of(shape) for shape in _weighted_outputs(inner)]
    if not made:
        return False
    maps = set(made) - {None}  # gates squeeze maps to numbers, and give them back to the map
    return len(maps) > _MOST_SIDES or made[-1] != side_of(row.output)


def _weighted_outputs(analysis: Analysis) -> Iterator[Shape]:
    for name in analysis.graph.order:
        row = analysis.rows[name]
        if not row.macs:
            continue
        if row.inner is None:
            yield row.output
        else:
            yield from _weighted_outputs(row.inner)


def side_of(shape: Shape) -> Side:
    """The side of a map; None for a vector, and for one number per channel."""
    return (shape[1], shape[2]) if len(shape) == 3 and elements(shape[1:]) > 1 else None


def _sides(analysis: Analysis, outside: Side) -> Mapping[NodeId, Side]:
    """The side of every node's map; a node without one has that of the map that it helps to make.

    `outside` is the side that the block around them has.
    """
    found: dict[NodeId, Side] = {}
    graph = analysis.graph
    for name in reversed(graph.order):
        row = analysis.rows.get(name)
        side = side_of(row.output) if row is not None else None
        if side is None:
            later = [found[consumer] for consumer, _ in graph.consumers[name]]
            side = next((item for item in later if item is not None), None if later else outside)
        found[name] = side
    return found


def _described(units: Sequence[Unit]) -> str:
    weighted = [unit for unit in units if unit.has_weights]
    averaged = [unit for unit in units if unit.row.node.operator.kind() == "GlobalAvgPool"]
    if not weighted:
        pooling = [unit for unit in units if unit.row.node.operator.category == "Pooling"]
        return "average pool" if averaged else "pool only" if pooling else "no weights"
    kinds: dict[str, list[Unit]] = {}
    for unit in weighted:
        kinds.setdefault(_kind(unit), []).append(unit)
    parts = [_group_text(kind, members) for kind, members in kinds.items()]
    if averaged:
        parts.insert(0, "average pool")
    more = "" if len(parts) <= _MOST_KINDS else " + …"
    return " + ".join(parts[:_MOST_KINDS]) + more


def _kind(unit: Unit) -> str:
    operator = unit.row.node.operator
    if isinstance(operator, Group):
        return operator.title
    return _KINDS.get(operator.kind(), operator.kind())


def _group_text(kind: str, units: Sequence[Unit]) -> str:
    """Equal kinds of one stage: "2 conv 64, 192", "3 Bottleneck 256"; a single layer tells its window."""
    if len(units) == 1 and isinstance(units[0].row.node.operator, Conv2d):
        return f"conv {units[0].row.node.operator.telling()}"
    if len(units) == 1 and not isinstance(units[0].row.node.operator, (Composite, Linear)):
        return f"{kind} {units[0].row.node.operator.telling()}".rstrip()
    widths = [unit.row.output[0] for unit in units]
    distinct = list(dict.fromkeys(widths))
    if len(distinct) == 1:
        told = f"{distinct[0]:,}" if distinct[0] >= 10_000 else str(distinct[0])
    elif len(widths) <= 3 and isinstance(units[0].row.node.operator, Linear):
        told = ", ".join(map(str, widths))
    elif len(distinct) <= 2:
        told = ", ".join(map(str, distinct))
    else:
        told = f"{distinct[0]} to {distinct[-1]}"
    return f"{len(units)} {kind} {told}"
