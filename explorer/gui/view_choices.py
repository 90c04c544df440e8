"""How canvas and figures are shown: the actions that choose it, and the settings that remember it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from explorer.core.conventions import Conventions, conventions_from
from explorer.gui.actions import Actions
from explorer.gui.canvas.colouring import (
    CHOICES,
    DEAD,
    FIELD,
    GRADIENT,
    KIND,
    MACS,
    MAPS,
    MEMORY,
    PARAMETERS,
    TIME,
)
from explorer.gui.canvas.look import DOWN, RIGHT, Look
from explorer.gui.settings import Settings
from explorer.gui.workbench import Workbench

_COLOURS = {
    "colourKind": KIND,
    "colourParameters": PARAMETERS,
    "colourMacs": MACS,
    "colourMemory": MEMORY,
    "colourField": FIELD,
    "colourTime": TIME,
    "colourGradient": GRADIENT,
    "colourDead": DEAD,
    "colourMaps": MAPS,
}
_DIRECTIONS = {"directionDown": DOWN, "directionRight": RIGHT}


class ViewChoices(QObject):
    """Keeps the look of a canvas, the conventions of figures, their actions and the settings in step."""

    def __init__(
        self, look: Look, workbench: Workbench, actions: Actions, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._look, self._actions, self._settings = look, actions, settings
        workbench.count_by(conventions_from(settings.conventions))
        workbench.conventions_changed.connect(self._remember_conventions)
        workbench.run_on(settings.device)
        workbench.device_changed.connect(self._remember_device)
        # before it is connected: showing what is remembered is no choice of the person's
        if settings.colour in CHOICES:
            look.set_colour_by(settings.colour)
        if settings.direction in (DOWN, RIGHT):
            look.set_direction(settings.direction)
        look.show_rail(settings.rail)
        look.show_overview(settings.overview)
        look.changed.connect(self._follow)
        self._follow()

    def commands(self) -> dict[str, Callable[[], object]]:
        """What each action does, by its verb."""
        look = self._look
        table: dict[str, Callable[[], object]] = {
            "showRail": lambda: look.show_rail(not look.rail),
            "showOverview": lambda: look.show_overview(not look.overview),
        }
        for verb, choice in _COLOURS.items():
            table[verb] = lambda choice=choice: look.set_colour_by(choice)  # type: ignore[misc]
        for verb, direction in _DIRECTIONS.items():
            table[verb] = lambda direction=direction: look.set_direction(direction)  # type: ignore[misc]
        return table

    def _remember_conventions(self, conventions: Conventions) -> None:
        self._settings.conventions = conventions.data()

    def _remember_device(self, device: str) -> None:
        self._settings.device = device

    def _follow(self) -> None:
        """Tick what is chosen now, and remember it."""
        look, settings = self._look, self._settings
        for table, chosen in ((_COLOURS, look.colour_by), (_DIRECTIONS, look.direction)):
            for verb, choice in table.items():
                self._actions[verb].setChecked(choice == chosen)
        self._actions["showRail"].setChecked(look.rail)
        self._actions["showOverview"].setChecked(look.overview)
        settings.colour, settings.direction = look.colour_by, look.direction
        settings.rail, settings.overview = look.rail, look.overview
