"""Keys of the layer table that walk its columns, move them, sort by them and open a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from explorer.gui.layers.view import LayerTableView

SAID = (
    "Ctrl+Left and Ctrl+Right walk the columns, Enter opens the figure there; with Shift as well they move"
    " the column, and Ctrl+Shift+Up and Ctrl+Shift+Down sort by it"
)
"""What the keys do, for a tooltip."""

_SIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ORDERS = {Qt.Key.Key_Up: Qt.SortOrder.AscendingOrder, Qt.Key.Key_Down: Qt.SortOrder.DescendingOrder}
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_OF_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def pressed(table: LayerTableView, event: QKeyEvent) -> bool:
    """Do what a key asks of the columns; False where it asks nothing of them."""
    held, key = event.modifiers() & ~_OF_KEYPAD, Qt.Key(event.key())
    current = table.currentIndex()
    if not current.isValid():
        return False
    if held == Qt.KeyboardModifier.NoModifier and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        table.clicked.emit(current)
        return True
    if held == _CONTROL and key in _SIDE:
        _walk(table, _SIDE[key])
    elif held == _CONTROL | _SHIFT and key in _SIDE:
        _move(table, _SIDE[key])
    elif held == _CONTROL | _SHIFT and key in _ORDERS:
        _sort(table, _ORDERS[key])
    else:
        return False
    return True


def _neighbour(table: LayerTableView, side: int) -> int | None:
    """The position of the next column that is shown; None where there is none."""
    header = table.header()
    position = header.visualIndex(table.currentIndex().column()) + side
    while 0 <= position < header.count():
        if not header.isSectionHidden(header.logicalIndex(position)):
            return position
        position += side
    return None


def _walk(table: LayerTableView, side: int) -> None:
    position = _neighbour(table, side)
    if position is None:
        return
    _stand_at(table, table.header().logicalIndex(position))


def _stand_at(table: LayerTableView, place: int) -> None:
    index = table.currentIndex().siblingAtColumn(place)
    table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    table.scrollTo(index)
    table.viewport().update()


def _move(table: LayerTableView, side: int) -> None:
    header, place, position = table.header(), table.currentIndex().column(), _neighbour(table, side)
    if place and position:  # names stay at the left
        header.moveSection(header.visualIndex(place), position)
        table.viewport().update()


def _sort(table: LayerTableView, order: Qt.SortOrder) -> None:
    """Sort by the column; the same once more sorts no longer."""
    header, place = table.header(), table.currentIndex().column()
    sorted_so = header.sortIndicatorSection() == place and header.sortIndicatorOrder() == order
    header.setSortIndicator(-1 if sorted_so else place, order)
    _stand_at(table, place)  # the rows came anew
