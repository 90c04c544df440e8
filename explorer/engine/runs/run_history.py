"""What a run has reported so far, few enough figures to look through at any time; needs no torch."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from explorer.core.recipe import Recipe
from explorer.engine.events import Changed, Evaluated, Event, Failed, Point, Started, Stepped
from explorer.engine.runs.changes import Change, changed
from explorer.engine.runs.sightings import LayersSeen, Repeated
from explorer.engine.runs.watch import Rewound

_MOST = 512


@dataclass(frozen=True)
class Stretch:
    """Some steps in a row: the first, the last, and the mean of their losses and rates."""

    first: int
    last: int
    loss: float
    rate: float
    steps: int

    def joined(self, other: Stretch) -> Stretch:
        """Both as one."""
        steps = self.steps + other.steps
        loss = (self.loss * self.steps + other.loss * other.steps) / steps
        rate = (self.rate * self.steps + other.rate * other.steps) / steps
        return Stretch(self.first, other.last, loss, rate, steps)


@dataclass
class RunHistory:
    """The figures of one run. `recipe` is the one that counts now.

    Losses of steps are kept as means of stretches, at most 512, which double in length; of the
    looks at the layers as many are kept, evenly spread, besides the newest.
    """

    recipe: Recipe
    classes: int = 0
    losses: list[Stretch] = field(default_factory=list)
    epochs: list[Evaluated] = field(default_factory=list)
    looks: list[LayersSeen] = field(default_factory=list)
    repeated: Repeated | None = None
    diverged_at: int | None = None
    changes: list[Change] = field(default_factory=list)
    _length: int = 1
    _every: int = 1
    _passed: int = 0

    def take(self, event: Event) -> None:
        """One more event of the run."""
        if isinstance(event, Stepped):
            for point in event.points:
                self._step(point)
        elif isinstance(event, LayersSeen):
            self._look(event)
        elif isinstance(event, Evaluated):
            self.epochs.append(event)
        elif isinstance(event, Started):
            self.classes, self.diverged_at = len(event.classes), None
        elif isinstance(event, Repeated):
            self.repeated = event
        elif isinstance(event, Changed):
            self.changes.append(Change(event.step, dict(event.settings)))
            self.recipe = changed(self.recipe, self.changes[-1:])
        elif isinstance(event, Rewound):
            self._rewind(event.step)
        elif isinstance(event, Failed) and "finite number" in event.message:
            self.diverged_at = event.step

    @property
    def step(self) -> int:
        """The newest step."""
        return self.losses[-1].last if self.losses else 0

    @property
    def chance(self) -> float:
        """The loss of guessing: the logarithm of the number of classes."""
        return math.log(max(2, self.classes))

    def recent_loss(self, share: float = 0.1, least: int = 20) -> float:
        """The mean loss of the last share of the steps; not a number before the first."""
        return _mean(self._last(max(least, round(share * self.step))))

    def first_loss(self, steps: int = 5) -> float:
        """The mean loss of the first steps."""
        chosen: list[Stretch] = []
        for stretch in self.losses:
            if chosen and stretch.last > steps:
                break
            chosen.append(stretch)
        return _mean(chosen)

    def change(self, looks: int = 8) -> float:
        """What a step changes of the weights, as a share of their size: the middle of the newest looks.

        Only those at half the height of the rate or more count, not those of a warm-up or of the
        end of a schedule; not a number where there are none.
        """
        chosen: list[LayersSeen] = []
        for look in reversed(self.looks):
            if self._is_high(self._rate(look.step)):
                chosen.append(look)
            if len(chosen) == looks:
                break
        values = sorted(value for look in chosen for value in look.update if math.isfinite(value))
        return values[len(values) // 2] if values else math.nan

    @property
    def at_height(self) -> bool:
        """Whether the learning rate has been at half its height at least."""
        return any(self._is_high(stretch.rate) for stretch in self.losses)

    def _is_high(self, rate: float) -> bool:
        return rate >= 0.5 * self.recipe.learning_rate

    def _rate(self, step: int) -> float:
        """The rate at a step; that of the recipe where nothing is known of it."""
        place = bisect.bisect_left(self.losses, step, key=lambda stretch: stretch.last)
        return self.losses[place].rate if place < len(self.losses) else self.recipe.learning_rate

    def _last(self, steps: int) -> list[Stretch]:
        return [stretch for stretch in self.losses if stretch.last > self.step - steps]

    def _step(self, point: Point) -> None:
        one = Stretch(point.step, point.step, point.loss, point.learning_rate, 1)
        if self.losses and self.losses[-1].steps < self._length:
            self.losses[-1] = self.losses[-1].joined(one)
            return
        if len(self.losses) >= _MOST:
            halves = zip(self.losses[::2], self.losses[1::2], strict=True)
            self.losses = [one.joined(two) for one, two in halves]
            self._length *= 2
        self.losses.append(one)

    def _look(self, look: LayersSeen) -> None:
        self._passed += 1
        if self.looks and (self._passed - 1) % self._every:
            self.looks[-1] = look  # the newest always counts
            return
        if len(self.looks) >= _MOST:
            self.looks = self.looks[::2]
            self._every *= 2
        self.looks.append(look)

    def _rewind(self, step: int) -> None:
        self.losses = [stretch for stretch in self.losses if stretch.first <= step]
        self.epochs = [epoch for epoch in self.epochs if epoch.step <= step]
        self.looks = [look for look in self.looks if look.step <= step]
        self.diverged_at = None


def read_history(folder: Path) -> RunHistory:
    """The history of a run that lies on the disk.

    Raises:
        ExplorerError: the folder holds no run, or a damaged one.
    """
    from explorer.engine.runs.run_folder import read_record

    history = RunHistory(read_record(folder).recipe)
    for event in reported(folder):
        history.take(event)
    return history


def reported(folder: Path) -> Iterator[Event]:
    """What a run on the disk has reported so far, looks at its layers first.

    Raises:
        ExplorerError: a file is too large.
    """
    from explorer.engine.runs.layer_log import read_layers
    from explorer.engine.runs.metrics import read_metrics
    from explorer.engine.runs.watch import events_of

    yield from read_layers(folder)
    yield from events_of(folder, list(read_metrics(folder)))


def _mean(stretches: Sequence[Stretch]) -> float:
    steps = sum(stretch.steps for stretch in stretches)
    return sum(stretch.loss * stretch.steps for stretch in stretches) / steps if steps else math.nan
