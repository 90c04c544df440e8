"""The recipe as a form: one field per declared setting, every change a step of the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from explorer.core.attribute import attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.form import AttributeForm, Setting
from explorer.gui.panel import label
from explorer.gui.theme import Theme
from explorer.gui.training.schedule_strip import ScheduleStrip
from explorer.gui.workbench import Workbench


class RecipeForm(QFrame):
    """Epochs, batch size, learning rate and the rest, as `Recipe` declares them."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainRecipe")
        self.setProperty("role", "panel")
        self._workbench = workbench
        self.form = AttributeForm()
        self._schedule = ScheduleStrip()
        self.note = label(role="hint", wrap=True)
        self.note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        for part in (label("Recipe", "title"), self.form, label("Learning rate", "label")):
            column.addWidget(part)
        column.addWidget(self._schedule)
        column.addWidget(self.note)
        self.form.edited.connect(self._set)
        self.form.left.connect(workbench.seal)
        workbench.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.form.set_theme(theme)
        self._schedule.set_theme(theme)

    def refresh(self, *_: object) -> None:
        """Show the document's recipe."""
        recipe = self._workbench.document.recipe
        declared = [item for item in attributes(Recipe) if item.name != "data"]
        self.form.show_settings([Setting(item.name, item, getattr(recipe, item.name)) for item in declared])
        self._schedule.show_recipe(recipe)

    def show_share(self, share: float | None) -> None:
        """Mark how much of the run is done in the schedule."""
        self._schedule.show_share(share)

    def say(self, text: str) -> None:
        """A line below the form; "" takes it away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _set(self, name: str, value: Any) -> None:
        document = self._workbench.document
        try:
            recipe = replaced(document.recipe, name, value)
        except ExplorerError as error:
            self.form.refuse(name, str(error).removeprefix("Recipe: "))
            return
        self.form.refuse(name, "")
        if recipe != document.recipe:
            edited = replace(document, recipe=recipe)
            self._workbench.apply(f"set {label_text(name)}", edited, f"recipe:{name}")
