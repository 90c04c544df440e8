"""Which picture both networks look at: the open one, or one that a run keeps maps of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from explorer.engine.looking.pair_findings import ProbePicture, ProbePictures
from explorer.gui.inspector.requests import Requests
from explorer.gui.job import ShouldStop, Work


@dataclass(frozen=True)
class _Question:
    """Which pictures do these runs keep maps of?"""

    folders: tuple[Path, ...]


class PictureChoice(QComboBox):
    """Offers the probe pictures of runs, which are read in the background; hidden where there are none.

    Signals:
        changed(): both networks shall look at another picture.
        failed(sentence, details): what a run keeps cannot be read.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The picture of both networks")
        self.setToolTip(
            "The open picture, or one that a run keeps maps of: then all its epochs can be gone through"
        )
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._asked: tuple[Path, ...] = ()
        self.requests = Requests(self, _answering)
        self.requests.answered.connect(self._offer)
        self.requests.failed.connect(self.failed)
        self.activated.connect(lambda _index: self.changed.emit())
        self.addItem("the open picture", None)
        self.hide()

    @property
    def probe(self) -> ProbePicture | None:
        """The chosen picture of a run; None for the open one."""
        found: ProbePicture | None = self.currentData()
        return found

    def follow(self, folders: Sequence[Path]) -> None:
        """Offer the pictures of these runs; one that is chosen stays while its run does."""
        wanted = tuple(dict.fromkeys(folders))
        if wanted == self._asked:
            return
        self._asked = wanted
        with QSignalBlocker(self):
            for place in range(self.count() - 1, 0, -1):
                if self.itemData(place).folder not in wanted:
                    self.removeItem(place)  # of the chosen one, the open picture takes the place
            if self.currentIndex() < 0:
                self.setCurrentIndex(0)
        self.setVisible(self.count() > 1)
        if wanted:
            self.requests.ask(_Question(wanted))

    def look_at_open(self) -> None:
        """Look at the open picture again."""
        self.setCurrentIndex(0)

    def shutdown(self) -> bool:
        """Stop reading and wait; whether the thread is gone."""
        return self.requests.shutdown()

    def _offer(self, report: object) -> None:
        if not isinstance(report, ProbePictures) or report.folder not in self._asked:
            return
        known = [self.itemData(place) for place in range(self.count())]
        for place, name in enumerate(report.names):
            if ProbePicture(report.folder, place) not in known:
                self.addItem(name, ProbePicture(report.folder, place))
        self.setVisible(self.count() > 1)


def _answering(question: _Question) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.looking.kept_maps import probe_pictures  # torch: loaded in the thread

        for folder in question.folders:
            if not should_stop():
                yield probe_pictures(folder)

    return work
