"""The right of two networks: what both say, how far apart they are, and the picture."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from explorer.engine.looking.pair_findings import PairAnswers, PairMaps
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.pairs.predictions import PairPredictions
from explorer.gui.inspector.pictures.picture_view import PictureView, image_of
from explorer.gui.panel import Facts, label, rule
from explorer.gui.theme import Theme


class PairSide(QFrame):
    """Shows; it asks nothing itself."""

    def __init__(self, which: QWidget, parent: QWidget | None = None) -> None:
        """`which` chooses the picture; it stands above it."""
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.predictions, self.facts = PairPredictions(), Facts()
        self.picture, self.said = PictureView(), label(role="hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(label("Predictions", "title"))
        column.addWidget(self.said)
        self._found = (self.predictions, rule(), self.facts, rule(), self.picture)
        for part in (*self._found[:-1], which, self.picture):
            column.addWidget(part)
        column.addStretch(1)
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.predictions.set_theme(theme)
        self.picture.set_theme(theme)

    def clear(self) -> None:
        """Nothing is looked at."""
        self.said.setText("Open a picture to see what both networks take it for.")
        for part in self._found:
            part.hide()

    def show_answers(self, answers: PairAnswers) -> None:
        """What both say of the picture."""
        for part in self._found:
            part.show()
        self.predictions.show_answers(answers)
        left, right = answers.said
        self.said.setText(f"above: {left}; below: {right}")
        picture = answers.picture
        self.picture.show_picture(image_of(picture.pixels), None, picture)

    def show_maps(self, shown: PairMaps) -> None:
        """How far apart the layers are."""
        away = shown.difference
        if away is None:
            self.facts.show_facts({"difference": shown.why.removeprefix("no difference: ")})
            return
        most = max(range(len(away.sizes)), key=away.sizes.__getitem__)
        facts = {
            "largest difference": number(away.largest),
            "cosine of both layers": f"{away.likeness:.4f}".replace("-", "−"),
            "most different": f"{'number' if away.values.ndim == 1 else 'map'} {most}",
        }
        self.facts.show_facts(facts if away.largest else {"difference": "none: both give the same numbers"})
