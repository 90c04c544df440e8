"""The right of many pictures: the chosen one, others that are listed, and who is taken for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.units import probability_text
from explorer.gui.confusion_view import ConfusionView
from explorer.gui.inspector.embedding.sheet import ThumbnailSheet
from explorer.gui.inspector.methods.pieces import Still
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.panel import Facts, button, label, rule
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.embedding_findings import Features

_HINT = "Click a point for its neighbours, drag a line around several, or click a cell of the table below."
_STILL, _MATRIX = 96, 280


class EmbeddingSide(QFrame):
    """Shows; it asks nothing itself.

    Signals:
        chosen(index): a listed picture is to be marked in the plane.
        opened(index): a picture is to be looked at on its own.
        cell_chosen(place): the pictures of a cell (true class, answer) are wanted.
    """

    chosen = Signal(object)
    opened = Signal(object)
    cell_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.features: Features | None = None
        self.index: int | None = None
        self.still = Still("The chosen picture")
        self.still.setFixedWidth(_STILL)
        self.facts = Facts()
        self.look = button(
            "Look inside", self._open, "Open this picture with these weights (Enter)", primary=True
        )
        self.title, self.note = label("Pictures", "title", wrap=True), label(_HINT, "hint", wrap=True)
        self.sheet, self.matrix = ThumbnailSheet(), ConfusionView()
        self.summary, self.told = Facts(), label(role="hint", wrap=True)
        self._one, self._below = QWidget(), rule()
        self._lay_out()
        self.sheet.chosen.connect(self.chosen)
        self.sheet.opened.connect(self.opened)
        self.matrix.setFixedHeight(_MATRIX)
        self.matrix.cell_chosen.connect(self._choose_cell)
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.matrix.set_theme(theme)

    def clear(self) -> None:
        """Nothing is known."""
        self.features = self.index = None
        self._one.hide()
        self.sheet.hide()
        self._told.hide()
        self._below.hide()
        self.summary.show_facts({})
        self.title.setText("Pictures")
        self.note.setText(_HINT)

    def show_features(self, features: Features) -> None:
        """Figures of all pictures, and who is taken for whom."""
        self.clear()
        self.features = features
        facts = {
            "nearest is of its own class": probability_text(features.found),
            "the same by the pixels": probability_text(features.found_plain),
        }
        counts: Sequence[Sequence[int]] = ()
        if features.answers is not None:
            from explorer.engine.looking.embedding import confusion  # loaded: the features came from there

            counts = confusion(features.labels, features.answers, len(features.classes)).tolist()
            right = sum(row[index] for index, row in enumerate(counts))
            facts["recognised by the network"] = probability_text(right / max(1, len(features)))
        if features.skipped:
            facts["could not be read"] = f"{features.skipped:,}"
        self.summary.show_facts(facts)
        self._below.show()
        self.matrix.choose(None)
        self.matrix.show_counts(counts, features.classes)
        self._told.setVisible(bool(counts))
        self.told.setText(_mistakes(counts))

    def show_picture(self, index: int) -> None:
        """The picture that is chosen."""
        features = self.features
        assert features is not None  # noqa: S101  (it is one of them)
        self.index = index
        self.still.show_pixels(features.thumbnails[index])
        facts = {"class": features.classes[int(features.labels[index])]}
        if features.answers is not None and features.sureness is not None:
            answer = features.classes[int(features.answers[index])]
            facts["taken for"] = f"{answer}, {probability_text(float(features.sureness[index]))}"
        facts["number in the data"] = f"{features.numbers[index]:,}"
        self.facts.show_facts(facts)
        self._one.show()

    def list_pictures(self, title: str, note: str, indices: Sequence[int], words: Sequence[str]) -> None:
        """List some pictures, with a word for each."""
        features = self.features
        assert features is not None  # noqa: S101  (they are some of them)
        said = dict(zip(indices, words, strict=True))
        self.title.setText(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.sheet.show_pictures(
            indices, lambda index: image_of(features.thumbnails[index]), lambda index: said[index]
        )
        self.sheet.setVisible(bool(indices))

    def _lay_out(self) -> None:
        one = QHBoxLayout(self._one)
        one.setContentsMargins(0, 0, 0, 0)
        one.setSpacing(12)
        one.addWidget(self.still, 0, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.addWidget(self.facts)
        beside.addWidget(self.look, 0, Qt.AlignmentFlag.AlignRight)
        one.addLayout(beside, 1)
        self._told = QWidget()
        mistakes = QVBoxLayout(self._told)
        mistakes.setContentsMargins(0, 0, 0, 0)
        mistakes.setSpacing(6)
        for part in (rule(), label("Who is taken for whom", "title"), self.matrix, self.told):
            mistakes.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        for part in (self.summary, self._below, self._one, self.title, self.note):
            column.addWidget(part)
        column.addWidget(self.sheet, 1)
        column.addWidget(self._told)
        column.addStretch(0)

    def _choose_cell(self, label: int, answer: int) -> None:
        self.told.setText(self.matrix.cell_text(label, answer))
        self.cell_chosen.emit((label, answer))

    def _open(self) -> None:
        if self.index is not None:
            self.opened.emit(self.index)


def _mistakes(counts: Sequence[Sequence[int]]) -> str:
    """How many mistakes there are."""
    wrong = sum(
        count for row, line in enumerate(counts) for column, count in enumerate(line) if row != column
    )
    return f"{wrong:,} pictures are taken for another class; click a cell to see which."
