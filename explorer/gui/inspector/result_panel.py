"""The right of the Inspect area: what the network says, its weights, and figures of the layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.units import ordinal, probability_text
from explorer.engine.looking.findings import RANDOM, Answer, Maps, facts_of
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.histogram import Histogram
from explorer.gui.inspector.methods.control import Causes
from explorer.gui.inspector.methods.switch_card import SwitchCard
from explorer.gui.inspector.pictures.value_influence import FieldPair
from explorer.gui.inspector.values.card import ValueCard
from explorer.gui.inspector.weights.choice import WeightsChoice
from explorer.gui.panel import Bar, Facts, label, rule
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.running.activations import Prediction
    from explorer.gui.inspector.maps.map_panel import MapPanel

_TOP = 5


class ResultPanel(QFrame):
    """Shows answers; `causes` and `switches` ask, nothing else does."""

    def __init__(
        self,
        weights: WeightsChoice,
        workbench: Workbench,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.weights = weights
        self.predictions = Predictions()
        self.causes, self.switches = Causes(workbench), SwitchCard()
        self.value = ValueCard()
        self.fields = FieldPair()
        value_part = _group(self.value.hint, self.value, self.fields)
        self.causes.value_wanted.connect(value_part.setVisible)
        self._title = label(role="title")
        self.facts, self.histogram = Facts(), Histogram()
        self._map_title = label(role="title")
        self.map_facts, self.map_histogram = Facts(), Histogram()
        self.layer_part = _group(self._title, self.facts, self.histogram)
        self.map_part = _group(self._map_title, self.map_facts, self.map_histogram)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        # what is switched stands where its effect is seen
        asking = (self.predictions, self.switches, rule(), weights, rule(), self.causes, value_part)
        for part in (*asking, self.map_part, self.layer_part):
            column.addWidget(part)
        column.addStretch(1)
        self.layer_part.hide()
        self.map_part.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (
            self.predictions,
            self.causes,
            self.switches,
            self.value,
            self.fields,
            self.histogram,
            self.map_histogram,
        ):
            part.set_theme(theme)

    def complete(self, maps: Maps, panel: MapPanel) -> None:
        """The layer that is shown, with the figures of all its numbers now."""
        self._show_figures(maps)
        if panel.selected is not None:
            self.show_map(maps, panel.selected.map, panel.value(panel.selected))

    def show_layer(self, maps: Maps) -> None:
        """Figures of a layer; those of one of its maps are asked for by a click."""
        self._show_figures(maps)
        self.map_part.hide()

    def _show_figures(self, maps: Maps) -> None:
        found, many = maps.statistics, maps.values.ndim == 3
        self._title.setText(f"Values of {maps.layer}")
        facts = {
            "min": number(found.minimum),
            "mean": number(found.mean),
            "max": number(found.maximum),
            "deviation": number(found.deviation),
            "zeros": probability_text(found.zeros),
        }
        if many:
            facts["maps that are zero everywhere"] = f"{found.dead:,} of {found.channels:,}"
        if found.not_finite:
            facts["NaN or infinite"] = f"{found.not_finite:,}"
        if maps.sampled > 1:
            facts["for now from every"] = f"{ordinal(maps.sampled)} row and column"
        self.facts.show_facts(facts)
        self.histogram.show_counts(*maps.histogram)
        self.layer_part.show()

    def show_map(self, maps: Maps, index: int, value: str) -> None:
        """Figures of one map (or number) that was clicked."""
        from explorer.engine.looking.map_figures import histogram  # torch is loaded: the maps came from it

        vector = maps.values.ndim == 1 or maps.values.shape[1:] == (1, 1)
        self._map_title.setText(f"Number {index}" if vector else f"Map {index}")
        facts = {"value": value}
        if not vector:
            facts |= {name: number(figure) for name, figure in facts_of(maps, index).items()}
            facts["zeros"] = probability_text(maps.figures.zeros[index])
            if maps.influence:
                facts[f"influence on {maps.moved}"] = number(maps.influence[index], signed=True)
            self.map_histogram.show_counts(*histogram(maps.values[index]))
        self.map_histogram.setVisible(not vector)
        self.map_facts.show_facts(facts)
        self.map_part.show()

    def clear(self) -> None:
        """Nothing is looked at."""
        self.layer_part.hide()
        self.map_part.hide()
        self.value.clear()
        self.predictions.show_answer(None)


class Predictions(QWidget):
    """The likeliest classes as bars, and what is left for the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("predictions")
        self.setAccessibleName("Predictions")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(label("Predictions", "title"), 1)
        self.source = label(role="hint")
        row.addWidget(self.source)
        column.addLayout(row)
        self.note = label("Open a picture to see what the network takes it for.", "body", wrap=True)
        column.addWidget(self.note)
        self._rows = [_PredictionRow() for _ in range(_TOP + 1)]
        for prediction in self._rows:
            column.addWidget(prediction)
            prediction.hide()
        self.switched = label("marks: without the switches", "hint")
        self.rest = label(role="hint")
        column.addWidget(self.rest)
        column.addWidget(self.switched)
        self.switched.hide()
        self.rest.hide()

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Class and share of each row that is shown."""
        return [(row.name.text(), row.share.text()) for row in self._rows if not row.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for row in self._rows:
            row.bar.set_theme(theme)

    def show_answer(self, answer: Answer | None) -> None:
        """Show what the network says; None clears."""
        found = answer.predictions if answer is not None else ()
        self.source.setText(answer.weights if answer is not None else "")
        before = {item.index: item.probability for item in answer.before} if answer is not None else {}
        if answer is not None and answer.fallen is not None:
            found = (*found, answer.fallen)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(found))
            if index < len(found):
                row.show_prediction(found[index], before.get(found[index].index), first=index == 0)
        self.switched.setVisible(bool(before))
        note = ""
        if answer is None:
            note = "Open a picture to see what the network takes it for."
        elif not found:
            note = answer.flaw or "This network does not end in one row of numbers, so it names no class."
        elif answer.request.weights.kind == RANDOM:
            note = (
                "The weights are random: these shares mean nothing yet. Train the network, or choose weights."
            )
        self.note.setText(note)
        self.note.setVisible(bool(note))
        left, share = answer.rest if answer is not None else (0, 0.0)
        self.rest.setText(f"the other {left:,} classes together {probability_text(share)}")
        self.rest.setVisible(left > 0)


class _PredictionRow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        row = QHBoxLayout()
        self.name, self.share = label(role="label"), label(role="label")
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(self.name, 1)
        row.addWidget(self.share)
        column.addLayout(row)
        self.bar = Bar()
        column.addWidget(self.bar)

    def show_prediction(self, found: Prediction, before: float | None, *, first: bool) -> None:
        """Show a class; `before` is its share without the switches, None where there are none."""
        self.name.setText(found.label)
        share = probability_text(found.probability)
        self.share.setText(share if before is None else f"{probability_text(before)} → {share}")
        for part in (self.name, self.share):
            part.setProperty("role", "figure" if first else "label")
            part.style().unpolish(part)
            part.style().polish(part)
        self.bar.set_share(found.probability, "accent" if first else "edge", before)


def _group(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    return made
