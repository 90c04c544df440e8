"""A row that shows how far published weights are fetched, and cancels it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.gui.inspector.weights.jobs import Passed, Published, fetching
from explorer.gui.job import Job
from explorer.gui.panel import IconButton, ProgressLine, sentence
from explorer.gui.theme import Theme


class WeightsDownload(QWidget):
    """Fetches one set at a time in the background; hidden while none is on its way.

    Signals:
        fetched(published): the set is here; its path is known.
        failed(sentence): it could not be fetched; nothing of it was kept.
    """

    fetched = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._progress = ProgressLine("Progress of the download")
        self.cancel = IconButton("close", "Cancel the download; nothing is kept of it")
        self.cancel.setObjectName("cancelWeights")
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

    def start(self, item: Published) -> None:
        """Fetch a set, unless one is on its way."""
        if self._job is not None:
            return
        job = self._job = Job(fetching(item), "The download", self)
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
        return self._job.wait(25_000)  # a server that does not answer is given up after 20 seconds

    def _advance(self, step: object) -> None:
        if isinstance(step, Passed):
            done, total = step.done / 2**20, step.total / 2**20
            share = step.done / max(1, step.total)
            self._progress.show_progress(f"{done:,.1f} of {total:,.1f} MiB", f"{share:.0%}", share)
        elif isinstance(step, Published) and self._job is not None and not self._job.stopping:
            self.fetched.emit(step)

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self.hide()
