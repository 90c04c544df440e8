"""Losses at rising learning rates, drawn as they come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.fonts import font
from explorer.gui.theme import Theme
from explorer.gui.training.scale import linear_ticks, log_ticks, short

if TYPE_CHECKING:
    from explorer.engine.experiments.rate_test import RatePoint

_LEFT, _BELOW, _TOP, _RIGHT = 52, 36, 12, 16


class RatePlot(QWidget):
    """Raw losses thin, smoothed ones thick, over the logarithm of the rate; a line at the suggestion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratePlot")
        self.setAccessibleName("Loss over learning rate")
        self.setToolTip("The loss at each learning rate; the line is the suggestion")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme: Theme | None = None
        self._points: list[RatePoint] = []
        self._ends = (1e-6, 10.0)
        self._suggestion: float | None = None

    @property
    def points(self) -> Sequence[RatePoint]:
        """What is drawn."""
        return self._points

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def clear(self, lowest: float, highest: float) -> None:
        """Draw nothing yet, from one rate to another."""
        self._points, self._suggestion, self._ends = [], None, (lowest, highest)
        self.update()

    def add(self, points: Sequence[RatePoint]) -> None:
        """More steps were made."""
        self._points += points
        self.update()

    def mark(self, rate: float | None) -> None:
        """Draw a line at the suggested rate."""
        self._suggestion = rate
        self.update()

    def _highest(self) -> float:
        """The loss at the upper edge: a little above the first, so that the end does not hide the rest."""
        if not self._points:
            return 3.0
        start = self._points[0].loss
        return 1.25 * max(start, *(point.smoothed for point in self._points if point.smoothed <= 1.6 * start))

    def sizeHint(self) -> QSize:
        return QSize(560, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme["panel"])
        box = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BELOW)
        low, high = (math.log10(end) for end in self._ends)
        top = self._highest()
        self._draw_axes(painter, self._theme, box, (low, high), top)
        painter.setClipRect(box)
        colour = self._theme["run1"]
        faint = QColor(colour)
        faint.setAlphaF(0.35)
        for pen, name in ((QPen(faint, 1), "loss"), (QPen(colour, 2), "smoothed")):
            painter.setPen(pen)
            line = QPolygonF()
            for point in self._points:
                x = box.left() + (math.log10(point.rate) - low) / (high - low) * box.width()
                line.append(QPointF(x, box.bottom() - min(2.0, getattr(point, name) / top) * box.height()))
            painter.drawPolyline(line)
        if self._suggestion is not None:
            x = box.left() + (math.log10(self._suggestion) - low) / (high - low) * box.width()
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.end()

    def _draw_axes(
        self, painter: QPainter, theme: Theme, box: QRectF, ends: tuple[float, float], top: float
    ) -> None:
        painter.setFont(font(11))
        for value in linear_ticks(0.0, top, 5):
            y = box.bottom() - value / top * box.height()
            painter.setPen(QPen(theme["line"], 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme["text3"])
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, _LEFT - 8, 16), side, short(value))
        for value in log_ticks(*ends, 8):
            x = box.left() + (value - ends[0]) / (ends[1] - ends[0]) * box.width()
            text = QRectF(x - 40, box.bottom() + 4, 80, 14)
            painter.drawText(text, Qt.AlignmentFlag.AlignHCenter, short(10.0**value))
        below = QRectF(box.left(), box.bottom() + 19, box.width(), 14)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "learning rate")
