"""The experiment that is shown: what its runs have, how long it will take, and the job that trains it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.core.errors import ExplorerError
from explorer.core.experiment import Plan
from explorer.engine.events import (
    Began,
    Downloading,
    Event,
    Failed,
    Finished,
    Preparing,
    Reading,
    Refused,
    Started,
    Stopped,
)
from explorer.engine.experiments.apart import Conducted, go_on
from explorer.engine.experiments.conducting import Progressed, carry_out, progress
from explorer.engine.experiments.experiment_time import Estimated, estimate
from explorer.engine.runs.heartbeat import LOST, life
from explorer.engine.runs.run_folder import is_run
from explorer.engine.runs.steering import Steering
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.training.session import STOP_MS
from explorer.gui.training.turns import Turn, Turns

_LOOK_MS = 5_000
_POLL_SECONDS, _SLICE_SECONDS = 2.0, 0.1
_BETWEEN_SECONDS = 60.0
"""So long another process may prepare the next training before it counts as gone."""

_ALIVE = ("running", "paused")


class ExperimentSession(QObject):
    """Looks at one plan at a time, and trains it in a thread when it is its turn.

    Signals:
        progressed(found): where the trainings stand, and what follows from it.
        estimated(found): how long the trainings take for one seed.
        said(text): what is going on.
        failed(sentence, details): it could not be read or trained.
        run_ended(folder): one of its runs is over.
        changed(): a training began or ended.
    """

    progressed = Signal(object)
    estimated = Signal(object)
    said = Signal(str)
    failed = Signal(str, str)
    run_ended = Signal(object)
    changed = Signal()

    def __init__(self, turns: Turns | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turns = turns or Turns(self)
        self._turn: Turn | None = None
        self._conducted: tuple[Conducted, Path, str] | None = None
        self._runs = Path()
        self.plan: Plan | None = None
        self.found: Progressed | None = None
        self.times: Estimated | None = None
        self._job: Job | None = None
        self._looking: Job | None = None
        self._trained: Plan | None = None
        self._folder: Path | None = None

    @property
    def active(self) -> bool:
        """Whether a training is under way here, or waits for its turn."""
        return self._turn is not None

    @property
    def waits_for(self) -> str:
        """What trains here meanwhile; "" where it waits for nobody."""
        holder = self._turns.holder
        return holder.title if holder is not None and self._turn in self._turns.waiting else ""

    @property
    def elsewhere(self) -> tuple[Path, ...]:
        """The runs of the plan that is shown that a process of its own trains now."""
        if self.plan is None or self.found is None or (self.active and self._trained is self.plan):
            return ()
        return tuple(
            self._runs / trial.folder
            for trial, item in zip(self.plan.trials, self.found.outcomes, strict=True)
            if item.state in _ALIVE
        )

    @property
    def trained(self) -> Plan | None:
        """The plan that is trained now; None while nothing is."""
        return self._trained

    @property
    def seconds_left(self) -> float | None:
        """About how long the trainings take that are not over; None where it was not measured."""
        if self.plan is None or self.times is None or self.found is None:
            return None
        left = (
            trial
            for trial, item in zip(self.plan.trials, self.found.outcomes, strict=True)
            if not item.is_over
        )
        return sum(self.times.seconds[trial.variant] for trial in left)

    def look(self, plan: Plan, runs: Path) -> None:
        """Show another plan: read what its runs have so far."""
        self._stop_looking()
        self._runs = runs
        self.plan, self.found, self.times = plan, None, None
        self._begin_look(_reading(plan, runs), "Reading the runs")

    def measure(self, device: str = "auto") -> None:
        """Time some steps of the networks that are shown."""
        if self.plan is not None and self._looking is None and not self.active:
            self.said.emit("Timing some steps of each network…")
            self._begin_look(_timing(self.plan, device), "Timing the networks")

    def start(self, runs: Path, device: str = "auto", conducted: Conducted | None = None) -> None:
        """Train what is not trained yet of the plan that is shown, when it is its turn.

        `conducted` is the same for the command line, so that it can go on without the window.
        """
        if self.plan is None or self.active or self.elsewhere:
            return
        self._stop_looking()
        plan = self._trained = self.plan
        self._conducted = None if conducted is None else (conducted, runs, device)
        self._turn = Turn(f"the experiment “{plan.title}”", lambda: self._begin(plan, runs, device))
        if not self._turns.ask(self._turn):
            self.changed.emit()

    def _begin(self, plan: Plan, runs: Path, device: str) -> None:
        job = self._job = Job(_training(plan, runs, device), "The experiment", self)
        job.event.connect(self._take)
        job.failed.connect(self.failed)
        job.ended.connect(self._end)
        self.changed.emit()
        self.said.emit("Loading PyTorch…")
        job.start()

    def stop(self) -> None:
        """End after the current step; all that was trained is kept, and the experiment can go on later."""
        try:
            for folder in self.elsewhere:
                Steering(folder).stop()
        except ExplorerError as error:
            self.failed.emit(str(error), "")
        if self._job is not None:
            self.said.emit("Stopping after this step…")
            self._job.stop()
        elif self._turn is not None:
            self._end()

    def leave(self, *, go_on_apart: bool) -> bool:
        """Stop all as `shutdown` does; what trained here goes on in a process of its own if it shall.

        Raises:
            ExplorerError: the process cannot be started; all is saved.
        """
        trained = self._job is not None
        done = self.shutdown()
        if done and trained and go_on_apart and self._conducted is not None:
            go_on(*self._conducted)
        return done

    def shutdown(self) -> bool:
        """Stop all and wait a bounded time; False where something still runs."""
        done = [True]
        for job, wait in ((self._job, STOP_MS), (self._looking, _LOOK_MS)):
            if job is not None:
                job.stop()
                done.append(job.wait(wait))
        return all(done)

    def _begin_look(self, work: Work, title: str) -> None:
        job = self._looking = Job(work, title, self)
        job.event.connect(lambda event: self._looked(job, event))
        job.failed.connect(lambda text, details: self._refused(job, text, details))
        job.ended.connect(lambda: self._look_ended(job))
        job.start()

    def _looked(self, job: Job, event: object) -> None:
        if job is self._looking:  # an older one is of no interest any more
            self._show(event)

    def _refused(self, job: Job, text: str, details: str) -> None:
        if job is self._looking:
            self.failed.emit(text, details)

    def _look_ended(self, job: Job) -> None:
        job.deleteLater()
        if job is self._looking:
            self._looking = None
            self.said.emit("")

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.stop()
            self._looking = None

    def _show(self, event: object) -> None:
        if isinstance(event, Progressed):
            self.found = event
            self.progressed.emit(event)
        elif isinstance(event, Estimated):
            self.times = event
            self.estimated.emit(event)

    def _take(self, event: object) -> None:
        if isinstance(event, Progressed):
            if self._trained is self.plan:
                self._show(event)
        elif isinstance(event, Event):
            text = _said(event)
            if text:
                self.said.emit(text)
        if isinstance(event, Started):
            self._folder = event.folder
        elif isinstance(event, (Finished, Stopped, Failed)) and self._folder is not None:
            self.run_ended.emit(self._folder)
            self._folder = None

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        turn, self._turn = self._turn, None
        self._job = self._trained = None
        self.said.emit("")
        self.changed.emit()
        if turn is not None:
            self._turns.end(turn)


def _said(event: Event) -> str:
    """What is going on, in words; "" where there is nothing to say."""
    if isinstance(event, Reading):
        return f"Reading pictures: {event.done:,} of {event.total:,}"
    if isinstance(event, Downloading):
        return f"Downloading {event.what}: {event.done / 1e6:,.1f} of {event.total / 1e6:,.1f} MB"
    if isinstance(event, Preparing):
        return f"{event.what[:1].upper()}{event.what[1:]}…"
    if isinstance(event, Began):
        return f"Training {event.number:,} of {event.total:,}: {event.name}"
    return event.message if isinstance(event, Failed | Refused) else ""


def _reading(plan: Plan, runs: Path) -> Work:
    """Reads what there is, and again as long as a process of its own trains it."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        seen = time.monotonic() - _BETWEEN_SECONDS
        while True:
            yield progress(plan, runs)
            folders = [runs / trial.folder for trial in plan.trials]
            if any(is_run(folder) and life(folder) != LOST for folder in folders):
                seen = time.monotonic()
            until = time.monotonic() + _POLL_SECONDS
            if until - seen > _BETWEEN_SECONDS:
                return
            while time.monotonic() < until:
                if should_stop():
                    return
                time.sleep(_SLICE_SECONDS)

    return work


def _timing(plan: Plan, device: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from estimate(plan, device=device, should_stop=should_stop)

    return work


def _training(plan: Plan, runs: Path, device: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from carry_out(plan, runs, device=device, should_stop=should_stop)

    return work
