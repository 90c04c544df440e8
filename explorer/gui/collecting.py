"""Cyclic garbage is collected between gestures, in the window's thread, never in the middle of one."""

from __future__ import annotations

import gc
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from explorer.gui.preloading import loaded_torch

_LOOK_MS = 500
_YOUNG, _MIDDLE, _OLD = 700, 10, 40
"""Collect a generation when it counts this many: Python's own figures, the last one four times over."""


class Collecting(QObject):
    """Takes Python's collector in hand while it is entered, and gives it back.

    Left alone, Python walks all objects whenever enough new ones were made: in the middle of a
    drag (24 ms with ResNet-152 open, more once PyTorch is loaded), and in whatever thread made
    the last one, where a widget must not die. What the libraries made when they were loaded
    lives as long as the program and is not walked again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settled: set[str] = set()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def __enter__(self) -> Self:
        gc.disable()
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
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        loaded = _loaded()
        if loaded - self._settled:
            self._settled |= loaded
            gc.collect()
            gc.freeze()
            return
        young, middle, old = gc.get_count()
        if old > _OLD:
            gc.collect()
        elif middle > _MIDDLE:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)


def _loaded() -> set[str]:
    """The large libraries that are there, and the program itself."""
    return {"explorer", *(["torch"] if loaded_torch() is not None else [])}
