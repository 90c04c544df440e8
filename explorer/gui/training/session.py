"""The trainings that are under way or wait: their jobs, and what a person tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.engine.events import Remedy, StepMemory
from explorer.engine.runs.control import Control
from explorer.engine.runs.run_folder import read_record
from explorer.engine.runs.steering import Steering
from explorer.gui.job import Job
from explorer.gui.training.differences import network_facts
from explorer.gui.training.orders import Loading, Order, apart_training, following, free_folder, training
from explorer.gui.training.run import Progress, Run, State, detail_of
from explorer.gui.training.tidings import said_of
from explorer.gui.training.turns import Turn, Turns

STOP_MS = 20_000
"""How long closing waits for the last step and its checkpoint."""

_AT_ONCE = 2
"""A million steps that were made already come in pieces of a thousand, between which the window lives."""


class Session(QObject):
    """Starts and steers trainings: one at a time in this process, any number in their own.

    Signals:
        started(run): a training was begun, or followed; it is the one that is shown.
        queued(run): a training waits for its turn.
        withdrawn(run): it does not want to begin any more.
        advanced(run): it has more points, or another state.
        told(run, event): what it reported, as it came.
        said(text): what is going on, for the status line.
        plots_loaded(): the drawing library is there.
        ended(run): it is over; `run.message` says why where it failed.
        memory_taken(event): the memory of one step was measured, beside what was predicted.
        failed(sentence, details): the job itself raised.
    """

    started = Signal(object)
    queued = Signal(object)
    withdrawn = Signal(object)
    advanced = Signal(object)
    told = Signal(object, object)
    said = Signal(str)
    plots_loaded = Signal()
    ended = Signal(object)
    memory_taken = Signal(object)
    failed = Signal(str, str)

    def __init__(self, runs_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs_folder = runs_folder
        self.run: Run | None = None
        self.trained: Run | None = None
        self.details = ""
        self.turns = Turns(self)
        self._jobs: dict[Run, Job] = {}
        self._turns: dict[Run, Turn] = {}

    @property
    def active(self) -> bool:
        """Whether the training that is shown is under way."""
        return self.run is not None and self.run in self._jobs

    @property
    def paused(self) -> bool:
        """Whether it waits between two steps."""
        return self.active and self.run is not None and self.run.state is State.PAUSED

    @property
    def progress(self) -> Progress:
        """How far the training that is shown has come."""
        return self.run.progress if self.run is not None else Progress()

    @property
    def live(self) -> tuple[Run, ...]:
        """The trainings that are under way."""
        return tuple(self._jobs)

    @property
    def waiting(self) -> tuple[Run, ...]:
        """Those that wait for their turn."""
        return tuple(run for run, turn in self._turns.items() if turn in self.turns.waiting)

    def start(
        self, document: Document, device: str = "auto", *, apart: bool = False, step: bool = False
    ) -> Run:
        """Train the document's network as its recipe says; edits that follow do not reach it.

        In this process it waits where another one goes on there. With `step` it waits after one step.
        """
        folder = self.new_folder(document.name)
        return self.take(Order(document, folder, device, apart=apart, step=step))

    def take(self, order: Order) -> Run:
        """Carry out an order, now or when it is its turn."""
        document = order.document
        known = next((run for run in self.live if run.folder == order.folder), None)
        if known is not None:
            return known
        recipe = document.recipe
        run = Run(document.name, detail_of(recipe), order.folder, recipe=recipe, epochs=recipe.epochs)
        return self.resume_as(run, order)

    def resume_as(self, run: Run, order: Order) -> Run:
        """Carry out an order for a run that is listed already, unless it goes on or waits as it is."""
        if run in self._jobs or run in self._turns:
            return run
        run.recipe, run.message, run.remedies = order.document.recipe, "", ()
        run.network = network_facts(order.document.graph)
        run.apart = order.apart
        if order.apart:
            self._begin(run, order)
            return run
        turn = self._turns[run] = Turn(run.name, lambda: self._begin(run, order), order)
        run.state = State.WAITING
        if not self.turns.ask(turn):
            if not self.active:
                self.run = run
            self.queued.emit(run)
        return run

    def follow(self, run: Run) -> None:
        """Follow a run that something else writes, from its first step on."""
        if run in self._jobs or run.folder is None:
            return
        run.forget_after(-1)
        run.apart, run.steered = True, Steering(run.folder)
        if self.run is None or not self.active:
            self.run = run
        self._go(run, Job(following(run.folder), f"Following {run.name}", self, most_waiting=_AT_ONCE))

    def show(self, run: Run) -> None:
        """Let the buttons steer this one."""
        if run is not self.run:
            self.run = run
            self.advanced.emit(run)

    def pause(self) -> None:
        """Wait after the current step."""
        self._steer("pause", state=State.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        self._steer("resume", state=State.RUNNING)

    def step(self) -> None:
        """Make one step and wait."""
        self._steer("step", state=State.PAUSED)

    def change(self, settings: Mapping[str, Any]) -> None:
        """Train on with other settings from the next step on.

        Raises:
            ExplorerError: they cannot change while it goes on, are out of range, or cannot be told.
        """
        if self.run is not None and self.run.steered is not None and self.active:
            self.run.steered.change(**settings)

    def stop(self) -> None:
        """End after the current step; everything trained so far is kept."""
        run = self.run
        if run is not None and run in self.waiting:
            self.withdraw(run)
        if run is None or not self.active:
            return
        self.said.emit("Stopping after this step…")
        if run is self.trained:
            self._jobs[run].stop()
        else:
            self._steer("stop")

    def withdraw(self, run: Run) -> None:
        """Take a training off that waits for its turn."""
        self.turns.end(self._turns.pop(run))
        run.state = State.STOPPED
        if run is self.run:
            self.run = None
        self.withdrawn.emit(run)

    def hurry(self, run: Run) -> None:
        """Begin one that waits at once, in a process of its own."""
        turn = self._turns.pop(run) if run in self.waiting else None
        if turn is not None and turn.order is not None:
            self.turns.end(turn)
            self.resume_as(run, replace(turn.order, apart=True))

    def apply(self, run: Run, remedy: Remedy) -> Run | None:
        """Do what a remedy says: go on with the same run, or begin another.

        Raises:
            ExplorerError: the folder of the run cannot be read any more.
        """
        if run.folder is None:
            return None
        record = read_record(run.folder)
        document = Document(name=record.name, graph=record.graph, recipe=remedy.recipe)
        device = remedy.device or run.device or "auto"
        if remedy.resume:
            return self.resume_as(run, Order(document, run.folder, device, apart=run.apart, resume=True))
        return self.take(Order(document, self.new_folder(record.name), device, apart=run.apart))

    def shutdown(self, *, stop_apart: bool = False) -> bool:
        """Stop what trains here, and following the others; False where a thread still runs.

        Trainings in processes of their own go on, unless they shall be stopped too.
        """
        self.turns.close()
        for run, job in self._jobs.items():
            if run is self.trained:
                self.said.emit("Stopping the training and saving it…")
            elif stop_apart and run.steered is not None:
                run.steered.stop()
            job.stop()
        ended = [job.wait(STOP_MS) for job in self._jobs.values()]
        return all(ended)

    def new_folder(self, name: str) -> Path:
        """A folder for a new run that nobody has or waits for."""
        taken = frozenset(run.folder for run in (*self._jobs, *self.waiting) if run.folder is not None)
        return free_folder(self.runs_folder, name, taken)

    def _begin(self, run: Run, order: Order) -> None:
        run.state = State.PREPARING
        self.run = run
        if order.apart:
            run.steered = Steering(order.folder)
            if order.resume:  # all of it is told again
                run.forget_after(-1)
            self._go(run, Job(apart_training(order), "The training", self, most_waiting=_AT_ONCE))
            return
        control = Control()
        if order.step:
            control.step()
        run.steered, self.trained = control, run
        self._go(run, Job(training(order, control), "The training", self))

    def _go(self, run: Run, job: Job) -> None:
        self._jobs[run] = job
        job.event.connect(lambda event: self._take(run, event))
        job.failed.connect(lambda text, details: self._fail(run, text, details))
        job.ended.connect(lambda: self._end(run))
        self.started.emit(run)
        job.start()

    def _steer(self, what: str, state: State | None = None) -> None:
        run = self.run
        if run is None or run.steered is None or not self.active:
            return
        try:
            getattr(run.steered, what)()
        except ExplorerError as error:
            self.failed.emit(str(error), "")
            return
        if state is not None:
            run.state = state
        self.advanced.emit(run)

    def _take(self, run: Run, event: object) -> None:
        if isinstance(event, Loading):
            if event.what == "":
                self.plots_loaded.emit()
            else:
                self.said.emit(f"Loading {event.what}…")
            return
        run.take(event)
        text = said_of(event)
        if text and (run is self.run or run is self.trained):
            self.said.emit(text)
        if isinstance(event, StepMemory):
            self.memory_taken.emit(event)
        self.told.emit(run, event)
        self.advanced.emit(run)

    def _fail(self, run: Run, sentence: str, details: str) -> None:
        run.state, run.message, self.details = State.FAILED, sentence, details
        self.failed.emit(sentence, details)

    def _end(self, run: Run) -> None:
        self._jobs.pop(run).deleteLater()
        run.steered = None
        if run.state.active:  # stopped before the first step, or not followed any more
            run.state = State.STOPPED
        if run is self.trained:
            self.trained = None
        self.ended.emit(run)
        turn = self._turns.pop(run, None)
        if turn is not None:
            self.turns.end(turn)
