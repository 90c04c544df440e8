"""The window of the experiments: the list at the left, the chosen one at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from explorer.architectures.experiments import EXPERIMENTS, planned
from explorer.core.errors import ExplorerError
from explorer.core.experiment import FAST, PAPER, Plan
from explorer.core.pareto import Space, searched
from explorer.engine.data.survey import survey
from explorer.engine.experiments.apart import Conducted
from explorer.engine.training.readiness import NotReady, check_result, picture_shape
from explorer.gui.panel import sentence
from explorer.gui.right_of_way import PaintsFirst
from explorer.gui.theme import Theme
from explorer.gui.training.experiments.list import ExperimentList
from explorer.gui.training.experiments.page import ExperimentPage
from explorer.gui.training.experiments.session import ExperimentSession
from explorer.gui.training.turns import Turns
from explorer.gui.workbench import Workbench

_SEARCH = (
    "How wide and how deep?",
    "Which width and depth of the open network are best inside a budget of parameters or MACs?",
)
_SEARCH_SOURCE = (
    "Every candidate is counted exactly first; those inside the budget are trained by the recipe of the"
    " open network. The line joins those that no other beats in both cost and error."
)


class ExperimentWindow(QWidget):
    """Carries experiments out; closing it leaves a training that goes on alone.

    Signals:
        run_ended(folder): one of its runs is over.
        status(text): what is going on, for the status line.
    """

    run_ended = Signal(object)
    status = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        runs: Path,
        turns: Turns | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`turns` says who trains in this process."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("experimentWindow")
        self.setWindowTitle("Experiments")
        PaintsFirst(self)
        self._workbench, self._runs = workbench, runs
        self._conducted: Conducted | None = None
        self.session = ExperimentSession(turns, self)
        cards = [(item.title, item.question) for item in EXPERIMENTS]
        self.list = ExperimentList([*cards, _SEARCH])
        self.page = ExperimentPage(self.session)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        self.list.setMinimumWidth(220)
        self.page.setMinimumWidth(460)
        splitter.addWidget(self.list)
        splitter.addWidget(self.page)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([280, 820])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        self.list.chosen.connect(self._choose)
        self.page.start_pressed.connect(self._start)
        self.page.choices_changed.connect(lambda: self._choose(self.list.currentRow()))
        self.session.run_ended.connect(self.run_ended)
        self.session.said.connect(self.status)
        self.resize(self.sizeHint())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.list.set_theme(theme)
        self.page.set_theme(theme)

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        return self.session.shutdown()

    def choose(self, name: str) -> None:
        """Show an experiment by its name; the search for "search"."""
        names = [item.name for item in EXPERIMENTS]
        self.list.setCurrentRow(names.index(name) if name in names else len(names))

    def sizeHint(self) -> QSize:
        return QSize(1120, 780)

    def _choose(self, place: int) -> None:
        if place < 0:
            return
        page = self.page
        try:
            if place < len(EXPERIMENTS):
                self._show_experiment(place)
            else:
                self._show_search()
        except ExplorerError as error:
            page.notice.say(sentence(str(error)))
            page.start.setEnabled(False)

    def _show_experiment(self, place: int) -> None:
        experiment, page = EXPERIMENTS[place], self.page
        paper = any(version.name == PAPER for version in experiment.versions)
        name = PAPER if paper and page.versions.index == 1 else FAST
        version = experiment.version(name)
        departs = f" Here: {version.departs}." if version.departs else ""
        page.describe(
            experiment.title,
            experiment.question,
            f"{experiment.source}.{departs}",
            paper=paper,
            measure=experiment.measures[0],
        )
        self._conducted = Conducted(experiment.name, name, page.chosen_seeds)
        self._look(planned(experiment, name, page.chosen_seeds))

    def _show_search(self) -> None:
        self.page.describe(*_SEARCH, _SEARCH_SOURCE, space=Space())
        space = self.page.form.space()
        self.page.describe(*_SEARCH, _SEARCH_SOURCE, space=space)
        document = self._workbench.document
        try:
            picture_shape(document.graph)
            found = survey(document.recipe.data)
            check_result(document.graph, len(found.classes), found.name)
        except NotReady as problem:
            raise ExplorerError(str(problem)) from problem
        seeds = self.page.chosen_seeds
        self._conducted = Conducted("search", "", seeds, document, space)
        self._look(searched(document.name, document.graph, document.recipe, space, seeds))

    def _look(self, plan: Plan) -> None:
        if self.session.active and self.session.trained is not None:
            same = self.session.trained.trials == plan.trials
            plan = self.session.trained if same else plan
        self.session.look(plan, self._runs)
        self.page.refresh()

    def _start(self) -> None:
        self.page.notice.say("")
        self.session.start(self._runs, self._workbench.device, self._conducted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
