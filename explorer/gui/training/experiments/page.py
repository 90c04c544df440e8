"""One experiment: its question, how it is carried out, its curves and table, and what it shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.experiment import Measure
from explorer.core.pareto import Space, points, word
from explorer.engine.experiments.conducting import Progressed
from explorer.gui.panel import Notice, ProgressLine, button, label, rule, sentence
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.training.experiments.figures import last_epoch, share_done, spreads, standings
from explorer.gui.training.experiments.plot import ExperimentPlot
from explorer.gui.training.experiments.search import SearchForm
from explorer.gui.training.experiments.session import ExperimentSession
from explorer.gui.training.experiments.table import ExperimentTable
from explorer.gui.training.experiments.verdict import ExperimentVerdict, wrapped
from explorer.gui.training.scale import duration

SEEDS = ((0,), (0, 1, 2), (0, 1, 2, 3, 4))
"""The seeds that can be chosen from."""


class ExperimentPage(QWidget):
    """Shows what its session has.

    Signals:
        start_pressed(): train what is not trained yet.
        choices_changed(): another version, other seeds, or other fields of the search.
    """

    start_pressed = Signal()
    choices_changed = Signal()

    def __init__(self, session: ExperimentSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._space: Space | None = None
        self._doing = ""
        self.title, self.question, self.source = (wrapped(role) for role in ("headline", "body", "hint"))
        self.versions = Segments((("Fast", "Within minutes on two cores"), ("Paper", "As the paper has it")))
        self.versions.setObjectName("experimentVersion")
        self.seeds = QComboBox(objectName="experimentSeeds")
        self.seeds.addItems(["1 seed", "3 seeds", "5 seeds"])
        self.seeds.setToolTip("How often it is repeated: each seed has other first weights and another order")
        self.seeds.setAccessibleName("Number of seeds")
        self.form = SearchForm()
        self.time = label(role="hint")
        self.measure = button("How long?", session.measure, "Time some steps of each network on this device")
        self.start = button("Start", self.start_pressed.emit, "Train what is not trained yet", primary=True)
        self.stop = button("Stop", session.stop, "Stop after this step; everything is kept")
        for made, name in ((self.start, "Start"), (self.stop, "Stop"), (self.measure, "Measure")):
            made.setObjectName(f"experiment{name}")
        self.notice = Notice()
        self.progress = ProgressLine("Progress of the experiment")
        self.which = Segments(
            (
                ("Training error", "On the pictures that are trained on, during the epoch"),
                ("Test error", "On the pictures that are held out, after the epoch"),
            ),
            26,
        )
        self.plot, self.table, self.verdict = ExperimentPlot(), ExperimentTable(), ExperimentVerdict()
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.progress, self.plot, self.table):
            part.set_theme(theme)

    @property
    def chosen_seeds(self) -> tuple[int, ...]:
        """The seeds that it is repeated with."""
        return SEEDS[self.seeds.currentIndex()]

    def describe(
        self,
        title: str,
        question: str,
        source: str,
        *,
        paper: bool = False,
        measure: Measure = Measure.TEST_ERROR,
        space: Space | None = None,
    ) -> None:
        """Show what an experiment asks; `measure` counts most, a search has a `space` of candidates."""
        self._space = space
        self.which.choose(0 if measure is Measure.TRAIN_ERROR else 1)
        self.title.setText(title)
        self.question.setText(question)
        self.source.setText(source)
        self.source.setVisible(bool(source))
        self.versions.setVisible(paper)
        self.form.setVisible(space is not None)
        self.which.setVisible(space is None)
        self.notice.say("")
        self.time.clear()
        self.table.show_standings(())
        self.plot.show_lines((), 1, "Error")
        self.verdict.hide()

    def show_progress(self, found: Progressed) -> None:
        """Show where the trainings stand."""
        plan = self._session.plan
        if plan is None:
            return
        self.table.show_standings(standings(found.outcomes, plan.costs), coloured=self._space is None)
        row = self.table.sizeHintForRow(0) if self.table.topLevelItemCount() else 24
        self.table.setFixedHeight(30 + row * min(8, self.table.topLevelItemCount()))
        if self._space is None:
            measure = Measure.TRAIN_ERROR if self.which.index == 0 else Measure.TEST_ERROR
            last = max(map(last_epoch, found.outcomes, plan.trials))
            self.plot.show_lines(spreads(found.outcomes, measure), last, measure.value.capitalize())
        else:
            self.plot.show_points(
                points(found.outcomes, plan.costs, self._space.counted), word(self._space.counted)
            )
        self.verdict.show_conclusion(found.conclusion)
        self.verdict.setVisible(any(item.is_over for item in found.outcomes))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show what can be pressed, and how long it takes."""
        session, found = self._session, self._session.found
        elsewhere = bool(session.elsewhere)
        going = elsewhere or (session.active and session.trained is session.plan)
        outcomes = found.outcomes if found is not None else ()
        over = sum(item.is_over for item in outcomes)
        begun = any(item.state != "waiting" for item in outcomes)
        done = bool(outcomes) and over == len(outcomes)
        self.start.setEnabled(not (session.active or elsewhere) and found is not None and not done)
        self.start.setText("Go on" if begun and not done else "Start")
        self.stop.setVisible(going)
        self.start.setVisible(not going and not done)
        left = session.seconds_left
        self.measure.setVisible(left is None and not (session.active or elsewhere) and not done)
        where = "trains in a process of its own" if elsewhere else ""
        where = f"waits until {session.waits_for} is over" if going and session.waits_for else where
        self.time.setText(
            where or ("" if left is None or done else f"about {duration(left)} left on this device")
        )
        trials = session.plan.trials if session.plan is not None else ()
        share = sum(map(share_done, outcomes, trials)) / max(1, len(outcomes))
        self.progress.setVisible(begun or going)
        doing = self._doing if going else ""
        self.progress.show_progress(f"{over:,} of {len(outcomes):,} trainings", doing, share)

    def say(self, text: str) -> None:
        """Say what is going on: beside the progress, or in place of the time before there is any."""
        self._doing = text
        self.refresh()
        if text and not self._session.active:
            self.time.setText(text)

    def complain(self, text: str, *_: object) -> None:
        """Say what went wrong."""
        self.notice.say(sentence(text))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for part in (self.title, self.question, self.source, self.form):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.versions)
        row.addWidget(self.seeds)
        row.addWidget(self.time)
        row.addWidget(self.measure)
        row.addStretch(1)
        row.addWidget(self.stop)
        row.addWidget(self.start)
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(self.progress)
        column.addWidget(rule())
        head = QHBoxLayout()
        head.addWidget(self.which)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self.table)
        column.addWidget(self.verdict)
        scroll = ScrollColumn(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        inner.setProperty("role", "panel")

    def _connect(self) -> None:
        session = self._session
        session.progressed.connect(self.show_progress)
        session.estimated.connect(self.refresh)
        session.changed.connect(self.refresh)
        session.said.connect(self.say)
        session.failed.connect(self.complain)
        self.which.switched.connect(self._again)
        for signal in (self.versions.switched, self.seeds.currentIndexChanged):
            signal.connect(lambda _: self.choices_changed.emit())
        self.form.changed.connect(self.choices_changed)

    def _again(self, _: int) -> None:
        if self._session.found is not None:
            self.show_progress(self._session.found)
