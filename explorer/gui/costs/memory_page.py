"""The page "Memory" below the canvas: what a training or a use takes, part by part, and where it fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.analysis import Analysis
from explorer.core.attribute import attributes
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.liveness import Numbers
from explorer.core.memory import Timeline, in_training, in_use, numbers_of, pictures_at_once
from explorer.core.memory_terms import peak_text, terms_at_peak
from explorer.core.recipe import Recipe
from explorer.core.units import count_text
from explorer.gui.attributes.editors import NumberField
from explorer.gui.costs.bar_rows import BarRow, BarRows
from explorer.gui.costs.measurements import MEMORY, Measurements
from explorer.gui.costs.places_list import PlacesList
from explorer.gui.elided import ElidedLabel
from explorer.gui.panel import button, label, rule
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_TRAINING = 0
_MANY_LINES, _PAUSE_MS = 1_000, 150
_BATCH = next(item for item in attributes(Recipe) if item.name == "batch_size")
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}


class MemoryPage(QWidget):
    """Headline at the left, parts in the middle, devices at the right; `tools` stand in the dock's head."""

    def __init__(
        self, workbench: Workbench, measurements: Measurements, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="memoryPage")
        self._workbench, self._measurements = workbench, measurements
        self._known_of: Analysis | None = None
        self._known: dict[tuple[bool, Numbers], Timeline] = {}
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self.refresh)
        self.mode = Segments(
            (("Training", "One step of training by the recipe"), ("In use", "One use, without gradients")), 26
        )
        self.mode.setAccessibleName("Memory of a training step or of a use")
        self.batch = NumberField(_BATCH)
        self.note = ElidedLabel("error")
        self.tools = self._make_tools()
        self.terms = BarRows("Parts of the memory", 132)
        self.places = PlacesList()
        self.headline, self.told = label(role="headline"), label(role="label", wrap=True)
        self.checked = label(role="hint", wrap=True)
        self.measure = button(
            "Measure a step", self._measure, "Make two training steps and measure the second"
        )
        self.formula = QLabel(objectName="memoryFormula")
        self._arrange()
        self._connect()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.terms, self.places):
            part.set_theme(theme)

    @property
    def training(self) -> bool:
        """Whether a step of training is shown rather than a use."""
        return self.mode.index == _TRAINING

    @property
    def pictures(self) -> int:
        """How many pictures are in the memory at once."""
        if self.training:
            return pictures_at_once(self._workbench.document.recipe)
        return self._workbench.conventions.batch

    def timeline(self, *, gpu: bool = False) -> Timeline:
        """The memory of the open network over one step or use.

        Raises:
            ExplorerError: the network has a problem.
        """
        bench = self._workbench
        if self.training:
            plan, numbers = in_training, numbers_of(bench.document.recipe, gpu=gpu)
        else:
            bits = bench.conventions.bits
            plan, numbers = in_use, Numbers(weights=bits, activations=bits, gpu=gpu)
        if self._known_of is not bench.analysis:
            self._known_of, self._known = bench.analysis, {}
        key = self.training, numbers
        if key not in self._known:  # another batch or another device asks for the same again
            self._known[key] = plan(bench.analysis, numbers)
        return self._known[key]

    def refresh(self, *_: object) -> None:
        """Show the memory of the open network as it is now, if the page can be seen."""
        if not self.isVisible():
            return
        batch = self._workbench.document.recipe.batch_size if self.training else self.pictures
        self.batch.show_value(batch)
        self.measure.setEnabled(not self._measurements.busy)
        self.measure.setVisible(self.training)
        try:
            timeline = self.timeline()
        except ExplorerError as error:
            self._show_problem(str(error))
            return
        self._show_terms(timeline)
        self._show_check()
        self.places.show_places(
            self._measurements, self._workbench, self.timeline, self.training, self.pictures
        )

    def _show_problem(self, sentence: str) -> None:
        self.headline.setText("–")
        self.told.setText(f"No memory can be told while the network has a problem. {sentence}")
        self.terms.show_rows(())
        self.places.clear()
        self.formula.setText("")
        self.checked.setText("")
        self.measure.setEnabled(False)

    def _show_terms(self, timeline: Timeline) -> None:
        size = self._workbench.conventions.size_text
        pictures = self.pictures
        terms = terms_at_peak(timeline, pictures)
        need = timeline.need(pictures)
        most = max([term.bytes.value for term in terms] + [1])
        rows = [
            BarRow(
                term.name,
                term.name.capitalize(),
                size(term.bytes.value),
                (term.bytes.value / most,),
                _share(term.bytes.value, need),
                f"{term.said}\n{count_text(term.bytes.value)} bytes",
            )
            for term in terms
            if term.bytes.value
        ]
        self.terms.show_rows([*rows, BarRow("", "At the peak", size(need), strong=True)])
        self.headline.setText(size(need))
        self.told.setText(f"{self._said()}; the peak is {peak_text(timeline.peak(pictures))}.")
        shown = next((term for term in terms if term.name == self.terms.current), None)
        self.formula.setText(
            f"{shown.bytes.rule}   =   {shown.bytes.shown}   =   {count_text(shown.bytes.value)} bytes"
            if shown is not None
            else "Choose a part to see how it is counted."
        )
        self.formula.setToolTip(shown.said if shown is not None else "")

    def _said(self) -> str:
        """What is computed, in words."""
        bench = self._workbench
        if not self.training:
            return f"One use {bench.conventions.memory_said}"
        recipe = bench.document.recipe
        momentum = " with momentum" if recipe.optimizer == "sgd" and recipe.momentum else ""
        parts = f" in {recipe.accumulation:,} parts of {self.pictures:,}" if recipe.accumulation > 1 else ""
        optimizer = f"{_OPTIMIZERS[recipe.optimizer]}{momentum}"
        step = f"A training step of {recipe.batch_size:,} pictures{parts}"
        return f"{step}, {optimizer}, {recipe.precision.value}"

    def _show_check(self) -> None:
        """What was measured beside what was predicted for the same number of pictures."""
        self.checked.setVisible(self.training)
        found = self._measurements.step
        if self._measurements.busy == MEMORY:
            self.checked.setText("Measuring…")
        elif found is None:
            self.checked.setText("Predicted, not measured yet.")
        else:
            size = self._workbench.conventions.size_text
            off = 100 * (found.predicted / max(1, found.measured) - 1)
            self.checked.setText(
                f"Measured on {found.device} with {found.pictures:,} pictures: {size(found.measured)};"
                f" predicted {size(found.predicted)} ({off:+.1f} %)."
                " What fits is corrected by it."
            )

    def _set_batch(self, value: Any) -> None:
        bench = self._workbench
        try:
            if self.training:
                recipe = replace(bench.document.recipe, batch_size=value)
                self.note.setText("")
                if recipe != bench.document.recipe:
                    edited = replace(bench.document, recipe=recipe)
                    bench.apply("set batch size", edited, "recipe:batch_size")
            else:
                chosen = replace(bench.conventions, batch=value)
                self.note.setText("")
                bench.count_by(chosen)
        except ExplorerError as error:
            self.note.setText(str(error).removeprefix("Recipe: "))
        self.refresh()

    def _measure(self) -> None:
        self._measurements.measure_memory()

    def _switch(self, index: int) -> None:
        self.note.setText("")
        self.refresh()

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.batch.setFixedWidth(96)
        self.batch.setObjectName("memoryBatch")
        self.batch.setAccessibleName("Pictures at once")
        self.batch.setToolTip(
            "Pictures at once: the recipe's batch in training, that of the conventions in use"
        )
        for part in (self.mode, label("Pictures at once", "label"), self.batch):
            row.addWidget(part)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.note, 1)
        return tools

    def _arrange(self) -> None:
        head = QWidget()
        head.setFixedWidth(264)
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(4)
        for part in (self.headline, self.told, self.checked):
            column.addWidget(part)
        column.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addWidget(ScrollColumn(self.terms), 1)
        self.formula.setProperty("role", "hint")
        self.formula.setTextFormat(Qt.TextFormat.PlainText)
        self.formula.setWordWrap(True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.formula)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (head, rule(upright=True)):
            row.addWidget(part)
        row.addWidget(middle, 5)
        row.addWidget(rule(upright=True))
        row.addWidget(ScrollColumn(self.places), 4)

    def _connect(self) -> None:
        self.mode.switched.connect(self._switch)
        self.batch.edited.connect(self._set_batch)
        self.batch.misread.connect(self.note.setText)
        self.terms.chosen.connect(self.refresh)
        self.places.batch_wanted.connect(self._set_batch)
        self._measurements.changed.connect(self.refresh)
        self._measurements.failed.connect(self._fail)
        self._workbench.changed.connect(self._edited)
        self._workbench.conventions_changed.connect(self.refresh)
        self._workbench.device_changed.connect(self.refresh)

    def _edited(self, old: Document, new: Document) -> None:
        """Follow an edit at once; in a very deep network after the last of several quick ones."""
        if old.graph is not new.graph and self._workbench.analysis.lines > _MANY_LINES:
            self._later.start()
        else:
            self.refresh()

    def _fail(self, sentence: str, details: str) -> None:
        if self.isVisible():
            self.note.setText(sentence)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._measurements.look_around()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole and 1000 * part >= 5 * whole else "<1 %"
