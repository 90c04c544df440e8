"""The head of the Costs page: which measure, which block one is in, copy and export."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.gui.icons import icon
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

_WORDS = (
    ("Parameters", "Tiles as large as the learned numbers of a layer"),
    ("MACs", "Tiles as large as the operations of a layer"),
    ("Activations", "Tiles as large as the output of a layer"),
    ("Time", "Tiles as large as the measured time of a layer"),
)
_MEASURE_FIRST = "Measure the times first, on the page Measure"
_LONGEST = 24  # letters of a block's name


class CostTools(QWidget):
    """Choices of what the treemap shows.

    Signals:
        measure_chosen(key): another measure.
        place_chosen(name): a block around what is shown, "" for the network.
        copy_wanted(), export_wanted(): what was pressed.
    """

    measure_chosen = Signal(str)
    place_chosen = Signal(str)
    copy_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="costTools")
        self._keys: list[str] = []
        self._places: list[tuple[str, str]] = []
        self.measures = Segments(_WORDS, 26)
        self._path = QHBoxLayout()
        self._path.setSpacing(2)
        self._copy = _button("Copy", "Copy the treemap and the bars as a picture")
        self._export = _button("Export", "Write the treemap and the bars as SVG, PNG or PDF")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.measures)
        row.addLayout(self._path)
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(self._export)
        self.measures.switched.connect(self._switched)
        self._copy.clicked.connect(self.copy_wanted)
        self._export.clicked.connect(self.export_wanted)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for button, name in ((self._copy, "copy"), (self._export, "export")):
            button.setIcon(icon(name, theme))

    def show_measures(self, named: Sequence[tuple[str, str]], chosen: str, known: Collection[str]) -> None:
        """Show the measures by (key, title) and which of them is chosen; only `known` ones can be."""
        self._keys = [key for key, _ in named]
        for place, (key, title) in enumerate(named):
            button = self.measures.button(place)
            button.setText(title)
            button.setAccessibleName(title)
            button.setEnabled(key in known)
            button.setToolTip(_WORDS[place][1] if key in known else _MEASURE_FIRST)
        self.measures.choose(self._keys.index(chosen))

    def show_place(self, places: Sequence[tuple[str, str]]) -> None:
        """Show the network and the blocks that one went into, as (full name, words)."""
        if list(places) == self._places:
            return
        self._places = list(places)
        while self._path.count():
            widget = self._path.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if len(places) == 1:
            return  # the whole network is where one starts
        for number, (name, words) in enumerate(places):
            if number:
                self._path.addWidget(QLabel("/"))
            self._path.addWidget(self._part(name, words, last=number == len(places) - 1))

    def _part(self, name: str, words: str, *, last: bool) -> QToolButton:
        button = _button(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…", "")
        button.setAccessibleName(f"Show {words}")
        button.setToolTip(f"{name or words}: shown" if last else f"Go back to {name or words} (Backspace)")
        button.setEnabled(not last)
        button.clicked.connect(lambda _checked=False: self.place_chosen.emit(name))
        return button

    def _switched(self, place: int) -> None:
        if place < len(self._keys):
            self.measure_chosen.emit(self._keys[place])


def _button(text: str, tip: str) -> QToolButton:
    made = QToolButton(text=text)
    made.setProperty("flat", True)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    return made
