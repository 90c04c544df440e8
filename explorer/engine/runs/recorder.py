"""Writes a training into its run folder: record, figures, TensorBoard events, checkpoints."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.notation import settings_to_data
from explorer.engine.events import (
    Changed,
    Continued,
    Evaluated,
    Event,
    Failed,
    Finished,
    Paused,
    Remedy,
    Started,
    StepMemory,
    Stepped,
    Stopped,
)
from explorer.engine.runs.changes import CHANGES, Change, write_changes
from explorer.engine.runs.checkpoint import Checkpoint, Checkpoints, Entry, State
from explorer.engine.runs.control import Control
from explorer.engine.runs.epoch_files import forget_epochs_after
from explorer.engine.runs.heartbeat import PAUSED, RUNNING, Heartbeat
from explorer.engine.runs.judgements import JUDGEMENTS, write_judged
from explorer.engine.runs.layer_log import LayerLog
from explorer.engine.runs.metrics import append_metrics, truncate_metrics
from explorer.engine.runs.probes import PROBES, write_probed
from explorer.engine.runs.run_folder import RunRecord, is_run, read_record, write_record
from explorer.engine.runs.run_lock import locked
from explorer.engine.runs.sightings import Judged, LayersSeen, Probed, Repeated
from explorer.engine.runs.steering import Inbox
from explorer.engine.runs.tensorboard_log import TensorBoardLog

_ENDS: Mapping[type[Event], str] = {Finished: "finished", Stopped: "stopped", Failed: "failed"}


class Recorder:
    """The writing side of one run folder; `close` it.

    A line that cannot be written is kept and tried again with the next ones.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = contextlib.ExitStack()
        self._waiting: list[dict[str, Any]] = []
        self._board: TensorBoardLog | None = None
        self._inbox: Inbox | None = None
        self._changes: list[Change] = []
        self._changes_waiting = False
        self.heart = Heartbeat(folder)
        self._layers = LayerLog(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._stack.enter_context(locked(folder))
            self.checkpoints = Checkpoints(folder)
        except BaseException as error:
            self._stack.close()  # whatever happened: the folder must not stay locked
            if isinstance(error, OSError):
                raise ExplorerError(
                    f"the run cannot be written into {folder}: {error.strerror}; choose another folder"
                ) from None
            raise

    def begin(
        self, record: RunRecord, resumed: Checkpoint | None, changes: Sequence[Change], control: Control
    ) -> None:
        """Write the record and the changes of its settings, strike out what is newer than the
        checkpoint, open the logs, and listen to what is told from now on.

        Raises:
            OSError: the folder cannot be written.
        """
        step = resumed.entry.step if resumed else 0
        write_record(self.folder, record)
        self._changes = list(changes)
        if changes or (self.folder / CHANGES).exists():
            write_changes(self.folder, changes)
        truncate_metrics(self.folder, step)
        self._layers.begin(step)
        for kept in (JUDGEMENTS, PROBES):
            forget_epochs_after(self.folder / kept, resumed.entry.epoch if resumed else 0)
        self._inbox = Inbox(self.folder, control)
        if resumed:
            self.checkpoints.forget_after(step)
        self._board = TensorBoardLog(self.folder, step)

    def log(self, event: Event) -> None:
        """Add an event to the figures.

        Raises:
            OSError: it cannot be written yet.
        """
        if isinstance(event, LayersSeen):
            self._layers.log(event)
        elif isinstance(event, Judged):
            write_judged(self.folder, event)
        elif isinstance(event, Probed):
            write_probed(self.folder, event)
        else:
            self._log_figures(event)

    def _log_figures(self, event: Event) -> None:
        if isinstance(event, Finished | Stopped | Failed):
            self.heart.end(_ENDS[type(event)], event.step, event.epoch)
        elif isinstance(event, Paused | Continued):
            self.heart.beat(PAUSED if isinstance(event, Paused) else RUNNING, event.step, event.epoch)
        self._waiting += _lines(event)
        if self._board is not None and isinstance(event, Stepped):
            self._board.stepped(event)
        elif self._board is not None and isinstance(event, Evaluated):
            self._board.evaluated(event)
        append_metrics(self.folder, self._waiting)
        self._waiting.clear()
        if self._board is not None:
            self._board.flush()

    def keep_change(self, change: Change) -> None:
        """Write down that other settings count from a step on.

        Raises:
            OSError: it cannot be written yet; it is tried again before the next checkpoint.
        """
        if change in self._changes:  # it is replayed
            return
        self._changes = sorted([*self._changes, change], key=lambda item: item.step)
        self._changes_waiting = True
        write_changes(self.folder, self._changes)
        self._changes_waiting = False

    def save(self, entry: Entry, state: State) -> Path:
        """Write a checkpoint; the path of its weights.

        Raises:
            OSError: it cannot be written; the older ones are untouched.
        """
        if self._changes_waiting:  # a checkpoint without them could not be resumed truly
            write_changes(self.folder, self._changes)
            self._changes_waiting = False
        return self.checkpoints.save(entry, state)

    def listen(self) -> None:
        """Pass on what was told through the folder."""
        if self._inbox is not None:
            self._inbox.poll()

    def close(self) -> None:
        """End the logs and let go of the folder."""
        self._stack.close()


def check_folder(folder: Path, resume: bool) -> None:
    """Refuse to write over anything, and to resume what is not there.

    Raises:
        ExplorerError: with what to do.
    """
    if resume:
        read_record(folder)
    elif is_run(folder):
        raise ExplorerError(f"{folder} holds a run already; resume it, or choose another folder")
    elif folder.exists() and not folder.is_dir():
        raise ExplorerError(f"{folder} is a file; a run needs a folder of its own")
    elif folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise ExplorerError(f"{folder} is not empty; a run needs an empty or new folder")


def _told(remedies: Sequence[Remedy]) -> list[dict[str, Any]]:
    return [vars(remedy) | {"recipe": settings_to_data(remedy.recipe)} for remedy in remedies]


def _lines(event: Event) -> list[dict[str, Any]]:
    """An event as objects of metrics.jsonl."""
    if isinstance(event, Stepped):
        speed = event.pictures_per_second
        *earlier, last = event.points
        lines = [{"kind": "step", **vars(point)} for point in earlier]
        figures = {"pictures_per_second": speed, "memory": event.memory}
        if event.data_share is not None:
            figures["data_share"] = round(event.data_share, 4)
        return [*lines, {"kind": "step", **vars(last), **figures}]
    if isinstance(event, Evaluated):
        return [{"kind": "epoch", **vars(event)}]
    if isinstance(event, Started):
        told = {name: value for name, value in vars(event).items() if name not in ("folder", "damaged")}
        return [{"kind": "start", **told}]
    if isinstance(event, Changed):
        return [{"kind": "change", **vars(event), "settings": dict(event.settings)}]
    if isinstance(event, Paused | Continued):
        return [{"kind": "pause" if isinstance(event, Paused) else "continue", **vars(event)}]
    if isinstance(event, Repeated):
        return [{"kind": "repeated", **vars(event)}]
    if isinstance(event, StepMemory):
        told = {name: getattr(event, name) for name in ("device", "pictures", "predicted", "measured")}
        return [{"kind": "memory", **told}]
    if isinstance(event, Finished | Stopped | Failed):
        line = {"kind": "end", "state": _ENDS[type(event)], "step": event.step, "epoch": event.epoch}
        names = ("message", "remedy", "test_accuracy", "best_accuracy", "best_epoch", "seconds", "why")
        line |= {name: value for name, value in vars(event).items() if name in names}
        return [line | ({"remedies": _told(event.remedies)} if isinstance(event, Failed) else {})]
    return []
