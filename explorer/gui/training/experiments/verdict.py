"""What an experiment shows: a sentence over all, and each claim with a sign for its verdict."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.experiment import Conclusion, Finding, Verdict
from explorer.gui.panel import label

_SIGNS = {Verdict.SEEN: "✓", Verdict.NOT_SEEN: "✗", Verdict.MISSING: "…"}
_WORDS = {Verdict.SEEN: "seen", Verdict.NOT_SEEN: "not seen here", Verdict.MISSING: "not trained yet"}
_LOOKS = {Verdict.SEEN: "equal", Verdict.NOT_SEEN: "unexplained", Verdict.MISSING: "stated"}


class ExperimentVerdict(QFrame):
    """Shows a conclusion; nothing of it is written beforehand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("experimentConclusion")
        self.setAccessibleName("Conclusion")
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        self.sentence = wrapped("title")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.sentence)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)

    def show_conclusion(self, conclusion: Conclusion) -> None:
        """Show what follows from the data so far."""
        self.sentence.setText(conclusion.sentence)
        while len(self._rows) < len(conclusion.findings):
            row = label(role="title"), wrapped("body")
            row[0].setAlignment(Qt.AlignmentFlag.AlignTop)
            row[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, part in enumerate(row):
                self._grid.addWidget(part, len(self._rows), column)
            self._rows.append(row)
        for index, (sign, text) in enumerate(self._rows):
            shown = index < len(conclusion.findings)
            sign.setVisible(shown)
            text.setVisible(shown)
            if shown:
                _show(sign, text, conclusion.findings[index])

    def texts(self) -> list[tuple[str, str]]:
        """The signs and sentences that stand there."""
        return [(sign.text(), text.text()) for sign, text in self._rows if not sign.isHidden()]


def _show(sign: QLabel, text: QLabel, finding: Finding) -> None:
    sign.setText(_SIGNS[finding.verdict])
    sign.setToolTip(_WORDS[finding.verdict])
    sign.setAccessibleName(_WORDS[finding.verdict])
    sign.setProperty("verdict", _LOOKS[finding.verdict])
    sign.style().unpolish(sign)
    sign.style().polish(sign)
    text.setText(finding.sentence)


def wrapped(role: str) -> QLabel:
    """A text of several lines that asks for no more height than it needs at its width."""
    made = label(role=role, wrap=True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return made
