"""What the Train area shows of the inside of a run: the doctor's bar, the card below the plots, a layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.outline import flatten
from explorer.core.recipe import Recipe
from explorer.engine.events import Remedy
from explorer.engine.runs.finding import TOO_HIGH
from explorer.gui.inspector.requests import Requests
from explorer.gui.job import ShouldStop, Work
from explorer.gui.right_of_way import Tick
from explorer.gui.theme import Theme
from explorer.gui.training.insight import Insight
from explorer.gui.training.insights.counterpart import counterpart
from explorer.gui.training.insights.doctor_bar import DoctorBar
from explorer.gui.training.insights.histogram_dialog import HistogramDialog
from explorer.gui.training.insights.layer_insight import LayerInsight
from explorer.gui.training.insights.layer_panel import LayerPanel
from explorer.gui.training.layer_tracks import DEAD, GRADIENT
from explorer.gui.training.run import Run, State
from explorer.gui.training.session import Session
from explorer.gui.workbench import Workbench

_DIAGNOSE_MS = 500


@dataclass(frozen=True)
class _Wanted:
    """The inside of a run that lies on the disk."""

    run: Run


@dataclass(frozen=True)
class _Read:
    run: Run
    insight: Insight


class InsightCards(QObject):
    """Keeps bar, card and panel at the run that is looked at, and the selection the same everywhere.

    Signals:
        picture_wanted(picture, run): a person wants to look into a run's network with a picture.
        figures_changed(figures): newest figures of the layers, by quantity of the canvas and full name.
        canvas_wanted(): these figures shall be seen as colours on the canvas.
        failed(sentence, details): something cannot be shown.
        overlay_wanted(run, other): both runs shall be seen together.
    """

    picture_wanted = Signal(object, object)
    figures_changed = Signal(object)
    canvas_wanted = Signal()
    failed = Signal(str, str)
    overlay_wanted = Signal(object, object)

    def __init__(self, workbench: Workbench, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._session = workbench, session
        self._run: Run | None = None
        self._runs: Sequence[Run] = ()
        self._counterpart: Run | None = None
        self._chosen: tuple[str, ...] = workbench.selection
        self._framed = QWidget()
        self._read: set[int] = set()
        self._theme: Theme | None = None
        self.histogram: HistogramDialog | None = None
        self.bar, self.card, self.panel = DoctorBar(), LayerInsight(), LayerPanel()
        self.requests = Requests(self, _reading)
        self._due = Tick(self, _DIAGNOSE_MS)
        self._connect()
        self._know_network()

    @property
    def run(self) -> Run | None:
        """The run that is looked at."""
        return self._run

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.bar, self.card, self.panel):
            part.set_theme(theme)

    def below(self, plots: QWidget) -> QSplitter:
        """The plots with the card below them."""
        self.card.hide()
        framed = QWidget()
        inner = QVBoxLayout(framed)
        inner.setContentsMargins(16, 4, 16, 16)
        inner.addWidget(self.card)
        splitter = QSplitter(Qt.Orientation.Vertical, handleWidth=1, childrenCollapsible=False)
        for part in (plots, framed):
            splitter.addWidget(part)
        splitter.setSizes([420, 380])
        self._framed = framed
        framed.hide()
        return splitter

    def know_runs(self, runs: Sequence[Run]) -> None:
        """The list of runs, in which one to compare with is looked for."""
        self._runs = runs

    def show_run(self, run: Run | None) -> None:
        """Look at a run; call again when it has reported more."""
        changed = run is not self._run
        self._run = run
        for part in (self._framed, self.card):
            part.setVisible(run is not None)
        if changed and run is not None and not run.state.active:
            self._read_from_disk(run)
        self.card.show_run(run)
        self._know_probes()
        if changed:
            self._diagnose()
        elif not self._due.isActive():
            self._due.start()

    def shutdown(self) -> bool:
        """Stop what runs and wait a bounded time; False where something still runs."""
        parts = (self.card, self.requests, *([self.histogram] if self.histogram is not None else []))
        ended = [part.shutdown() for part in parts]  # all of them are told, also after one that did not end
        return all(ended)

    def _connect(self) -> None:
        self._due.timeout.connect(self._diagnose)
        self.card.layer_chosen.connect(lambda name: self._choose((name,)))
        self.card.picture_chosen.connect(self._want_picture)
        self.card.failed.connect(self.failed)
        self.card.probes.layers_wanted.connect(self._keep_layers)
        self.bar.layers_wanted.connect(self._show_layers)
        self.bar.dismissed.connect(self._dismiss)
        self.bar.comparison_wanted.connect(self._compare)
        self.bar.remedy_chosen.connect(self._choose_remedy)
        self.panel.canvas_wanted.connect(self.canvas_wanted)
        self.panel.histogram_wanted.connect(self._show_histogram)
        self.requests.answered.connect(self._take)
        self.requests.failed.connect(self.failed)
        self._workbench.selection_changed.connect(self._follow_selection)
        for known in (self._know_network, self._know_probes):
            self._workbench.changed.connect(known)

    def _read_from_disk(self, run: Run) -> None:
        """A run of an earlier session: what it wrote is read in the background."""
        if run.folder is not None and not len(run.insight.layers) and id(run) not in self._read:
            self._read.add(id(run))
            self.requests.ask(_Wanted(run))

    def _take(self, report: object) -> None:
        if isinstance(report, _Read) and not report.run.state.active:
            report.run.insight = report.insight
            if report.run is self._run:
                self.card.show_run(self._run)
                self._diagnose()

    def _diagnose(self) -> None:
        run = self._run
        findings = run.insight.findings if run is not None else ()
        if run is not None and run.state is State.FAILED and run.remedies:
            # why it ended is said above this already, with what can be done about it
            findings = tuple(finding for finding in findings if finding.kind != TOO_HIGH)
        self.bar.show_findings(findings)
        self._counterpart = counterpart(run, self._runs) if run is not None and findings else None
        self.bar.name_counterpart(self._counterpart.name if self._counterpart is not None else "")
        tracks = run.insight.layers if run is not None else None
        self.panel.show_layer(tracks, self._chosen)
        figures = {} if tracks is None else {key: tracks.figures(key) for key in (GRADIENT, DEAD)}
        self.figures_changed.emit(figures)

    def _choose(self, names: tuple[str, ...]) -> None:
        """Select layers everywhere; those of a run of another network than the open one only here."""
        self._workbench.select(names)
        if self._workbench.selection != names:
            self._follow_selection(names)

    def _follow_selection(self, names: tuple[str, ...]) -> None:
        self._chosen = names
        self.card.select(names)
        self.panel.show_layer(self._run.insight.layers if self._run is not None else None, names)

    def _know_network(self, *_: object) -> None:
        try:
            layers = flatten(self._workbench.analysis)
        except ExplorerError:  # it is being edited; the panel goes on with what it knows
            return
        self.panel.know(layers)

    def _show_layers(self, names: tuple[str, ...]) -> None:
        self.card.show_layers()
        self._choose(names)

    @property
    def _going(self) -> bool:
        """Whether the run that is looked at goes on, and can be told something."""
        return self._run is not None and self._run is self._session.run and self._session.active

    def _know_probes(self, *_: object) -> None:
        run = self._run if self._going else None
        recipe = run.recipe if run is not None and run.recipe else self._workbench.document.recipe
        self.card.probes.show_chosen(recipe.probed, going=run is not None)

    def _keep_layers(self, names: tuple[str, ...]) -> None:
        """Keep the maps of these layers: of the run that goes on, else of the next one."""
        told, document = ", ".join(names), self._workbench.document
        try:
            if self._going:
                self._session.change({"probe_layers": told})
            elif told != document.recipe.probe_layers:
                recipe = replace(document.recipe, probe_layers=told)
                self._workbench.apply("choose the layers to probe", replace(document, recipe=recipe))
        except ExplorerError as error:
            self.failed.emit(str(error), "")

    def _compare(self) -> None:
        if self._run is not None and self._counterpart is not None:
            self.overlay_wanted.emit(self._run, self._counterpart)

    def _show_histogram(self, name: str) -> None:
        """The weights of a layer in the checkpoints of the run, in a window of its own."""
        if self._run is None or self._theme is None:
            return
        if self.histogram is not None:
            self.histogram.shutdown()
            self.histogram.deleteLater()
        self.histogram = HistogramDialog(self._run, name, self._theme, self.panel.window())
        self.histogram.show()

    def _dismiss(self, kind: str) -> None:
        if self._run is not None:
            self._run.insight.dismissed.add(kind)
            self._diagnose()

    def _choose_remedy(self, remedy: object) -> None:
        """Train with the change; a run that goes on ends for it, and is kept."""
        run = self._run
        if run is None or not isinstance(remedy, Remedy):
            return
        try:
            self._session.apply(run, remedy)
        except ExplorerError as error:
            self.failed.emit(str(error), "")
            return
        if run.state.active and run.steered is not None:
            run.steered.stop()  # what was begun anew waits for its turn until then

    def _want_picture(self, picture: object) -> None:
        if self._run is not None:
            self.picture_wanted.emit(picture, self._run)


def _reading(wanted: _Wanted) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.runs.run_folder import read_record
        from explorer.engine.runs.run_history import reported  # the window starts without the engine

        run, insight = wanted.run, Insight()
        if run.folder is None:
            return
        recipe: Recipe = read_record(run.folder).recipe
        for event in reported(run.folder):
            if should_stop():
                return
            insight.take(event, recipe)
        yield _Read(run, insight)

    return work
