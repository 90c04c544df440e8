"""What lies over a plot: marks where something was changed, rings at the best, figures under the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.right_of_way import POINTING_MS, Tick
from explorer.gui.theme import Theme
from explorer.gui.training.plots.line import Line
from explorer.gui.training.run_pen import colour_token, run_pen
from explorer.gui.training.scale import short

_ROW, _PAD = 17, 8
_WIDEST_NAME = 150.0
_NONE = "Tick a run in the list to draw it."


@dataclass(frozen=True)
class Place:
    """A point of the plot under the pointer, in the plot's own units."""

    x: float
    pixel: float


class PlotOverlay(QWidget):
    """Transparent to the mouse. `to_pixel` says where a point (x, height) is drawn."""

    def __init__(self, parent: QWidget, what: str, to_pixel: Callable[[float, float], QPointF]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._what, self._to_pixel = what, to_pixel
        self._theme: Theme | None = None
        self._lines: Sequence[Line] = ()
        self._area = QRectF()
        self._height: Callable[[float], float | None] = lambda value: value
        self._soon = Tick(self, POINTING_MS)
        self._soon.timeout.connect(self.update)
        self.place: Place | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def count(self, what: str) -> None:
        """Name what the horizontal axis counts: a step, an epoch."""
        self._what = what

    def show_lines(
        self, lines: Sequence[Line], area: QRectF, height: Callable[[float], float | None]
    ) -> None:
        """The lines below, the area they are drawn in, and how high a value stands."""
        self._lines, self._area, self._height = lines, area, height
        self.update()

    def point_at(self, place: Place | None) -> None:
        """Show the figures at a place; None takes them away."""
        if place != self.place:
            self.place = place
            self._soon.ask()

    def figures(self) -> list[tuple[Line, str]]:
        """Each line with its figure under the pointer."""
        if self.place is None:
            return []
        found = []
        for line in self._lines:
            point = line.curve.at(self.place.x)
            if point is not None and len(line.curve):
                beyond = self.place.x > line.curve.xs[-1] + 0.5
                if not beyond and math.isfinite(point[2]):
                    found.append((line, line.text(point[2])))
        return found

    def marks(self) -> list[str]:
        """What was changed near the pointer."""
        if self.place is None:
            return []
        return [
            f"{line.name}: {text}"
            for line in self._lines
            for x, text in line.marks
            if abs(self._to_pixel(x, 0).x() - self.place.pixel) <= 6
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._area.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._lines:
            painter.setFont(font(12))
            painter.setPen(self._theme["text3"])
            painter.drawText(self._area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _NONE)
            return
        painter.setClipRect(self._area.adjusted(0, -2, 0, 6))
        for line in self._lines:
            self._paint_marks(painter, line)
            self._paint_best(painter, line)
        painter.setClipping(False)
        if self.place is not None:
            self._paint_figures(painter, self.place)

    def _paint_marks(self, painter: QPainter, line: Line) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        for x, _ in line.marks:
            at = self._to_pixel(x, 0).x()
            painter.setPen(QPen(self._theme[colour_token(line.slot)], 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, self._area.top()), QPointF(at, self._area.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme[colour_token(line.slot)])
            top = self._area.top()
            corners = [QPointF(at - 4, top), QPointF(at + 4, top), QPointF(at, top + 6)]
            painter.drawPolygon(corners)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_best(self, painter: QPainter, line: Line) -> None:
        assert self._theme is not None  # noqa: S101  (as above)
        point = line.curve.at(line.best) if line.best is not None else None
        height = self._height(point[1]) if point else None
        if point is None or height is None:
            return
        pen = run_pen(self._theme, line.slot, 1.5)
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawEllipse(self._to_pixel(point[0], height), 4.5, 4.5)

    def _paint_figures(self, painter: QPainter, place: Place) -> None:
        assert self._theme is not None  # noqa: S101  (as above)
        theme, area = self._theme, self._area
        painter.setPen(QPen(theme["text3"], 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(place.pixel, area.top()), QPointF(place.pixel, area.bottom()))
        figures, marks = self.figures(), self.marks()
        if not figures and not marks:
            return
        bold = QFontMetricsF(font(11, SEMIBOLD))
        names = [
            bold.elidedText(line.name, Qt.TextElideMode.ElideMiddle, _WIDEST_NAME) for line, _ in figures
        ]
        wide = max([bold.horizontalAdvance(name) for name in names], default=0.0)
        figure_wide = max([bold.horizontalAdvance(text) for _, text in figures], default=0.0)
        head = f"{self._what} {short(round(place.x, 2) if place.x < 100 else round(place.x))}"
        plain = QFontMetricsF(font(11))
        width = max([wide + 14 + figure_wide, *(plain.horizontalAdvance(text) for text in (head, *marks))])
        rows = 1 + len(figures) + len(marks)
        box = QRectF(0, 0, width + 2 * _PAD, rows * _ROW + _PAD)
        right = place.pixel + 10 + box.width() <= self.width()
        box.moveTo(place.pixel + 10 if right else max(0.0, place.pixel - 10 - box.width()), area.top() + 4)
        painter.setPen(QPen(theme["line2"], 1))
        painter.setBrush(theme["raised"])
        painter.drawRoundedRect(box, 6, 6)
        row = QRectF(box.left() + _PAD, box.top() + _PAD / 2, width, _ROW)
        left, to_right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        centre = Qt.AlignmentFlag.AlignVCenter
        for text in (head, *marks):
            painter.setFont(font(11))
            painter.setPen(theme["text3" if text == head else "warn"])
            painter.drawText(row, left | centre, text)
            row.translate(0, _ROW)
        for name, (line, text) in zip(names, figures, strict=True):
            painter.setFont(font(11, SEMIBOLD))
            painter.setPen(theme[colour_token(line.slot)])
            painter.drawText(row, left | centre, name)
            painter.setPen(theme["text"])
            painter.drawText(row, to_right | centre, text)
            row.translate(0, _ROW)
