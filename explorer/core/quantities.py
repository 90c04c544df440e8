"""What can be said of each line of a network by name, exact: what tables show, sort, filter and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from explorer.core.analysis import Row, Totals
from explorer.core.conventions import FLOPS, MACS, Conventions
from explorer.core.outline import Line
from explorer.core.shapes import Shape, elements, pair

Figure = int | float | Fraction | str | None
"""An exact number, a measured one, a text, or None where there is nothing to say."""

TEXT, COUNT, SIZE, SHARE, RATIO, PIXELS, TIME = "text", "count", "size", "share", "ratio", "pixels", "time"


@dataclass(frozen=True)
class Reading:
    """How lines are read: the conventions, the sums that shares are of, and measured times.

    `times` are milliseconds of a forward pass by full name; empty while nothing was measured.
    """

    conventions: Conventions
    totals: Totals
    times: Mapping[str, float] = field(default_factory=dict)


Of = Callable[[Line, Reading], Figure]


@dataclass(frozen=True)
class Quantity:
    """A named figure of a line. `measure` says what it is: a text, a count, a size in bytes …"""

    name: str
    measure: str
    says: str
    of: Of

    @property
    def is_text(self) -> bool:
        """Whether it is a text rather than a number."""
        return self.measure == TEXT


def _of_row(get: Callable[[Row, Reading], Figure]) -> Of:
    def of(line: Line, reading: Reading) -> Figure:
        entry = line.entry
        return get(entry, reading) if isinstance(entry, Row) else None

    return of


@lru_cache(maxsize=64)
def _in_unit(conventions: Conventions, unit: str) -> Conventions:
    return replace(conventions, unit=unit)


def _operations(unit: str) -> Of:
    def of(line: Line, reading: Reading) -> Figure:
        if not isinstance(line.entry, Row):
            return None
        chosen = reading.conventions
        if chosen.unit != unit:
            chosen = _in_unit(chosen, unit)
        return chosen.operations(line.entry.facts)  # not through the row: filters ask thousands

    return of


def _share(part: Callable[[Row, Reading], int], whole: Callable[[Reading], int]) -> Of:
    def of(line: Line, reading: Reading) -> Figure:
        if not isinstance(line.entry, Row):
            return None
        total = whole(reading)
        return Fraction(part(line.entry, reading), total) if total else None

    return of


def _side(incoming: bool, place: int | None) -> Of:
    """One figure of the (first) input or the output; None where that shape has no such side."""

    def of(line: Line, _: Reading) -> Figure:
        shape: Shape | None
        if incoming:
            shape = next((item for item in line.entry.inputs if item is not None), None)
        else:
            shape = line.entry.output if isinstance(line.entry, Row) else None
        if shape is None:
            return None
        if place is None:
            return elements(shape)
        if place == _FEATURES:
            return shape[0] if len(shape) == 1 else None
        return shape[place] if len(shape) == 3 else None

    return of


_FEATURES = 3
_SIDES = (("channels", 0), ("height", 1), ("width", 2), ("features", _FEATURES), ("elements", None))


def _setting(name: str) -> Of:
    def of(line: Line, _: Reading) -> Figure:
        value: Any = getattr(line.entry.node.operator, name, None)
        return max(pair(value)) if isinstance(value, (int, tuple)) and not isinstance(value, bool) else None

    return of


def _field(line: Line, _: Reading) -> Figure:
    fields = line.fields
    if not fields:
        return None
    high, wide = next(iter(fields.values()))
    return high.size if high is wide else max(high.size, wide.size)


def _stride(line: Line, _: Reading) -> Figure:
    fields = line.fields
    if not fields:
        return None
    high, wide = next(iter(fields.values()))
    return high.stride if high is wide else max(high.stride, wide.stride)


def _time(line: Line, reading: Reading) -> Figure:
    return reading.times.get(line.name)


def _quantities() -> tuple[Quantity, ...]:
    shapes = [
        Quantity(f"{end}.{word}", COUNT, f"{word} of what {verb}", _side(end == "input", place))
        for end, verb in (("input", "comes in"), ("output", "leaves"))
        for word, place in _SIDES
    ]
    return (
        Quantity("name", TEXT, "full name of the layer", lambda line, _: line.name),
        Quantity(
            "operator", TEXT, "kind of layer: Conv2d", lambda line, _: line.entry.node.operator.called()
        ),
        Quantity(
            "category",
            TEXT,
            "group of the palette: Convolution",
            lambda line, _: type(line.entry.node.operator).category,
        ),
        Quantity("block", TEXT, "full name of the block around it", lambda line, _: line.block),
        *shapes,
        Quantity("kernel", COUNT, "side of the window", _setting("kernel_size")),
        Quantity("step", COUNT, "step of the window", _setting("stride")),
        Quantity("padding", COUNT, "border on each side", _setting("padding")),
        Quantity("parameters", COUNT, "learned numbers", _of_row(lambda row, _: row.parameters)),
        Quantity(
            "parameters.share",
            SHARE,
            "share of the network's parameters",
            _share(lambda row, _: row.parameters, lambda reading: reading.totals.parameters),
        ),
        Quantity("buffers", COUNT, "numbers kept but not learned", _of_row(lambda row, _: row.buffers)),
        Quantity("macs", COUNT, "multiply-accumulates", _operations(MACS)),
        Quantity("flops", COUNT, "floating-point operations", _operations(FLOPS)),
        Quantity(
            "macs.share",
            SHARE,
            "share of the network's operations",
            _share(
                lambda row, reading: reading.conventions.operations(row),
                lambda reading: reading.conventions.operations(reading.totals),
            ),
        ),
        Quantity(
            "memory",
            SIZE,
            "bytes of the activations",
            _of_row(lambda row, reading: reading.conventions.activation_bytes(row)),
        ),
        Quantity(
            "memory.share",
            SHARE,
            "share of the activations' memory",
            _share(lambda row, _: row.activation_bytes, lambda reading: reading.totals.activation_bytes),
        ),
        Quantity("field", PIXELS, "side of the receptive field", _field),
        Quantity("stride", PIXELS, "pixels between neighbouring outputs", _stride),
        Quantity(
            "intensity",
            RATIO,
            "operations for each byte moved",
            _of_row(lambda row, reading: reading.conventions.intensity(row)),
        ),
        Quantity("time", TIME, "measured milliseconds of a forward pass", _time),
        Quantity("depth", COUNT, "how many blocks are around it", lambda line, _: len(line.path) - 1),
    )


QUANTITIES: Mapping[str, Quantity] = {item.name: item for item in _quantities()}
"""By name; what filters know."""

ALIASES: Mapping[str, str] = {
    "kind": "operator",
    "params": "parameters",
    "rf": "field",
    "receptive_field": "field",
    "in.channels": "input.channels",
    "out.channels": "output.channels",
    "flops.share": "macs.share",
}
"""Other words for the same."""


def operations_of(line: Line, reading: Reading) -> Figure:
    """MACs or FLOPs of a line, as the conventions say."""
    return QUANTITIES[reading.conventions.unit].of(line, reading)
