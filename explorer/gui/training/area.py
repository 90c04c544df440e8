"""The Train area: data and recipe at the left, live curves in the middle, runs at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.core import edits
from explorer.core.errors import ExplorerError
from explorer.core.operator import Repair
from explorer.engine.readiness import NotReady, check_result, picture_shape
from explorer.gui.job import Job
from explorer.gui.panel import EmptyState, Notice, button, label, rule, sentence
from explorer.gui.settings import data_folder
from explorer.gui.theme import Theme
from explorer.gui.training import past_runs
from explorer.gui.training.data_panel import DataPanel
from explorer.gui.training.recipe_form import RecipeForm
from explorer.gui.training.run import Run, State
from explorer.gui.training.run_list import RunList, RunModel
from explorer.gui.training.session import Session
from explorer.gui.training.toolbar import TrainingToolbar
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.gui.training.plot_cards import PlotCards

_LOCKED = "The run keeps the network and recipe it was started with; changes count for the next one."


class TrainArea(QWidget):
    """Trains the open network and compares its runs.

    Signals:
        status(text): what is going on, for the status line.
    """

    status = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        parent: QWidget | None = None,
        *,
        runs_folder: Path | None = None,
        choose_folder: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainArea")
        self._workbench = workbench
        self._theme: Theme | None = None
        self._looked = False
        self._reading: Job | None = None
        self._cards: PlotCards | None = None
        self.session = Session(runs_folder or default_runs_folder(), self)
        self.data = DataPanel(workbench, choose_folder=choose_folder)
        self.setAcceptDrops(True)
        self.installEventFilter(self.data)  # a folder may be dropped anywhere here
        self.recipe = RecipeForm(workbench)
        self.toolbar = TrainingToolbar()
        self.notice = Notice()
        self.model = RunModel(self)
        self.runs = RunList(self.model)
        self._empty = EmptyState(
            "curve",
            "No run yet.",
            button("Start", self.start, "Train the open network", primary=True),
        )
        self._middle = QStackedWidget()
        self._middle.addWidget(self._empty)
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.data, self.recipe, self.toolbar, self.runs, self._empty):
            part.set_theme(theme)
        if self._cards is not None:
            self._cards.set_theme(theme)

    def start(self) -> None:
        """Train the open network, or go on after a pause; say it where it does not fit the data."""
        if self.session.paused:
            self.session.resume()
        elif not self.session.active and self._is_ready():
            self.notice.say("")
            self.session.start(self._workbench.document, self._workbench.device)

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        done = [self.session.shutdown(), self.data.shutdown(), self.recipe.shutdown()]
        if self._reading is not None:
            self._reading.stop()
            done.append(self._reading.wait(5000))
        return all(done)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.data, rule(), self.recipe):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(rule())
        above = QVBoxLayout()
        above.setContentsMargins(16, 12, 16, 0)
        above.addWidget(self.notice)
        column.addLayout(above)
        column.addWidget(self._middle, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        for part, least in ((scroll, 240), (middle, 420), (self._run_panel(), 240)):
            part.setMinimumWidth(least)
            splitter.addWidget(part)
        splitter.setSizes([288, 900, 316])
        splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        left.setProperty("role", "panel")

    def _run_panel(self) -> QWidget:
        frame = QFrame()
        frame.setProperty("role", "panel")
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(14, 12, 14, 8)
        row.addWidget(label("Runs", "title"), 1)
        for text, wide in (("loss", 56), ("test", 60)):
            head = label(text, "hint")
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            head.setFixedWidth(wide)
            row.addWidget(head)
        row.setSpacing(0)
        column.addLayout(row)
        column.addWidget(rule())
        column.addWidget(self.runs, 1)
        return frame

    def _connect(self) -> None:
        self.toolbar.start_pressed.connect(self.start)
        self.toolbar.pause_pressed.connect(self.session.pause)
        self.toolbar.stop_pressed.connect(self.session.stop)
        self.session.said.connect(self._say)
        self.session.started.connect(self._begin)
        self.session.plots_loaded.connect(self._need_cards)
        self.session.advanced.connect(self._advance)
        self.session.read.connect(lambda event: self.data.show_damaged(event.damaged))
        self.session.failed.connect(self._complain)
        self.session.ended.connect(self._end)
        self.model.ticked.connect(self._show_curves)
        self._workbench.changed.connect(self._recheck)

    def _say(self, text: str) -> None:
        self.toolbar.show_device(text if not self.session.progress.step else "")
        self.status.emit(text)

    def _is_ready(self) -> bool:
        """Whether the network fits the data as far as that is known; else the notice says it."""
        document, facts = self._workbench.document, self.data.facts
        try:
            picture_shape(document.graph)
            if facts is not None and facts.data == document.recipe.data:
                check_result(document.graph, len(facts.classes), Path(facts.data).name)
        except NotReady as problem:
            fixes = [self._repair_button(problem.path, repair) for repair in problem.repairs[:2]]
            self.notice.say(sentence(str(problem)), *fixes, grave=not fixes)
            return False
        except ExplorerError as error:
            self.notice.say(sentence(str(error)))
            return False
        return True

    def _repair_button(self, path: tuple[str, ...], repair: Repair) -> QPushButton:
        return button(
            repair.label,
            lambda: self._repair(path, repair),
            "Edit the network, then start again",
            primary=True,
        )

    def _repair(self, path: tuple[str, ...], repair: Repair) -> None:
        document = edits.apply_repair(self._workbench.document, path, repair)
        self._workbench.apply(repair.label[0].lower() + repair.label[1:], document)

    def _recheck(self, *_: object) -> None:
        """After an edit: a notice about the network that no longer holds goes away."""
        if self.notice.isVisibleTo(self) and not self.session.active and self._is_ready():
            self.notice.say("")

    def _begin(self, run: Run) -> None:
        self.model.add(run)
        self.model.tick(run, on=True)
        self.recipe.say(_LOCKED)
        self._advance(run)

    def _advance(self, run: Run) -> None:
        progress = self.session.progress
        self.toolbar.show_run(run, progress)
        self.recipe.show_share(
            progress.step / progress.steps if progress.steps and run.state.active else None
        )
        self.model.update(run)
        self._show_curves()

    def _end(self, run: Run) -> None:
        self.recipe.say("")
        self._advance(run)
        if run.state is State.FAILED and not self.notice.isVisibleTo(self):
            self._complain(run.message, "")

    def _complain(self, message: str, details: str) -> None:
        buttons = (
            [button("Copy details", lambda: _copy(details), "Copy what a developer needs")] if details else []
        )
        self.notice.say(sentence(message), *buttons)
        self.status.emit(sentence(message))

    def _need_cards(self) -> PlotCards:
        """The plots; pyqtgraph is loaded here at the latest."""
        if self._cards is None:
            from explorer.gui.training.plot_cards import PlotCards  # pyqtgraph takes 0.7 s: on first need

            self._cards = PlotCards()
            if self._theme is not None:
                self._cards.set_theme(self._theme)
            self._middle.addWidget(self._cards)
        self._middle.setCurrentWidget(self._cards)
        return self._cards

    def _show_curves(self, *_: object) -> None:
        """Draw the ticked runs, once the drawing library is loaded or a run wants to be seen."""
        ticked = [run for run in self.model.runs if run.slot is not None]
        loading = self._cards is None and self.session.active
        if not loading and (self._cards is not None or ticked):
            self._need_cards().show_runs(ticked)

    def _look_for_runs(self) -> None:
        known = {run.folder for run in self.model.runs if run.folder is not None}
        job = self._reading = Job(
            past_runs.reading(self.session.runs_folder, known), "Reading the runs", self
        )
        job.event.connect(self._found)
        job.failed.connect(lambda message, _details: self.status.emit(sentence(message)))
        job.ended.connect(self._looked_through)
        job.start()

    def _found(self, item: object) -> None:
        if isinstance(item, Run):
            if item.folder not in {run.folder for run in self.model.runs}:
                self.model.add(item, first=False)
        elif isinstance(item, past_runs.Unreadable):
            self.status.emit(item.message)

    def _looked_through(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
            self._reading = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._looked:
            self._looked = True
            self._look_for_runs()


def default_runs_folder() -> Path:
    """Where runs are kept unless told otherwise: in the user's data folder."""
    return data_folder() / "runs"


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
