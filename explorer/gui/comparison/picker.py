"""Chooses a network to compare: from the catalogue, what is open, a file, or a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.architectures.architecture import architecture_named
from explorer.core.errors import ExplorerError
from explorer.gui.comparison.options_form import OptionsForm
from explorer.gui.network_sources import AS_OPENED, OPEN, Kind, Source, catalogue, source_of_path
from explorer.gui.palette.entries import network_entries
from explorer.gui.panel import button, label, rule
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.theme import Theme

_CHOICE = Qt.ItemDataRole.UserRole
_WORDS = Qt.ItemDataRole.UserRole + 1
_FILE = "file"
_MOST_RUNS = 12


@dataclass(frozen=True)
class Offer:
    """One line of the list; `source` is None for a heading, `_FILE` asks for a file."""

    text: str
    hint: str = ""
    source: Source | str | None = None


def offers(open_name: str, changed: bool, runs: Callable[[], tuple[Path, ...]]) -> Iterator[Offer]:
    """All that can be chosen: what is open first, then runs, then the catalogue by family."""
    yield Offer("Yours")
    yield Offer(open_name, "the open network", OPEN)
    if changed:
        yield Offer(open_name, "as it was opened", AS_OPENED)
    yield Offer("A file…", "a document of this program", _FILE)
    found = runs()
    if found:
        yield Offer("Runs")
        for folder in found[:_MOST_RUNS]:
            yield Offer(folder.name, "a training", source_of_path(folder))
    for family, entries in network_entries().items():
        yield Offer(family)
        for entry in entries:
            yield Offer(entry.name, entry.hint, catalogue(entry.network))


class NetworkPicker(QFrame):
    """A list that floats below the button it belongs to, with the options of the chosen network.

    Signals:
        chosen(source): a network was chosen.
        file_wanted(): a file shall be asked for.
        options_edited(options): an option of the network was changed.
        lead_wanted(): the others shall be measured against this network.
        removal_wanted(): the network shall be taken away.
    """

    chosen = Signal(object)
    file_wanted = Signal()
    options_edited = Signal(object)
    lead_wanted = Signal()
    removal_wanted = Signal()

    def __init__(
        self, lines: Iterator[Offer], theme: Theme, source: Source | None, *, lead: bool, removable: bool
    ) -> None:
        super().__init__(None, Qt.WindowType.Popup)
        self.setObjectName("networkPicker")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        self.search = QLineEdit(placeholderText="Network, family or year", objectName="pickerSearch")
        self.search.setAccessibleName("Look for a network")
        self.search.setToolTip("Type a part of the name; arrow keys and Enter choose")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget(objectName="pickerList")
        self.list.setAccessibleName("Networks to compare")
        self.list.setToolTip("Click a network to compare it")
        self.list.setMinimumSize(300, 300)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fill(lines)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        if source is not None and source.kind is Kind.CATALOGUE:
            self._add_options(column, source)
        if lead or removable:
            column.addLayout(self._buttons(lead=lead, removable=removable))
        self.search.textChanged.connect(self._filter)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)

    def open_below(self, widget: QWidget) -> None:
        """Show it below a widget, within the screen."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        area = widget.screen().availableGeometry()
        x = min(corner.x(), area.right() - self.width())
        y = min(corner.y(), max(area.top(), area.bottom() - self.height()))
        self.move(max(area.left(), x), y)
        self.show()
        self.search.setFocus()

    def _fill(self, lines: Iterator[Offer]) -> None:
        for offer in lines:
            item = QListWidgetItem(f"{offer.text}   {offer.hint}" if offer.hint else offer.text)
            item.setData(_CHOICE, offer.source)
            words = f"{offer.text} {offer.hint}"
            if isinstance(offer.source, Source):
                words += f" {offer.source.name}"
            item.setData(_WORDS, words.lower())
            if offer.source is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setForeground(self._theme["text3"])
            self.list.addItem(item)

    def _filter(self, text: str) -> None:
        """Show the lines that hold all words, and headings that have such a line."""
        words = text.lower().split()
        heading: QListWidgetItem | None = None
        first = None
        for item in map(self.list.item, range(self.list.count())):
            if item.data(_CHOICE) is None:
                heading = item
                item.setHidden(True)
                continue
            family = heading.data(_WORDS) if heading is not None else ""
            fits = all(word in f"{family} {item.data(_WORDS)}" for word in words)
            item.setHidden(not fits)
            if fits and heading is not None:
                heading.setHidden(False)
            if fits and first is None:
                first = item
        self.list.setCurrentItem(first)

    def _choose(self, item: QListWidgetItem) -> None:
        choice = item.data(_CHOICE)
        if choice is None:
            return
        self.close()
        if isinstance(choice, Source):
            self.chosen.emit(choice)
        else:
            self.file_wanted.emit()

    def _add_options(self, column: QVBoxLayout, source: Source) -> None:
        try:
            architecture = architecture_named(source.name)
        except ExplorerError:
            return  # a name that is gone has no options to offer
        form = OptionsForm(architecture, source.options)
        form.edited.connect(self.options_edited)
        area = ScrollColumn(form)
        area.setMaximumHeight(190)
        column.addWidget(rule())
        column.addWidget(label(f"Options of {architecture.title}", "title"))
        column.addWidget(area)

    def _buttons(self, *, lead: bool, removable: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        for wanted, text, signal, tip in (
            (
                lead,
                "Measure against it",
                self.lead_wanted,
                "Put it first: the others are measured against it",
            ),
            (removable, "Take away", self.removal_wanted, "Compare the others without it"),
        ):
            if wanted:
                made = button(text, self._ending(signal), tip)
                row.addWidget(made)
        row.addStretch(1)
        return row

    def _ending(self, signal: Signal) -> Callable[[], None]:
        def end() -> None:
            self.close()
            signal.emit()  # type: ignore[attr-defined]

        return end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, chosen = self.focusWidget(), self.list.currentItem()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and place is self.search:
            self.list.setFocus()
            if chosen is None:
                self.list.setCurrentRow(1)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # in the options Enter ends the typing, and nothing else
            if place in (self.search, self.list) and chosen is not None:
                self._choose(chosen)
            return
        super().keyPressEvent(event)
