"""The recipe as a form: one field per declared setting, every change a step of the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.core.attribute import Attribute, attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.recipe import AUGMENTATION, CHANGEABLE, GROUPS, Recipe
from explorer.core.recipe_presets import Preset
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.form import AttributeForm, Setting
from explorer.gui.focus_order import chain
from explorer.gui.icons import icon
from explorer.gui.job import Job
from explorer.gui.panel import button, label, sentence
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.training.recipes.largest_batch import LargestBatch, finding
from explorer.gui.training.recipes.preset_choice import PresetChoice
from explorer.gui.training.recipes.rate_dialog import RateButton
from explorer.gui.training.recipes.recipe_section import RecipeSection, setting_of
from explorer.gui.training.recipes.schedule_strip import ScheduleStrip
from explorer.gui.workbench import Workbench

# what is done to the pictures stands with the data
_DECLARED = tuple(item for item in attributes(Recipe) if item.name not in ("data", *AUGMENTATION))
_FIRST = ("optimizer", "learning_rate", "momentum", "weight_decay", "batch_size", "schedule")
_THEN = ("epochs", "steps", "seed", "precision")
"""What is shown without opening a section, before and after the drawing of the schedule."""

_LOCKED = "Locked while the run goes on. What is not grey can be changed: it counts from the next step on."


class RecipeForm(QFrame):
    """Optimizer, learning rate, schedule and the rest, as `Recipe` declares them; the rare ones folded.

    While a run goes on it shows that run's recipe, of which some settings can be changed meanwhile;
    its switch leads to the recipe of the next run, which is the document's.

    Signals:
        change_wanted(name, value): a setting of the run that goes on shall change.
        copy_wanted(): the recipe of the run that goes on shall be the document's.
    """

    change_wanted = Signal(str, object)
    copy_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainRecipe")
        self.setProperty("role", "panel")
        self._workbench = workbench
        self._job: Job | None = None
        self.presets = PresetChoice()
        self._forms = AttributeForm(), AttributeForm()
        self._schedule = ScheduleStrip()
        self.fit = QToolButton(text="Largest batch", objectName="largestBatch")
        self.fit.setProperty("flat", True)
        self.fit.setToolTip("Set the largest batch size that fits into the memory of the device")
        self.fit.setAccessibleName("Largest batch that fits")
        self.fit.clicked.connect(self._find_largest)
        self.rate = RateButton(workbench)
        self.sections = tuple(
            RecipeSection(group, [item for item in _DECLARED if item.group == group and _is_rare(item)])
            for group in GROUPS
        )
        self.note = label(role="hint", wrap=True)
        self.note.hide()
        self._run: Recipe | None = None
        self._asked: dict[str, Any] = {}  # what the run was told and has not taken over yet
        self.which = Segments(
            (
                ("This run", "The recipe of the run that goes on; some of it can be changed meanwhile"),
                ("Next run", "The recipe of the document, with which the next run is started"),
            )
        )
        self.which.setObjectName("recipeOf")
        self.which.hide()
        self.locked = label(_LOCKED, "hint", wrap=True)
        self.copy = button("Copy to a new run", self.copy_wanted.emit, "Use this recipe for the next run")
        self.copy.setObjectName("copyRecipe")
        self._lock = _Lock(self.locked, self.copy)
        self._lay_out()
        for form in (*self._forms, *self.sections):
            form.edited.connect(self._set)
            form.left.connect(workbench.seal)
        self.presets.chosen.connect(self._apply_preset)
        self.which.switched.connect(self.refresh)
        workbench.changed.connect(self.refresh)
        self.refresh()
        chain(*self._order)  # the fields were made last

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (*self._forms, *self.sections, self._schedule, self.rate, self._lock):
            part.set_theme(theme)

    @property
    def steers(self) -> bool:
        """Whether the form shows the run that goes on, not the document."""
        return self._run is not None and self.which.index == 0

    @property
    def shown(self) -> Recipe:
        """The recipe that the fields show: of the run that goes on, or of the document."""
        if self._run is None or not self.steers:
            return self._workbench.document.recipe
        return replace(self._run, **self._asked)

    def show_run(self, recipe: Recipe | None) -> None:
        """A run with this recipe goes on; None where none does."""
        if recipe == self._run:
            return
        asked = self._asked.items() if recipe is not None else ()
        self._asked = {name: value for name, value in asked if getattr(recipe, name) != value}
        if (recipe is None) != (self._run is None):
            self.which.choose(0)
        self._run = recipe
        self.which.setVisible(recipe is not None)
        self.refresh()

    def forget_change(self, name: str) -> None:
        """A setting of the run cannot change: show the one that it has."""
        self._asked.pop(name, None)
        self.refresh()

    def show_next(self) -> None:
        """Show the recipe of the next run."""
        if self._run is not None:
            self.which.choose(1)

    def refresh(self, *_: object) -> None:
        """Show the recipe of the document, or of the run that goes on."""
        recipe = self.shown
        for form, names in zip(self._forms, (_FIRST, _THEN), strict=True):
            form.show_settings([_setting(name, recipe) for name in names])
            form.hide_idle(recipe.idle)
        for section in self.sections:
            section.show_recipe(recipe)
        self.presets.show_recipe(recipe)
        self._schedule.show_recipe(recipe)
        for each in (*self._forms, *(section.form for section in self.sections)):
            each.lock(CHANGEABLE if self.steers else ())
        for part in (self.presets, self.fit, self.rate):
            part.setEnabled(not self.steers)
        self._lock.setVisible(self.steers)

    def show_share(self, share: float | None, rate: float | None = None) -> None:
        """Mark in the schedule how much of the run is done, with the learning rate that it has there."""
        self._schedule.show_share(share if self.steers else None, rate)

    def say(self, text: str) -> None:
        """A line below the form; "" takes it away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def shutdown(self) -> bool:
        """Stop looking for batch and rate; whether the threads are gone."""
        ended = self.rate.shutdown()
        if self._job is None:
            return ended
        self._job.stop()
        return self._job.wait(5000) and ended

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("Recipe", "title"), 1)
        row.addWidget(self.presets)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        first, then = self._forms
        column.addLayout(row)
        column.addWidget(self.which)
        column.addWidget(self._lock)
        column.addWidget(first)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for tool in (self.fit, self.rate):
            tools.addWidget(tool)
        tools.addStretch(1)
        folded = QVBoxLayout()
        folded.setSpacing(0)
        for section in self.sections:
            folded.addWidget(section)
        column.addWidget(self._schedule)
        column.addWidget(then)
        column.addLayout(tools)
        column.addWidget(self.note)  # beside what it answers, where it is seen
        column.addLayout(folded)
        self._order = (self.presets, self.which, self._lock, first, then, self.fit, self.rate, *self.sections)

    def _set(self, name: str, value: Any) -> None:
        document, shown = self._workbench.document, self.shown
        form = self._form_of(name)
        try:
            recipe = replaced(shown, name, value)
        except ExplorerError as error:
            form.refuse(name, str(error).removeprefix("Recipe: "))
            return
        form.refuse(name, "")
        if self.steers:
            if recipe != shown:
                self._asked[name] = getattr(recipe, name)
                self.change_wanted.emit(name, value)
        elif recipe != document.recipe:
            edited = replace(document, recipe=recipe)
            self._workbench.apply(f"set {label_text(name)}", edited, f"recipe:{name}")

    def _form_of(self, name: str) -> AttributeForm:
        known = (*self._forms, *(section.form for section in self.sections))
        return next(form for form in known if form.editor(name) is not None)

    def _apply_preset(self, preset: Preset) -> None:
        document = self._workbench.document
        recipe = preset.applied(document.recipe)
        if recipe != document.recipe:
            self._workbench.apply(f"take the recipe {preset.name}", replace(document, recipe=recipe))

    def _find_largest(self) -> None:
        if self._job is not None:
            return
        self.fit.setEnabled(False)
        self.say("Looking how much memory there is…")
        job = self._job = Job(
            finding(self._workbench.document, self._workbench.device), "Looking for the largest batch", self
        )
        job.event.connect(self._take_largest)
        job.failed.connect(lambda text, _details: self.say(sentence(text)))
        job.ended.connect(self._forget_job)
        job.start()

    def _take_largest(self, found: object) -> None:
        assert isinstance(found, LargestBatch)  # noqa: S101  (the only thing that the job gives)
        self._set("batch_size", found.pictures)
        self.say(f"{found.pictures:,} pictures per step fit {found.device}.")

    def _forget_job(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
        self.fit.setEnabled(True)


class _Lock(QWidget):
    """Says why fields are grey, and leads to the recipe of another run."""

    def __init__(self, said: QWidget, copy: QWidget) -> None:
        super().__init__()
        self._sign = QLabel()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(said, 0, 1)
        grid.addWidget(copy, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)

    def set_theme(self, theme: Theme) -> None:
        self._sign.setPixmap(icon("lock", theme, "text3").pixmap(QSize(16, 16)))


def _is_rare(item: Attribute) -> bool:
    return item.name not in (*_FIRST, *_THEN)


def _setting(name: str, recipe: Recipe) -> Setting:
    declared = next(item for item in _DECLARED if item.name == name)
    return setting_of(replace(declared, advanced=False), recipe)
