"""What the cells of the layer table say of a line: texts to read, and exact figures for files."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from explorer.core.analysis import Problem, Row
from explorer.core.operator import Operator
from explorer.core.outline import Line
from explorer.core.quantities import QUANTITIES, Figure, Reading
from explorer.core.shapes import shape_text, side_text
from explorer.core.units import share_text, short_count_text
from explorer.operators.repeat import Repeat

NONE = "–"

Text = Callable[[Line, Reading], str]
Get = Callable[[Line, Reading], Any]

PARAMETERS, BUFFERS = QUANTITIES["parameters"].of, QUANTITIES["buffers"].of
MEMORY, INTENSITY = QUANTITIES["memory"].of, QUANTITIES["intensity"].of
FIELD, STRIDE, KERNEL, TIME = (QUANTITIES[name].of for name in ("field", "stride", "kernel", "time"))


def operator_text(line: Line) -> str:
    """The kind of a layer as the table says it: Conv2d, BasicBlock ×2."""
    operator = line.entry.node.operator
    times = f" ×{operator.n}" if isinstance(operator, Repeat) else ""
    return f"{operator.called()}{times}"


def row_of(line: Line) -> Row | None:
    """The row of a line; None where it has a problem."""
    return line.entry if isinstance(line.entry, Row) else None


def shapes_text(line: Line, _: Reading) -> str:
    """The shapes that come in: 64×56×56, or 2 × 64×56×56."""
    known = [shape for shape in line.entry.inputs if shape is not None]
    if not known:
        return NONE
    texts = list(dict.fromkeys(shape_text(shape) for shape in known))
    return f"{len(known)} × {texts[0]}" if len(known) > 1 == len(texts) else " + ".join(texts)


def output_text(line: Line, _: Reading) -> str:
    """The shape that leaves, or why there is none."""
    row = row_of(line)
    if row is not None:
        return shape_text(row.output)
    assert isinstance(line.entry, Problem)  # noqa: S101  (the only other kind)
    return line.entry.message


def counted(get: Get) -> Text:
    """The text of a count."""

    def text(line: Line, reading: Reading) -> str:
        value = get(line, reading)
        return short_count_text(value) if value else NONE

    return text


def operations(line: Line, reading: Reading) -> int | None:
    """MACs or FLOPs, as the conventions say."""
    row = row_of(line)
    return None if row is None else reading.conventions.operations(row)


def memory_text(line: Line, reading: Reading) -> str:
    """The size of the activations: 10.72 MiB."""
    row = row_of(line)
    chosen = reading.conventions
    return NONE if row is None else chosen.size_text(chosen.activation_bytes(row))


def shared(part: Get, whole: Callable[[Reading], int]) -> dict[str, Any]:
    """Text, bar and exact percentage of a share."""

    def bar(line: Line, reading: Reading) -> float:
        value, total = part(line, reading), whole(reading)
        return value / total if value and total else 0.0

    def exact(line: Line, reading: Reading) -> float | None:
        value, total = part(line, reading), whole(reading)
        return round(100 * value / total, 6) if value is not None and total else None

    return {
        "text": lambda line, reading: share_text(part(line, reading) or 0, whole(reading)),
        "figure": part,
        "bar": bar,
        "exact": exact,
        "unit": "%",
    }


def field_text(line: Line, _: Reading) -> str:
    """The side of the receptive field: 51 px."""
    if row_of(line) is None or not line.fields:
        return NONE
    high, wide = (reach.size for reach in line.field)
    return f"{_pixels(high)} px" if high == wide else f"{_pixels(high)}×{_pixels(wide)} px"


def _pixels(side: int) -> str:
    return str(side) if side < 10**6 else short_count_text(side)


def stride_text(line: Line, _: Reading) -> str:
    """Pixels of the picture between neighbouring outputs."""
    if row_of(line) is None or not line.fields:
        return NONE
    strides = [reach.stride for reach in line.field]
    if not any(strides):
        return NONE  # all positions see the whole picture
    high, wide = (f"{float(item):g}" for item in strides)
    return high if high == wide else f"{high}×{wide}"


def ratio_text(value: Figure) -> str:
    """A ratio to three digits: 58.3, 0.125; – for none."""
    if not isinstance(value, (int, float, Fraction)) or not value:
        return NONE
    if value >= 1000:
        return short_count_text(round(value))
    return f"{float(value):.3g}"


def time_text(milliseconds: Figure) -> str:
    """A measured time: 1.25 ms, 830 µs."""
    if not isinstance(milliseconds, (int, float)):
        return NONE
    if milliseconds < 1:
        return f"{1000 * milliseconds:.3g} µs"
    return f"{milliseconds:,.2f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.2f} s"


def exact_intensity(line: Line, reading: Reading) -> float | None:
    """Operations per byte as a number."""
    value = INTENSITY(line, reading)
    return float(value) if isinstance(value, Fraction) else None


def exact_field(line: Line, _: Reading) -> Any:
    """The receptive field in pixels: one number, or height×width."""
    if row_of(line) is None or not line.fields:
        return None
    high, wide = (reach.size for reach in line.field)
    return high if high == wide else f"{high}×{wide}"


def exact_stride(line: Line, reading: Reading) -> Any:
    """The stride in pixels: one number, or height×width; None where all positions see the same."""
    shown = stride_text(line, reading)
    value = STRIDE(line, reading)
    if "×" in shown or not isinstance(value, Fraction) or not value:
        return shown if "×" in shown else None
    return int(value) if value.denominator == 1 else float(value)


def exact_time(line: Line, reading: Reading) -> Any:
    """The measured time in milliseconds; None where nothing was measured."""
    return reading.times.get(line.name)


def window_text(operator: Operator) -> str:
    """Kernel, stride and padding: 7×7 /2 +3; nothing for what has no window.

    A stride of 1 and a padding of 0 are left out.
    """
    of: Any = operator
    kernel, stride, padding = (getattr(of, name, None) for name in ("kernel_size", "stride", "padding"))
    if not isinstance(kernel, (int, tuple)):
        return ""
    parts = [side_text(kernel)]
    if stride is not None and stride not in (1, (1, 1)):
        parts.append(f"/{_short(stride)}")
    if padding:
        parts.append(f"+{_short(padding)}")
    return " ".join(parts)


def _short(value: Any) -> str:
    return side_text(value) if isinstance(value, tuple) else str(value)
