"""The counting that is under way or done: its job, what it found, and whether that still holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.counts import TOOLS, Count
from explorer.core.graph import Graph
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.workbench import Workbench

STOP_MS = 10_000
"""How long closing waits for the process that counts."""

CONVENTION = "all count MACs for one picture, whatever the window shows"
"""How figures of different tools are made comparable."""

_TOLD_MS = 100
"""How often the time that has passed is told."""


@dataclass(frozen=True)
class Loading:
    """A process that counts is being started, and loads PyTorch."""


class Counting(QObject):
    """Asks the other tools about the open network, one job at a time.

    Signals:
        changed(): there is another count, it began, ended, or the network was edited since.
        ticked(): more time has passed while it counts.
        failed(sentence, details): the network could not be counted.
    """

    changed = Signal()
    ticked = Signal()
    failed = Signal(str, str)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._job: Job | None = None
        self._graph: Graph | None = None
        self._began = 0.0
        self._loading = False
        self.name = ""
        self.counts: tuple[Count, ...] = ()
        self.seconds = 0.0
        self.stopped = False
        self._clock = QTimer(self, interval=_TOLD_MS)
        self._clock.timeout.connect(self.ticked)
        workbench.changed.connect(self._edited)

    @property
    def running(self) -> bool:
        """Whether tools are being asked."""
        return self._job is not None

    @property
    def stale(self) -> bool:
        """Whether the counts are of a network that is not open any more."""
        return self._graph is not None and self._graph is not self._workbench.document.graph

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1; loading PyTorch is one part of as many as there are tools and one."""
        return (len(self.counts) + (not self._loading)) / (len(TOOLS) + 1)

    @property
    def state(self) -> str:
        """What is going on, in a few words."""
        if self.running:
            spent = f"{time.monotonic() - self._began:.1f} s"
            if self._job is not None and self._job.stopping:
                return "Stopping…"
            if self._loading:
                return f"Loading PyTorch… {spent}"
            done = len(self.counts)
            asked = f", {TOOLS[done]} is asked" if done < len(TOOLS) else ""
            return f"{done} of {len(TOOLS)} counted{asked}… {spent}"
        if self.stale:
            return f"The network was edited: these are counts of {self.name} as it was"
        if not self.counts:
            return ""
        ended = "Stopped after" if self.stopped else "Counted in"
        return f"{ended} {self.seconds:.1f} s; {CONVENTION}"

    def start(self) -> None:
        """Count the open network; edits that follow do not reach it."""
        if self._job is not None:
            return
        document = self._workbench.document
        self._graph, self.name, self.counts, self.stopped = document.graph, document.name, (), False
        self._began, self._loading = time.monotonic(), True
        self._job = Job(_asking(document.graph), "The audit", self)
        self._job.event.connect(self._take)
        self._job.failed.connect(self._fail)
        self._job.ended.connect(self._end)
        self._job.start()
        self._clock.start()
        self.changed.emit()

    def stop(self) -> None:
        """End the process that counts; what was counted stays."""
        if self._job is not None:
            self.stopped = True
            self._job.stop()
            self.changed.emit()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(STOP_MS)

    def _take(self, event: object) -> None:
        if isinstance(event, Count):
            self._loading = False
            self.counts = (*self.counts, event)
        self.changed.emit()

    def _fail(self, sentence: str, details: str) -> None:
        if not self.counts:
            self._graph = None
        self.failed.emit(sentence, details)

    def _end(self) -> None:
        assert self._job is not None  # noqa: S101  (it is the sender)
        self._job.deleteLater()
        self._job = None
        self._clock.stop()
        self.seconds = time.monotonic() - self._began
        self.changed.emit()

    def _edited(self, old: object, new: object) -> None:
        if self._graph is not None:
            self.changed.emit()


def _asking(graph: Graph) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield Loading()
        from explorer.engine.counting.counting_apart import (
            count_apart,  # the window starts without the engine
        )

        yield from count_apart(graph, should_stop)

    return work
