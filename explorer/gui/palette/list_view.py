"""A searchable list of entries under headings, from which entries are dragged or chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QKeyEvent,
    QPainter,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from explorer.core.notation import operator_to_data
from explorer.gui.chips import draw_chip
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.icons import draw_icon
from explorer.gui.palette.drag_card import drag_card
from explorer.gui.palette.entries import Entry
from explorer.gui.theme import Theme

OPERATOR_MIME = "application/x-architecture-explorer-operator"
NETWORK_MIME = "application/x-architecture-explorer-network"

ENTRY = Qt.ItemDataRole.UserRole
WORDS = Qt.ItemDataRole.UserRole + 1
CATEGORY = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex
_ROW, _HEADING = 22, 26


def mime_data(entry: Entry) -> QMimeData:
    """What a drag of an entry carries: an operator as JSON, or the name of a network."""
    data = QMimeData()
    if entry.operator is not None:
        text = json.dumps(operator_to_data(entry.operator), ensure_ascii=False)
        data.setData(OPERATOR_MIME, QByteArray(text.encode("utf-8")))
    else:
        data.setData(NETWORK_MIME, QByteArray(entry.network.encode("utf-8")))
    return data


class EntryList(QTreeView):
    """Entries under headings.

    Signals:
        chosen(entry): double click or Enter.
        menu_wanted(entry, point): the menu of an entry shall be shown at a point of the screen.
    """

    chosen = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._entries = QStandardItemModel(self)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setFilterRole(WORDS)
        self._filter.setRecursiveFilteringEnabled(True)
        self._filter.setSourceModel(self._entries)
        self.setModel(self._filter)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self._drawing = _Drawing(self)
        self.setItemDelegate(self._drawing)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._choose)

    def show_entries(self, entries: Mapping[str, Sequence[Entry]], unfolded: bool) -> None:
        """Show these headings with their entries; folded ones stay folded."""
        folded = self._folded() if self._entries.rowCount() else ()
        self._entries.clear()
        for heading, items in entries.items():
            top = QStandardItem(heading)
            top.setData(items[0].category, CATEGORY)
            top.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for entry in items:
                line = QStandardItem(entry.name)
                line.setData(entry, ENTRY)
                line.setData(entry.words, WORDS)
                line.setToolTip(entry.tip)
                line.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
                )
                top.appendRow(line)
            self._entries.appendRow(top)
        self._unfolded = unfolded
        self._restore_folding()
        for row in range(self._filter.rowCount()):
            top = self._filter.index(row, 0)
            if top.data() in folded:
                self.collapse(top)

    def search(self, text: str) -> None:
        """Show only what has all these words in its name or description."""
        words = text.lower().split()
        pattern = "".join(f"(?=.*{_escaped(word)})" for word in words)
        self._filter.setFilterRegularExpression(pattern)
        if words:
            self.expandAll()
            first = self._filter.index(0, 0, self._filter.index(0, 0))
            if first.isValid():
                self.setCurrentIndex(first)
        else:
            self._restore_folding()

    @property
    def names(self) -> list[str]:
        """The entries that are shown, from top to bottom."""
        tops = [self._filter.index(row, 0) for row in range(self._filter.rowCount())]
        return [
            self._filter.index(row, 0, top).data()
            for top in tops
            for row in range(self._filter.rowCount(top))
        ]

    def entry_index(self, name: str) -> QModelIndex:
        """Where an entry stands; invalid where it is not shown."""
        for row in range(self._filter.rowCount()):
            top = self._filter.index(row, 0)
            for line in range(self._filter.rowCount(top)):
                index = self._filter.index(line, 0, top)
                if index.data() == name:
                    return index
        return QModelIndex()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._drawing.theme = theme
        self.viewport().update()

    def choose_current(self) -> None:
        """As if the current entry was double clicked."""
        self._choose(self.currentIndex())

    def _folded(self) -> tuple[str, ...]:
        tops = [self._filter.index(row, 0) for row in range(self._filter.rowCount())]
        return tuple(str(top.data()) for top in tops if not self.isExpanded(top))

    def _restore_folding(self) -> None:
        if self._unfolded:
            self.expandAll()
        else:
            self.collapseAll()

    def _clicked(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(ENTRY) is None:
            self.setExpanded(index, not self.isExpanded(index))

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY)
        if entry is not None:
            self.chosen.emit(entry)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        entry = index.data(ENTRY)
        if entry is not None:
            place = self.visualRect(index).bottomLeft() if keyboard else event.pos()
            self.menu_wanted.emit(entry, self.viewport().mapToGlobal(place))

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803
        entry = self.currentIndex().data(ENTRY)
        if entry is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_data(entry))
        if self._drawing.theme is not None:
            drag.setPixmap(drag_card(entry, self._drawing.theme, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(-12, 44))  # above the pointer: what is offered under it stays readable
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.data(ENTRY) is None:
                self._clicked(index)
            else:
                self._choose(index)
            return
        super().keyPressEvent(event)


class _Drawing(QStyledItemDelegate):
    """Draws headings with their chip, and entries with what is said beside them."""

    theme: Theme | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _ROW if index.data(ENTRY) is not None else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self.theme
        if theme is None:
            return
        box, state = QRectF(option.rect), option.state  # type: ignore[attr-defined]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme["accentbg"])
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme["hover"])
        entry = index.data(ENTRY)
        if entry is None:
            self._heading(painter, box, index, bool(state & QStyle.StateFlag.State_Open), theme)
        else:
            self._entry(painter, box, entry, theme)
        painter.restore()

    def _heading(self, painter: QPainter, box: QRectF, index: Index, opened: bool, theme: Theme) -> None:
        middle = box.center().y()
        arrow = QRectF(box.left() + 9, middle - 5, 10, 10)
        draw_icon(painter, "down" if opened else "right", arrow, theme["text3"])
        left = box.left() + 25
        category = index.data(CATEGORY)
        if category:
            draw_chip(painter, QRectF(left, middle - 7, 14, 14), category, theme)
            left += 21
        painter.setPen(theme["text"])
        painter.setFont(font(12, SEMIBOLD))
        place = box.adjusted(left - box.left(), 0, -10, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(index.data()))

    def _entry(self, painter: QPainter, box: QRectF, entry: Entry, theme: Theme) -> None:
        inner = box.adjusted(46 if entry.category else 25, 0, -11, 0)
        painter.setFont(font(11))
        small = painter.fontMetrics()
        painter.setPen(theme["text3"])
        painter.setFont(font(12))
        names = painter.fontMetrics()
        room = inner.width() - names.horizontalAdvance(entry.name) - 10
        # where the room does not suffice for all of it, its last part: the parameters of a network
        hints = (entry.hint, entry.hint.rpartition("   ")[2])
        hint = next((item for item in hints if small.horizontalAdvance(item) <= room), "")
        if hint:
            painter.setFont(font(11))
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, hint)
            painter.setFont(font(12))
        painter.setPen(theme["text"])
        shown = names.elidedText(entry.name, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, shown)


def _escaped(word: str) -> str:
    return "".join(f"\\{sign}" if not sign.isalnum() and sign.isascii() else sign for sign in word)
