"""One training as the window knows it: all of it follows from its events, or from its folder."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from explorer.architectures.titles import spoken_name
from explorer.core.recipe import Recipe, setting_text
from explorer.engine.data.data_text import title
from explorer.engine.events import (
    Changed,
    Continued,
    Evaluated,
    Event,
    Failed,
    Finished,
    Paused,
    Point,
    Remedy,
    Started,
    Stepped,
    Stopped,
)
from explorer.engine.runs.changes import Change, changed
from explorer.engine.runs.run_notes import RunNotes
from explorer.engine.runs.watch import Lost, Rewound
from explorer.gui.training.curve import Curve
from explorer.gui.training.insight import Insight

DEFAULT_SMOOTHING = 0.9


class State(enum.StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "interrupted"

    @property
    def active(self) -> bool:
        """Whether it is under way."""
        return self in (State.PREPARING, State.RUNNING, State.PAUSED)


class Steered(Protocol):
    """What tells a training that goes on what to do: in this process, or through its folder."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def step(self, count: int = 1) -> None: ...
    def stop(self) -> None: ...
    def change(self, **settings: object) -> None: ...


@dataclass(frozen=True)
class Progress:
    """How far a run is; times are None while nothing is known."""

    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    step: int = 0
    steps: int = 0
    pictures_per_second: float | None = None
    batch_size: int = 0
    memory: int = 0
    data_share: float | None = None

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
        return max(0, steps) * self.batch_size / self.pictures_per_second


@dataclass(frozen=True)
class Mark:
    """Something that was changed while a run went on: after `step` steps, in words."""

    step: int
    epoch: float
    text: str


