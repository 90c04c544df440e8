"""A run's figures as TensorBoard event files, beside metrics.jsonl."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

from explorer.core.files import append
from explorer.engine.events import Evaluated, Stepped

_VERSION = "brain.Event:2"


class TensorBoardLog:
    """Collects scalars and appends them to an event file in a run's folder.

    What cannot be written is kept, and written with what comes next. TensorBoard's own writer is
    not used: its thread ends at the first full disk, and what it held is lost.
    """

    def __init__(self, folder: Path, step: int) -> None:
        # a tenth of a second to import, and only trainings need it
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._kinds: tuple[Any, Any] = event_pb2.Event, summary_pb2.Summary
        now = time.time_ns()
        # readers take the files in the order of their names: that of their times
        stamp = f"{now // 10**9:010}.{now % 10**9:09}"
        self._path = folder / f"events.out.tfevents.{stamp}.{socket.gethostname()}.{os.getpid()}"
        self._waiting = _Buffer()
        self._writer = RecordWriter(self._waiting)
        self._write(file_version=_VERSION)
        if step:  # what an earlier life wrote after this step does not count
            started = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
            self._write(step + 1, session_log=started)

    def stepped(self, event: Stepped) -> None:
        """Take some steps; `flush` writes them."""
        for point in event.points:
            figures = {
                "loss/train": point.loss,
                "accuracy/train": point.accuracy,
                "learning rate": point.learning_rate,
            }
            if point is event.last:
                figures["pictures per second"] = event.pictures_per_second
            self._scalars(point.step, figures)

    def evaluated(self, event: Evaluated) -> None:
        """Take the end of an epoch; `flush` writes it."""
        self._scalars(event.step, {"loss/test": event.test_loss, "accuracy/test": event.test_accuracy})

    def flush(self) -> None:
        """Write what waits.

        Raises:
            OSError: it cannot be written yet; no part of it stays in the file.
        """
        if not self._waiting.data:
            return
        append(self._path, bytes(self._waiting.data))
        self._waiting.data.clear()

    def _scalars(self, step: int, figures: dict[str, float]) -> None:
        summary = self._kinds[1]
        values = [summary.Value(tag=tag, simple_value=value) for tag, value in figures.items()]
        self._write(step, summary=summary(value=values))

    def _write(self, step: int = 0, **content: Any) -> None:
        event = self._kinds[0](wall_time=time.time(), step=step, **content)
        self._writer.write(event.SerializeToString())


class _Buffer:
    """Takes records until they are written to the disk."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        """Keep some bytes."""
        self.data += data
