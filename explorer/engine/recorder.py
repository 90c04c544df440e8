"""Writes a training into its run folder: record, figures, TensorBoard events, checkpoints."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.engine.checkpoint import Checkpoint, Checkpoints, Entry
from explorer.engine.events import Evaluated, Event, Failed, Finished, Stepped, Stopped
from explorer.engine.metrics import append_metrics, truncate_metrics
from explorer.engine.run_lock import locked
from explorer.engine.runs import RunRecord, is_run, read_record, write_record
from explorer.engine.tensorboard_log import TensorBoardLog


class Recorder:
    """The writing side of one run folder; `close` it.

    A line that cannot be written is kept and tried again with the next ones.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = contextlib.ExitStack()
        self._waiting: list[dict[str, Any]] = []
        self._board: TensorBoardLog | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._stack.enter_context(locked(folder))
            self.checkpoints = Checkpoints(folder)
        except OSError as error:
            raise ExplorerError(
                f"the run cannot be written into {folder}: {error.strerror}; choose another folder"
            ) from None
        except BaseException:
            self._stack.close()
            raise

    def begin(self, record: RunRecord, resumed: Checkpoint | None) -> None:
        """Write the record, strike out what is newer than the checkpoint, and open the logs.

        Raises:
            OSError: the folder cannot be written.
        """
        step = resumed.entry.step if resumed else 0
        write_record(self.folder, record)
        truncate_metrics(self.folder, step)
        if resumed:
            self.checkpoints.forget_after(step)
        self._board = TensorBoardLog(self.folder, step)
        self._stack.callback(self._close_board)

    def log(self, event: Event) -> None:
        """Add an event to the figures.

        Raises:
            OSError: it cannot be written yet.
        """
        self._waiting += _lines(event)
        append_metrics(self.folder, self._waiting)
        self._waiting.clear()
        if self._board is None:
            return
        if isinstance(event, Stepped):
            self._board.stepped(event)
        elif isinstance(event, Evaluated):
            self._board.evaluated(event)

    def save(self, entry: Entry, weights: Mapping[str, Tensor], optimizer: Mapping[str, Tensor]) -> Path:
        """Write a checkpoint; the path of its weights.

        Raises:
            OSError: it cannot be written; the older ones are untouched.
        """
        return self.checkpoints.save(entry, weights, optimizer)

    def close(self) -> None:
        """End the logs and let go of the folder."""
        self._stack.close()

    def _close_board(self) -> None:
        if self._board is not None:
            self._board.close()


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


def _lines(event: Event) -> list[dict[str, Any]]:
    """An event as objects of metrics.jsonl."""
    if isinstance(event, Stepped):
        return [{"kind": "step", **asdict(point)} for point in event.points]
    if isinstance(event, Evaluated):
        return [{"kind": "epoch", **asdict(event)}]
    if isinstance(event, Finished | Stopped | Failed):
        line = {
            "kind": "end",
            "state": type(event).__name__.lower(),
            "step": event.step,
            "epoch": event.epoch,
        }
        return [{**line, "message": event.message} if isinstance(event, Failed) else line]
    return []
