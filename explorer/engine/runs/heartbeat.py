"""A sign of life in a run folder: who trains there, where, and whether it waits; needs no torch."""

from __future__ import annotations

import json
import math
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.core.errors import DocumentError
from explorer.core.files import atomic_write, read_limited
from explorer.engine.runs.run_lock import is_locked

STATUS = "status.json"
RUNNING, PAUSED, LOST = "running", "paused", "interrupted"
"""How a run stands that has not ended: the last is one whose process is gone."""

_EVERY_SECONDS = 2.0
_LOST_SECONDS = 60.0
_LARGEST = 64 * 1024


@dataclass(frozen=True)
class Status:
    """The last sign of life. `beat` is the time of the computer's clock, in seconds since 1970."""

    state: str
    step: int
    epoch: int
    process: int
    computer: str
    beat: float


class Heartbeat:
    """Writes the sign of life every two seconds, and whenever the state changes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / STATUS
        self._state = ""
        self._written = -math.inf

    def beat(self, state: str, step: int, epoch: int) -> None:
        """Write, if it is time to. A folder that cannot be written now is tried again later."""
        now = time.monotonic()
        if state == self._state and now - self._written < _EVERY_SECONDS:
            return
        self._state, self._written = state, now
        status = Status(state, step, epoch, os.getpid(), platform.node(), time.time())
        try:
            atomic_write(self._path, json.dumps(asdict(status)).encode("utf-8"))
        except OSError:
            self._state = ""

    def end(self, state: str, step: int, epoch: int) -> None:
        """Write a last time."""
        self._state = ""
        self.beat(state, step, epoch)


def read_status(folder: Path) -> Status | None:
    """The last sign of life of a run; None where there is none that can be read."""
    try:
        content = json.loads(read_limited(folder / STATUS, _LARGEST))
        return Status(
            str(content["state"]),
            int(content["step"]),
            int(content["epoch"]),
            int(content["process"]),
            str(content["computer"]),
            float(content["beat"]),
        )
    except (DocumentError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def life(folder: Path) -> str:
    """Whether a run that has not ended is running, paused or interrupted (its process is gone).

    On this computer the lock of the folder tells; for one that trains elsewhere on a shared
    disk, a sign of life within the last minute.
    """
    status = read_status(folder)
    alive = is_locked(folder)
    if not alive and status is not None and status.computer != platform.node():
        alive = status.state in (RUNNING, PAUSED) and abs(time.time() - status.beat) < _LOST_SECONDS
    if not alive:
        return LOST
    return PAUSED if status is not None and status.state == PAUSED else RUNNING
