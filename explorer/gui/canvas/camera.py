"""Looking at a part of the page: zoom, pan, fit, and what is shown first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPoint, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QInputDevice, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from explorer.gui.canvas.motion import ARRANGE, motion_reduced

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

SMALLEST, LARGEST, STEP = 0.002, 4.0, 1.25
_READABLE = 0.8  # the smallest zoom at which a network is opened
_MARGINS = (-8.0, -24.0, 24.0, 24.0)  # around everything: left, top, right, bottom
_BARS = 44.0  # px of the screen that the bars at the upper rim cover
_TOO_LOW = 60  # px; a view that is still being laid out
_FAR = 4_000_000.0  # px from the middle to where the page ends


class Camera:
    """What the canvas shows, and how large."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        canvas.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        canvas.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        canvas.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        canvas.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        canvas.setSceneRect(QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR))
        self._flight: QVariantAnimation | None = None
        self._started = False

    def resized(self, event: QResizeEvent) -> None:
        """The view has another size: what is in the middle stays there; at first it looks at the start."""
        if self._started:
            wider, higher = ((event.size() - event.oldSize()) / 2).toTuple()
            self.pan_by(QPoint(0, higher) if self._canvas.picture.across else QPoint(wider, 0))
        elif self._canvas.viewport().height() > _TOO_LOW:
            self._started = True
            self.start()

    def zoom_to(self, zoom: float, around: QPointF | None = None) -> None:
        """Draw at this size; the place under `around` (a point of the viewport) stays."""
        self.land()
        self._zoom(zoom, around)

    def _zoom(self, zoom: float, around: QPointF | None) -> None:
        zoom = min(LARGEST, max(SMALLEST, zoom))
        pivot = around if around is not None else QRectF(self._canvas.viewport().rect()).center()
        place = self.place_of(pivot)
        self._canvas.ink.zoom = zoom
        self._canvas.setTransform(QTransform.fromScale(zoom, zoom))
        moved = QPointF(self._canvas.viewportTransform().map(place)) - pivot
        self._pan((-moved).toPoint())
        self._canvas.zoom_changed()

    def pan_by(self, by: QPoint) -> None:
        """Push the page by pixels of the screen."""
        self.land()
        self._pan(by)

    def land(self) -> None:
        """Whoever takes hold of the page stops its flight where it is."""
        if self._flight is not None:
            flight, self._flight = self._flight, None
            flight.stop()
            flight.deleteLater()

    def glide(self, look: Callable[[], object]) -> None:
        """Look elsewhere on a flight instead of at once."""
        self.land()
        start = self._canvas.zoom, self.in_view().center()
        look()
        end = self._canvas.zoom, self.in_view().center()
        if start == end or motion_reduced() or not self._canvas.isVisible():
            return
        self._flight = flight = QVariantAnimation(self._canvas)
        flight.setStartValue(0.0)
        flight.setEndValue(1.0)
        flight.setDuration(ARRANGE)
        flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        flight.valueChanged.connect(lambda done: self._look(start, end, done))
        flight.finished.connect(self.land)
        self._look(start, end, 0.0)
        flight.start()

    def _look(self, start: tuple[float, QPointF], end: tuple[float, QPointF], done: float) -> None:
        """Show what lies between two views; zooms are passed through in equal ratios."""
        self._zoom(start[0] * (end[0] / start[0]) ** done, None)
        self._canvas.centerOn(start[1] + (end[1] - start[1]) * done)

    def _pan(self, by: QPoint) -> None:
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
        # of an unfolded block, which may be larger than the view, its title
        rect = QRectF(left, top, min(width, 300.0) if node.across else width, min(height, 60.0))
        if not view.adjusted(4, 4, -4, -4).contains(rect):
            self._canvas.centerOn(rect.center())

    def start(self) -> None:
        """A network that was just opened: its beginning, at 100 % where it is not too wide for that."""
        if self._canvas.picture.nodes and self._canvas.viewport().width() > 1:
            across, down = self._fitting()
            self._look_at(min(1.0, max(_READABLE, down if self._canvas.picture.across else across)))

    def look_at_all(self, smallest: float, largest: float) -> None:
        """Show everything, no smaller and no larger than this."""
        if self._canvas.picture.nodes:
            self._look_at(max(smallest, min(*self._fitting(_BARS), largest)), _BARS)

    def _whole(self) -> QRectF:
        """Everything with its margins, and the shape rail at its side."""
        picture, rail = self._canvas.picture, self._canvas.network_scene.rail
        return QRectF(*picture.bounds).united(rail.drawn()).adjusted(*_MARGINS)

    def _fitting(self, covered: float = 0.0) -> tuple[float, float]:
        """The zooms at which everything fits in across, and down, below what is `covered` at the rim."""
        whole, room = self._whole(), self._canvas.viewport().rect()
        return room.width() / whole.width(), max(1.0, room.height() - covered) / whole.height()

    def _look_at(self, zoom: float, covered: float = 0.0) -> None:
        """The network in the middle, at this zoom; its beginning where it is longer than the view."""
        self.zoom_to(zoom)
        whole, network = self._whole(), QRectF(*self._canvas.picture.bounds)
        room, across = self._canvas.viewport().rect(), self._canvas.picture.across
        x = _middle(whole.left(), whole.right(), room.width() / zoom, network.center().x(), across)
        high = max(1.0, room.height() - covered) / zoom
        y = _middle(whole.top(), whole.bottom(), high, network.center().y(), not across)
        self._canvas.centerOn(QPointF(x, y - covered / zoom / 2))

    def in_view(self) -> QRectF:
        """The part of the page that is shown."""
        rect = QRectF(self._canvas.viewport().rect())
        return QRectF(self.place_of(rect.topLeft()), self.place_of(rect.bottomRight()))

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; two fingers on a touch pad push the page, Shift goes sideways."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        touch_pad = event.device().type() == QInputDevice.DeviceType.TouchPad
        if not zooming and (touch_pad or not pixels.isNull()):
            self.pan_by(pixels if not pixels.isNull() else angle / 2)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(QPoint((angle.y() or angle.x()) // 2, 0))
        else:
            self.zoom_to(self._canvas.zoom * STEP ** (angle.y() / 120), event.position())


def _middle(low: float, high: float, room: float, wanted: float, along: bool) -> float:
    """Where the middle of a view is: as near to `wanted` as lets all be seen.

    What is longer than the view is shown from its beginning `along` the network, around the
    main column beside it.
    """
    if high - low > room:
        return low + room / 2 if along else 0.0
    return min(max(wanted, high - room / 2), low + room / 2)
