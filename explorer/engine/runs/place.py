"""Where a run is: steps made, epochs over, pictures seen, and the sums that are carried along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

from explorer.core.recipe import Recipe, Schedule
from explorer.engine.runs.manifest import Entry


@dataclass
class Sums:
    """Running sums of the epoch that is under way, the best figure so far, and drops of a plateau."""

    loss: float = 0.0
    correct: float = 0.0
    seen: float = 0.0
    best_accuracy: float = -1.0
    best_epoch: float = 0.0
    drops: float = 0.0
    dropped_at: float = 0.0


@dataclass
class Place:
    """`epoch` counts the epochs that are over, `position` the pictures seen in the next one."""

    step: int = 0
    epoch: int = 0
    position: int = 0
    sums: Sums = field(default_factory=Sums)

    def move_to(self, entry: Entry, batch_size: int) -> None:
        """Go where a checkpoint was written.

        Raises:
            TypeError: its sums are not ours.
        """
        self.sums = Sums(**entry.sums)
        self.step, self.epoch = entry.step, entry.epoch
        self.position = entry.position * (batch_size if entry.in_steps else 1)

    def begin_branch(self) -> None:
        """Count the best figure, and the waiting for a better one, from here on."""
        self.sums = replace(
            self.sums, best_accuracy=-1.0, best_epoch=self.epoch, drops=0.0, dropped_at=self.epoch
        )

    def entry(self, test_accuracy: float | None, *, best: bool) -> Entry:
        """What the manifest says of a checkpoint that is written here."""
        sums = asdict(self.sums)
        return Entry(self.step, self.epoch, self.position, test_accuracy, best, sums)

    def done(self, recipe: Recipe, pictures: int) -> float:
        """The share of the run that is over, from 0 to 1: of its steps, or of its pictures."""
        if recipe.steps:
            return min(1.0, self.step / recipe.steps)
        return min(1.0, (self.epoch + self.position / max(1, pictures)) / recipe.epochs)

    def is_over(self, recipe: Recipe) -> bool:
        """Whether all steps or epochs of the recipe are done, and the last epoch is closed."""
        done = self.step >= recipe.steps if recipe.steps else self.epoch >= recipe.epochs
        return done and self.position == 0

    def steps_left(self, recipe: Recipe, pictures: int, steps_in: Callable[[int], int]) -> int:
        """Steps to the end of the run, as far as is known now; `steps_in` counts those of some pictures."""
        if recipe.steps:
            return max(0, recipe.steps - self.step)
        if self.epoch >= recipe.epochs:
            return 0
        return (recipe.epochs - self.epoch - 1) * steps_in(pictures) + steps_in(pictures - self.position)

    def learning_rate(self, recipe: Recipe, pictures: int) -> float:
        """The learning rate of the next step."""
        return recipe.learning_rate_at(self.done(recipe, pictures), int(self.sums.drops))

    def end_epoch(self, accuracy: float, recipe: Recipe) -> tuple[float, float, bool]:
        """Close an epoch that was tested; mean training loss and accuracy, and whether it is the best."""
        old, seen = self.sums, max(1.0, self.sums.seen)
        best = accuracy > old.best_accuracy
        self.epoch, self.position = self.epoch + 1, 0
        new = Sums(
            best_accuracy=accuracy if best else old.best_accuracy,
            best_epoch=self.epoch if best else old.best_epoch,
            drops=old.drops,
            dropped_at=old.dropped_at,
        )
        waited = self.epoch - max(new.best_epoch, new.dropped_at)
        if recipe.schedule is Schedule.PLATEAU and waited >= recipe.patience:
            new.drops, new.dropped_at = new.drops + 1, self.epoch
        self.sums = new
        return old.loss / seen, old.correct / seen, best

    def waited_in_vain(self, recipe: Recipe) -> bool:
        """Whether so many epochs brought nothing better that the recipe wants to end."""
        return 0 < recipe.early_stopping <= self.epoch - self.sums.best_epoch
