"""Steering a training through a file in its run folder, from any process that can write there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.engine.runs.control import Control, checked_changes

CONTROL = "control.jsonl"
_POLL_SECONDS = 0.2
_LARGEST_READ = 1024 * 1024


class Steering:
    """Tells the training that writes a run folder what to do, as `Control` does within a process."""

    def __init__(self, folder: Path) -> None:
        self._path = Path(folder) / CONTROL

    def pause(self) -> None:
        """Wait after the current step."""
        self._tell({"do": "pause"})

    def resume(self) -> None:
        """Go on after a pause."""
        self._tell({"do": "resume"})

    def step(self, count: int = 1) -> None:
        """Make one step, or a few, and pause."""
        self._tell({"do": "step", "count": count})

    def stop(self) -> None:
        """End after the current step; all that was trained is kept."""
        self._tell({"do": "stop"})

    def change(self, **settings: Any) -> None:
        """Train on with other settings.

        Raises:
            ExplorerError: see `Control.change`; or the folder cannot be written.
        """
        self._tell({"do": "change", "settings": checked_changes(settings)})

    def _tell(self, command: dict[str, Any]) -> None:
        data = (json.dumps(command, allow_nan=False) + "\n").encode("utf-8")
        try:
            # one write at the end of the file: two windows cannot mix their lines
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ExplorerError(
                f"the run cannot be told anything: {self._path}: {error.strerror}; check its folder"
            ) from None


class Inbox:
    """The training's side: reads what was told since it began, and passes it to its `Control`."""

    def __init__(self, folder: Path, control: Control) -> None:
        self._path, self._control = folder / CONTROL, control
        self._place = self._size()  # what was told to an earlier training of this folder is over
        self._asked = time.monotonic()

    def poll(self) -> None:
        """Look whether something was told; looks at the disk five times a second at most."""
        now = time.monotonic()
        if now - self._asked < _POLL_SECONDS:
            return
        self._asked = now
        size = self._size()
        if size < self._place:  # somebody emptied the file
            self._place = 0
        if size > self._place:
            self._read()

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:  # nobody told anything yet
            return 0

    def _read(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                data = file.read(_LARGEST_READ)
        except OSError:  # it is asked again soon
            return
        whole = data.rfind(b"\n") + 1  # half a line is still being written
        self._place += whole
        for line in data[:whole].splitlines():
            self._obey(line)

    def _obey(self, line: bytes) -> None:
        """Do what a line says; one that makes no sense is left out, for anybody may write there."""
        try:
            command = json.loads(line)
            what = command["do"]
            if what == "pause":
                self._control.pause()
            elif what == "resume":
                self._control.resume()
            elif what == "stop":
                self._control.stop()
            elif what == "step":
                self._control.step(max(1, int(command.get("count", 1))))
            elif what == "change":
                self._control.change(**command["settings"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ExplorerError):
            return
