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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.predictions, self.facts = PairPredictions(), Facts()
        self.picture, self.said = PictureView(), label(role="hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        parts = (label("Predictions", "title"), self.said, self.predictions, rule(), self.facts, rule())
        for part in (*parts, self.picture):
            column.addWidget(part)
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.predictions.set_theme(theme)
        self.picture.set_theme(theme)

    def show_answers(self, answers: PairAnswers) -> None:
        """What both say of the picture."""
        self.predictions.show_answers(answers)
        self.said.setText(f"above: {answers.left.weights}; below: {answers.right.weights}")
        picture = answers.left.request.picture
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
            "cosine of both layers": f"{away.likeness:.4f}",
            "most different": f"{'number' if away.values.ndim == 1 else 'map'} {most}",
        }
        self.facts.show_facts(facts if away.largest else {"difference": "none: both give the same numbers"})
