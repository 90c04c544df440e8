"""One map alone, as large as one likes, with its numbers written where they have room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.figures import ink, number
from explorer.gui.inspector.maps.number_area import ARROWS, Cell
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.findings import Maps

_MARGIN, _ROOM_FOR_NUMBER, _STEP, _LARGEST = 16, 40.0, 1.25, 160.0
_DRAG = 4


class MapView(QWidget):
    """A map that is zoomed by the wheel and moved by dragging; nearest-neighbour always.

    Signals:
        hovered(cell), chosen(cell): as of the grid of maps.
        turned(step): the map before (-1) or after (1) is wanted.
        closed(): back to all maps.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    turned = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapView")
        self.setAccessibleName("One feature map")
        self.setToolTip(
            "Wheel: zoom, drag: move, F: all of it, arrow keys: the value beside, Page Up and Down: the map"
            " beside, Esc or double click: all maps."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._theme: Theme | None = None
        self._maps: Maps | None = None
        self._image = QImage()
        self.index = 0
        self._zoom, self._corner = 0.0, QPointF()
        self._pressed: QPointF | None = None
        self._dragged = False
        self._under: Cell | None = None
        self.selected: Cell | None = None

    @property
    def zoom(self) -> float:
        """Pixels of the screen a number is wide."""
        return self._zoom

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_map(self, maps: Maps, index: int, selected: Cell | None) -> None:
        """Show one map of a layer; the zoom stays while its sides do."""
        same = self._maps is not None and self._maps.values.shape[1:] == maps.values.shape[1:]
        self._maps, self.index = maps, index
        self.selected = selected if selected is not None and selected.map == index else None
        self._image = image_of(_pixels(maps, index))
        self._under = None
        if not same or not self._zoom:
            self.fit()
        self.update()

    def fit(self) -> None:
        """All of the map, as large as it fits."""
        if self._maps is None:
            return
        high, wide = self._maps.values.shape[1:]
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._zoom = max(0.05, min(room.width() / wide, room.height() / high, _LARGEST))
        if self._zoom >= 1:
            self._zoom = math.floor(self._zoom)
        size = QPointF(wide * self._zoom, high * self._zoom)
        self._corner = QRectF(self.rect()).center() - size / 2
        self.update()

    def cell_at(self, point: QPointF) -> Cell | None:
        """The number drawn at a point."""
        if self._maps is None or not self._zoom:
            return None
        place = (point - self._corner) / self._zoom
        row, column = math.floor(place.y()), math.floor(place.x())
        high, wide = self._maps.values.shape[1:]
        return Cell(self.index, row, column) if 0 <= row < high and 0 <= column < wide else None

    def place_of(self, row: int, column: int) -> QRectF:
        """Where a number is drawn."""
        corner = self._corner + QPointF(column, row) * self._zoom
        return QRectF(corner.x(), corner.y(), self._zoom, self._zoom)

    def magnify(self, factor: float, around: QPointF) -> None:
        """Zoom; what lies at a point stays there."""
        if not self._zoom:
            return
        zoom = min(_LARGEST, max(0.05, self._zoom * factor))
        self._corner = around - (around - self._corner) * (zoom / self._zoom)
        self._zoom = zoom
        self.update()

    def _choose(self, cell: Cell) -> None:
        self.selected = cell
        place = self.place_of(cell.row, cell.column)
        inside = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        if not inside.contains(place):
            self._corner += QPointF(
                max(0.0, inside.left() - place.left()) + min(0.0, inside.right() - place.right()),
                max(0.0, inside.top() - place.top()) + min(0.0, inside.bottom() - place.bottom()),
            )
        self.update()
        self.chosen.emit(cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme["panel"])
        if self._maps is None or not self._zoom:
            return
        high, wide = self._maps.values.shape[1:]
        painter.drawImage(
            QRectF(self._corner.x(), self._corner.y(), wide * self._zoom, high * self._zoom), self._image
        )
        if self._zoom >= _ROOM_FOR_NUMBER:
            self._write(painter)
        for cell, colour in ((self._under, "text3"), (self.selected, "accent")):
            if cell is not None:
                place = self.place_of(cell.row, cell.column)
                painter.setPen(QPen(Qt.GlobalColor.white, 3))
                painter.drawRect(place)
                painter.setPen(QPen(self._theme[colour], 1.5))
                painter.drawRect(place)

    def _write(self, painter: QPainter) -> None:
        """The numbers of the cells that are seen."""
        assert self._maps is not None  # noqa: S101  (asked by the caller)
        values = self._maps.values[self.index]
        painter.setFont(font(11))
        metrics = QFontMetricsF(font(11))
        for row in _seen(self._corner.y(), self.height(), self._zoom, values.shape[0]):
            for column in _seen(self._corner.x(), self.width(), self._zoom, values.shape[1]):
                text = number(float(values[row, column]))
                if metrics.horizontalAdvance(text) > self._zoom - 2:
                    text = f"{float(values[row, column]):.1f}".replace("-", "−")
                painter.setPen(ink(self._image.pixelColor(column, row)))
                painter.drawText(self.place_of(row, column), Qt.AlignmentFlag.AlignCenter, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.magnify(_STEP ** (turned / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved = event.position() - self._pressed
            if self._dragged or moved.manhattanLength() > _DRAG:
                self._dragged = True
                self._corner += moved
                self._pressed = event.position()
                self.update()
            return
        cell = self.cell_at(event.position())
        if cell != self._under:
            self._under = cell
            self.hovered.emit(cell)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if self._pressed is not None and not self._dragged and cell is not None:
            self._choose(cell)
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._under is not None:
            self._under = None
            self.hovered.emit(None)
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key, middle = Qt.Key, event.key(), QPointF(self.rect().center())
        if key == keys.Key_Escape:
            self.closed.emit()
        elif key in (keys.Key_PageUp, keys.Key_PageDown):
            self.turned.emit(-1 if key == keys.Key_PageUp else 1)
        elif event.text() in ("+", "=", "-"):
            self.magnify(1 / _STEP if event.text() == "-" else _STEP, middle)
        elif key == keys.Key_F:
            self.fit()
        elif key in ARROWS and self._maps is not None:
            self._step(*ARROWS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, across: int) -> None:
        """Select the number beside the selected one."""
        assert self._maps is not None  # noqa: S101  (asked by the caller)
        high, wide = self._maps.values.shape[1:]
        now = self.selected or Cell(self.index, 0, 0)
        row, column = now.row + down, now.column + across
        if 0 <= row < high and 0 <= column < wide:
            self._choose(Cell(self.index, row, column))


def _pixels(maps: Maps, index: int) -> object:
    """Every number of one map in its colour, also where the grid draws only some."""
    if maps.step == 1:
        return maps.pixels[index]
    from explorer.engine.drawing.tiles import one_coloured  # torch is loaded: the maps came from it

    ends = maps.lows[index], maps.highs[index]
    palette = maps.request.colours.palette(signed=maps.signed)
    return one_coloured(maps.values[index], ends, palette, maps.request.theme, signed=maps.signed)


def _seen(corner: float, room: int, zoom: float, count: int) -> Sequence[int]:
    """Which rows or columns lie in the view."""
    first = max(0, math.floor(-corner / zoom))
    return range(first, min(count, math.ceil((room - corner) / zoom)))
