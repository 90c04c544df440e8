"""A row that offers a download, shows how far it is, and cancels it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.job import Job
from explorer.gui.panel import IconButton, ProgressLine, button, label, sentence
from explorer.gui.theme import Theme
from explorer.gui.training.data.data_jobs import Passed, downloading


class DownloadRow(QWidget):
    """Downloads a published data set in the background; hidden while nothing is missing.

    Signals:
        done(data): the data is there now.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = ""
        self._job: Job | None = None
        self._sentence = label(role="hint", wrap=True)
        self.download = button("Download", self.start, "Fetch the data set into your data folder")
        self.download.setObjectName("downloadData")
        self._progress = ProgressLine("Progress of the download")
        self.cancel = IconButton("close", "Cancel the download; nothing is kept of it")
        self.cancel.setObjectName("cancelDownload")
        self.cancel.clicked.connect(lambda: self.stop())
        running = self._running = QWidget()
        row = QHBoxLayout(running)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._progress, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._sentence)
        column.addWidget(self.download, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(running)
        self.offer("", 0)

    @property
    def said(self) -> str:
        """What stands there."""
        return self._sentence.text()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._progress.set_theme(theme)
        self.cancel.set_theme(theme)

    def offer(self, data: str, missing: int) -> None:
        """Offer the download of so many bytes; 0 hides the row. A running one goes on."""
        if self._job is None:
            self._data = data
            self._say(f"It is not on this computer yet ({missing / 1e6:,.0f} MB)." if missing else "")
            self._show(running=False)
            self.setVisible(bool(missing))

    def start(self) -> None:
        """Begin the download."""
        if self._job is not None or not self._data:
            return
        job = self._job = Job(downloading(self._data), "The download", self)
        job.event.connect(self._advance)
        job.failed.connect(lambda said, _details: self._say(sentence(said), wrong=True))
        job.ended.connect(self._end)
        self._say("")
        self._progress.show_progress("Connecting…", "", 0.0)
        self._show(running=True)
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
            done, total = step.done / 1e6, step.total / 1e6
            share = step.done / max(1, step.total)
            self._progress.show_progress(f"{done:,.1f} of {total:,.1f} MB", f"{share:.0%}", share)

    def _end(self) -> None:
        job, self._job = self._job, None
        assert job is not None  # noqa: S101  (it is the sender)
        job.deleteLater()
        self._show(running=False)
        if not self._sentence.text():
            self._say("Cancelled; nothing of it was kept." if job.stopping else "")
        if not job.stopping and not self._sentence.text():
            self.hide()
            self.done.emit(self._data)

    def _show(self, *, running: bool) -> None:
        self._running.setVisible(running)
        self.download.setVisible(not running)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._sentence.setProperty("role", "error" if wrong else "hint")
        self._sentence.style().unpolish(self._sentence)
        self._sentence.style().polish(self._sentence)
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))
