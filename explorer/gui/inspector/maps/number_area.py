"""Numbers that are drawn so that each can be pointed at: what grids of maps and rows of bars share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from explorer.gui.theme import Theme

ARROWS: Mapping[Qt.Key, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""How many rows and columns an arrow key goes on."""


@dataclass(frozen=True)
class Cell:
    """One number of the maps: which map, and where in it."""

    map: int
    row: int
    column: int


class NumberArea(QAbstractScrollArea):
    """Follows pointer, wheel and keys; what is drawn, and where, is each kind's own.

    Signals:
        hovered(cell): the pointer is over a number; None when it leaves.
        chosen(cell): a number was clicked or reached by key.
        enlarged(index): one map is wanted large.
        layer_turned(step): the next (1) or previous (-1) layer is asked for by key or wheel.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    enlarged = Signal(object)
    layer_turned = Signal(int)

    def __init__(self, name: str, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(tip)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._theme: Theme | None = None
        self._order: Sequence[int] = ()
        self._selected: Cell | None = None
        self._under: Cell | None = None

    @property
    def order(self) -> Sequence[int]:
        """The shown maps or numbers by index, in the order they stand."""
        return self._order

    @property
    def selected(self) -> Cell | None:
        """The number that was clicked."""
        return self._selected

    @property
    def columns(self) -> int:
        """How many stand in a row."""
        return 1

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    def select(self, cell: Cell | None) -> None:
        """Mark one number, and bring it into view."""
        self._selected = cell
        if cell is not None and cell.map in self._order:
            top, high = self.rows_of(self._order.index(cell.map))
            bar, room = self.verticalScrollBar(), self.viewport().height()
            bar.setValue(max(top + high - room, min(bar.value(), top)))
        self.viewport().update()

    def cell_at(self, point: QPoint) -> Cell | None:
        """The number drawn at a point of the viewport."""
        raise NotImplementedError

    def rows_of(self, place: int) -> tuple[int, int]:
        """Upper edge and height of what stands at a place, before scrolling, with its margins."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Find the places anew; the size of the viewport or what is shown changed."""
        raise NotImplementedError

    def whole_size(self) -> QSize:
        """How large all of it is, as wide as it stands now."""
        raise NotImplementedError

    def paint_part(self, painter: QPainter, seen: QRect) -> None:
        """Draw what lies in a part of the viewport."""
        raise NotImplementedError

    def paint_whole(self, painter: QPainter) -> None:
        """Draw all of it, also what is scrolled away; without what only the pointer shows."""
        above, under = self.verticalScrollBar().value(), self._under
        self._under = None
        painter.save()
        painter.translate(0, above)
        try:
            self.paint_part(painter, QRect(QPoint(0, -above), self.whole_size()))
        finally:
            painter.restore()
            self._under = under

    def step(self, by: int) -> None:
        """Select what stands `by` places on."""
        if not self._order:
            return
        now = self._selected
        place = self._order.index(now.map) + by if now is not None and now.map in self._order else 0
        place = max(0, min(len(self._order) - 1, place))
        cell = Cell(self._order[place], now.row if now else 0, now.column if now else 0)
        self.select(cell)
        self.chosen.emit(cell)

    def point_at(self, cell: Cell | None) -> None:
        """The pointer is over a number, or over none."""
        if cell != self._under:
            self._under = cell
            self.hovered.emit(cell)
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paint_part(QPainter(self.viewport()), event.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.select(cell)
            self.chosen.emit(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.enlarged.emit(cell.map)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned:
                self.layer_turned.emit(-1 if turned > 0 else 1)
            event.accept()
            return
        super().wheelEvent(event)
        if turned:  # what scrolled below the pointer is under it now
            self.point_at(self.cell_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {
            keys.Key_Left: -1,
            keys.Key_Right: 1,
            keys.Key_Up: -self.columns,
            keys.Key_Down: self.columns,
            keys.Key_Home: -len(self._order),
            keys.Key_End: len(self._order),
        }
        turn = {keys.Key_PageUp: -1, keys.Key_PageDown: 1, keys.Key_Up: -1, keys.Key_Down: 1}
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and key in turn:
            self.layer_turned.emit(turn[key])
        elif key in steps:
            self.step(steps[key])
        elif key in (keys.Key_Return, keys.Key_Enter) and self._selected is not None:
            self.enlarged.emit(self._selected.map)
        else:
            super().keyPressEvent(event)
