"""The recipe as a form: one field per declared setting, every change a step of the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from explorer.core.attribute import Attribute, attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.recipe import AUGMENTATION, GROUPS, Recipe
from explorer.core.recipe_presets import Preset
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.form import AttributeForm, Setting
from explorer.gui.job import Job
from explorer.gui.panel import label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.largest_batch import LargestBatch, finding
from explorer.gui.training.preset_choice import PresetChoice
from explorer.gui.training.recipe_section import RecipeSection, caption_of
from explorer.gui.training.schedule_strip import ScheduleStrip
from explorer.gui.workbench import Workbench

# what is done to the pictures stands with the data
_DECLARED = tuple(item for item in attributes(Recipe) if item.name not in ("data", *AUGMENTATION))
_FIRST = ("optimizer", "learning_rate", "momentum", "weight_decay", "batch_size", "schedule")
_THEN = ("epochs", "steps", "seed", "precision")
"""What is shown without opening a section, before and after the drawing of the schedule."""


class RecipeForm(QFrame):
    """Optimizer, learning rate, schedule and the rest, as `Recipe` declares them; the rare ones folded."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainRecipe")
        self.setProperty("role", "panel")
        self._workbench = workbench
        self._job: Job | None = None
        self.presets = PresetChoice()
        self._forms = AttributeForm(), AttributeForm()
        self._schedule = ScheduleStrip()
        self.fit = QToolButton(text="Largest batch that fits", objectName="largestBatch")
        self.fit.setProperty("flat", True)
        self.fit.setToolTip("Set the batch size by the memory of the device")
        self.fit.setAccessibleName(self.fit.text())
        self.fit.clicked.connect(self._find_largest)
        self.sections = tuple(
            RecipeSection(group, [item for item in _DECLARED if item.group == group and _is_rare(item)])
            for group in GROUPS
        )
        self.note = label(role="hint", wrap=True)
        self.note.hide()
        self._lay_out()
        for form in (*self._forms, *self.sections):
            form.edited.connect(self._set)
            form.left.connect(workbench.seal)
        self.presets.chosen.connect(self._apply_preset)
        workbench.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (*self._forms, *self.sections, self._schedule):
            part.set_theme(theme)

    def refresh(self, *_: object) -> None:
        """Show the document's recipe."""
        recipe = self._workbench.document.recipe
        for form, names in zip(self._forms, (_FIRST, _THEN), strict=True):
            form.show_settings([_setting(name, recipe) for name in names])
            form.hide_idle(recipe.idle)
        for section in self.sections:
            section.show_recipe(recipe)
        self.presets.show_recipe(recipe)
        self._schedule.show_recipe(recipe)

    def show_share(self, share: float | None) -> None:
        """Mark how much of the run is done in the schedule."""
        self._schedule.show_share(share)

    def say(self, text: str) -> None:
        """A line below the form; "" takes it away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def shutdown(self) -> bool:
        """Stop looking for the largest batch; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(5000)

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
        column.addWidget(first)
        for part in (self.fit, self._schedule, then, *self.sections, self.note):
            column.addWidget(part)

    def _set(self, name: str, value: Any) -> None:
        document = self._workbench.document
        form = self._form_of(name)
        try:
            recipe = replaced(document.recipe, name, value)
        except ExplorerError as error:
            form.refuse(name, str(error).removeprefix("Recipe: "))
            return
        form.refuse(name, "")
        if recipe != document.recipe:
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


def _is_rare(item: Attribute) -> bool:
    return item.name not in (*_FIRST, *_THEN)


def _setting(name: str, recipe: Recipe) -> Setting:
    declared = next(item for item in _DECLARED if item.name == name)
    value = getattr(recipe, name)
    return Setting(name, replace(declared, advanced=False), value, caption=caption_of(name))
