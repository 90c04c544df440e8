"""Cyclic garbage is collected between gestures, in the window's thread, never in the middle of one."""

from __future__ import annotations

import gc
import sys
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_LOOK_MS, _LOADING_MS = 200, 50
_MANY = 20
"""So many new modules from one look to the next: a library is being loaded."""

_CALM = 20
"""Looks without a new module after which it is taken for loaded."""

_YOUNG, _MIDDLE, _OLD = 700, 10, 40
"""Collect a generation when it counts this many: Python's own figures, the last one four times over."""


class Collecting(QObject):
    """Takes Python's collector in hand while it is entered, and gives it back.

    Left alone, Python walks all objects whenever enough new ones were made: in the middle of a
    drag (24 ms with ResNet-152 open, more once PyTorch is loaded), and in whatever thread made
    the last one, where a widget must not die. What a library makes when it is loaded lives as
    long as the program: it is looked through in slices of a few milliseconds while it comes, and
    never walked again. Walking all that PyTorch makes at once stops the window for 130 ms.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = 0
        self._calm = _CALM
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def __enter__(self) -> Self:
        gc.disable()
        self._modules = len(sys.modules)
        gc.freeze()  # the program itself; there is no garbage in it that would be worth 30 ms
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def look(self) -> None:
        """Collect what is due; nothing while a mouse button is down."""
        if self._loading():
            gc.collect(0)
            gc.freeze()
        elif QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            _collect_due()

    def _loading(self) -> bool:
        """Whether a library is being loaded, as the number of modules shows."""
        new, self._modules = len(sys.modules) - self._modules, len(sys.modules)
        was = self._calm < _CALM
        if new > (0 if was else _MANY):
            self._calm = 0
            if not was:
                gc.collect()  # what died before is let go: what is frozen stays for good
                self._timer.setInterval(_LOADING_MS)
        elif was:
            self._calm += 1
            if self._calm == _CALM:
                self._timer.setInterval(_LOOK_MS)
        return self._calm < _CALM


def _collect_due() -> None:
    young, middle, old = gc.get_count()
    if old > _OLD:
        gc.collect()
    elif middle > _MIDDLE:
        gc.collect(1)
    elif young > _YOUNG:
        gc.collect(0)
