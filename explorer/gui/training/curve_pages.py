"""The pages of the middle: an invitation, the plots once they are loaded, and the parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget

from explorer.gui.panel import EmptyState
from explorer.gui.theme import Theme
from explorer.gui.training.run import Run
from explorer.gui.training.runs.parallel import ParallelCoordinates

if TYPE_CHECKING:
    from explorer.gui.training.plots.plot_cards import PlotCards


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
        self.cards: PlotCards | None = None
        self.empty = EmptyState("curve", "No run yet.", *buttons)
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

    def need_cards(self) -> PlotCards:
        """The plots; pyqtgraph is loaded here at the latest."""
        if self.cards is None:
            from explorer.gui.training.plots.plot_cards import (
                PlotCards,  # pyqtgraph takes 0.7 s: on first need
            )

            self.cards = PlotCards()
            if self._theme is not None:
                self.cards.set_theme(self._theme)
            self.cards.branch_wanted.connect(self.branch_wanted)
            self.cards.said.connect(self.said)
            self.addWidget(self.cards)
        self._turn()
        return self.cards

    def show_runs(self, runs: Sequence[Run], *, side_by_side: bool, loading: bool) -> None:
        """Draw the ticked ones of these runs, or all `side_by_side`.

        While a thread is `loading` the drawing library it is not asked for here: one would wait for it.
        """
        self._side_by_side = side_by_side
        if side_by_side:
            self.parallel.show_runs(runs)
        ticked = [run for run in runs if run.slot is not None]
        if self.cards is not None or (ticked and not loading):
            self.need_cards().show_runs(ticked)
        self._turn()

    def _turn(self) -> None:
        self.setCurrentWidget(self.parallel if self._side_by_side else self.cards or self.empty)
