"""All maps of one layer in a grid that fills the space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.maps.number_area import ARROWS, Cell, NumberArea
from explorer.gui.inspector.maps.tiling import GAP, LABEL, Tiling, tile

_TIP = (
    "Point at a map to read a value and to lay it over the picture; click to select, double-click to"
    " enlarge; Shift and the arrow keys move within a map. Plus and minus change the size; Ctrl+wheel"
    " turns the layers."
)
MOST_LARGER = 40
"""So many columns can be taken away at most."""


class FeatureGrid(NumberArea):
    """Maps as pictures with nearest-neighbour enlargement and their index below.

    Signals:
        resized(): a person wants the maps larger or smaller.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("featureGrid", "Feature maps", _TIP, parent)
        self._pixels: Any = None
        self._side = (0, 0)
        self._images: dict[int, QImage] = {}
        self._tiling: Tiling | None = None
        self._larger = 0

    @property
    def tiling(self) -> Tiling | None:
        """Where the maps stand; None while nothing is shown."""
        return self._tiling

    @property
    def columns(self) -> int:
        """How many maps stand in a row."""
        return self._tiling.columns if self._tiling is not None else 1

    def show_maps(self, pixels: Any, order: Sequence[int], side: tuple[int, int] | None = None) -> None:
        """Show maps in an order; None clears.

        `pixels` is a uint8 array (maps, height, width, 3); `side` is (height, width) of the maps
        in numbers, where not every number has a pixel.
        """
        if pixels is not self._pixels:
            self._images = {}
            self._under = None
            if pixels is None or self._pixels is None or pixels.shape != self._pixels.shape:
                self._selected = None
                self.verticalScrollBar().setValue(0)
        self._pixels, self._order = pixels, tuple(order)
        self._side = (0, 0) if pixels is None else side or pixels.shape[1:3]
        self.arrange()
        self.viewport().update()

    def resize_maps(self, by: int) -> None:
        """Let fewer (1) or more (-1) maps stand in a row; 0 lets all be seen again."""
        self._larger = max(0, min(MOST_LARGER, self._larger + by)) if by else 0
        self.arrange()
        self.select(self._selected)
        self.resized.emit()

    @property
    def larger(self) -> int:
        """How many columns fewer than would show all maps at once."""
        return self._larger

    def _move(self, down: int, across: int) -> None:
        """Select the number beside the selected one, in the same map."""
        if self._selected is None:
            return
        row, column = self._selected.row + down, self._selected.column + across
        if 0 <= row < self._side[0] and 0 <= column < self._side[1]:
            cell = Cell(self._selected.map, row, column)
            self.select(cell)
            self.chosen.emit(cell)

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
        high, wide = self._side
        row = min(high - 1, (y - top) * high // self._tiling.high)
        return Cell(self._order[place], row, min(wide - 1, (x - left) * wide // self._tiling.wide))

    def place_of(self, index: int) -> QRect:
        """Where a map stands in the viewport, without its label."""
        if self._tiling is None or index not in self._order:
            return QRect()
        left, top = self._tiling.corner(self._order.index(index))
        return QRect(left, top - self.verticalScrollBar().value(), self._tiling.wide, self._tiling.high)

    def rows_of(self, place: int) -> tuple[int, int]:
        if self._tiling is None:
            return 0, 0
        top = self._tiling.corner(place)[1]
        return top - GAP, self._tiling.high + LABEL + 2 * GAP

    def arrange(self) -> None:
        if self._pixels is None or not self._order:
            self._tiling = None
            self.verticalScrollBar().setRange(0, 0)
            return
        room = self.viewport().size()
        self._tiling = self._tiled(room)
        bar, over = self.verticalScrollBar(), self._tiling.height - room.height()
        # narrower tiles are lower: what does not fit without a bar may fit beside one, which then
        # would go and come for ever; so whether there is one is asked of the width without it
        needed = self._tiled(self.maximumViewportSize()).height > room.height()
        bar.setRange(0, max(1, over) if needed else 0)
        bar.setPageStep(room.height())
        bar.setSingleStep(self._tiling.high + LABEL + GAP)

    def _tiled(self, room: QSize) -> Tiling:
        return tile(len(self._order), self._side, (room.width(), room.height()), fewer=self._larger)

    def whole_size(self) -> QSize:
        return QSize(self.viewport().width(), self._tiling.height if self._tiling is not None else 0)

    def paint_part(self, painter: QPainter, seen: QRect) -> None:
        if self._theme is None:
            return
        painter.fillRect(seen, self._theme["panel"])
        if self._tiling is None:
            return
        painter.setFont(font(11))
        for index in self._order:
            place = self.place_of(index)
            if place.top() > seen.bottom() or place.bottom() + LABEL < seen.top():
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
        place, (high, wide) = self.place_of(cell.map), self._side
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        larger = {"+": 1, "=": 1, "-": -1, "0": 0}
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key in ARROWS:
            self._move(*ARROWS[key])
        elif event.text() in larger:
            self.resize_maps(larger[event.text()])
        else:
            super().keyPressEvent(event)
