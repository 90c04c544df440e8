"""Who trains in this process: one at a time, in the order of asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from explorer.gui.training.orders import Order


@dataclass(eq=False)
class Turn:
    """Somebody who wants to train here: what to call it, what begins it, and the order behind it."""

    title: str
    begin: Callable[[], None]
    order: Order | None = None


class Turns(QObject):
    """Two trainings at once would share the cores, and each would take twice as long.

    Signals:
        changed(): another one has the turn, or waits for it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.holder: Turn | None = None
        self.waiting: tuple[Turn, ...] = ()
        self._closed = False

    def ask(self, turn: Turn) -> bool:
        """Begin now, or when all that asked before are over; whether it began."""
        if self.holder is not None:
            self.waiting = (*self.waiting, turn)
            self.changed.emit()
            return False
        self._begin(turn)
        return True

    def end(self, turn: Turn) -> None:
        """It is over, or does not want to begin any more; the next one begins."""
        self.waiting = tuple(other for other in self.waiting if other is not turn)
        if turn is self.holder:
            self.holder = None
            if self.waiting and not self._closed:
                following, *rest = self.waiting
                self.waiting = tuple(rest)
                self._begin(following)
                return
        self.changed.emit()

    def close(self) -> None:
        """Those that wait never begin."""
        self._closed = True
        self.waiting = ()

    def _begin(self, turn: Turn) -> None:
        self.holder = turn
        turn.begin()
        self.changed.emit()
