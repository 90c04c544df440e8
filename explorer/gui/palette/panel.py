"""The panel at the left: blocks, the person's own among them, and networks, with one search for all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.group import Group
from explorer.gui.icons import icon
from explorer.gui.palette.entries import Entry, network_entries, operator_entries, own_entries
from explorer.gui.palette.list_view import EntryList
from explorer.gui.palette.my_blocks import MyBlocks
from explorer.gui.palette.name_bar import NameBar
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

BLOCKS, NETWORKS = 0, 1
MY_BLOCKS = "My blocks"


class PalettePanel(QWidget):
    """Blocks to insert and networks to open.

    Signals:
        operator_chosen(operator): an operator was double clicked.
        network_chosen(name): a network was double clicked.
        complained(sentence): the person's own blocks could not be read or kept.
    """

    operator_chosen = Signal(object)
    network_chosen = Signal(str)
    complained = Signal(str)

    def __init__(self, my_blocks: MyBlocks, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="palettePanel")
        self._my_blocks = my_blocks
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(180)
        self.header = QWidget(objectName="paletteHeader")
        top = QHBoxLayout(self.header)
        top.setContentsMargins(9, 7, 9, 3)
        self.switch = Segments(
            (
                ("Blocks", "Layers and blocks to build with"),
                ("Networks", "Networks of the literature to open"),
            )
        )
        top.addWidget(self.switch)
        self.search = QLineEdit(objectName="paletteSearch", placeholderText="Search blocks")
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip("Show only what has these words in its name or description")
        self.search.setAccessibleName("Search blocks and networks")
        self._sign = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.operators = EntryList("Blocks")
        self.operators.setObjectName("palette")
        self.networks = EntryList("Networks")
        self.networks.setObjectName("networkList")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.operators)
        self._pages.addWidget(self.networks)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 10, 6)
        row.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        self.names = NameBar()
        column.addWidget(self.names)
        self._filled = False
        self._show_blocks()
        self.switch.switched.connect(self._switch)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.operators.chosen.connect(self._chosen)
        self.operators.menu_wanted.connect(self._show_menu)
        my_blocks.changed.connect(self._show_blocks)
        self.networks.chosen.connect(self._chosen)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._sign.setIcon(icon("search", theme, "text3"))
        self.operators.set_theme(theme)
        self.networks.set_theme(theme)

    def show_networks(self) -> None:
        """Switch to the networks."""
        self.switch.choose(NETWORKS)

    def offer(self, offered: Callable[[], Group], *, now: bool = False) -> None:
        """Offer to keep a block, as it is when it is kept; with `now` the name has the focus."""
        title = self._my_blocks.free_title(offered().title)
        said = "Keep this block in My blocks? It can be dragged into any network then."
        self.names.ask(said, "Keep in My blocks", title, lambda name: self._my_blocks.keep(offered(), name))
        if now:
            self.names.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_blocks(self) -> None:
        own = own_entries(self._my_blocks.groups)
        entries = {MY_BLOCKS: own, **operator_entries()} if own else operator_entries()
        self.operators.show_entries(entries, unfolded=True)
        if self._pages.currentIndex() == BLOCKS and self.search.text():
            self._search(self.search.text())

    def _show_menu(self, entry: Entry, place: QPoint) -> None:
        """The menu of a block of the person's own."""
        group = entry.operator
        if not isinstance(group, Group):
            return
        menu = QMenu(self, objectName="blockMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Rename…", lambda: self._rename(group))
        menu.addAction("Re&move", lambda: self._remove(group))
        menu.popup(place)

    def _rename(self, group: Group) -> None:
        said = f"{group.title}: its name in the palette. Networks that use it keep the old one."
        self.names.ask(said, "Rename", group.title, lambda name: self._my_blocks.rename(group.title, name))
        self.names.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, group: Group) -> None:
        try:
            self._my_blocks.remove(group.title)
        except ExplorerError as error:
            self.complained.emit(str(error))
            return
        said = f"{group.title} was removed from My blocks. Networks that use it keep it."
        self.names.ask(said, "Bring it back", group.title, lambda name: self._my_blocks.keep(group, name))

    def _switch(self, index: int) -> None:
        if index == NETWORKS and not self._filled:  # the catalogue is read at first need
            self._filled = True
            self.networks.show_entries(network_entries(), unfolded=True)
        self._pages.setCurrentIndex(index)
        self.search.setPlaceholderText("Search blocks" if index == BLOCKS else "Search networks")
        self._search(self.search.text())

    def _search(self, text: str) -> None:
        self._shown().search(text)

    def _shown(self) -> EntryList:
        return self.operators if self._pages.currentIndex() == BLOCKS else self.networks

    def _chosen(self, entry: Entry) -> None:
        if entry.operator is not None:
            self.operator_chosen.emit(entry.operator)
        else:
            self.network_chosen.emit(entry.network)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.search:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._shown().setFocus()
                self._shown().keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._shown().choose_current()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)
