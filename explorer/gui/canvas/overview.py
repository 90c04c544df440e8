"""The overview map: the whole network small, with a frame around what is in view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from explorer.gui.canvas.face import PROBLEM, WAITING
from explorer.gui.canvas.ink import Ink, no_pen
from explorer.gui.canvas.picture import NodePicture, Picture

WIDTH, TALLEST = 124, 210
_PAD = 10.0
_LARGEST = 0.16  # of the network's own size: a small one stays a map


class Overview(QWidget):
    """A map of the picture. Pressing or dragging asks to look elsewhere.

    Signals:
        looked(point): look at this place of the picture (QPointF).
    """

    looked = Signal(object)

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("overview")
        self.setAccessibleName("Overview map")
        self.setToolTip("Overview: press or drag to look elsewhere")
        self._ink = ink
        self._picture = Picture()
        self._view = QRectF()
        self._map: QPixmap | None = None
        self.resize(WIDTH, TALLEST)

    def show_picture(self, picture: Picture) -> None:
        """Map another picture; the map is drawn anew only where it would look different."""
        # colours that stand for figures may change with any of them
        if self._ink.colouring.scale is not None or not _alike(self._picture, picture):
            self._map = None
            self.update()
        self._picture = picture
        self.setVisible(bool(picture.nodes))

    def show_view(self, view: QRectF) -> None:
        """What part of the picture the canvas shows."""
        if view != self._view:
            self._view = view
            self.update()

    def redraw(self) -> None:
        """Draw again, in another theme."""
        self._map = None
        self.update()

    def _scale(self) -> tuple[float, float, float, float]:
        """Factors across and down, and the offset, from the picture to the map."""
        left, top, width, height = self._picture.bounds
        down = (self.height() - 2 * _PAD) / max(height, 1.0)
        # a network is a hundred times longer than wide: what would be a line is drawn wider
        if self._picture.across:
            across = min((WIDTH - 2 * _PAD) / max(width, 1.0), _LARGEST)
            down = min(down, max(across, 36 / max(height, 1.0)))
        else:
            across = min((WIDTH - 2 * _PAD) / max(width, 1.0), max(down, 36 / max(width, 1.0)))
            down = min(down, across, _LARGEST)
            across = min(across, max(down, 36 / max(width, 1.0)))
        x = (WIDTH - width * across) / 2 - left * across
        y = (self.height() - height * down) / 2 - top * down
        return across, down, x, y

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across, down, x, y = self._scale()
        for node in self._picture.nodes.values():
            left, top, width, height = node.rect
            high = height * down
            box = QRectF(
                left * across + x, top * down + y, width * across, max(1.0, high - min(1.5, high / 4))
            )
            self._paint_node(painter, node, box)
        painter.end()
        return pixmap

    def _paint_node(self, painter: QPainter, node: NodePicture, box: QRectF) -> None:
        ink = self._ink
        painter.setPen(no_pen())
        if node.unfolded:
            painter.setPen(QPen(ink.colour["line2"], 1))
            painter.setBrush(ink.brush["panel"])
        elif node.face.state == PROBLEM:
            painter.setBrush(ink.brush["err"])
        elif node.face.state == WAITING:
            painter.setBrush(ink.brush["line2"])
        else:
            painter.setBrush(ink.band(node.name, node.face.category)[0])
        if box.height() >= 4:
            painter.drawRoundedRect(box, 1.5, 1.5)
        else:
            painter.drawRect(box)

    def _look(self, event: QMouseEvent) -> None:
        across, down, x, y = self._scale()
        at = event.position()
        self.looked.emit(QPointF((at.x() - x) / across, (at.y() - y) / down))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = self._ink
        if self._map is None or self._map.deviceIndependentSize().toSize() != self.size():
            self._map = self._drawn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink.colour["line"], 1))
        painter.setBrush(ink.brush["panel"])
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(card, 8, 8)
        painter.drawPixmap(0, 0, self._map)
        across, down, x, y = self._scale()
        view = self._view
        frame = QRectF(
            view.x() * across + x, view.y() * down + y, view.width() * across, view.height() * down
        ).intersected(card.adjusted(4, 4, -4, -4))
        if not frame.isEmpty():
            painter.setPen(QPen(ink.colour["accent"], 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 3, 3)
        painter.end()


def _alike(one: Picture, other: Picture) -> bool:
    """Whether the maps of two pictures are the same."""
    if len(one.nodes) != len(other.nodes) or one.across != other.across or one.bounds != other.bounds:
        return False
    return all(
        mine is its
        or (
            (mine.rect, mine.unfolded, mine.face.state, mine.face.category)
            == (its.rect, its.unfolded, its.face.state, its.face.category)
        )
        for mine, its in zip(one.nodes.values(), other.nodes.values(), strict=True)
    )
