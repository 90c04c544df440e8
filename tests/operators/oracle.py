"""What torch says of a graph or of one operator, on the meta device: nothing is computed, all is known."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx, nn
from torch.utils.flop_counter import FlopCounterMode

from explorer.core.graph import Graph
from explorer.core.operator import Operator
from explorer.core.shapes import Shape, elements
from explorer.engine.running import module as engine

BATCH = 2
"""Pictures at once: more than one, so that a rule which mixes up the batch is found."""

_LARGEST_TRIED = 100_000
"""Numbers that are really computed with, at most."""


@dataclass(frozen=True)
class Verdict:
    """Torch's figures for one picture."""

    shapes: Mapping[str, Shape]
    parameters: int
    buffers: int
    macs: int
    modules: Mapping[str, nn.Module]


class _Recording(fx.Interpreter):
    """Runs a module and notes the shape of what each layer produces."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.shapes: dict[str, Shape] = {}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if "layer" in n.meta:
            assert result.shape[0] == BATCH, f"{n.meta['layer']} changed the batch"
            self.shapes[n.meta["layer"]] = tuple(result.shape[1:])
        return result


def verdict(graph: Graph) -> Verdict:
    """Build and run a network on the meta device."""
    module = engine.build(graph, device="meta").eval()
    entering = [torch.empty(BATCH, *shape, device="meta") for shape in engine.input_shapes(module)]
    recording = _Recording(module)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        recording.run(*entering)
    flops = counter.get_total_flops()
    assert flops % (2 * BATCH) == 0
    return Verdict(
        shapes=recording.shapes,
        parameters=sum(item.numel() for item in module.parameters()),
        buffers=sum(item.numel() for item in module.buffers()),
        macs=flops // (2 * BATCH),
        modules=dict(module.named_modules()),
    )


def accepts(operator: Operator, shapes: tuple[Shape, ...]) -> bool:
    """Whether torch takes these shapes for an operator that our rule refuses.

    Older torch lets some figures pass on the meta device that it refuses with real numbers, so
    what passes there is tried on the CPU too, where it is small.
    """
    small = sum(elements(shape) for shape in shapes) < _LARGEST_TRIED
    return _takes(operator, shapes, "meta") and (not small or _takes(operator, shapes, "cpu"))


def _takes(operator: Operator, shapes: tuple[Shape, ...], device: str) -> bool:
    call = operator.torch(*shapes)
    try:
        with warnings.catch_warnings(), torch.device(device), torch.no_grad():
            warnings.simplefilter("error")
            entering = [torch.zeros(BATCH, *shape) for shape in shapes]
            if call.is_module:
                engine.MODULES[call.target](*call.args, **call.settings).eval()(*entering)
                return True
            function = engine.FUNCTIONS[call.target]
            if call.inputs == "packed":
                function(entering, *call.args, **call.settings)
            elif call.inputs == "folded":
                functools.reduce(lambda one, other: function(one, other, **call.settings), entering)
            else:
                function(*entering, *call.args, **call.settings)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError, Warning):
        return False
    return True
