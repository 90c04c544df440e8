"""What a step of training really takes of the memory, by the allocator's own count, beside the prediction."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor, fx
from torch.autograd import profiler_legacy

from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.memory import in_training, numbers_of, pictures_at_once
from explorer.core.recipe import Precision, Recipe
from explorer.engine.device import check_memory, choose, free_memory
from explorer.engine.events import StepMemory
from explorer.engine.learning.optimizer import Optimizer, optimizer_of
from explorer.engine.running.module import build, input_shapes

_HALF = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}


@dataclass
class Peak:
    """Bytes beyond those that were taken at the start, at most; known when the measuring has ended."""

    bytes: int = 0


@contextlib.contextmanager
def measured_peak(device: torch.device) -> Iterator[Peak]:
    """Measure what is allocated on a device while the block runs, in this thread and its backward pass.

    On a graphics processor it is the peak that torch's caching allocator counts. On the processor
    every allocation and release that torch's allocator reports is added up in order, which is exact to
    the byte; what libraries take behind its back is not seen.

    Raises:
        ExplorerError: the device does not tell.
    """
    peak = Peak()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        start = torch.cuda.memory_allocated(device)
        yield peak
        torch.cuda.synchronize(device)
        peak.bytes = torch.cuda.max_memory_allocated(device) - start
        return
    if device.type != "cpu":
        raise ExplorerError(f"the device {device} does not tell how much memory is taken; choose cpu or cuda")
    # the older profiler: the newer one writes to standard error and takes seconds to start
    profiler: Any = profiler_legacy
    profiler._enable_profiler_legacy(profiler.profile(profile_memory=True).config())
    try:
        yield peak
    finally:
        threads = profiler._disable_profiler_legacy()
    now = 0
    for records in threads:
        for record in records:
            if record.kind() == "memory_alloc":
                now += record.cpu_memory_usage()
                peak.bytes = max(peak.bytes, now)


def step_memory(
    graph: Graph,
    recipe: Recipe,
    *,
    device: str = "auto",
    pictures: int | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[StepMemory]:
    """Make two steps of training on random pictures and measure the second; the weights are thrown away.

    Args:
        graph: a complete network.
        recipe: its optimizer, precision and batch.
        device: "auto", "cpu", "cuda:0" …
        pictures: how many at once; those of the recipe where it is not given.
        should_stop: asked between the steps; nothing comes then.

    Raises:
        ExplorerError: the network has a problem, nothing is learned, or it would not fit the memory.
    """
    chosen = choose(device)
    batch = pictures_at_once(recipe) if pictures is None else pictures
    plan = in_training(analyze(graph), numbers_of(recipe, gpu=chosen.type == "cuda"))
    need = plan.need(batch)
    room = f"a batch of {plan.largest_batch(free_memory(chosen) or 0):,} would fit"
    check_memory(need, chosen, f"a training step of {batch:,} pictures", room)
    before = torch.cuda.memory_allocated(chosen) if chosen.type == "cuda" else 0
    network = build(graph, device=chosen).train()
    if not any(item.requires_grad for item in network.parameters()):
        raise ExplorerError("the network has nothing to learn; put a convolution or a Linear in it")
    step = Step(network, recipe, chosen, batch)
    if should_stop():
        return
    step()
    if should_stop():
        return
    standing = _standing(step, chosen, before)
    with measured_peak(chosen) as peak:
        step()
    yield StepMemory(graph, recipe, str(chosen), batch, need, standing + peak.bytes)


class Step:
    """One step of training on random pictures, as often as it is called; no gradient is left behind."""

    def __init__(self, network: fx.GraphModule, recipe: Recipe, device: torch.device, batch: int) -> None:
        self.network, self._recipe = network, recipe
        self.pictures = tuple(torch.randn(batch, *shape, device=device) for shape in input_shapes(network))
        self.optimizer: Optimizer = optimizer_of(network.named_parameters(), recipe)
        self._half = _HALF.get(recipe.precision)
        self._labels = torch.zeros(batch, dtype=torch.int64, device=device)
        self._device = device

    def __call__(self) -> None:
        """Forward, backward, update with a rate of zero."""
        cast = torch.autocast(self._device.type, dtype=self._half, enabled=self._half is not None)
        with cast:
            result = self.network(*self.pictures)
            loss = self._loss(result[0] if isinstance(result, tuple) else result)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step(0.0, self._recipe)

    def _loss(self, result: Tensor) -> Tensor:
        if result.dim() == 2:
            return F.cross_entropy(result, self._labels)
        return result.float().mean()  # a map: there is no class to tell


def _standing(step: Step, device: torch.device, before: int) -> int:
    """Bytes of what is there between two steps: weights, buffers, the optimizer's state, pictures."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device) - before
    held = (*step.network.parameters(), *step.network.buffers(), *step.pictures)
    state = step.optimizer.state().values()
    return sum(math.prod(item.shape) * item.element_size() for item in (*held, *state))
