"""All maps of one layer in a grid that fills the space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.tiling import GAP, LABEL, Tiling, tile
from explorer.gui.theme import Theme


@dataclass(frozen=True)
class Cell:
    """One number of the maps: which map, and where in it."""

    map: int
    row: int
    column: int


class FeatureGrid(QAbstractScrollArea):
    """Maps as pictures with nearest-neighbour enlargement and their index below.

    Signals:
        hovered(cell): the pointer is over a number; None when it leaves.
        chosen(cell): a number was clicked.
        layer_turned(step): the next (1) or previous (-1) layer is asked for by key or wheel.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    layer_turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("featureGrid")
        self.setAccessibleName("Feature maps")
        self.setToolTip("Point at a map to read a value; click to select it. Ctrl+wheel turns the layers.")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._theme: Theme | None = None
        self._pixels: Any = None
        self._order: Sequence[int] = ()
        self._images: dict[int, QImage] = {}
        self._tiling: Tiling | None = None
        self._selected: Cell | None = None
        self._under: Cell | None = None

    @property
    def order(self) -> Sequence[int]:
        """The shown maps by index, in the order they stand."""
        return self._order

    @property
    def selected(self) -> Cell | None:
        """The number that was clicked."""
        return self._selected

    @property
    def tiling(self) -> Tiling | None:
        """Where the maps stand; None while nothing is shown."""
        return self._tiling

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def show_maps(self, pixels: Any, order: Sequence[int]) -> None:
        """Show maps in an order. `pixels` is a uint8 array (maps, height, width, 3); None clears."""
        if pixels is not self._pixels:
            self._images = {}
            self._under = None
            if pixels is None or self._pixels is None or pixels.shape != self._pixels.shape:
                self._selected = None
                self.verticalScrollBar().setValue(0)
        self._pixels, self._order = pixels, tuple(order)
        self._arrange()
        self.viewport().update()

    def select(self, cell: Cell | None) -> None:
        """Mark one number, and bring its map into view."""
        self._selected = cell
        if cell is not None and self._tiling is not None and cell.map in self._order:
            top = self._tiling.corner(self._order.index(cell.map))[1]
            bar, room = self.verticalScrollBar(), self.viewport().height()
            low = top + self._tiling.high + LABEL + GAP - room
            bar.setValue(max(low, min(bar.value(), top - GAP)))
        self.viewport().update()

    def image(self, index: int) -> QImage:
        """One map as a picture, a pixel for each number."""
        known = self._images.get(index)
        if known is None:
            high, wide = self._pixels.shape[1:3]
            data = self._pixels[index].tobytes()
            known = QImage(data, wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
            self._images[index] = known
        return known

    def cell_at(self, point: QPoint) -> Cell | None:
        """The number drawn at a point of the viewport."""
        if self._tiling is None:
            return None
        x, y = point.x(), point.y() + self.verticalScrollBar().value()
        place = self._tiling.place_at(x, y)
        if place is None:
            return None
        left, top = self._tiling.corner(place)
        high, wide = self._pixels.shape[1:3]
        row = min(high - 1, (y - top) * high // self._tiling.high)
        return Cell(self._order[place], row, min(wide - 1, (x - left) * wide // self._tiling.wide))

    def place_of(self, index: int) -> QRect:
        """Where a map stands in the viewport, without its label."""
        if self._tiling is None or index not in self._order:
            return QRect()
        left, top = self._tiling.corner(self._order.index(index))
        return QRect(left, top - self.verticalScrollBar().value(), self._tiling.wide, self._tiling.high)

    def _arrange(self) -> None:
        if self._pixels is None or not self._order:
            self._tiling = None
            self.verticalScrollBar().setRange(0, 0)
            return
        room = self.viewport().size()
        self._tiling = tile(len(self._order), self._pixels.shape[1:3], (room.width(), room.height()))
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._tiling.height - room.height()))
        bar.setPageStep(room.height())
        bar.setSingleStep(self._tiling.high + LABEL + GAP)

    def _step(self, by: int) -> None:
        """Select the map that stands `by` places on."""
        if not self._order:
            return
        now = self._selected
        place = self._order.index(now.map) + by if now is not None and now.map in self._order else 0
        place = max(0, min(len(self._order) - 1, place))
        cell = Cell(self._order[place], now.row if now else 0, now.column if now else 0)
        self.select(cell)
        self.chosen.emit(cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme["panel"])
        if self._tiling is None:
            return
        painter.setFont(font(11))
        for index in self._order:
            place = self.place_of(index)
            if place.top() > event.rect().bottom() or place.bottom() + LABEL < event.rect().top():
                continue
            painter.drawImage(place, self.image(index))
            mine = self._selected is not None and self._selected.map == index
            painter.setPen(self._theme["accent" if mine else "text2"])
            label = QRect(place.left(), place.bottom() + 2, place.width(), LABEL - 2)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(index))
        self._mark(painter)

    def _mark(self, painter: QPainter) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        if self._selected is not None and self._selected.map in self._order:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.place_of(self._selected.map)).adjusted(-3, -3, 3, 3)
            painter.drawRoundedRect(ring, 5, 5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for cell in {self._selected, self._under} - {None}:
            self._frame(painter, cell)

    def _frame(self, painter: QPainter, cell: Cell) -> None:
        """A dark and a light frame around one number: seen on every colour."""
        if cell.map not in self._order:
            return
        place, (high, wide) = self.place_of(cell.map), self._pixels.shape[1:3]
        left = place.left() + cell.column * place.width() // wide
        top = place.top() + cell.row * place.height() // high
        right = place.left() + (cell.column + 1) * place.width() // wide
        bottom = place.top() + (cell.row + 1) * place.height() // high
        box = QRect(left, top, max(3, right - left), max(3, bottom - top))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawRect(box.adjusted(-2, -2, 1, 1))
        painter.setPen(Qt.GlobalColor.black)
        painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell != self._under:
            self._under = cell
            self.hovered.emit(cell)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.select(cell)
            self.chosen.emit(cell)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._under is not None:
            self._under = None
            self.hovered.emit(None)
            self.viewport().update()
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            if turned:
                self.layer_turned.emit(-1 if turned > 0 else 1)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._tiling.columns if self._tiling else 1
        keys = Qt.Key
        steps = {keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_Up: -columns, keys.Key_Down: columns}
        turn = {keys.Key_PageUp: -1, keys.Key_PageDown: 1, keys.Key_Up: -1, keys.Key_Down: 1}
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and key in turn:
            self.layer_turned.emit(turn[key])
        elif key in steps:
            self._step(steps[key])
        else:
            super().keyPressEvent(event)
