"""Why this class: what is asked, how strongly the answer is drawn, and what it does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QFrame, QSlider, QWidget

from explorer.core.units import probability_text
from explorer.engine.causes.methods import method_named
from explorer.engine.looking.cause_findings import Cause
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.scale_bar import ScaleBar
from explorer.gui.inspector.methods.pieces import RANDOM_WEIGHTS, Work
from explorer.gui.inspector.rows import card_column, field_row
from explorer.gui.panel import Facts, label
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.running.activations import Prediction

_STRONG = 85
_LIKELIEST = "likeliest"


class CauseCard(QFrame):
    """Shows what a method found; the map itself is drawn over the picture.

    Signals:
        asked(): another class or another layer is to be asked.
        strength_changed(share): how strongly the map covers the picture, from 0 to 1.
    """

    asked = Signal()
    strength_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("causeCard")
        self.setAccessibleName("Why this class")
        self.cause: Cause | None = None
        self.title, self.told = label(role="title", wrap=True), label(role="hint", wrap=True)
        self.random = label(RANDOM_WEIGHTS, "hint", wrap=True)
        self.work = Work("asking")
        self.classes = QComboBox(objectName="causeClass")
        self.classes.setAccessibleName("Class that is asked")
        self.classes.setToolTip("The class whose evidence is shown; type to find one")
        self.classes.setMinimumContentsLength(12)
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.maps = QComboBox(objectName="causeMaps")
        self.maps.setAccessibleName("Maps that are asked")
        self.maps.setToolTip("Whose maps are weighed")
        self.maps.addItems(["the last layer with maps", "the layer that is shown"])
        self.strength = QSlider(Qt.Orientation.Horizontal, minimum=0, maximum=100, value=_STRONG)
        self.strength.setAccessibleName("How strongly the map covers the picture")
        self.strength.setToolTip("How strongly the map covers the picture")
        self.scale, self.facts = ScaleBar(), Facts()
        self.limit = label(role="hint", wrap=True)
        self._maps_row = field_row("maps of", None, self.maps)
        self._lay_out()
        self.classes.activated.connect(lambda _: self.asked.emit())
        self.maps.activated.connect(lambda _: self.asked.emit())
        self.strength.valueChanged.connect(lambda value: self.strength_changed.emit(value / 100))
        self._result = (self.told, self.scale, self.facts)

    @property
    def index(self) -> int | None:
        """The class that is asked; None is the likeliest."""
        found = self.classes.currentData()
        return found if isinstance(found, int) else None

    @property
    def last_layer(self) -> bool:
        """Whether the last maps are asked, not those that are shown."""
        return self.maps.currentIndex() == 0

    @property
    def share(self) -> float:
        """How strongly the map covers the picture."""
        return self.strength.value() / 100

    @property
    def answered(self) -> bool:
        """Whether there is an answer to see."""
        return self.cause is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.scale.set_theme(theme)
        self.work.set_theme(theme)

    def show_method(self, name: str) -> None:
        """Show what is asked and what the answer will not say."""
        method = method_named(name)
        self.title.setText(method.title)
        self.limit.setText(f"Limit: {_small(method.limit)}")
        self.limit.setToolTip(method.paper)
        self._maps_row.setVisible(method.by_layer and method.name != "cam")
        self.clear()

    def show_classes(self, names: Sequence[str], likeliest: Sequence[Prediction], *, random: bool) -> None:
        """Offer the likeliest classes first, then all; the chosen one stays chosen."""
        self.random.setVisible(random)
        chosen = self.classes.currentData()
        with QSignalBlocker(self.classes):
            self.classes.clear()
            best = f": {likeliest[0].label}" if likeliest else ""
            self.classes.addItem(f"the likeliest{best}", _LIKELIEST)
            for item in likeliest:
                self.classes.addItem(f"{item.label}, {probability_text(item.probability)}", item.index)
            self.classes.insertSeparator(self.classes.count())
            for index, name in enumerate(names):
                self.classes.addItem(name, index)
            self.classes.setCurrentIndex(0 if chosen is None else max(0, self.classes.findData(chosen)))

    def show_cause(self, cause: Cause) -> None:
        """Show the figures of an answer."""
        self.cause = cause
        found = cause.found
        self.title.setText(f"{method_named(found.method).title} for {cause.label}")
        self.told.setText(_told(cause))
        low, high = number(cause.low), number(cause.high, signed=found.signed)
        beyond = (cause.strongest > cause.high and found.signed, cause.strongest > cause.high)
        self.scale.show_scale(low, high, cause.stops, beyond, "the few strongest")
        self.facts.show_facts({name: number(figure) for name, figure in found.figures})
        for part in self._result:
            part.show()

    def clear(self) -> None:
        """There is no answer yet."""
        self.cause = None
        for part in self._result:
            part.hide()

    def _lay_out(self) -> None:
        column = card_column(self, self.title, self.told)
        strength = field_row("over the picture", self.strength)
        parts = (
            field_row("class", self.classes),
            self._maps_row,
            self.work,
            strength,
            self.scale,
            self.facts,
            self.random,
            self.limit,
        )
        for part in parts:
            column.addWidget(part)
        for row in (parts[0], strength):
            row.layout().setStretch(1, 1)  # type: ignore[attr-defined]


def heat_image(cause: Cause) -> QImage:
    """The map with its transparency, as large as what the network is fed."""
    high, wide = cause.pixels.shape[:2]
    return QImage(cause.pixels.tobytes(), wide, high, 4 * wide, QImage.Format.Format_RGBA8888).copy()


def _told(cause: Cause) -> str:
    found, words = cause.found, []
    if found.layer:
        high, wide = found.heat.shape
        words.append(f"{found.layer}, {high}×{wide}, enlarged smoothly")
    else:
        words.append("one number for each pixel")
    if not cause.strongest:
        words.append("nothing there speaks for the class" if found.layer else "no pixel moves the score")
    if cause.strongest > cause.high:
        words.append(
            f"the few beyond {number(cause.high)} share one colour (up to {number(cause.strongest)})"
        )
    if found.signed and cause.strongest:
        words.append("orange speaks for the class, blue against it")
    return "; ".join(words)


def _small(text: str) -> str:
    """A sentence that goes on after a colon; names of methods keep their capitals."""
    first = text.partition(" ")[0]
    return text if "-" in first else text[:1].lower() + text[1:]
