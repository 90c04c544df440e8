"""A learning-rate range test: a short training whose rate rises, and what it suggests."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.data.datasets import load, survey
from explorer.engine.device import choose, leave_one_core
from explorer.engine.events import Event
from explorer.engine.learning.numerics import numerics
from explorer.engine.running.weights import initialized
from explorer.engine.training.readiness import check_result, picture_shape
from explorer.engine.training.stepper import Stepper

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 100
_SMOOTHING = 0.9
_TOO_HIGH = 4.0
"""The test ends where the smoothed loss is so many times the lowest."""

_BELOW = 10.0
_NICE = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class RatePoint:
    """One step: its rate, the loss before it, and the smoothed loss."""

    step: int
    rate: float
    loss: float
    smoothed: float


@dataclass(frozen=True)
class RatesTried(Event):
    """Some steps were made, oldest first; `steps` is how many there are at most."""

    points: tuple[RatePoint, ...]
    steps: int


@dataclass(frozen=True)
class RateFound(Event):
    """The end of the test. `suggestion` is None where the loss never fell; `sentence` says why."""

    suggestion: float | None
    sentence: str


def find_rate(
    graph: Graph,
    recipe: Recipe,
    *,
    device: str = "auto",
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Train from new weights with a rate that rises by the same factor at every step.

    Nothing is written, and no network is changed. The rate is raised between `lowest` and `highest`
    until the loss is four times its lowest value.

    Raises:
        ExplorerError: the network, the data or the device cannot be used; or the limits make no sense.

    Source: Smith, arXiv:1506.01186, sec. 3.3, whose rate rises evenly; that it rises by factors, and
    that a tenth of the rate with the lowest loss is taken, follows Howard and Gugger, fastai.
    """
    if not 0 < lowest < highest or steps < 10:
        raise ExplorerError("the rates to try rise from a positive one to a larger one, in 10 steps or more")
    chosen = choose(device)
    leave_one_core()
    shape = picture_shape(graph)
    found = survey(recipe.data, should_stop)
    if should_stop():
        return
    check_result(graph, len(found.classes), found.name)
    plain = replace(recipe, compiled=False, average=0.0)
    data = yield from load(found, plain, shape, chosen, should_stop)
    if data is None:
        return
    numbers = numerics(plain, chosen)
    points: list[RatePoint] = []
    with contextlib.closing(data.train), contextlib.closing(data.test), numbers.set_up():
        stepper = Stepper(initialized(graph, plain.seed).to(chosen), plain, data, numbers)
        factor = (highest / lowest) ** (1 / (steps - 1))
        for part in _steps(stepper, [lowest * factor**step for step in range(steps)]):
            points += part
            yield RatesTried(tuple(part), steps)
            if should_stop():
                return
            if points[-1].smoothed > _TOO_HIGH * min(point.smoothed for point in points):
                break
    yield suggested(points)


def suggested(points: Sequence[RatePoint]) -> RateFound:
    """What the losses at rising rates say: a tenth of the rate with the lowest smoothed loss, rounded."""
    if len(points) < 5:
        return RateFound(None, "The loss was no finite number from the first steps on: check the pictures.")
    start = points[0].smoothed
    lowest = min(points, key=lambda point: point.smoothed)
    if lowest.smoothed > 0.9 * start:
        return RateFound(
            None,
            f"The loss fell from {start:.3g} to {lowest.smoothed:.3g} only, at every rate up to"
            f" {points[-1].rate:.1g}: this network does not learn this data within {len(points)} steps.",
        )
    rate = _rounded(lowest.rate / _BELOW)
    return RateFound(
        rate,
        f"The loss is lowest at a rate of {lowest.rate:.2g}; about a tenth of it, {rate:g}, learns fast and"
        " is still sure.",
    )


def _steps(stepper: Stepper, rates: Sequence[float]) -> Iterator[list[RatePoint]]:
    """Steps with these rates, a few at a time, until a loss is no finite number."""
    mean = weight = 0.0
    waiting: list[RatePoint] = []
    epoch, position = 0, 0
    order = stepper.order(epoch)
    for step, rate in enumerate(rates):
        if stepper.pictures - position < min(stepper.least, stepper.pictures):
            epoch, position = epoch + 1, 0
            order = stepper.order(epoch)
        batch = order[position : position + stepper.recipe.batch_size]
        position += len(batch)
        stepper.step(batch, step, epoch, rate)
        if not stepper.is_due and step + 1 < len(rates):
            continue
        fetched = stepper.fetch()
        for point in fetched.report.points if fetched.report else ():
            mean = _SMOOTHING * mean + (1 - _SMOOTHING) * point.loss
            weight = _SMOOTHING * weight + 1 - _SMOOTHING
            waiting.append(RatePoint(point.step, point.learning_rate, point.loss, mean / weight))
        if waiting:
            yield waiting
            waiting = []
        if fetched.diverged is not None:
            return


def _rounded(rate: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten, by factor."""
    size = 10.0 ** math.floor(math.log10(rate))
    return float(f"{min(_NICE, key=lambda nice: abs(math.log(rate / size / nice))) * size:.3g}")
