"""The axes of a plot: round figures at the left and below, the names of the lines at the right."""

from __future__ import annotations

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

_MARGIN = 96
_LINE_END = 15


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
        self.setStyle(tickTextOffset=8)

    def write(self, text: Callable[[float], str]) -> None:
        """Write the figures in another way."""
        self._text = text
        self.picture = None

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        ticks = log_ticks if self.logarithmic else linear_ticks
        return [(1.0, ticks(minVal, maxVal, self._most(size, 36)))]

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
