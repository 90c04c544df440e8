"""Settings of a recipe that are seldom changed, folded under a heading that says what is unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from explorer.core.attribute import Attribute
from explorer.core.recipe import Recipe
from explorer.gui.attributes.editors import label_text
from explorer.gui.attributes.form import AttributeForm, Setting
from explorer.gui.elided import ElidedLabel
from explorer.gui.theme import Theme

_STANDARD = Recipe()


class RecipeSection(QWidget):
    """A heading that folds, and the fields below it.

    Signals:
        edited(name, value): a person chose another value.
        left(): a field lost the focus: the next edit is a step of its own.
    """

    edited = Signal(str, object)
    left = Signal()

    def __init__(self, title: str, settings: Sequence[Attribute], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # folded as a whole: none of them hides behind a "More" of its own
        self._settings = tuple(replace(item, advanced=False) for item in settings)
        self.head = QToolButton(text=title, checkable=True, objectName=f"recipeSection.{title.lower()}")
        self.head.setProperty("flat", True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setToolTip(f"Show or hide what is seldom changed: {title.lower()}")
        self.head.setAccessibleName(f"{title} settings")
        self.unusual = ElidedLabel("hint")
        self.form = AttributeForm()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.unusual, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.form)
        self.form.edited.connect(self.edited)
        self.form.left.connect(self.left)
        self.head.toggled.connect(self._fold)
        self._fold(False)

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that stand here."""
        return tuple(item.name for item in self._settings)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.form.set_theme(theme)

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what a recipe says; settings that count for nothing beside the others are left out."""
        self.form.show_settings([setting_of(item, recipe) for item in self._settings])
        self.form.hide_idle(recipe.idle)
        shown = [name for name in self.names if name not in recipe.idle]
        unusual = [name for name in shown if getattr(recipe, name) != getattr(_STANDARD, name)]
        self.unusual.setText(", ".join(_told(name, getattr(recipe, name)) for name in unusual))
        self.setVisible(bool(shown))

    def _fold(self, opened: bool) -> None:
        self.head.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.form.setVisible(opened)
        self.unusual.setVisible(not opened)


_NOTHING = {
    "steps": "whole epochs",
    "clip_norm": "off",
    "early_stopping": "off",
    "label_smoothing": "off",
    "average": "off",
    "warm_up": "off",
}
"""What a field says where 0 turns a setting off."""


def setting_of(declared: Attribute, recipe: Recipe) -> Setting:
    """A line of a form for one setting of a recipe."""
    name = declared.name
    value = getattr(recipe, name)
    return Setting(name, declared, value, caption=caption_of(name), nothing=_NOTHING.get(name, ""))


def caption_of(name: str) -> str:
    """What stands before the field of a setting: "Learning rate"."""
    text = label_text(name)
    return text[0].upper() + text[1:]


def _told(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return label_text(name) if value else f"no {label_text(name)}"
    if isinstance(value, tuple):
        return f"{label_text(name)} {', '.join(map(str, value))}"
    return f"{label_text(name)} {value:g}" if isinstance(value, float) else f"{label_text(name)} {value}"
