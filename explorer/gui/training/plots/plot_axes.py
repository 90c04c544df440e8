"""The axes of a plot: round figures at the left and below, the names of the lines at the right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme
from explorer.gui.training.plots.line import Line
from explorer.gui.training.run_pen import colour_token
from explorer.gui.training.scale import linear_ticks, log_ticks, short

_BARE, _SHARE = 16, 1 / 3
"""The margin for names where there are none, and the most of the plot that they may take."""

_LINE_END = 15
_INDENT, _GAP = 8, "  "
_TICK_GAP, _EDGE, _HALF_FIGURE = 8, 4, 6.5
_WASTE = 10
"""A margin that could be narrower by so little stays: another layout costs more than the drawing."""


class Axis(pg.AxisItem):
    """An axis without frame: figures, and lines across where `grid_lines` is set."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(tickLength=0, autoExpandTextSpace=False, tickAlpha=255, hideOverlappingLabels=False)
        self.enableAutoSIPrefix(False)

    def dress(self, theme: Theme) -> None:
        self.setTickFont(font(11))
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTickPen(QPen(theme["line"], 1))
        self.setTextPen(theme["text3"])

    def _most(self, size: float, each: int) -> int:
        return max(2, min(6, int(size // each)))


class ValueAxis(Axis):
    """The axis at the left, with lines across."""

    def __init__(self, text: Callable[[float], str]) -> None:
        super().__init__("left")
        self._text = text
        self.logarithmic = False
        self.setGrid(255)
        self.setWidth(48)
        self.setStyle(tickTextOffset=_TICK_GAP)

    def write(self, text: Callable[[float], str]) -> None:
        """Write the figures in another way."""
        self._text = text
        self.picture = None

    def fit(self, high: float) -> None:
        """Be as wide as the figures beside a plot so many pixels high."""
        measure = QFontMetricsF(font(11))
        ticks = self.tickValues(*self.range, high)[0][1]
        texts = self.tickStrings(ticks, 1.0, 1.0)
        wide = round(max(map(measure.horizontalAdvance, texts), default=0.0)) + _TICK_GAP + _EDGE
        if not 0 <= self.width() - wide <= _WASTE:
            self.setWidth(wide)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        ticks = log_ticks if self.logarithmic else linear_ticks
        room = (maxVal - minVal) * _HALF_FIGURE / max(1.0, size)  # a line never stands without its figure
        return [(1.0, ticks(minVal + room, maxVal - room, self._most(size, 36)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._text(10.0**value if self.logarithmic else value) for value in values]


class StepAxis(Axis):
    """The axis below: whole numbers."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setHeight(40)
        self.setStyle(tickTextOffset=6)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        ticks = linear_ticks(minVal, maxVal, self._most(size, 60))
        return [(1.0, [tick for tick in ticks if tick == round(tick)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [short(value) for value in values]


class EndAxis(pg.AxisItem):
    """The margin at the right: the name and last figure of each line, none over another."""

    def __init__(self) -> None:
        super().__init__("right")
        self.setWidth(_BARE)
        self.theme: Theme | None = None
        self._shown: list[tuple[Line, float]] = []
        self._boxes: list[tuple[QRectF, Line]] = []

    def show_ends(self, shown: list[tuple[Line, float]]) -> None:
        """Name the lines that end at these heights."""
        self._shown = [item for item in shown if not item[0].dim]
        self.picture = None
        wide = self._wanted()
        if not 0 <= self.width() - wide <= (_WASTE if self._shown else 0):
            self.setWidth(wide)
        self.update()

    def text_at(self, place: QPointF) -> str:
        """All that is to be said of the line whose name stands here, in the axis' own pixels."""
        line = next((line for box, line in self._boxes if box.contains(place)), None)
        return "" if line is None else f"{line.name}: {_figure(line)}"

    def _wanted(self) -> int:
        """As wide as the texts ask for, within a share of the plot."""
        bold, plain = QFontMetricsF(font(12, SEMIBOLD)), QFontMetricsF(font(11))
        wide = [0.0]
        for line, _ in self._shown:
            figure = _figure(line)
            beside = max(
                bold.horizontalAdvance(_brief(line)), plain.horizontalAdvance(f"{figure}{_GAP}{line.more}")
            )
            whole = max(bold.horizontalAdvance(line.name), plain.horizontalAdvance(figure))
            wide.append(min(whole, beside) if line.more else whole)
        view = self.linkedView()
        plot = view.parentItem() if view is not None else None
        most = _SHARE * plot.size().width() if plot is not None else math.inf
        return round(min(max(wide) + _INDENT + _EDGE, max(_BARE, most))) if self._shown else _BARE

    def paint(self, p: QPainter, opt: object, widget: QWidget | None) -> None:
        view = self.linkedView()
        self._boxes = []
        if self.theme is None or view is None or not self._shown:
            return
        area = self.mapRectFromParent(self.geometry())
        p.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        wanted = [view.mapFromViewToItem(self, QPointF(0, height)).y() for _, height in self._shown]
        places = spread(wanted, 2 * _LINE_END + 2, area.top(), area.bottom())
        for (line, _), y in zip(self._shown, places, strict=True):
            box = QRectF(area.left() + _INDENT, y - _LINE_END - 1, area.width() - _INDENT - 1, _LINE_END)
            self._boxes.append((box.adjusted(0, 0, 0, _LINE_END), line))
            self._paint_end(p, self.theme, line, box)

    def _paint_end(self, p: QPainter, theme: Theme, line: Line, box: QRectF) -> None:
        """The whole name where it has room, else its end beside the figure."""
        p.setFont(font(12, SEMIBOLD))
        p.setPen(theme[colour_token(line.slot)])
        metrics, name, more = QFontMetricsF(p.font()), line.name, ""
        if line.more and metrics.horizontalAdvance(name) > box.width():
            name, more = _brief(line), line.more
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, box.width())
        p.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        p.setFont(font(11))
        p.setPen(theme["text2"])
        text = _GAP.join(filter(None, (_figure(line), more if more != name else "")))
        text = QFontMetricsF(p.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        p.drawText(box.translated(0, _LINE_END), Qt.AlignmentFlag.AlignLeft, text)


def _figure(line: Line) -> str:
    end = line.curve.end
    return line.text(end[1]) if end else ""


def _brief(line: Line) -> str:
    """The name without the end that tells it from its like."""
    return line.name.removesuffix(line.more).strip() or line.more


def spread(wanted: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Places near the wanted ones, at least `apart` from each other, within top and bottom."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [0.0] * len(wanted)
    at = top + apart / 2 - apart
    for index in order:
        at = places[index] = max(wanted[index], at + apart)
    over = bottom - apart / 2
    for index in reversed(order):
        over = places[index] = min(places[index], over)
        over -= apart
    return places
