"""Watches one step of a training for the memory it takes, and says it beside what was predicted."""

from __future__ import annotations

import contextlib
import math
from typing import Any

from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from explorer.core.analysis import analyze
from explorer.core.graph import Graph
from explorer.core.memory import in_training, numbers_of
from explorer.core.recipe import Recipe
from explorer.engine.counting.memory import Peak, measured_peak
from explorer.engine.events import StepMemory
from explorer.engine.running.forward import device_of


class MemoryObserver:
    """Measures the first step that it may look at, and no other.

    The allocator is watched from the forward pass to the update; weights, the optimizer's state and
    the pictures, which are there before, are added by their sizes.
    """

    def __init__(self, graph: Graph, recipe: Recipe) -> None:
        self._graph, self._recipe = graph, recipe
        self._watching = contextlib.ExitStack()
        self._peak: Peak | None = None
        self._hook: RemovableHandle | None = None
        self._pictures: tuple[int, int] | None = None
        self._over = recipe.compiled  # translated code takes its memory in its own way

    def before(self, network: nn.Module, step: int, pictures: Tensor) -> None:
        """Begin to watch."""
        device = device_of(network)
        if self._over or device.type not in ("cpu", "cuda"):
            return
        self._over = True
        self._hook = network.register_forward_pre_hook(self._see)
        self._peak = self._watching.enter_context(measured_peak(device))

    def gradients(self, network: nn.Module) -> None:
        """Nothing: the peak is known at the end."""

    def after(self, network: nn.Module) -> StepMemory | None:
        """End the watch, and say what was seen."""
        peak, self._peak = self._peak, None
        if peak is None:
            return None
        self._watching.close()
        if self._hook is not None:
            self._hook.remove()
        if self._pictures is None:
            return None
        count, size = self._pictures
        device = device_of(network)
        numbers = numbers_of(self._recipe, gpu=device.type == "cuda")
        plan = in_training(analyze(self._graph), numbers)
        held = sum(_size(item) for item in (*network.parameters(), *network.buffers()))
        state = plan.constant["optimizer state"].size(count)
        measured = held + state + size + peak.bytes
        return StepMemory(self._graph, self._recipe, str(device), count, plan.need(count), measured)

    def _see(self, network: nn.Module, entering: tuple[Any, ...]) -> None:
        tensors = [item for item in entering if isinstance(item, Tensor)]
        if tensors:
            self._pictures = len(tensors[0]), sum(_size(item) for item in tensors)


def _size(tensor: Tensor) -> int:
    return math.prod(tensor.shape) * tensor.element_size()
