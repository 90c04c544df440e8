"""The Train area: data and recipe at the left, live curves in the middle, runs at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.core.errors import ExplorerError
from explorer.engine.events import Started
from explorer.engine.experiments.reproduction import Agreement
from explorer.gui.focus_order import chain
from explorer.gui.panel import Notice, button
from explorer.gui.right_of_way import Tick
from explorer.gui.settings import Settings, data_folder
from explorer.gui.theme import Theme
from explorer.gui.training.area_layout import fill, left_column, middle_column, spaced, three_columns
from explorer.gui.training.curve_pages import CurvePages
from explorer.gui.training.data.data_panel import DataPanel
from explorer.gui.training.experiments.opening import Experiments
from explorer.gui.training.insights.insight_cards import InsightCards
from explorer.gui.training.leaving import Leaving
from explorer.gui.training.notices import Notices
from explorer.gui.training.recipes.recipe_form import RecipeForm
from explorer.gui.training.run import Run, State
from explorer.gui.training.runs.run_actions import RunActions
from explorer.gui.training.runs.run_finder import RunFinder
from explorer.gui.training.runs.run_list import RunModel
from explorer.gui.training.runs.run_panel import RunPanel
from explorer.gui.training.session import Session
from explorer.gui.training.toolbar import TrainingToolbar
from explorer.gui.training.where_row import WhereRow
from explorer.gui.workbench import Workbench

_REFRESH_MS = 50
"""What events change is shown this often at most: they may come as often as they like."""


class TrainArea(QWidget):
    """Trains the open network and compares its runs.

    Signals:
        status(text): what is going on, for the status line.
        document_wanted(document): this network shall be opened.
        compare_wanted(folder): the network of this run shall be compared.
    """

    status = Signal(str)
    document_wanted = Signal(object)
    compare_wanted = Signal(object)

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
        self._changed: set[Run] = set()
        self._seen: tuple[Run | None, State | None] = (None, None)
        self._due = Tick(self, _REFRESH_MS)
        self._due.timeout.connect(self._refresh)
        self.session = Session(runs_folder or default_runs_folder(), self)
        self.data = DataPanel(workbench, choose_folder=choose_folder)
        self.setAcceptDrops(True)
        self.installEventFilter(self.data)  # a folder may be dropped anywhere here
        self.recipe = RecipeForm(workbench)
        self.where = WhereRow()
        self.toolbar = TrainingToolbar()
        self.notice = Notice()
        self.model = RunModel(self)
        self.panel = RunPanel(self.model)
        self.runs = self.panel.list
        self.finder = RunFinder(self.session, self.model, self)
        self.actions_of_runs = RunActions(self.session, self.model, workbench, self)
        self.notices = Notices(self.notice, workbench, self.actions_of_runs, self)
        self.experiments = Experiments(workbench, self.session, self)
        self.leaving = Leaving(self.session, self.experiments)
        self.insight = InsightCards(workbench, self.session, self)
        self.insight.know_runs(self.model.runs)
        start = button("Start", self.start, "Train the open network", primary=True)
        repeat = button(
            "Experiments…", self.experiments.open, "Repeat a known experiment, with its conclusion"
        )
        self.pages = CurvePages(start, repeat)
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        parts = (self.data, self.recipe, self.where, self.toolbar, self.panel, self.pages)
        for part in (*parts, self.experiments, self.insight):
            part.set_theme(theme)

    def start(self, *, step: bool = False) -> None:
        """Train the open network, or go on after a pause; say it where it does not fit the data."""
        if self.session.paused:
            self.session.resume()
        elif not self.session.active and self.session.run not in self.session.waiting:
            self.queue(step=step)

    def queue(self, *, step: bool = False) -> None:
        """Train the open network now, or after what trains here."""
        if self.notices.is_ready(self.data.facts):
            self.notice.say("")
            document, device = self._workbench.document, self._workbench.device
            self.session.start(document, device, apart=self.where.apart, step=step)

    def shutdown(self) -> bool:
        """Stop all that runs and wait a bounded time; False where something still runs."""
        self.panel.notes.write()
        parts = (self.data, self.recipe, self.finder, self.pages, self.experiments, self.insight)
        return all([self.leaving.leave(), *(part.shutdown() for part in parts)])

    def keep_choices(self, settings: Settings) -> None:
        """Take over what was chosen at the last start, and remember what is chosen from now on."""
        self.where.switch.setChecked(settings.apart)
        self.where.changed.connect(lambda on: setattr(settings, "apart", on))
        for folder in settings.watched:
            self.finder.watch(Path(folder))
        self.finder.watched.connect(lambda folders: setattr(settings, "watched", folders))

    def watch_folder(self, folder: Path) -> None:
        """List the runs of another folder too, and follow those that go on."""
        self.finder.watch(folder)
        self.status.emit(f"Watching {folder}")

    def _lay_out(self) -> None:
        left = left_column(self.data, self.recipe, self.where)
        self.findings, middle = middle_column(self.toolbar, self.notice, self.insight.below(self.pages))
        self.findings.addWidget(spaced(self.insight.bar))
        self.panel.add_below(self.insight.panel)
        fill(self, three_columns(left, middle, self.panel))
        chain(left, self.toolbar, self.notice, self.insight.bar, self.pages, self.insight.card, self.panel)

    def _connect(self) -> None:
        session, panel, does, toolbar = self.session, self.panel, self.actions_of_runs, self.toolbar
        toolbar.start_pressed.connect(self.start)
        toolbar.pause_pressed.connect(session.pause)
        toolbar.step_pressed.connect(self._step)
        toolbar.stop_pressed.connect(session.stop)
        toolbar.queue_pressed.connect(self.queue)
        toolbar.experiments_pressed.connect(self.experiments.open)
        self.experiments.status.connect(self.status)
        session.said.connect(self._say)
        session.started.connect(self._begin)
        session.queued.connect(self._list)
        session.withdrawn.connect(self._advance)
        session.queued.connect(self.notices.offer_turn)
        self.notices.experiments_wanted.connect(self.experiments.open)
        does.apart = lambda: self.where.apart
        session.plots_loaded.connect(self.pages.make_cards)
        session.advanced.connect(self._advance)
        session.told.connect(self._hear)
        session.failed.connect(self.notices.complain)
        session.ended.connect(self._end)
        self.recipe.change_wanted.connect(self._change)
        self.recipe.copy_wanted.connect(self._copy_recipe)
        self.model.ticked.connect(self._show_curves)
        self.pages.branch_wanted.connect(self._branch)
        panel.wanted.connect(does.do)
        panel.chosen.connect(self._choose)
        panel.watch_wanted.connect(self._ask_watched)
        panel.sweep_wanted.connect(does.sweep)
        panel.folder_wanted.connect(lambda: self.finder.open_folder())
        panel.axes_wanted.connect(self._show_curves)
        panel.notes.written.connect(self.model.update)
        self.pages.chosen.connect(lambda run: self.model.tick(run, on=run.slot is None))
        does.said.connect(self.status)
        does.failed.connect(lambda text: self.notices.complain(text, ""))
        does.document_wanted.connect(self.document_wanted)
        does.compare_wanted.connect(self.compare_wanted)
        does.notes_wanted.connect(self._edit_notes)
        self.insight.failed.connect(self.notices.complain)
        self.insight.overlay_wanted.connect(does.overlay)
        for part in (self.finder, self.notices, self.pages):
            part.said.connect(self.status)
        self.finder.changed.connect(self._show_curves)
        self._workbench.changed.connect(self._recheck)

    def _say(self, text: str) -> None:
        self.toolbar.show_device(text if not self.session.progress.step else "")
        self.status.emit(text)

    def _recheck(self, *_: object) -> None:
        """After an edit: a notice about the network that no longer holds goes away."""
        if self.notice.isVisibleTo(self) and not self.session.active:
            self.notices.recheck(self.data.facts)

    def _list(self, run: Run) -> None:
        if run not in self.model.runs:
            self.model.add(run)
        self._advance(run)

    def _begin(self, run: Run) -> None:
        self._list(run)
        self.model.tick(run, on=True)
        self.notice.say("")
        self._advance(run)

    def _step(self) -> None:
        if self.session.active:
            self.session.step()
        else:
            self.start(step=True)

    def _choose(self, run: Run) -> None:
        """Another run is the current one of the list: the buttons steer it, where it can be steered."""
        if run.state.active or not self.session.active:
            self.session.show(run)

    def _advance(self, run: Run) -> None:
        """A run has something new: shown soon, with what else comes until then."""
        self._changed.add(run)
        shown = self.session.run
        if (shown, shown.state if shown else None) != self._seen:  # what a person did is seen at once
            self._refresh()
        elif not self._due.isActive():
            self._due.start()

    def _refresh(self) -> None:
        changed, self._changed = self._changed, set()
        for run in changed:
            self.model.update(run)
        run = self.session.run
        self._seen = run, run.state if run is not None else None
        self.toolbar.show_run(run, self.session.progress)
        steered = run is not None and self.session.active and run.steered is not None
        self.recipe.show_run(run.recipe if steered and run is not None else None)
        progress = self.session.progress
        share = progress.step / progress.steps if steered and progress.steps else None
        self.recipe.show_share(share, run.rate if run is not None else None)
        self.insight.show_run(None if run is None or run.state is State.WAITING else run)
        self.panel.notes.refresh()
        if any(run.slot is not None for run in changed):
            self._show_curves()

    def _hear(self, run: Run, event: object) -> None:
        if isinstance(event, Started):
            self.data.show_damaged(event.damaged)
        elif isinstance(event, Agreement):
            self.notice.say(f"{run.name}: {event.sentence}", grave=False)

    def _end(self, run: Run) -> None:
        self._changed.add(run)
        self._refresh()
        self.finder.measure(run)
        if run.state in (State.FAILED, State.LOST) and not self.notice.isVisibleTo(self):
            self.notices.offer(run)

    def _change(self, name: str, value: object) -> None:
        try:
            self.session.change({name: value})
        except ExplorerError as error:
            self.recipe.forget_change(name)
            self.notices.complain(str(error), "")

    def _copy_recipe(self) -> None:
        run, document = self.session.run, self._workbench.document
        if run is not None and run.recipe is not None and run.recipe != document.recipe:
            self._workbench.apply(f"take the recipe of {run.name}", replace(document, recipe=run.recipe))
        self.recipe.show_next()

    def _edit_notes(self, run: Run) -> None:
        self.panel.notes.show_run(run)
        self.panel.notes.text.setFocus()

    def _ask_watched(self) -> None:
        folder = self.finder.ask(self)
        if folder is not None:
            self.watch_folder(folder)

    def _branch(self, run: Run, epoch: int) -> None:
        try:
            self.actions_of_runs.branch(run, epoch)
        except ExplorerError as error:
            self.notices.complain(str(error), "")

    def _show_curves(self, *_: object) -> None:
        """Draw the ticked runs, once the drawing library is loaded or a run wants to be seen."""
        self.panel.refresh()
        runs, on = self.panel.drawn, self.panel.axes.isChecked()
        self.pages.show_runs(runs, side_by_side=on, loading=self.session.active)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.finder.start()


def default_runs_folder() -> Path:
    """Where runs are kept unless told otherwise: in the user's data folder."""
    return data_folder() / "runs"
