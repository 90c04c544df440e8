"""The columns of the layer table: what each says of a layer, and how it sorts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.core.analysis import Problem, Row, Totals
from explorer.core.outline import Line
from explorer.core.shapes import elements, shape_text
from explorer.core.units import bytes_text, count_text, share_text
from explorer.gui.canvas.face import kind_of
from explorer.operators.repeat import Repeat

NONE = "–"


@dataclass(frozen=True)
class Column:
    """A column. `figure` gives what it sorts by: an exact number or a text; None is last.

    `bar` gives a share from 0 to 1 that is drawn behind the number.
    """

    key: str
    title: str
    tip: str
    width: int
    text: Callable[[Line, Totals], str]
    figure: Callable[[Line, Totals], Any]
    right: bool = True
    bar: Callable[[Line, Totals], float] | None = None


def _row(line: Line) -> Row | None:
    return line.entry if isinstance(line.entry, Row) else None


def _shapes(line: Line) -> str:
    known = [shape for shape in line.entry.inputs if shape is not None]
    if not known:
        return NONE
    texts = list(dict.fromkeys(shape_text(shape) for shape in known))
    return f"{len(known)} × {texts[0]}" if len(known) > 1 == len(texts) else " + ".join(texts)


def _output(line: Line, _: Totals) -> str:
    row = _row(line)
    if row is not None:
        return shape_text(row.output)
    assert isinstance(line.entry, Problem)  # noqa: S101  (the only other kind)
    return line.entry.message


def operator_text(line: Line) -> str:
    """The kind of a layer as the table says it: Conv2d, BasicBlock ×2."""
    operator = line.entry.node.operator
    times = f" ×{operator.n}" if isinstance(operator, Repeat) else ""
    return f"{kind_of(operator)}{times}"


def _count(name: str) -> Callable[[Line, Totals], int | None]:
    def figure(line: Line, _: Totals) -> int | None:
        row = _row(line)
        return None if row is None else getattr(row, name)

    return figure


def _counted(name: str) -> Callable[[Line, Totals], str]:
    figure = _count(name)

    def text(line: Line, totals: Totals) -> str:
        value = figure(line, totals)
        return count_text(value) if value else NONE

    return text


def _share(name: str) -> Callable[[Line, Totals], float]:
    figure = _count(name)

    def share(line: Line, totals: Totals) -> float:
        value, whole = figure(line, totals), getattr(totals, name)
        return value / whole if value and whole else 0.0

    return share


def _shared(name: str) -> Callable[[Line, Totals], str]:
    figure = _count(name)
    return lambda line, totals: share_text(figure(line, totals) or 0, getattr(totals, name))


def _field(line: Line, _: Totals) -> str:
    if _row(line) is None or not line.fields:
        return NONE
    high, wide = (reach.size for reach in line.field)
    return f"{high} px" if high == wide else f"{high}×{wide} px"


def _stride(line: Line, _: Totals) -> str:
    if _row(line) is None or not line.fields:
        return NONE
    strides = [reach.stride for reach in line.field]
    if not any(strides):
        return NONE  # all positions see the whole picture
    high, wide = (f"{float(item):g}" for item in strides)
    return high if high == wide else f"{high}×{wide}"


def _memory(line: Line, _: Totals) -> str:
    row = _row(line)
    return NONE if row is None else bytes_text(row.activation_bytes)


def _name(line: Line, _: Totals) -> str:
    return line.name


COLUMNS = (
    Column("name", "Name", "Full name of the layer", 230, _name, _name, right=False),
    Column(
        "operator",
        "Operator",
        "Kind of layer",
        130,
        lambda line, _: operator_text(line),
        lambda line, _: operator_text(line),
        right=False,
    ),
    Column(
        "input",
        "Input",
        "Shape that comes in: channels × height × width, without the batch",
        110,
        lambda line, _: _shapes(line),
        lambda line, _: sum(elements(item) for item in line.entry.inputs if item),
        right=False,
    ),
    Column(
        "output",
        "Output",
        "Shape that leaves: channels × height × width, without the batch",
        110,
        _output,
        lambda line, _: elements(row.output) if (row := _row(line)) else None,
        right=False,
    ),
    Column("parameters", "Parameters", "Learned numbers", 96, _counted("parameters"), _count("parameters")),
    Column(
        "parameterShare",
        "Share",
        "Share of the network's parameters",
        184,
        _shared("parameters"),
        _count("parameters"),
        bar=_share("parameters"),
    ),
    Column(
        "macs",
        "MACs",
        "Multiply-accumulates for one picture, bias not counted; FLOPs = 2 · MACs",
        112,
        _counted("macs"),
        _count("macs"),
    ),
    Column(
        "macShare",
        "Share",
        "Share of the network's MACs",
        184,
        _shared("macs"),
        _count("macs"),
        bar=_share("macs"),
    ),
    Column(
        "field",
        "Field",
        "Receptive field: side of the square of the picture that one output sees",
        84,
        _field,
        lambda line, _: max(r.size for r in line.field) if _row(line) and line.fields else None,
    ),
    Column(
        "stride",
        "Stride",
        "Pixels of the picture between neighbouring outputs",
        62,
        _stride,
        lambda line, _: max(r.stride for r in line.field) if _row(line) and line.fields else None,
    ),
    Column(
        "memory",
        "Memory",
        "Activations for one picture in fp32; for a block, of all layers inside",
        92,
        _memory,
        _count("activation_bytes"),
    ),
)
"""In the order in which they stand."""
