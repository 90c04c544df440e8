"""Which scale and which palettes the maps are drawn in: one button with a menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from explorer.engine.drawing.map_colours import CUTS, SCALES, SIGNED, UNSIGNED, MapColours
from explorer.gui.menu_heading import add_heading

_TIPS: Mapping[object, str] = {
    0.0: "No number lies beyond the scale; a single one that is far out makes all maps faint",
    0.1: "Of the numbers that are not zero; these have the colour of the end, and the scale says so",
    1.0: "Of the numbers that are not zero; these have the colour of the end, and the scale says so",
    "map": "Shows the shape of faint maps; strengths cannot be compared",
    "layer": "Strengths of the maps of one layer can be compared",
    "network": "Strengths of all layers can be compared; most layers look faint",
}


class ColourChoice(QPushButton):
    """A menu of scales and palettes.

    Signals:
        changed(): something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapColours")
        self.setText("Colours")
        self.setAccessibleName("Colours of the maps")
        self.setToolTip("What shares one scale of colours, where it ends, and which colours these are")
        self.setProperty("kind", "plain")
        self._colours = MapColours()
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._add(menu, "Scale", "scale", SCALES)
        self._add(menu, "Ends of the scale", "cut", CUTS)
        self._add(menu, "Without negative values", "unsigned", {name: name.capitalize() for name in UNSIGNED})
        self._add(menu, "With negative values", "signed", {name: name.capitalize() for name in SIGNED})
        self.setMenu(menu)

    @property
    def colours(self) -> MapColours:
        """What is chosen."""
        return self._colours

    def choose(self, **chosen: str | float) -> None:
        """Choose scale="…", cut=…, unsigned="…" or signed="…"."""
        for field, value in chosen.items():
            for action in self.menu().actions():
                if action.data() == (field, value):
                    action.trigger()

    def _add(self, menu: QMenu, title: str, field: str, words: Mapping[Any, str]) -> None:
        add_heading(menu, title)
        group = QActionGroup(menu)
        for value, text in words.items():
            action = menu.addAction(text)
            action.setData((field, value))
            action.setCheckable(True)
            action.setChecked(getattr(self._colours, field) == value)
            action.setToolTip(_TIPS.get(value, text))
            action.setObjectName(f"mapColours.{field}.{value}")
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=field, chosen=value: self._take(name, chosen))

    def _take(self, field: str, value: str | float) -> None:
        old = self._colours
        self._colours = replace(old, **{field: value})  # type: ignore[arg-type]
        if self._colours != old:
            self.changed.emit()
