"""What a training reports while it runs: frozen values that may cross threads and be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.graph import Graph
from explorer.core.recipe import Recipe

DIVERGED = "the training diverged"
"""What the message of a failure begins with whose loss is no finite number any more."""


@dataclass(frozen=True)
class Event:
    """Anything that a training reports."""


@dataclass(frozen=True)
class Reading(Event):
    """Pictures are being read before the first step: `done` of `total`."""

    done: int
    total: int


@dataclass(frozen=True)
class Preparing(Event):
    """Something that takes a while is done before the first step; `what` is the middle of a sentence."""

    what: str


@dataclass(frozen=True)
class Downloading(Event):
    """A published data set comes from the network: `done` of `total` bytes."""

    what: str
    done: int
    total: int


@dataclass(frozen=True)
class Started(Event):
    """The data is ready and the first step follows.

    `step` and `epoch` are where it begins: 0, or where a resumed run goes on. `notes` are
    sentences about what was done to the pictures, and about the resumption.
    """

    folder: Path | None
    device: str
    classes: tuple[str, ...]
    train_pictures: int
    test_pictures: int
    epochs: int
    steps_per_epoch: int
    step: int
    epoch: int
    parameters: int
    damaged: tuple[str, ...]
    notes: tuple[str, ...]
    last_step: int = 0

    @property
    def steps(self) -> int:
        """Steps of the whole run, as far as is known now: `last_step` where the recipe counts steps."""
        return self.last_step or self.epochs * self.steps_per_epoch


@dataclass(frozen=True)
class Point:
    """One step: `step` and `epoch` count from 1; `accuracy` is that of its batch, from 0 to 1."""

    step: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float


@dataclass(frozen=True)
class Stepped(Event):
    """One or more steps were made, oldest first; never empty.

    `memory` is what is taken now, in bytes: of the graphics processor, or by the process; 0 where
    nothing tells. `data_share` is the share of the time, from 0 to 1, that the steps waited for
    their pictures; None where nobody measured it.
    """

    points: tuple[Point, ...]
    pictures_per_second: float
    memory: int = 0
    data_share: float | None = None

    @property
    def last(self) -> Point:
        """The newest step."""
        return self.points[-1]


@dataclass(frozen=True)
class Evaluated(Event):
    """An epoch is over.

    `train_loss` and `train_accuracy` are means over the epoch's batches as they were trained
    on; the test figures are those of the held-out pictures afterwards. `confusion[i][j]`
    counts held-out pictures of class i that were taken for class j; it is empty where there
    are more than 200 classes. `skipped` counts pictures that vanished from the disk so far.
    """

    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    best: bool
    seconds: float
    skipped: int = 0


@dataclass(frozen=True)
class Changed(Event):
    """Other settings count from the next step on; `steps_left` of them remain now."""

    step: int
    epoch: int
    settings: Mapping[str, Any]
    steps_left: int


@dataclass(frozen=True)
class Paused(Event):
    """It waits between two steps until it is told to go on."""

    step: int
    epoch: int


@dataclass(frozen=True)
class Continued(Event):
    """It goes on after a pause."""

    step: int
    epoch: int


@dataclass(frozen=True)
class Saved(Event):
    """A checkpoint is on the disk, flushed and entered in the manifest."""

    step: int
    epoch: int
    path: Path
    best: bool


@dataclass(frozen=True)
class SaveFailed(Event):
    """A checkpoint could not be written; the older ones are untouched and training goes on."""

    step: int
    epoch: int
    message: str


@dataclass(frozen=True)
class Finished(Event):
    """All epochs are done, or `why` says why it ended earlier.

    `weights` is safetensors data where no folder keeps it, else empty.
    """

    step: int
    epoch: int
    test_accuracy: float
    best_accuracy: float
    best_epoch: int
    seconds: float
    weights: bytes = field(default=b"", repr=False)
    why: str = ""


@dataclass(frozen=True)
class Stopped(Event):
    """It was stopped between two steps; all that was trained is kept (see `Finished.weights`)."""

    step: int
    epoch: int
    seconds: float
    weights: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Remedy:
    """What a button can do about a failure: train with this recipe, on this device.

    With `resume` the same run goes on from its last healthy state, otherwise it begins anew.
    `device` is "" where it stays.
    """

    label: str
    recipe: Recipe
    device: str = ""
    resume: bool = True


@dataclass(frozen=True)
class Failed(Event):
    """The work could not go on: what happened and what is safe, then what to do.

    `healthy_step` is the step of the last sound checkpoint on the disk, None where there is none.
    `weights` is safetensors data where sound weights could not be written to the folder, else empty.
    `remedies` are what a person may choose from, the likeliest first.
    """

    step: int
    epoch: int
    message: str
    remedy: str
    healthy_step: int | None = None
    weights: bytes = field(default=b"", repr=False)
    remedies: tuple[Remedy, ...] = ()

    @staticmethod
    def is_divergence(message: str) -> bool:
        """Whether a message, as a run keeps it, says that the loss is no finite number any more."""
        return message.startswith(DIVERGED)


@dataclass(frozen=True)
class StepMemory(Event):
    """Bytes at the peak of a training step, as predicted and as measured, for `pictures` at once.

    It holds for this graph and this recipe on this device.
    """

    graph: Graph
    recipe: Recipe
    device: str
    pictures: int
    predicted: int
    measured: int

    @property
    def ratio(self) -> float:
        """Measured over predicted."""
        return self.measured / max(1, self.predicted)


@dataclass(frozen=True)
class Began(Event):
    """The training of this number (from 1) of `total` begins; its own events follow."""

    number: int
    total: int
    name: str
    folder: Path | None


@dataclass(frozen=True)
class Refused(Event):
    """A training could not begin; the next one does."""

    number: int
    message: str
