"""Works out the receptive fields of a large network while nothing else happens, before anybody asks."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

from explorer.core.outline import Line
from explorer.gui.workbench import Workbench

_QUIET_MS = 300
"""How long nothing was edited before it begins."""

_SLICE_SECONDS = 0.003
_MANY = 400
"""Lines; of fewer the fields are there at once."""


class FieldsAhead(QObject):
    """Each line keeps its own field once it was asked for: a filter over thousands then finds them there."""

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._left: Iterator[Line] = iter(())
        self._wait = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._wait.timeout.connect(self._begin)
        self._step = QTimer(self, interval=0)
        self._step.timeout.connect(self._work)
        workbench.changed.connect(self._changed)
        self._changed()

    @property
    def busy(self) -> bool:
        """Whether fields are still to be worked out."""
        return self._wait.isActive() or self._step.isActive()

    def _changed(self, *_: object) -> None:
        self._step.stop()
        if len(self._workbench.lines) >= _MANY:
            self._wait.start()
        else:
            self._wait.stop()

    def _begin(self) -> None:
        self._left = iter(list(self._workbench.lines.values()))
        self._step.start()

    def _work(self) -> None:
        until = time.perf_counter() + _SLICE_SECONDS
        for line in self._left:
            _ = line.fields  # it is kept there
            if time.perf_counter() > until:
                return
        self._step.stop()
