"""Looking at a part of the page: zoom, pan, fit, and what is shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QTransform, QWheelEvent

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

SMALLEST, LARGEST, STEP = 0.002, 4.0, 1.25
_RAIL = 250.0  # px that the shape rail takes
_READABLE = 0.8  # the smallest zoom at which a network is opened
_MARGIN = 24.0


class Camera:
    """What the canvas shows, and how large."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def zoom_to(self, zoom: float, around: QPointF | None = None) -> None:
        """Draw at this size; the place under `around` (a point of the viewport) stays."""
        zoom = min(LARGEST, max(SMALLEST, zoom))
        pivot = around if around is not None else QRectF(self._canvas.viewport().rect()).center()
        place = self.place_of(pivot)
        self._canvas.ink.zoom = zoom
        self._canvas.setTransform(QTransform.fromScale(zoom, zoom))
        moved = QPointF(self._canvas.viewportTransform().map(place)) - pivot
        self.pan_by((-moved).toPoint())
        self._canvas.zoom_changed()

    def pan_by(self, by: QPoint) -> None:
        """Push the page by pixels of the screen."""
        across, down = self._canvas.horizontalScrollBar(), self._canvas.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())

    def place_of(self, point: QPointF) -> QPointF:
        """The place of the picture under a point of the viewport."""
        inverse, _ = self._canvas.viewportTransform().inverted()
        return QPointF(inverse.map(point))

    def reveal(self, name: str) -> None:
        """Bring a node into view, if it is not."""
        node = self._canvas.picture.shown(name)
        if node is None:
            return
        left, top, width, height = node.rect
        view = self.in_view()
        rect = QRectF(left, top, width, min(height, 60.0))
        if not view.adjusted(4, 4, -4, -4).contains(rect):
            self._canvas.centerOn(rect.center())

    def start(self) -> None:
        """A network that was just opened: whole where it is readable then, else its upper end."""
        if self._canvas.picture.nodes and self._canvas.viewport().width() > 1:
            self.look_at_all(smallest=_READABLE, largest=1.0, else_at=1.0)

    def look_at_all(self, smallest: float, largest: float, else_at: float | None = None) -> None:
        """Show everything if that is no smaller than `smallest`, else the upper end at `else_at`."""
        left, top, width, height = self._canvas.picture.bounds
        if not self._canvas.picture.nodes:
            return
        rail = _RAIL if self._canvas.picture.stages else 0.0
        room = self._canvas.viewport().rect()
        across = (room.width() - 48) / (width + rail)
        down = (room.height() - 48) / max(1.0, height)
        zoom = min(across, down, largest)
        if zoom < smallest:
            zoom = max(smallest, min(across, else_at or smallest))
        self.zoom_to(zoom)
        self._canvas.centerOn(QPointF(left + (width - rail) / 2, top + height / 2))
        if height * zoom > room.height() - 48:
            y = top + room.height() / 2 / zoom - 24 / zoom
            # the main column in the middle: what hangs beside it may be wide
            self._canvas.centerOn(QPointF(left + (width - rail) / 2, y))

    def in_view(self) -> QRectF:
        """The part of the page that is shown."""
        rect = QRectF(self._canvas.viewport().rect())
        return QRectF(self.place_of(rect.topLeft()), self.place_of(rect.bottomRight()))

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; two fingers on a touch pad push the page, Shift goes sideways."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not pixels.isNull() and not zooming:
            self.pan_by(pixels)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(QPoint((angle.y() or angle.x()) // 2, 0))
        else:
            self.zoom_to(self._canvas.zoom * STEP ** (angle.y() / 120), event.position())
