"""The window goes first: threads in the background wait between two steps while it computes and paints."""

from __future__ import annotations

import threading

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_LONGEST = 0.02
"""Seconds that a step of the background waits for the window, at most."""

POINTING_MS = 25
"""What follows the pointer over a picture that is painted anew for it is painted so often at most."""


class RightOfWay:
    """Taken by the window for one turn of its event loop, at most 20 ms long.

    A thread that trains a small network takes the interpreter's lock anew some ten thousand times a
    second. The window gives the lock away whenever it calls Qt and got it back late each time: what
    it paints in 9 ms took 25. While the window goes first, those who ask `give_way` between their
    steps wait.
    """

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    @property
    def taken(self) -> bool:
        """Whether the window goes first now."""
        return not self._free.is_set()

    def take(self) -> None:
        """Go first for the rest of this turn; called in the window's thread."""
        if self._free.is_set():
            self._free.clear()
            QTimer.singleShot(0, self.release)

    def release(self) -> None:
        """Let the others go on."""
        self._free.set()

    def give_way(self) -> None:
        """Wait while the window goes first; called in a thread of the background, between two steps."""
        if not self._free.is_set() and not self._free.wait(_LONGEST):
            self.release()  # it is busy with something long: it shares from now on


RIGHT_OF_WAY = RightOfWay()


class Tick(QTimer):
    """A timer that paints or computes something for the window, which goes first with it."""

    def __init__(self, parent: QObject, milliseconds: int) -> None:
        super().__init__(parent, singleShot=True, interval=milliseconds)
        self.timeout.connect(RIGHT_OF_WAY.take)

    def ask(self) -> None:
        """Let it come soon, once, however often it is asked for."""
        if not self.isActive():
            self.start()


class PaintsFirst(QObject):
    """Has a window go first whenever it is about to be painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            RIGHT_OF_WAY.take()
        return False
