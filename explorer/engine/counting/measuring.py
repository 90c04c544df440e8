"""How long a network and each of its layers take on a device: warmed up, synchronised, with the spread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import fx

from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.memory import in_training, in_use, numbers_of
from explorer.core.recipe import Recipe
from explorer.engine.counting.layer_clock import BACKWARD, FORWARD, USE, LayerClock, Stopwatch
from explorer.engine.counting.memory import Step
from explorer.engine.device import check_memory, choose, free_memory, leave_one_core
from explorer.engine.failures import explained
from explorer.engine.running.module import build

_WARM_UP, _LEAST, _MOST = 2, 3, 30
_SECONDS = 4.0
"""Rounds before the first that counts, fewest and most that count, and when there are enough."""

_LARGEST_BATCH = 65_536


@dataclass(frozen=True)
class Timing:
    """Seconds: the median of several rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Distance of the quartiles as a share of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


@dataclass(frozen=True)
class Times:
    """What was measured of one graph: seconds for a batch, by full name of the plain layers.

    `use` is without gradients, `forward` and `backward` are as in training; `backward` has the layers
    that a gradient passes. `whole_use` is one whole pass in use, `whole_step` a whole step of training
    (None where nothing is learned, or where a step does not fit the memory).
    """

    graph: Graph
    device: str
    title: str
    batch: int
    rounds: int
    use: Mapping[str, Timing]
    forward: Mapping[str, Timing]
    backward: Mapping[str, Timing]
    whole_use: Timing
    whole_step: Timing | None


@dataclass(frozen=True)
class Measured:
    """How far it is: a share from 0 to 1, and what is measured now."""

    share: float
    what: str


def measure(
    graph: Graph,
    *,
    device: str = "auto",
    batch: int = 1,
    recipe: Recipe | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Measured | Times]:
    """Measure every layer on random pictures; progress first, the result last.

    Each layer runs alone on what the layers above gave, and its gradients are computed at once from
    a gradient of ones, so that little memory is needed. The clock is read when the device has finished.
    The processor has as many threads as in training.

    Args:
        graph: a complete network.
        device: "auto", "cpu", "cuda:0" …
        batch: pictures at once, from 1 to 65,536.
        recipe: whose optimizer the whole step is made with; one of its own where none is given.
        should_stop: asked after every layer; there is no result then.

    Raises:
        ExplorerError: the network has a problem, does not fit the memory, or torch cannot run it.
    """
    chosen = choose(device)
    leave_one_core()
    if not 1 <= batch <= _LARGEST_BATCH:
        raise ExplorerError(f"a batch has 1 to {_LARGEST_BATCH:,} pictures, got {batch:,}")
    plan = in_use(analyze(graph))
    needed = 2 * plan.need(batch)  # a layer's outputs and their gradients
    check_memory(needed, chosen, f"measuring with {batch:,} pictures", "use fewer pictures")
    network = build(graph, device=chosen)
    try:
        yield from _measured(graph, network, chosen, batch, recipe or Recipe(), should_stop)
    except (RuntimeError, MemoryError, ValueError) as error:
        told = explained(error, Recipe(batch_size=batch))
        if told is None:
            raise
        raise ExplorerError(f"{told.message}; {told.remedy}") from error


def _measured(
    graph: Graph,
    network: fx.GraphModule,
    device: torch.device,
    batch: int,
    recipe: Recipe,
    should_stop: Callable[[], bool],
) -> Iterator[Measured | Times]:
    stopwatch = Stopwatch(device)
    clock = LayerClock(network, stopwatch, device, batch, should_stop)
    began, rounds = time.monotonic(), 0
    while rounds < _WARM_UP + _MOST:
        yield Measured(_share(rounds, time.monotonic() - began), "every layer")
        if not clock.round(counts=rounds >= _WARM_UP):
            return
        rounds += 1
        if rounds >= _WARM_UP + _LEAST and time.monotonic() - began > _SECONDS:
            break
    yield Measured(0.8, "the network in use")
    use = _repeated(clock.use, stopwatch, should_stop)
    yield Measured(0.9, "a step of training")
    step = _steps(graph, network, device, batch, recipe, stopwatch, should_stop)
    if should_stop() or not use:
        return
    layers = {
        what: {name: timing(seconds) for name, seconds in found.items()}
        for what, found in clock.seconds.items()
    }
    yield Times(
        graph,
        str(device),
        torch.cuda.get_device_name(device) if device.type == "cuda" else str(device),
        batch,
        rounds - _WARM_UP,
        use=layers[USE],
        forward=layers[FORWARD],
        backward=layers[BACKWARD],
        whole_use=timing(use),
        whole_step=timing(step) if step else None,
    )


def timing(seconds: Sequence[float]) -> Timing:
    """Median and quartiles of at least one figure."""
    if len(seconds) < 2:
        return Timing(seconds[0], seconds[0], seconds[0])
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Timing(middle, low, high)


def _steps(
    graph: Graph,
    network: fx.GraphModule,
    device: torch.device,
    batch: int,
    recipe: Recipe,
    stopwatch: Stopwatch,
    should_stop: Callable[[], bool],
) -> list[float]:
    """Seconds of whole steps of training; none where nothing is learned or they do not fit."""
    if not any(item.requires_grad for item in network.parameters()):
        return []
    needed = in_training(analyze(graph), numbers_of(recipe, gpu=device.type == "cuda")).need(batch)
    free = free_memory(device)
    if free is not None and needed > free:
        return []
    return _repeated(Step(network.train(), recipe, device, batch), stopwatch, should_stop)


def _repeated(
    call: Callable[[], object], stopwatch: Stopwatch, should_stop: Callable[[], bool]
) -> list[float]:
    """Seconds of several calls after one that does not count; none where it was stopped."""
    seconds: list[float] = []
    began = time.monotonic()
    for number in range(1 + _MOST):
        if should_stop():
            return []
        _, taken = stopwatch.time(call)
        if number:
            seconds.append(taken)
        if len(seconds) >= _LEAST and time.monotonic() - began > _SECONDS / 2:
            break
    return seconds


def _share(rounds: int, seconds: float) -> float:
    """How much of the rounds is done: they end by count or by time."""
    by_time = min(seconds / _SECONDS, rounds / (_WARM_UP + _LEAST))
    return 0.8 * min(1.0, max(rounds / (_WARM_UP + _MOST), by_time))
