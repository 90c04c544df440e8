"""Curves of runs, drawn with pyqtgraph, which is loaded here and for the axes only."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.theme import Theme
from explorer.gui.training.plots.decimation import Values, seen
from explorer.gui.training.plots.line import Line as Line
from explorer.gui.training.plots.plot_axes import EndAxis, StepAxis, ValueAxis
from explorer.gui.training.plots.plot_axes import spread as spread
from explorer.gui.training.plots.plot_view import PlotView
from explorer.gui.training.run_pen import run_pen
from explorer.gui.training.scale import short


class Plot(PlotView):
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
        self._values, self._ends = ValueAxis(value_text), EndAxis()
        self._steps = StepAxis()
        axes = {"left": self._values, "bottom": self._steps, "right": self._ends}
        super().__init__(axes, below.removesuffix("s"), parent)
        self.setObjectName(name)
        self._ceiling = ceiling
        self._below = below
        self._lines: Sequence[Line] = ()
        self._shown: object = None
        self._items: dict[int, tuple[pg.PlotCurveItem, ...]] = {}
        self._theme: Theme | None = None
        self._logarithmic = False
        self.setLabel("bottom", below)
        self.redraws = 0

    @property
    def points(self) -> Mapping[str, int]:
        """How many points each line has, by name."""
        return {line.name: len(line.curve) for line in self._lines}

    @property
    def lines(self) -> Sequence[Line]:
        """What is drawn."""
        return self._lines

    @property
    def below(self) -> str:
        """What the horizontal axis counts."""
        return self._below

    @property
    def logarithmic(self) -> bool:
        """Whether heights are logarithms."""
        return self._logarithmic

    def set_logarithmic(self, on: bool) -> None:
        """Draw logarithms of the values; what is not above 0 is left out."""
        self._logarithmic = self._values.logarithmic = on
        self.invalidate()

    def set_values(self, text: Callable[[float], str], ceiling: float | None) -> None:
        """Other figures are drawn from now on, written so, up to a ceiling where there is one."""
        self._values.write(text)
        self._ceiling = ceiling
        self.invalidate()

    def set_below(self, below: str) -> None:
        """Count something else along the horizontal axis; all of it is shown again."""
        if below != self._below:
            self._below, self._view, self._shown = below, None, None
            self.overlay.count(below.removesuffix("s"))
            self._label()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = self._ends.theme = theme
        self.setBackground(theme["panel"])
        self._values.dress(theme)
        self._steps.dress(theme)
        self.overlay.set_theme(theme)
        self._label()
        self._clear()
        self.invalidate()

    def show_lines(self, lines: Sequence[Line], last: float) -> None:
        """Draw these lines from 0 to `last`; call again when they have more points, or may have."""
        shown = last, [(line, len(line.curve), line.curve.smoothing, line.curve.end) for line in lines]
        if shown == self._shown:  # the accuracy has a point an epoch: painting it costs as much as the loss
            return
        self._shown = shown
        if [(line.curve, line.slot) for line in lines] != [(line.curve, line.slot) for line in self._lines]:
            self._clear()
        self._lines, self._last = tuple(lines), last
        self.invalidate()

    def _label(self) -> None:
        if self._theme is not None:
            self.setLabel("bottom", self._below, color=self._theme.hex("text3"), **{"font-size": "11px"})

    def _clear(self) -> None:
        for items in self._items.values():
            for item in items:
                self.removeItem(item)
        self._items = {}

    def _redraw(self) -> None:
        if self._theme is None or not self.isVisible():
            return
        self.redraws += 1
        lowest, highest = math.inf, -math.inf
        view = self.view
        columns = max(50, int(self.plotItem.vb.width()))
        for index, line in enumerate(self._lines):
            raw, smooth, end, leader = self._items.get(index) or self._added(index, line)
            part = seen(line.curve, *view, columns)
            xs, ys = self._heights(part.mean_xs, part.means)
            smooth.setData(xs, ys)
            drawn = [ys]
            if line.raw:
                raw_xs, raw_ys = self._heights(part.xs, part.ys)
                raw.setData(raw_xs, raw_ys)
                drawn.append(raw_ys)
            for heights in drawn:
                if len(heights):
                    lowest = min(lowest, float(heights.min()))
                    highest = max(highest, float(heights.max()))
            self._end(line, end, leader)
        self._frame(lowest, highest)
        self._values.fit(self.plotItem.vb.height())
        ends = [(line, self._height(end[1])) for line in self._lines if (end := line.curve.end)]
        self._ends.show_ends([(line, height) for line, height in ends if height is not None])
        self.overlay.show_lines(self._lines, self._area(), self._height)

    def _end(self, line: Line, dot: pg.ScatterPlotItem, leader: pg.PlotCurveItem) -> None:
        """The dot at the end of a line that grows, and the dots from there to its name."""
        end = line.curve.end
        height = self._height(end[1]) if end else None
        if end is None or height is None:
            dot.setData([], [])
            leader.setData([], [])
            return
        dot.setData([end[0]], [height]) if line.live else dot.setData([], [])
        if not line.dim:
            leader.setData([end[0], max(end[0], self._last)], [height, height])

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

    def _heights(self, xs: Values, ys: Values) -> tuple[Values, Values]:
        if not self._logarithmic:
            return xs, ys
        good = ys > 0
        return xs[good], np.log10(ys[good])

    def _frame(self, low: float, high: float) -> None:
        """Give the view round limits that hold all points."""
        if self._ceiling is not None:
            low, high = 0.0, self._ceiling
        elif high < low:
            low, high = (-2.0, 0.5) if self._logarithmic else (0.0, 1.0)
        elif self._logarithmic:
            low, high = low - 0.03, max(high + 0.03, low + 0.3)
        elif self._view is not None:
            room = 0.04 * (high - low) or 0.05 * abs(high) or 1.0
            low, high = low - room, high + room
        else:
            low, high = min(0.0, low), high * 1.04 or 1.0
        # half a figure's height beyond the outermost ticks, or their figures are left out
        room = (high - low) * 9 / max(40.0, self.plotItem.vb.height())
        self.setRange(xRange=self.view, yRange=(low - room, high + room), padding=0)

    def _said_at(self, place: QPointF) -> str:
        return self._ends.text_at(self._ends.mapFromScene(place))

    def _nearest(self, x: float, y: float) -> Line | None:
        """The line that passes nearest to a pixel."""
        found: tuple[float, Line | None] = (math.inf, None)
        for line in self._lines:
            # also a hair before its first point, as where that was pointed at
            point = line.curve.at(max(x, line.curve.xs[0])) if len(line.curve) else None
            height = self._height(point[2]) if point is not None and math.isfinite(point[2]) else None
            if height is not None:
                found = min(found, (abs(self._pixel(x, height).y() - y), line), key=lambda item: item[0])
        return found[1]
