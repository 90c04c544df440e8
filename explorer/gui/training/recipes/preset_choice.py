"""The recipes of papers and texts as a menu; its button names the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.core.recipe import Recipe
from explorer.core.recipe_presets import PRESETS, Preset, preset_of


class PresetChoice(QToolButton):
    """A button with a menu of presets.

    Signals:
        chosen(preset): a person wants this one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="recipePresets")
        self.setProperty("flat", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Recipe of a paper or text")
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for preset in PRESETS:
            action = menu.addAction(_title(preset))
            action.setToolTip(_tip(preset))
            action.setObjectName(f"preset.{preset.name}")
            action.triggered.connect(lambda _=False, preset=preset: self.chosen.emit(preset))
        self.setMenu(menu)

    def show_recipe(self, recipe: Recipe) -> None:
        """Name the preset that a recipe is."""
        preset = preset_of(recipe)
        self.setText(f"{_title(preset) if preset else 'Presets'} ▾")
        self.setToolTip(_tip(preset) if preset else "Begin with the recipe of a paper or text")


def _title(preset: Preset) -> str:
    return preset.name[0].upper() + preset.name[1:]


def _tip(preset: Preset) -> str:
    source = preset.source[0].upper() + preset.source[1:]
    return f"{source}.\nDeparts: {preset.departs}." if preset.departs else f"{source}."
