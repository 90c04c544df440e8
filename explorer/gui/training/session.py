"""The training that is under way: its job, its progress, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.core.document import Document
from explorer.engine.events import (
    Downloading,
    Evaluated,
    Failed,
    Finished,
    Reading,
    SaveFailed,
    Started,
    StepMemory,
    Stepped,
    Stopped,
)
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.training.run import Run, State, detail_of

STOP_MS = 20_000
"""How long closing waits for the last step and its checkpoint."""


@dataclass(frozen=True)
class Loading:
    """A library that takes seconds is being loaded in the thread."""

    what: str


@dataclass(frozen=True)
class Progress:
    """How far a run is; `seconds_left` is None while nothing is known."""

    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    step: int = 0
    steps: int = 0
    pictures_per_second: float | None = None
    batch_size: int = 0

    @property
    def epoch_seconds_left(self) -> float | None:
        """Time to the end of this epoch's training steps."""
        return self._seconds(self.batches - self.batch)

    @property
    def seconds_left(self) -> float | None:
        """Time to the end of the run; the test after each epoch is not counted."""
        return self._seconds(self.steps - self.step)

    def _seconds(self, steps: int) -> float | None:
        if not self.pictures_per_second:
            return None
        return steps * self.batch_size / self.pictures_per_second


class Session(QObject):
    """Starts, pauses and stops one training at a time and keeps what it reports.

    Signals:
        started(run): a training was begun; it is the current run.
        advanced(run): it has more points, or another state.
        said(text): what is going on, for the status line.
        plots_loaded(): the drawing library is there.
        read(event): the pictures are read; the event names those that could not be.
        memory_taken(event): the memory of one step was measured, beside what was predicted.
        ended(run): it is over; `run.message` says why where it failed.
        failed(sentence, details): the job itself raised.
    """

    started = Signal(object)
    advanced = Signal(object)
    said = Signal(str)
    plots_loaded = Signal()
    ended = Signal(object)
    read = Signal(object)
    memory_taken = Signal(object)
    failed = Signal(str, str)

    def __init__(self, runs_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs_folder = runs_folder
        self.run: Run | None = None
        self.progress = Progress()
        self.details = ""
        self._job: Job | None = None

    @property
    def active(self) -> bool:
        """Whether a training is under way."""
        return self._job is not None

    @property
    def paused(self) -> bool:
        """Whether it waits between two steps."""
        return self._job is not None and self._job.paused

    def start(self, document: Document, device: str = "auto") -> None:
        """Train the document's network as its recipe says on a device; edits that follow do not reach it."""
        if self._job is not None:
            return
        recipe = document.recipe
        folder = free_folder(self.runs_folder, document.name)
        self.run = Run(document.name, detail_of(recipe), folder, epochs=recipe.epochs)
        self.progress = Progress(epochs=recipe.epochs, batch_size=recipe.batch_size)
        self._job = Job(_training(document, folder, device), "The training", self)
        self._job.event.connect(self._take)
        self._job.failed.connect(self._fail)
        self._job.ended.connect(self._end)
        self.started.emit(self.run)
        self._job.start()

    def pause(self) -> None:
        """Wait after the current step."""
        if self._job is not None and self.run is not None:
            self._job.pause()
            self._show(State.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self._job is not None and self.run is not None:
            self._job.resume()
            self._show(State.RUNNING)

    def stop(self) -> None:
        """End after the current step; everything trained so far is kept."""
        if self._job is not None:
            self.said.emit("Stopping after this step…")
            self._job.stop()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        if self._job is None:
            return True
        self.said.emit("Stopping the training and saving it…")
        self._job.stop()
        return self._job.wait(STOP_MS)

    def _show(self, state: State) -> None:
        assert self.run is not None  # noqa: S101  (only called for a run under way)
        self.run.state = state
        self.advanced.emit(self.run)

    def _take(self, event: object) -> None:
        run = self.run
        assert run is not None  # noqa: S101  (events come from the run's own job)
        if isinstance(event, Stepped):
            self._step(run, event)
        elif isinstance(event, Evaluated):
            run.take_epoch(event)
            self.said.emit(
                f"Epoch {event.epoch:,}: {100 * event.test_accuracy:.1f} % of the test pictures right"
            )
        elif isinstance(event, Started):
            self._begin(run, event)
        elif isinstance(event, Loading):
            if event.what == "":
                self.plots_loaded.emit()
            else:
                self.said.emit(f"Loading {event.what}…")
        elif isinstance(event, Reading):
            self.said.emit(f"Reading pictures: {event.done:,} of {event.total:,}")
        elif isinstance(event, Downloading):
            done, total = event.done / 1e6, event.total / 1e6
            self.said.emit(f"Downloading {event.what}: {done:,.1f} of {total:,.1f} MB")
        elif isinstance(event, StepMemory):
            self.memory_taken.emit(event)
        elif isinstance(event, (Finished, Stopped, Failed, SaveFailed)):
            self._close(run, event)
        self.advanced.emit(run)

    def _begin(self, run: Run, event: Started) -> None:
        run.steps, run.epochs = event.steps, event.epochs
        run.state = State.PAUSED if self.paused else State.RUNNING
        self.progress = Progress(
            epochs=event.epochs,
            batches=event.steps_per_epoch,
            steps=event.steps,
            batch_size=self.progress.batch_size,
        )
        self.read.emit(event)
        self.said.emit(
            f"Training on {event.device}: {event.train_pictures:,} pictures to learn from,"
            f" {event.test_pictures:,} to test, {len(event.classes):,} classes"
        )

    def _step(self, run: Run, event: Stepped) -> None:
        run.take_points(event.points)
        old, last = self.progress, event.last
        self.progress = Progress(
            epoch=last.epoch,
            epochs=old.epochs,
            batch=last.step - (last.epoch - 1) * old.batches,
            batches=old.batches,
            step=last.step,
            steps=old.steps,
            pictures_per_second=event.pictures_per_second or old.pictures_per_second,
            batch_size=old.batch_size,
        )

    def _close(self, run: Run, event: Finished | Stopped | Failed | SaveFailed) -> None:
        if isinstance(event, Finished):
            run.state = State.FINISHED
            self.said.emit(f"Finished: {100 * event.test_accuracy:.1f} % of the test pictures right")
        elif isinstance(event, Stopped):
            run.state = State.STOPPED
            self.said.emit(f"Stopped at step {event.step:,}; everything is kept")
        elif isinstance(event, Failed):
            run.state = State.FAILED
            run.message = f"{event.message} {event.remedy}".strip()
            self.said.emit(event.message)
        else:
            self.said.emit(event.message)

    def _fail(self, sentence: str, details: str) -> None:
        assert self.run is not None  # noqa: S101  (a job has a run)
        self.run.state, self.run.message, self.details = State.FAILED, sentence, details
        self.failed.emit(sentence, details)

    def _end(self) -> None:
        assert self._job is not None  # noqa: S101  (it is the sender)
        assert self.run is not None  # noqa: S101
        self._job.deleteLater()
        self._job = None
        if self.run.state.active:  # stopped before the first step
            self.run.state = State.STOPPED
        self.ended.emit(self.run)


def _training(document: Document, folder: Path, device: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield Loading("the plots")
        from explorer.gui.training import plots  # noqa: F401  pyqtgraph takes 0.7 s: loaded here, not in the window

        yield Loading("")
        yield Loading("PyTorch")
        from explorer.engine.training import train  # torch takes seconds: loaded in the thread

        if should_stop():
            return
        yield from train(
            document.graph,
            document.recipe,
            device=device,
            folder=folder,
            should_stop=should_stop,
            name=document.name,
        )

    return work


def free_folder(runs_folder: Path, name: str) -> Path:
    """A folder for a new run, named by its network and the time, that does not exist yet."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).strip(".-")[:60]
    stem = f"{safe or 'network'}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    number, folder = 2, runs_folder / stem
    while folder.exists():
        folder = runs_folder / f"{stem}-{number}"
        number += 1
    return folder
