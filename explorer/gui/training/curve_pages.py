"""The pages of the middle: an invitation, the plots once they are loaded, and the parallel coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from explorer.gui.focus_order import chain
from explorer.gui.job import Job, ShouldStop
from explorer.gui.panel import EmptyState
from explorer.gui.right_of_way import Tick
from explorer.gui.theme import Theme
from explorer.gui.training.run import Run
from explorer.gui.training.runs.parallel import ParallelCoordinates

if TYPE_CHECKING:
    from explorer.gui.training.plots.plot_cards import PlotCards

_STOP_MS = 10_000
_NO_RUN, _NO_TICK = "No run yet.", "Tick a run in the list to draw it, or start one."


class CurvePages(QStackedWidget):
    """Draws the ticked runs.

    Signals:
        branch_wanted(run, epoch): a new run shall begin at the end of this epoch of this run.
        said(text): what was done, for the status line.
        chosen(run): the line of a run was clicked among the parallel coordinates.
    """

    branch_wanted = Signal(object, int)
    said = Signal(str)
    chosen = Signal(object)

    def __init__(self, *buttons: QPushButton) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._side_by_side = False
        self._ticked: Sequence[Run] = ()
        self._job: Job | None = None
        self._pieces: Iterator[None] | None = None
        self._next = Tick(self, 0)
        self._next.timeout.connect(self._make_piece)
        self.cards: PlotCards | None = None
        self.empty = EmptyState("curve", _NO_RUN, *buttons)
        self.parallel = ParallelCoordinates()
        self.parallel.chosen.connect(self.chosen)
        for page in (self.empty, self.parallel):
            self.addWidget(page)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.empty, self.parallel):
            part.set_theme(theme)
        if self.cards is not None:
            self.cards.set_theme(theme)

    def make_cards(self) -> None:
        """Make the plots, whose library is there: piece by piece, what a hand does comes in between."""
        if self._pieces is None:
            self._pieces = self._in_pieces()
            self._next.start()

    def shutdown(self) -> bool:
        """Wait a bounded time for what is loaded; False where it still runs."""
        self._next.stop()
        return self._job is None or not self._job.running or self._job.wait(_STOP_MS)

    def show_runs(self, runs: Sequence[Run], *, side_by_side: bool, loading: bool) -> None:
        """Draw the ticked ones of these runs, or all `side_by_side`.

        Where the drawing library is not there, the first ticked run has it loaded in the background,
        unless a thread is `loading` it already.
        """
        self._side_by_side = side_by_side
        if side_by_side:
            self.parallel.show_runs(runs)
        self.empty.sentence.setText(_NO_TICK if runs else _NO_RUN)
        self._ticked = [run for run in runs if run.slot is not None]
        if self.cards is not None:
            self.cards.show_runs(self._ticked)
        elif self._ticked and not loading:
            self._load()
        self._turn()

    def _load(self) -> None:
        if self._job is None and self._pieces is None:
            self._job = Job(_loading, "Loading the plots", self)
            self._job.finished.connect(self.make_cards)
            self._job.failed.connect(lambda sentence, _: self.said.emit(sentence))
            self._job.start()

    def _make_piece(self) -> None:
        assert self._pieces is not None  # noqa: S101  (the timer is started with them)
        if next(self._pieces, self) is not self:
            self._next.start()

    def _in_pieces(self) -> Iterator[None]:
        # pyqtgraph takes 0.7 s: a thread has loaded it
        from explorer.gui.training.plots.known_plots import accuracy_plot, loss_plot
        from explorer.gui.training.plots.plot_cards import PlotCards

        loss = loss_plot()
        yield
        accuracy = accuracy_plot()
        yield
        cards = PlotCards(loss, accuracy)
        cards.branch_wanted.connect(self.branch_wanted)
        cards.said.connect(self.said)
        yield
        dressed = self._theme
        if dressed is not None:
            cards.set_theme(dressed)
        yield
        self.addWidget(cards)
        yield
        chain(self.empty, cards)  # they were made after all that stands behind them
        yield
        cards.ensurePolished()
        for part in cards.findChildren(QWidget):
            part.ensurePolished()
        yield
        self.cards = cards
        if self._theme is not None and self._theme is not dressed:
            cards.set_theme(self._theme)
        cards.show_runs(self._ticked)
        self._turn()

    def _turn(self) -> None:
        self.setCurrentWidget(self.parallel if self._side_by_side else self.cards or self.empty)


def _loading(_should_stop: ShouldStop) -> Iterator[object]:
    from explorer.gui.training.plots import plot_cards  # noqa: F401  pyqtgraph takes 0.7 s: not in the window

    return iter(())
