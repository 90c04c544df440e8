"""The bar above the plots that says what is wrong with a run, one sentence at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from explorer.engine.runs.doctor import Finding
from explorer.gui.icons import icon
from explorer.gui.panel import IconButton, button, label
from explorer.gui.theme import Theme


class DoctorBar(QFrame):
    """Shows the gravest finding of a run; hidden while there is none.

    Signals:
        remedy_chosen(remedy): a person wants this change.
        layers_wanted(names): the layers of the finding shall be shown.
        dismissed(kind): a person does not want to hear of this any more.
        comparison_wanted(): the run shall be seen beside the one that was named.
    """

    remedy_chosen = Signal(object)
    layers_wanted = Signal(object)
    dismissed = Signal(str)
    comparison_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingBar")
        self.setProperty("role", "notice")
        self.setProperty("grave", False)
        self.setAccessibleName("What is wrong with this run")
        self._findings: tuple[Finding, ...] = ()
        self._place = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(8)
        self._sign = QLabel()
        self.sentence = label(role="title", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = button("", self._turn, "Show the next finding")
        self._more.setProperty("kind", "quiet")
        self._remedy = button("", self._choose, "Start a training with this change")
        self._compare = button("", self.comparison_wanted.emit, "Draw both, and say what differs")
        self._layers = button("Show the layers", self._show_layers, "Select these layers in the strip below")
        self._layers.setProperty("kind", "quiet")
        self._close = IconButton("close", "Do not say this of this run again")
        self._close.clicked.connect(self._dismiss)
        row.addWidget(self._sign)
        row.addWidget(self.sentence, 1)
        for part in (self._more, self._remedy, self._compare, self._layers, self._close):
            row.addWidget(part)
        self.name_counterpart("")
        self.hide()

    @property
    def finding(self) -> Finding | None:
        """What is said now."""
        return self._findings[self._place] if self._findings else None

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons that can be pressed now."""
        parts = (self._more, self._remedy, self._compare, self._layers)
        return [part for part in parts if not part.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._sign.setPixmap(icon("warning", theme, "warn").pixmap(QSize(16, 16)))
        self._close.set_theme(theme)

    def name_counterpart(self, name: str) -> None:
        """Offer to compare with the run of this name; "" offers nothing."""
        self._compare.setText(f"Compare with {name}")
        self._compare.setAccessibleName(self._compare.text())
        self._compare.setVisible(bool(name))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say the gravest of these, or go on saying the one that is said, with its newest figures."""
        if tuple(findings) == self._findings:
            return
        said = self.finding.kind if self.finding else ""
        self._findings = tuple(findings)
        kinds = [finding.kind for finding in findings]
        self._place = kinds.index(said) if said in kinds else 0
        self._say()

    def _say(self) -> None:
        found = self.finding
        self.setVisible(found is not None)
        if found is None:
            return
        self.sentence.setText(found.sentence)
        count = len(self._findings)
        self._more.setText(f"{self._place + 1} of {count}")
        self._more.setVisible(count > 1)
        self._remedy.setVisible(bool(found.remedies))
        if found.remedies:
            self._remedy.setText(found.remedies[0].label)
            self._remedy.setAccessibleName(found.remedies[0].label)
        self._layers.setVisible(bool(found.layers))

    def _turn(self) -> None:
        self._place = (self._place + 1) % len(self._findings)
        self._say()

    def _choose(self) -> None:
        if self.finding is not None and self.finding.remedies:
            self.remedy_chosen.emit(self.finding.remedies[0])

    def _show_layers(self) -> None:
        if self.finding is not None:
            self.layers_wanted.emit(self.finding.layers)

    def _dismiss(self) -> None:
        if self.finding is not None:
            self.dismissed.emit(self.finding.kind)
