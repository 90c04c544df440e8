"""Curves of runs, drawn with pyqtgraph: the only module that loads it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme
from explorer.gui.training.curve import Curve
from explorer.gui.training.run_pen import colour_token, run_pen
from explorer.gui.training.scale import linear_ticks, log_ticks, short

_REDRAW_MS = 33
_MARGIN = 96
_LINE_END = 15


@dataclass(frozen=True)
class Line:
    """One line of a plot: a run's curve with its colour and dash by `slot`.

    `dim` draws it thinner (the training accuracy beside the test accuracy); `live` adds a dot
    at its end. `text` is the figure that stands below the name at the end of the line.
    """

    name: str
    curve: Curve
    slot: int
    text: Callable[[float], str]
    live: bool = False
    dim: bool = False
    raw: bool = True


class Plot(pg.PlotWidget):
    """Lines over steps or epochs, with names at their ends; redrawn only while it can be seen."""

    def __init__(
        self,
        name: str,
        below: str,
        *,
        ceiling: float | None = None,
        value_text: Callable[[float], str] = short,
        parent: QWidget | None = None,
    ) -> None:
        self._values, self._ends = _Values(value_text), _Ends()
        self._steps = _Steps()
        axes = {"left": self._values, "bottom": self._steps, "right": self._ends}
        super().__init__(parent=parent, axisItems=axes, enableMenu=False)
        self.setObjectName(name)
        self._ceiling = ceiling
        self._below = below
        self._lines: Sequence[Line] = ()
        self._last = 0.0
        self._items: dict[int, tuple[pg.PlotCurveItem, ...]] = {}
        self._theme: Theme | None = None
        self._logarithmic = False
        self._due = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._due.timeout.connect(self._redraw)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.plotItem.showAxis("right")
        self.plotItem.vb.setDefaultPadding(0)
        self.plotItem.layout.setContentsMargins(4, 8, 0, 0)
        self.setLabel("bottom", below)
        self.redraws = 0

    @property
    def points(self) -> Mapping[str, int]:
        """How many points each line has, by name."""
        return {line.name: len(line.curve) for line in self._lines}

    @property
    def logarithmic(self) -> bool:
        """Whether heights are logarithms."""
        return self._logarithmic

    def set_logarithmic(self, on: bool) -> None:
        """Draw logarithms of the values; what is not above 0 is left out."""
        self._logarithmic = self._values.logarithmic = on
        self.invalidate()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = self._ends.theme = theme
        self.setBackground(theme["panel"])
        self._values.dress(theme)
        self._steps.dress(theme)
        self.setLabel("bottom", self._below, color=theme.hex("text3"), **{"font-size": "11px"})
        self._clear()
        self.invalidate()

    def show_lines(self, lines: Sequence[Line], last: float) -> None:
        """Draw these lines from 0 to `last`; call again when they have more points."""
        if [line.curve for line in lines] != [line.curve for line in self._lines]:
            self._clear()
        self._lines, self._last = tuple(lines), last
        self.invalidate()

    def invalidate(self) -> None:
        """Redraw soon, once, and only if it can be seen."""
        if self.isVisible() and not self._due.isActive():
            self._due.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.invalidate()

    def _clear(self) -> None:
        for items in self._items.values():
            for item in items:
                self.removeItem(item)
        self._items = {}

    def _redraw(self) -> None:
        if self._theme is None or not self.isVisible():
            return
        self.redraws += 1
        low, high = math.inf, -math.inf
        for index, line in enumerate(self._lines):
            raw, smooth, end, leader = self._items.get(index) or self._added(index, line)
            xs, ys = self._heights(*line.curve.smoothed())
            low, high = min([low, *ys]), max([high, *ys])
            smooth.setData(xs, ys)
            if line.raw:
                raw_xs, raw_ys = self._heights(*line.curve.raw())
                low, high = min([low, *raw_ys]), max([high, *raw_ys])
                raw.setData(raw_xs, raw_ys)
            end.setData(xs[-1:], ys[-1:]) if line.live else end.setData([], [])
            # from the end of the line to its name at the margin
            leader.setData([xs[-1], max(xs[-1], self._last)], [ys[-1]] * 2) if xs and not line.dim else None
        self._frame(low, high)
        ends = [(line, self._height(end[1])) for line in self._lines if (end := line.curve.end)]
        self._ends.show_ends([(line, height) for line, height in ends if height is not None])

    def _added(self, index: int, line: Line) -> tuple[pg.PlotCurveItem, ...]:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        thin = run_pen(self._theme, line.slot, 1.0)
        thin.setStyle(Qt.PenStyle.SolidLine)
        faint = QColor(thin.color())
        faint.setAlphaF(0.3)
        thin.setColor(faint)
        pen = run_pen(self._theme, line.slot, 1.2 if line.dim else 2.0)
        dot = pg.ScatterPlotItem(size=8, pen=None, brush=pen.color())
        dots = QPen(thin.color(), 1, Qt.PenStyle.DotLine)
        dots.setCosmetic(True)
        leader = pg.PlotCurveItem(pen=dots)
        items = pg.PlotCurveItem(pen=thin), pg.PlotCurveItem(pen=pen, antialias=True), dot, leader
        for height, item in enumerate(items):
            item.setZValue(height - 10 * index)  # the first line is uppermost
            self.addItem(item)
        self._items[index] = items
        return items

    def _height(self, value: float) -> float | None:
        if not self._logarithmic:
            return value
        return math.log10(value) if value > 0 else None

    def _heights(self, xs: list[float], ys: list[float]) -> tuple[list[float], list[float]]:
        if not self._logarithmic:
            return xs, ys
        kept = [(x, math.log10(y)) for x, y in zip(xs, ys, strict=True) if y > 0]
        return [x for x, _ in kept], [y for _, y in kept]

    def _frame(self, low: float, high: float) -> None:
        """Give the view round limits that hold all points."""
        if self._ceiling is not None:
            low, high = 0.0, self._ceiling
        elif high < low:
            low, high = (-2.0, 0.5) if self._logarithmic else (0.0, 1.0)
        elif self._logarithmic:
            low, high = low - 0.03, max(high + 0.03, low + 0.3)
        else:
            low, high = min(0.0, low), high * 1.04 or 1.0
        # half a figure's height beyond the outermost ticks, or their figures are left out
        room = (high - low) * 9 / max(40.0, self.plotItem.vb.height())
        self.setRange(xRange=(0, max(1.0, self._last)), yRange=(low - room, high + room), padding=0)


class _Axis(pg.AxisItem):
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


class _Values(_Axis):
    def __init__(self, text: Callable[[float], str]) -> None:
        super().__init__("left")
        self._text = text
        self.logarithmic = False
        self.setGrid(255)
        self.setWidth(48)
        self.setStyle(tickTextOffset=8)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        ticks = log_ticks if self.logarithmic else linear_ticks
        return [(1.0, ticks(minVal, maxVal, self._most(size, 36)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._text(10.0**value if self.logarithmic else value) for value in values]


class _Steps(_Axis):
    def __init__(self) -> None:
        super().__init__("bottom")
        self.setHeight(40)
        self.setStyle(tickTextOffset=6)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        ticks = linear_ticks(minVal, maxVal, self._most(size, 60))
        return [(1.0, [tick for tick in ticks if tick == round(tick)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [short(value) for value in values]


class _Ends(pg.AxisItem):
    """The margin at the right: the name and last figure of each line, none over another."""

    def __init__(self) -> None:
        super().__init__("right")
        self.setWidth(_MARGIN)
        self.theme: Theme | None = None
        self._shown: list[tuple[Line, float]] = []

    def show_ends(self, shown: list[tuple[Line, float]]) -> None:
        """Name the lines that end at these heights."""
        self._shown = shown
        self.picture = None
        self.update()

    def paint(self, p: QPainter, opt: object, widget: QWidget | None) -> None:
        view = self.linkedView()
        if self.theme is None or view is None or not self._shown:
            return
        area = self.mapRectFromParent(self.geometry())
        p.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        names = [item for item in self._shown if not item[0].dim]
        wanted = [view.mapFromViewToItem(self, QPointF(0, height)).y() for _, height in names]
        for (line, _), y in zip(
            names, spread(wanted, 2 * _LINE_END + 2, area.top(), area.bottom()), strict=True
        ):
            p.setFont(font(12, SEMIBOLD))
            p.setPen(self.theme[colour_token(line.slot)])
            box = QRectF(area.left() + 8, y - _LINE_END - 1, area.width() - 10, _LINE_END)
            name = QFontMetricsF(p.font()).elidedText(line.name, Qt.TextElideMode.ElideMiddle, box.width())
            p.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            p.setFont(font(11))
            p.setPen(self.theme["text2"])
            end = line.curve.end
            text = line.text(end[1]) if end else ""
            p.drawText(box.translated(0, _LINE_END), Qt.AlignmentFlag.AlignLeft, text)


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
