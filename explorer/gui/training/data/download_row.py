"""A row that offers a download of data, and has it fetched."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.download_line import MEGABYTES, DownloadLine
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme
from explorer.gui.training.data.data_jobs import downloading


class DownloadRow(QWidget):
    """Downloads a published data set in the background; hidden while nothing is missing.

    Signals:
        done(data): the data is there now.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = ""
        self._sentence = label(role="hint", wrap=True)
        self.download = button("Download", self.start, "Fetch the data set into your data folder")
        self.download.setObjectName("downloadData")
        self.line = DownloadLine("cancelDownload", MEGABYTES)
        self.line.failed.connect(lambda said: self._say(said, wrong=True))
        self.line.ended.connect(self._end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._sentence)
        column.addWidget(self.download, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.line)
        self.offer("", 0)

    @property
    def said(self) -> str:
        """What stands there."""
        return self._sentence.text()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.line.set_theme(theme)

    def offer(self, data: str, missing: int) -> None:
        """Offer the download of so many bytes; 0 hides the row. A running one goes on."""
        if not self.line.running:
            self._data = data
            self._say(f"It is not on this computer yet ({missing / 1e6:,.0f} MB)." if missing else "")
            self.setVisible(bool(missing))

    def start(self) -> None:
        """Begin the download."""
        if self.line.running or not self._data:
            return
        self._say("")
        self.download.hide()
        self.line.start(downloading(self._data))

    def stop(self) -> None:
        """Cancel the download."""
        self.line.stop()

    def shutdown(self) -> bool:
        """Cancel and wait; whether the thread is gone."""
        return self.line.shutdown()

    def _end(self, cancelled: bool) -> None:
        self.download.show()
        if not self._sentence.text():
            self._say("Cancelled; nothing of it was kept." if cancelled else "")
        if not cancelled and not self._sentence.text():
            self.hide()
            self.done.emit(self._data)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._sentence.setProperty("role", "error" if wrong else "hint")
        self._sentence.style().unpolish(self._sentence)
        self._sentence.style().polish(self._sentence)
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))
