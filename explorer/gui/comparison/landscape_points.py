"""The points of the catalogue, computed in the background: some networks take a while at first."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.conventions import Conventions
from explorer.export.landscape import Point, landscape
from explorer.gui.job import Job, ShouldStop, Work

_REDRAW_MS = 60


class LandscapePoints(QObject):
    """Keeps the points for the conventions that were asked for last.

    Signals:
        changed(): more points are known.
        failed(sentence): they could not be computed.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.points: tuple[Point, ...] = ()
        self._conventions: Conventions | None = None
        self._job: Job | None = None
        self._found: list[Point] = []
        self._due = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._due.timeout.connect(self._announce)

    def ask(self, conventions: Conventions) -> None:
        """Compute the points for these conventions; what is known already is not computed again."""
        if conventions == self._conventions:
            return
        self._conventions = conventions
        self.stop()
        self._found = []
        job = self._job = Job(_reading(conventions), "Computing the networks of the catalogue", self)
        job.event.connect(lambda item: self._take(job, item))
        job.failed.connect(lambda message, _details: self.failed.emit(message))
        job.ended.connect(lambda: self._ended(job))
        job.start()

    def stop(self) -> None:
        """Stop what is computed; its points are forgotten."""
        if self._job is not None:
            self._job.stop()
            self._job = None

    def shutdown(self) -> bool:
        """Stop, and wait a bounded time; False where something still runs."""
        job = self._job
        self.stop()
        return job is None or job.wait(5000)

    def _take(self, job: Job, item: object) -> None:
        if job is self._job and isinstance(item, Point):
            self._found.append(item)
            if not self._due.isActive():
                self._due.start()

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._announce()
        job.deleteLater()

    def _announce(self) -> None:
        self.points = tuple(self._found)
        self.changed.emit()


def _reading(conventions: Conventions) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[Point]:
        for item in landscape(conventions):
            if should_stop():
                return
            yield item

    return work