@dataclass(eq=False)
class Run:
    """A run of this session, or one that was read from its folder.

    `name` is its network's, as people say it; `detail` tells it from its like; accuracies are shares
    from 0 to 1; loss, learning rate, speed (pictures per second) and memory (bytes) are drawn over
    steps, accuracy over epochs. `slot` is its colour and dash while it is ticked. `recipe` counts now.
    """

    name: str
    detail: str
    folder: Path | None = None
    state: State = State.PREPARING
    message: str = ""
    steps: int = 0
    epochs: int = 0
    slot: int | None = None
    loss: Curve = field(default_factory=lambda: Curve(DEFAULT_SMOOTHING))
    train_accuracy: Curve = field(default_factory=Curve)
    test_accuracy: Curve = field(default_factory=Curve)
    learning_rate: Curve = field(default_factory=Curve)
    speed: Curve = field(default_factory=Curve)
    memory: Curve = field(default_factory=Curve)
    marks: list[Mark] = field(default_factory=list)
    recipe: Recipe | None = None
    device: str = ""
    progress: Progress = field(default_factory=Progress)
    remedies: tuple[Remedy, ...] = ()
    steered: Steered | None = None
    apart: bool = False
    notes: RunNotes = field(default_factory=RunNotes)
    size: int = 0
    best_accuracy: float | None = None
    best_epoch: int | None = None
    network: Mapping[str, str] = field(default_factory=dict)
    insight: Insight = field(default_factory=Insight)

    def __post_init__(self) -> None:
        self.name = spoken_name(self.name)

    @property
    def step(self) -> float:
        """The newest step that has a loss."""
        return self.loss.xs[-1] if len(self.loss) else 0

    @property
    def rate(self) -> float | None:
        """The newest learning rate; None before the first step."""
        return self.learning_rate.ys[-1] if len(self.learning_rate) else None

    @property
    def last_loss(self) -> float | None:
        """The newest loss, smoothed."""
        return self.loss.last

    @property
    def last_accuracy(self) -> float | None:
        """The newest accuracy on the held-out pictures."""
        return self.test_accuracy.last

    @property
    def where(self) -> str:
        """Where it runs, in words."""
        return f"{self.device}, in a process of its own" if self.apart and self.device else self.device

    def take(self, event: object) -> None:
        """Something was reported: by the training itself, or read from its folder."""
        if isinstance(event, Event):
            self.insight.take(event, self.recipe)
        taken = _TAKEN.get(type(event))
        if taken is not None:
            taken(self, event)

    def take_points(self, points: tuple[Point, ...]) -> None:
        """Steps were made."""
        self.loss.extend((point.step, point.loss) for point in points)
        self.learning_rate.extend((point.step, point.learning_rate) for point in points)

    def take_epoch(self, event: Evaluated) -> None:
        """An epoch is over."""
        self.train_accuracy.add(event.epoch, event.train_accuracy)
        self.take_accuracy(event.epoch, event.test_accuracy)

    def take_accuracy(self, epoch: int, accuracy: float) -> None:
        """The held-out pictures were looked at after an epoch."""
        self.test_accuracy.add(epoch, accuracy)
        if self.best_accuracy is None or accuracy > self.best_accuracy:
            self.best_accuracy, self.best_epoch = accuracy, epoch

    def forget_after(self, step: int) -> None:
        """The run goes on from here: what was reported after this step does not count any more."""
        for curve in (self.loss, self.learning_rate, self.speed, self.memory):
            curve.cut(step)
        epochs = step / self.progress.batches if self.progress.batches else step
        for curve in (self.train_accuracy, self.test_accuracy):
            curve.cut(epochs + 1e-9)
        self.best_accuracy = self.best_epoch = None
        for epoch, accuracy in zip(self.test_accuracy.xs, self.test_accuracy.ys, strict=True):
            if self.best_accuracy is None or accuracy > self.best_accuracy:
                self.best_accuracy, self.best_epoch = accuracy, int(epoch)
        self.marks = [mark for mark in self.marks if mark.step <= step]

    def _start(self, event: Started) -> None:
        self.steps, self.epochs, self.device = event.steps, event.epochs, event.device
        self.state, self.message, self.remedies = State.RUNNING, "", ()
        size = self.recipe.batch_size if self.recipe else 0
        self.progress = Progress(
            epoch=event.epoch + 1,
            epochs=event.epochs,
            batch=event.step - event.epoch * event.steps_per_epoch,
            batches=event.steps_per_epoch,
            step=event.step,
            steps=event.steps,
            batch_size=size,
        )
        if event.step < self.step:
            self.forget_after(event.step)

    def _step(self, event: Stepped) -> None:
        self.take_points(event.points)
        old, last = self.progress, event.last
        speed = event.pictures_per_second or old.pictures_per_second
        if event.pictures_per_second:
            self.speed.add(last.step, event.pictures_per_second)
        if event.memory:
            self.memory.add(last.step, event.memory)
        self.steps = max(self.steps, last.step)
        self.progress = Progress(
            epoch=last.epoch,
            epochs=old.epochs,
            batch=last.step - (last.epoch - 1) * old.batches,
            batches=old.batches,
            step=last.step,
            steps=max(old.steps, last.step),
            pictures_per_second=speed,
            batch_size=old.batch_size,
            memory=event.memory or old.memory,
            data_share=old.data_share if event.data_share is None else event.data_share,
        )

    def _change(self, event: Changed) -> None:
        told = ", ".join(
            f"{name.replace('_', ' ')} {setting_text(value)}" for name, value in event.settings.items()
        )
        epoch = event.step / self.progress.batches if self.progress.batches else event.epoch
        self.marks.append(Mark(event.step, epoch, told))
        self.steps = event.step + event.steps_left
        if self.recipe is not None:
            self.recipe = changed(self.recipe, [Change(event.step, event.settings)])
            self.epochs = max(self.epochs, self.recipe.epochs) if not self.recipe.steps else self.epochs
            old = vars(self.progress) | {"steps": self.steps, "batch_size": self.recipe.batch_size}
            self.progress = Progress(**old)

    def _fail(self, event: Failed) -> None:
        self.state, self.remedies = State.FAILED, event.remedies
        self.message = ". ".join(
            part[:1].upper() + part[1:] for part in (event.message, event.remedy) if part
        )

    def _lose(self, event: Lost) -> None:
        self.state = State.LOST
        self.message = "Its process is gone without a word; resume it to go on from its newest checkpoint."
        if event.gone:
            self.message = (
                f"The folder of the run is gone: {self.folder}. Bring it back to go on with the run."
            )


_Take = Callable[[Run, Any], None]


def _to(state: State) -> _Take:
    def take(run: Run, _: Event) -> None:
        run.state = state

    return take


_TAKEN: dict[type, _Take] = {
    Started: Run._start,
    Stepped: Run._step,
    Evaluated: Run.take_epoch,
    Changed: Run._change,
    Rewound: lambda run, event: run.forget_after(event.step),
    Paused: _to(State.PAUSED),
    Continued: _to(State.RUNNING),
    Finished: _to(State.FINISHED),
    Stopped: _to(State.STOPPED),
    Failed: Run._fail,
    Lost: Run._lose,
}


def detail_of(recipe: Recipe) -> str:
    """The settings of a recipe that tell one run from another, in one short line."""
    return f"{title(recipe.data)}, lr {recipe.learning_rate:g}, batch {recipe.batch_size}, seed {recipe.seed}"
