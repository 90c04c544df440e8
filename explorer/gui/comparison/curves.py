"""The curves of the compared runs, overlaid; read from their folders in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.panel import EmptyState
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.gui.training.plots.plot_cards import PlotCards
    from explorer.gui.training.run import Run

_COLOURS = (1, 0, 2, 3)
"""The slots of runs that have the colours of the compared networks, by place."""


class CurvesPage(QStackedWidget):
    """Loss and accuracy of the compared networks that are runs.

    Signals:
        failed(sentence): a run cannot be read.
    """

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("comparisonCurves")
        self._empty = EmptyState("curve", "Compare the folders of runs to see their curves here.")
        self.addWidget(self._empty)
        self._theme: Theme | None = None
        self._cards: PlotCards | None = None
        self._folders: Mapping[int, Path] = {}
        self._runs: dict[int, Run] = {}
        self._job: Job | None = None

    @property
    def runs(self) -> Mapping[int, Run]:
        """The runs that are drawn, by the place of their network."""
        return dict(self._runs)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._empty.set_theme(theme)
        if self._cards is not None:
            self._cards.set_theme(theme)

    def show_runs(self, folders: Mapping[int, Path]) -> None:
        """Overlay these runs, by the place of their network."""
        if folders == self._folders:
            return
        self._folders = dict(folders)
        self._stop()
        self._runs = {}
        self.setCurrentWidget(self._empty)
        if not folders:
            return
        job = self._job = Job(_reading(folders), "Reading the curves", self)
        job.event.connect(lambda item: self._take(job, item))
        job.failed.connect(lambda message, _details: self.failed.emit(message))
        job.ended.connect(job.deleteLater)
        job.start()

    def shutdown(self) -> bool:
        """Stop what is read and wait a bounded time; False where it still runs."""
        job = self._job
        self._stop()
        return job is None or not job.running or job.wait(5000)

    def _stop(self) -> None:
        if self._job is not None and self._job.running:
            self._job.stop()
        self._job = None

    def _take(self, job: Job, item: object) -> None:
        if job is not self._job or not isinstance(item, tuple):
            return
        place, run = item
        run.slot = _COLOURS[place]
        run.name = self._folders[place].name  # as its button says: two runs may be of one network
        self._runs[place] = run
        cards = self._need_cards()
        cards.show_runs(list(self._runs.values()))
        self.setCurrentWidget(cards)

    def _need_cards(self) -> PlotCards:
        if self._cards is None:
            # the drawing library, which the job has loaded: only where there are curves
            from explorer.gui.training.plots.plot_cards import PlotCards

            self._cards = PlotCards()
            # the names of the plots of the Train area stay theirs
            self._cards.loss.setObjectName("comparisonLoss")
            self._cards.accuracy.setObjectName("comparisonAccuracy")
            if self._theme is not None:
                self._cards.set_theme(self._theme)
            self.addWidget(self._cards)
        return self._cards


def _reading(folders: Mapping[int, Path]) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.gui.training.plots import plot_cards  # noqa: F401  pyqtgraph takes 0.7 s: loaded here
        from explorer.gui.training.runs.past_runs import read_run  # the window starts without the engine

        for place, folder in folders.items():
            if should_stop():
                return
            yield place, read_run(folder)

    return work
