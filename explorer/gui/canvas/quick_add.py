"""Typing what shall stand below the selected node: a field with the blocks and networks that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from explorer.gui.canvas.placing import dragged_network
from explorer.gui.fonts import font
from explorer.gui.palette.entries import Entry, network_entries, operator_entries, own_entries
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_WIDE, _ROW, _ROWS, _EDGE = 260, 24, 8, 12
_ENTRY = Qt.ItemDataRole.UserRole


class QuickAdd(QFrame):
    """Enter puts the chosen block below the selected node, Escape closes."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("quickAdd")
        self._canvas = canvas
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        self._field = QLineEdit(self)
        self._field.setObjectName("quickAddField")
        self._field.setAccessibleName("Add a block")
        self._field.setToolTip(
            "Type the name of a block or a network; Enter puts it below the selected layer"
        )
        self._field.setPlaceholderText("Add a block: conv, pool, add…")
        self._field.setFont(font(13))
        self._field.setFixedHeight(28)
        self._field.textEdited.connect(self._filter)
        self._field.installEventFilter(self)
        column.addWidget(self._field)
        self._list = QListWidget(self)
        self._list.setObjectName("quickAddList")
        self._list.setAccessibleName("Blocks")
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFont(font(12))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._insert)
        column.addWidget(self._list)
        self.setFixedWidth(_WIDE)
        self.hide()

    def begin(self) -> None:
        """Open the field below the selected node."""
        self._field.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.setStyleSheet(
            f"#quickAdd {{ background: {theme.hex('raised')}; border: 1px solid {theme.hex('line2')};"
            " border-radius: 8px; }"
            f"#quickAddField {{ color: {theme.hex('text')}; background: {theme.hex('canvas')};"
            f" border: 1px solid {theme.hex('line2')}; border-radius: 6px; padding: 0 8px; }}"
            f"#quickAddField:focus {{ border: 2px solid {theme.hex('accent')}; padding: 0 7px; }}"
            f"#quickAddList {{ color: {theme.hex('text')}; background: transparent; border: none; }}"
            f"#quickAddList::item {{ height: {_ROW}px; border-radius: 4px; padding-left: 6px; }}"
            f"#quickAddList::item:hover {{ background: {theme.hex('hover')}; }}"
            f"#quickAddList::item:selected {{ color: {theme.hex('text')};"
            f" background: {theme.hex('accentbg')}; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self._close()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._insert(self._list.currentItem())
                return True
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._list.count():
                step = -1 if key == Qt.Key.Key_Up else 1
                self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
                return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        """List what matches; names that begin with the text come first."""
        wanted = text.strip().lower()
        entries = [entry for items in operator_entries().values() for entry in items]
        entries += own_entries(self._canvas.own_blocks())
        if wanted:  # a list of all networks would bury the blocks
            entries += [entry for items in network_entries().values() for entry in items]
        found = [entry for entry in entries if all(word in entry.words for word in wanted.split())]
        found.sort(key=lambda entry: _rank(entry, wanted))
        self._list.clear()
        for entry in found:
            hint = f"   {entry.hint}" if entry.hint else ""
            item = QListWidgetItem(f"{entry.name}{hint}")
            item.setToolTip(entry.tip)
            item.setData(_ENTRY, entry)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setFixedHeight(_ROW * max(1, min(_ROWS, len(found))) + 4)
        self.adjustSize()

    def _insert(self, item: QListWidgetItem | None) -> None:
        entry = item.data(_ENTRY) if item is not None else None
        if not isinstance(entry, Entry):
            return
        self._close()
        if entry.operator is not None:
            self._canvas.insert_operator(entry.operator)
        elif len(self._canvas.workbench.document.graph):
            self._canvas.insert_operator(dragged_network(entry.network))
        else:
            self._canvas.network_wanted.emit(entry.network)

    def _place(self) -> None:
        """Below the selected node where that is in view, else in the middle."""
        canvas = self._canvas
        chosen = canvas.workbench.selection
        node = canvas.picture.shown(chosen[-1]) if chosen else None
        x, y = (canvas.width() - _WIDE) / 2, canvas.height() / 4
        if node is not None:
            below = canvas.viewportTransform().map(QPointF(node.rect[0], node.outlet[1]))
            x, y = below.x(), below.y() + 6
        x = min(max(x, _EDGE), canvas.width() - _WIDE - _EDGE)
        y = min(max(y, _EDGE), canvas.height() - self.height() - _EDGE)
        self.move(round(x), round(y))

    def _close(self) -> None:
        self.hide()
        self._canvas.setFocus()


def _rank(entry: Entry, wanted: str) -> tuple[int, bool, int]:
    """Names that begin with the text first, blocks before networks, short names before long ones."""
    names = [name for name in (entry.name.lower(), entry.network) if name]
    network = bool(entry.network)
    if any(name.startswith(wanted) for name in names):
        return 0, network, len(names[0]) if wanted else 0
    return (1 if any(wanted in name for name in names) else 2), network, 0
