"""What the outcomes of an experiment come to for each network: curves, means and how many are trained."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.experiment import DIVERGED, Costs, Measure, Outcome, Trial
from explorer.gui.training.experiments.plot import Spread
from explorer.gui.training.scale import percent


@dataclass(frozen=True)
class Standing:
    """One line of the table: a network, what it costs, and how its trainings stand over the seeds."""

    name: str
    slot: int
    parameters: int
    macs: int
    train_error: str
    test_error: str
    state: str


def standings(outcomes: Sequence[Outcome], costs: Costs) -> tuple[Standing, ...]:
    """A line for each network, in the order of the experiment."""
    return tuple(
        Standing(
            name,
            slot,
            costs[name].parameters,
            costs[name].macs,
            _figure(own, Measure.TRAIN_ERROR),
            _figure(own, Measure.TEST_ERROR),
            _state(own),
        )
        for slot, (name, own) in enumerate(_by_network(outcomes).items())
    )


def spreads(outcomes: Sequence[Outcome], measure: Measure) -> tuple[Spread, ...]:
    """A line for each network: the mean over the seeds that have come so far, lowest and highest."""
    place = 1 if measure is Measure.TRAIN_ERROR else 2
    lines = []
    for slot, (name, own) in enumerate(_by_network(outcomes).items()):
        values: dict[int, list[float]] = {}
        for point in (point for item in own for point in item.curve):
            if math.isfinite(point[place]):
                values.setdefault(point[0], []).append(float(point[place]))
        points = tuple(
            (epoch, statistics.fmean(row), min(row), max(row)) for epoch, row in sorted(values.items())
        )
        lines.append(Spread(name, slot, points))
    return tuple(lines)


def last_epoch(item: Outcome, trial: Trial) -> int:
    """With which epoch a training ends, as far as that is known."""
    recipe = trial.recipe
    if recipe.steps:
        pictures = item.train_pictures
        wanted = math.ceil(recipe.steps * recipe.batch_size / pictures) if pictures else 1
    else:
        wanted = recipe.epochs
    return max(wanted, len(item.curve))


def share_done(item: Outcome, trial: Trial) -> float:
    """How much of a training is done, from 0 to 1."""
    return 1.0 if item.is_over else min(1.0, len(item.curve) / last_epoch(item, trial))


def _by_network(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for item in outcomes:
        found.setdefault(item.variant, []).append(item)
    return found


def _figure(own: Sequence[Outcome], measure: Measure) -> str:
    """The mean over the seeds with the largest distance from it; a dash before the first epoch."""
    known = (item.value(measure) for item in own if item.curve or item.is_over)
    values = [value for value in known if math.isfinite(value)]
    if not values:
        return "–"
    mean = statistics.fmean(values)
    if len(values) == 1:
        return percent(mean)
    return f"{100 * mean:.1f} ± {100 * max(abs(value - mean) for value in values):.1f} %"


def _state(own: Sequence[Outcome]) -> str:
    """How far the trainings of a network are, in words."""
    going = next((item for item in own if item.state in ("starting", "running")), None)
    over = sum(item.is_over for item in own)
    diverged = sum(item.state == DIVERGED for item in own)
    if going is not None:
        return f"seed {going.seed}: epoch {len(going.curve) + 1}"
    if diverged == len(own):
        return DIVERGED
    if over == len(own):
        return f"trained, {diverged} diverged" if diverged else "trained"
    lost = sum(item.is_lost for item in own)
    if over:
        return f"{over} of {len(own)} trained" + (f", {lost} failed" if lost else "")
    halted = next((item.state for item in own if item.state not in ("waiting", "finished")), "")
    return halted or ("ended without a result" if lost else "not trained")
