"""A hand that never rests: moves of the mouse that come every few milliseconds, whatever the window does."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

_PAUSE = 0.004
_STAMP = struct.Struct("d")
_LOOK_MS = 100
_SENDER = f"""
import os, signal, struct, time
signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # it ends with the window
due = time.perf_counter()
while True:
    due += {_PAUSE}
    time.sleep(max(0.0, due - time.perf_counter()))
    os.write(1, struct.pack("d", time.perf_counter()))
"""


@dataclass(frozen=True)
class Felt:
    """One input: when it was sent, when it was dealt with, and when what it changed was painted."""

    sent: float
    handled: float
    painted: float


class Hand(QObject):
    """Moves over a window and notes how long it lets each move wait.

    A process of its own sends the moves through a pipe, as a display server does: they come also
    while a thread of this process holds the interpreter's lock, and then count from the moment
    they were sent. Each is dealt with by the part of the window that it falls on.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.felt: list[Felt] = []
        self._window, self._turn = window, 0
        self._handled: list[tuple[float, float]] = []
        self._process = subprocess.Popen([sys.executable, "-I", "-S", "-c", _SENDER], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._pipe = self._process.stdout.fileno()
        os.set_blocking(self._pipe, False)
        self._came = QSocketNotifier(self._pipe, QSocketNotifier.Type.Read, self)
        self._came.activated.connect(self._move)
        self._idle = QTimer(self, singleShot=True, interval=0)  # comes after what was asked to be painted
        self._idle.timeout.connect(self._painted)

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> list[Felt]:
        """Let the window do its work, at most so long; what was felt meanwhile."""
        loop, look = QEventLoop(), QTimer(interval=_LOOK_MS)
        first, end = len(self.felt), time.perf_counter() + seconds
        look.timeout.connect(lambda: loop.quit() if until() or time.perf_counter() > end else None)
        look.start()
        loop.exec()
        return self.felt[first:]

    def rest(self) -> None:
        """Send no more."""
        self._came.setEnabled(False)
        self._process.kill()
        self._process.communicate()

    def _move(self) -> None:
        sent = [stamp for (stamp,) in _STAMP.iter_unpack(os.read(self._pipe, 1 << 16))]
        self._turn += len(sent)
        size = self._window.size()
        at = QPoint(5 * self._turn % size.width(), 3 * self._turn % size.height())
        part = self._window.childAt(at) or self._window
        place = QPointF(part.mapFrom(self._window, at))
        none = Qt.MouseButton.NoButton
        kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(part, QMouseEvent(kind, place, part.mapToGlobal(place), none, none, keys))
        now = time.perf_counter()
        self._handled += [(stamp, now) for stamp in sent]
        self._idle.start()

    def _painted(self) -> None:
        now = time.perf_counter()
        self.felt += [Felt(sent, handled, now) for sent, handled in self._handled]
        self._handled.clear()


def figures(felt: list[Felt]) -> dict[str, float]:
    """How long inputs waited until they were dealt with, and until that was painted, in seconds."""
    handled = sorted(item.handled - item.sent for item in felt)
    painted = sorted(item.painted - item.sent for item in felt)
    return {
        "count": len(felt),
        "p50": _share(handled, 0.5),
        "p99": _share(handled, 0.99),
        "longest": handled[-1],
        "painted": _share(painted, 0.99),
    }


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
