"""Gestures of the pointer: each follows the pointer and ends in at most one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas


class Gesture:
    """What the pointer does between press and release. `start` is where it was pressed."""

    cursor: Qt.CursorShape | None = None
    scrolls = True
    """Whether the page is pushed when the pointer comes to the rim."""

    def __init__(self, canvas: Canvas, start: QPointF) -> None:
        self.canvas = canvas
        self.start = start

    def begin(self) -> None:
        """The pointer moved far enough: it is a drag, no click."""

    def move(self, at: QPointF, screen: QPoint) -> None:
        """The pointer is elsewhere: a place of the picture, and of the screen."""

    def release(self, at: QPointF) -> None:
        """The button was let go: do it."""

    def cancel(self) -> None:
        """Escape: leave everything as it was."""

    def paint(self, painter: QPainter) -> None:
        """Draw what would happen; the painter is in the picture's coordinates."""


class Pan(Gesture):
    """Push the page about."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = False

    def __init__(self, canvas: Canvas, start: QPointF, screen: QPoint) -> None:
        super().__init__(canvas, start)
        self._last = screen

    def move(self, at: QPointF, screen: QPoint) -> None:
        self.canvas.pan_by(screen - self._last)
        self._last = screen


class RubberBand(Gesture):
    """Select what a rectangle touches."""

    def __init__(self, canvas: Canvas, start: QPointF, *, add: bool) -> None:
        super().__init__(canvas, start)
        self._before = canvas.workbench.selection if add else ()
        self._rect = QRectF(start, start)

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._rect = QRectF(self.start, at).normalized()
        rect = self._rect
        inside = self.canvas.picture.inside(rect.left(), rect.top(), rect.right(), rect.bottom())
        self.canvas.workbench.select((*self._before, *inside))

    def cancel(self) -> None:
        self.canvas.workbench.select(self._before)

    def paint(self, painter: QPainter) -> None:
        accent = self.canvas.ink.colour["accent"]
        pen = QPen(accent, 1)
        pen.setCosmetic(True)
        fill = QColor(accent)
        fill.setAlphaF(0.12)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRect(self._rect)
