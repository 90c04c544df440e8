"""What a person tells a training that goes on: pause, go on, one step, stop, other settings."""

from __future__ import annotations

import threading
from typing import Any

from explorer.core.attribute import attributes
from explorer.core.errors import ExplorerError
from explorer.core.recipe import CHANGEABLE, Recipe

_CHECKED = {declared.name: declared for declared in attributes(Recipe)}


class Control:
    """Steers one training from any thread; every call returns at once."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._paused = self._stopped = False
        self._single = 0
        self._changes: dict[str, Any] = {}

    @property
    def paused(self) -> bool:
        """Whether it waits between two steps, or will at the next."""
        return self._paused

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stopped

    @property
    def changed(self) -> bool:
        """Whether settings wait to be taken over."""
        return bool(self._changes)

    def pause(self) -> None:
        """Wait after the current step."""
        with self._condition:
            self._paused = True

    def resume(self) -> None:
        """Go on after a pause."""
        with self._condition:
            self._paused, self._single = False, 0
            self._condition.notify_all()

    def step(self, count: int = 1) -> None:
        """Make one step, or a few, and pause."""
        with self._condition:
            self._paused = True
            self._single += count
            self._condition.notify_all()

    def stop(self) -> None:
        """End after the current step; all that was trained is kept."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def change(self, **settings: Any) -> None:
        """Train on with other settings from the next step on, such as learning_rate=0.01.

        Raises:
            ExplorerError: a setting that cannot change while a run goes on, or out of its limits.
        """
        checked = checked_changes(settings)
        with self._condition:
            self._changes |= checked

    def take_changes(self) -> dict[str, Any]:
        """The settings that were changed since the last call."""
        with self._condition:
            changes, self._changes = self._changes, {}
        return changes

    def must_wait(self) -> bool:
        """Asked before every step: False where it may be made; uses up one that was granted."""
        if not self._paused or self._stopped:
            return False
        with self._condition:
            if self._single:
                self._single -= 1
                return False
            return self._paused and not self._stopped

    def wait(self, seconds: float) -> None:
        """Wait until something is told, at most so long."""
        with self._condition:
            if self._paused and not (self._stopped or self._single):
                self._condition.wait(seconds)


def checked_changes(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings in their canonical form.

    Raises:
        ExplorerError: a setting that cannot change while a run goes on, or out of its limits.
    """
    for name in settings:
        if name not in CHANGEABLE:
            known = ", ".join(CHANGEABLE)
            raise ExplorerError(
                f"{name[:60]} cannot change while a run goes on; {known} can: start a new run for it"
            )
    return {name: _CHECKED[name].check(value, "Recipe") for name, value in settings.items()}
