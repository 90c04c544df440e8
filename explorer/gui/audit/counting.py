"""The counting that is under way or done: its job, what it found, and whether that still holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from explorer.core.counts import TOOLS, Count
from explorer.core.graph import Graph
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.workbench import Workbench

STOP_MS = 10_000
"""How long closing waits for the layer that is being run."""


@dataclass(frozen=True)
class Loading:
    """PyTorch is being loaded in the thread."""


class Counting(QObject):
    """Asks the other tools about the open network, one job at a time.

    Signals:
        changed(): there is another count, it began, ended, or the network was edited since.
        failed(sentence, details): the network could not be counted.
    """

    changed = Signal()
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
    def state(self) -> str:
        """What is going on, in a few words."""
        if self.running:
            if self._job is not None and self._job.stopping:
                return "Stopping…"
            if self._loading:
                return "Loading PyTorch…"
            done = len(self.counts)
            asked = f", {TOOLS[done]} is asked" if done < len(TOOLS) else ""
            return f"{done} of {len(TOOLS)} counted{asked}…"
        if self.stale:
            return f"The network was edited: these are counts of {self.name} as it was"
        if not self.counts:
            return ""
        ended = "Stopped after" if self.stopped else "Counted in"
        return f"{ended} {self.seconds:.1f} s"

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
        self.changed.emit()

    def stop(self) -> None:
        """End after the layer that is being run; what was counted stays."""
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
        self._loading = False
        if isinstance(event, Count):
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
        self.seconds = time.monotonic() - self._began
        self.changed.emit()

    def _edited(self, old: object, new: object) -> None:
        if self._graph is not None:
            self.changed.emit()


def _asking(graph: Graph) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield Loading()
        from explorer.engine.audit import audit  # torch takes seconds: loaded in the thread

        if not should_stop():
            yield from audit(graph, should_stop)

    return work
