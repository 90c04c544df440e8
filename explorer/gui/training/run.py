"""One training as the window knows it: what it is, how far it is, and its curves."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from explorer.core.recipe import Recipe
from explorer.engine.events import Evaluated, Point
from explorer.gui.training.curve import Curve

DEFAULT_SMOOTHING = 0.9


class State(enum.StrEnum):
    """How a run stands."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether it is under way."""
        return self in (State.PREPARING, State.RUNNING, State.PAUSED)


@dataclass(eq=False)
class Run:
    """A run of this session, or one that was read from its folder.

    `detail` tells it from its like; accuracies are shares from 0 to 1; loss is drawn over steps,
    accuracy over epochs. `slot` is its colour and dash while it is ticked.
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

    @property
    def step(self) -> float:
        """The newest step that has a loss."""
        return self.loss.xs[-1] if len(self.loss) else 0

    @property
    def last_loss(self) -> float | None:
        """The newest loss, smoothed."""
        return self.loss.last

    @property
    def last_accuracy(self) -> float | None:
        """The newest accuracy on the held-out pictures."""
        return self.test_accuracy.last

    def take_points(self, points: tuple[Point, ...]) -> None:
        """Steps were made."""
        self.loss.extend((point.step, point.loss) for point in points)

    def take_epoch(self, event: Evaluated) -> None:
        """An epoch is over."""
        self.train_accuracy.add(event.epoch, event.train_accuracy)
        self.test_accuracy.add(event.epoch, event.test_accuracy)


def detail_of(recipe: Recipe) -> str:
    """The settings of a recipe that tell one run from another, in one short line."""
    data = Path(recipe.data).name or recipe.data
    return f"{data}, lr {recipe.learning_rate:g}, batch {recipe.batch_size}, seed {recipe.seed}"
