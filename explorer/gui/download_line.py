"""A line that shows how far a download is, and cancels it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.gui.job import Job, Work
from explorer.gui.panel import IconButton, sentence
from explorer.gui.progress import ProgressLine
from explorer.gui.theme import Theme

MEBIBYTES, MEGABYTES = ("MiB", 2**20), ("MB", 10**6)
"""In what the amounts are said: as whoever publishes the files says it."""

_GIVEN_UP = 25_000
"""Milliseconds: a server that does not answer is given up after 20 seconds."""


@dataclass(frozen=True)
class Passed:
    """How far a download is, in bytes."""

    done: int
    total: int


class DownloadLine(QWidget):
    """Runs one download at a time in the background; hidden while none is on its way.

    Signals:
        given(item): what the work gives besides how far it is.
        failed(sentence): it could not be fetched; nothing of it was kept.
        ended(cancelled): none is on its way any more.
    """

    given = Signal(object)
    failed = Signal(str)
    ended = Signal(bool)

    def __init__(self, name: str, unit: tuple[str, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit, self._size = unit
        self._job: Job | None = None
        self._progress = ProgressLine("Progress of the download")
        self.cancel = IconButton("close", "Cancel the download; nothing is kept of it")
        self.cancel.setObjectName(name)
        self.cancel.clicked.connect(lambda: self.stop())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._progress, 1)
        row.addWidget(self.cancel)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether something is on its way."""
        return self._job is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._progress.set_theme(theme)
        self.cancel.set_theme(theme)

    def start(self, work: Work) -> None:
        """Begin, unless something is on its way."""
        if self._job is not None:
            return
        job = self._job = Job(work, "The download", self)
        job.event.connect(self._advance)
        job.failed.connect(lambda said, _details: self.failed.emit(sentence(said)))
        job.ended.connect(self._end)
        self._progress.show_progress("Connecting…", "", 0.0)
        self.show()
        job.start()

    def stop(self) -> None:
        """Cancel the download."""
        if self._job is not None:
            self._job.stop()

    def shutdown(self) -> bool:
        """Cancel and wait; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(_GIVEN_UP)

    def _advance(self, step: object) -> None:
        if isinstance(step, Passed):
            done, total = step.done / self._size, step.total / self._size
            share = step.done / max(1, step.total)
            self._progress.show_progress(f"{done:,.1f} of {total:,.1f} {self._unit}", f"{share:.0%}", share)
        elif self._job is not None and not self._job.stopping:
            self.given.emit(step)

    def _end(self) -> None:
        job, self._job = self._job, None
        assert job is not None  # noqa: S101  (it is the sender)
        job.deleteLater()
        self.hide()
        self.ended.emit(job.stopping)
