"""A picture made from noise that a map answers to most, as it comes about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from explorer.engine.causes.methods import DREAM_LIMIT
from explorer.engine.looking.cause_findings import Dreamt
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.methods.pieces import RANDOM_WEIGHTS, Still, Work, number_field
from explorer.gui.inspector.rows import field_row
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme


class DreamCard(QFrame):
    """Shows the picture and how strongly it is answered; it computes nothing itself.

    Signals:
        asked(): another map or seed is chosen.
        opened(dreamt): the picture is to be looked at as any other.
    """

    asked = Signal()
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dreamCard")
        self.setAccessibleName("The picture that a map answers to most")
        self.dreamt: Dreamt | None = None
        self._first = 0.0
        self.title, self.told = label(role="title", wrap=True), label(role="hint", wrap=True)
        self.map = number_field("Map", "The map (or number) that is to answer")
        self.seed = number_field("Seed", "Another seed begins with other noise")
        self.work = Work("climbing to a picture")
        self.still = Still("The picture so far")
        self.open = button("Look at it", self._open, "Open this picture: all layers and predictions follow")
        self.random = label(RANDOM_WEIGHTS, "hint", wrap=True)
        self.limit = label(f"Limit: {DREAM_LIMIT[:1].lower()}{DREAM_LIMIT[1:]}", "hint", wrap=True)
        self.limit.setToolTip("Olah, Mordvintsev and Schubert 2017, Feature visualization, Distill")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (
            self.title,
            field_row("map", self.map, None, "seed", self.seed),
            self.work,
            self.still,
            self.told,
            field_row(self.open, None),
            self.random,
            self.limit,
        ):
            column.addWidget(part)
        self.map.valueChanged.connect(lambda _: self.asked.emit())
        self.seed.valueChanged.connect(lambda _: self.asked.emit())
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.work.set_theme(theme)

    def show_layer(self, layer: str, *, random: bool) -> None:
        """Say which layer is asked."""
        self.title.setText(f"What a map of {layer} answers to")
        self.random.setVisible(random)

    def show_dream(self, dreamt: Dreamt) -> None:
        """Show the picture so far."""
        dream = dreamt.dream
        if self.dreamt is None or self.dreamt.request is not dreamt.request:
            self._first = dream.strength
        self.dreamt = dreamt
        self.work.run(f"step {dream.step} of {dream.steps}", dream.step / dream.steps)
        self.still.show_pixels(dream.pixels)
        words = [
            f"map {dreamt.request.channel} answers with {number(dream.strength, signed=True)} on average"
        ]
        if dream.strength != self._first:
            words.append(f"the noise with {number(self._first, signed=True)}")
        self.told.setText(", ".join(words))
        self.told.show()
        self.open.show()

    def clear(self) -> None:
        """There is no picture yet."""
        self.dreamt = None
        self.still.show_pixels(None)
        self.told.hide()
        self.open.hide()

    def _open(self) -> None:
        if self.dreamt is not None:
            self.opened.emit(self.dreamt)
