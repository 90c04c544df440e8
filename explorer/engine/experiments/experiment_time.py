"""How long a plan will take on a device: some steps of each network are made, and the clock is read."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.experiment import Plan, Trial
from explorer.core.recipe import Recipe
from explorer.engine.data.survey import survey
from explorer.engine.events import Event

if TYPE_CHECKING:
    import torch

_PICTURES = 32
"""Pictures of a step that is timed, at most: larger batches take as many times longer."""

_STEPS = 2
_TEST_SHARE = 1 / 3
"""What a picture costs in the test, as a share of what it costs in training: the forward pass of three."""


@dataclass(frozen=True)
class Estimated(Event):
    """Seconds that the trainings take for one seed, by network; measured, but for the data's own time."""

    device: str
    seconds: Mapping[str, float]

    def of(self, plan: Plan, over: int = 0) -> float:
        """Seconds of a whole plan, without the first `over` trainings, which are done."""
        return sum(self.seconds[trial.variant] for trial in plan.trials[over:])


def estimate(
    plan: Plan, *, device: str = "auto", should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Estimated]:
    """Time a few training steps of every network of a plan; nothing is yielded where it was stopped.

    Raises:
        ExplorerError: the data or the device cannot be used.
    """
    # torch takes seconds to import: only where it is needed
    import torch

    from explorer.engine.device import choose, leave_one_core

    chosen = choose(device)
    leave_one_core()
    seconds: dict[str, float] = {}
    known: dict[str, tuple[int, int]] = {}
    for trial in plan.trials:
        if trial.variant in seconds:
            continue
        if should_stop():
            return
        recipe = trial.recipe
        if recipe.data not in known:
            known[recipe.data] = survey(recipe.data).division(recipe.held_out)
        batch = min(_PICTURES, recipe.batch_size)
        seconds[trial.variant] = (
            _step_seconds(trial, chosen, batch) / batch * seen(recipe, *known[recipe.data])
        )
    title = torch.cuda.get_device_name(chosen) if chosen.type == "cuda" else str(chosen)
    yield Estimated(title, seconds)


def seen(recipe: Recipe, train: int, test: int) -> float:
    """Pictures that pass a network in a whole training, those of the tests by what they cost."""
    if recipe.steps:
        steps = recipe.steps * recipe.batch_size
        return steps + _TEST_SHARE * test * math.ceil(steps / max(1, train))
    return recipe.epochs * (train + _TEST_SHARE * test)


def _step_seconds(trial: Trial, device: torch.device, batch: int) -> float:
    """Seconds of one training step on random pictures, after one that does not count."""
    from explorer.engine.counting.layer_clock import Stopwatch
    from explorer.engine.counting.memory import Step
    from explorer.engine.running.module import build

    step = Step(build(trial.graph, device=device).train(), trial.recipe, device, batch)
    stopwatch = Stopwatch(device)
    taken = [stopwatch.time(step)[1] for _ in range(1 + _STEPS)]
    return statistics.median(taken[1:])
