"""A button that opens one of the pictures that are always there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from explorer.gui.job import Job, ShouldStop, Work


class SampleButton(QPushButton):
    """Reads the picture in the background; `name` says which.

    Signals:
        read(picture): here it is.
        failed(sentence): it is not there.
    """

    read = Signal(object)
    failed = Signal(str)

    def __init__(self, name: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__("Take a sample", parent)
        self.setProperty("kind", "plain")
        self.setToolTip("Take one of the pictures that are always there")
        self.setAccessibleName("Take a sample")
        self._name = name
        self._job: Job | None = None
        self.clicked.connect(lambda: self._start())

    def shutdown(self) -> bool:
        """Wait for what is being read; whether the thread is gone."""
        return self._job is None or self._job.wait(5000)

    def _start(self) -> None:
        if self._job is not None:
            return
        job = self._job = Job(_reading(self._name()), "Reading the sample", self)
        job.event.connect(self.read)
        job.failed.connect(lambda sentence, _details: self.failed.emit(sentence))
        job.ended.connect(self._end)
        job.start()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None


def _reading(name: str) -> Work:
    def work(_should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.pictures.sample_pictures import (
            sample,  # numpy and Pillow: not at the start of the window
        )

        yield sample(name)

    return work
