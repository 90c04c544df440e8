"""Other tools count a network's operations: torch's own counter, torchinfo and fvcore, layer by layer."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.utils.flop_counter import FlopCounterMode

from explorer.engine.running.module import input_shapes, layer_nodes

ShouldStop = Callable[[], bool]
"""Asked before every layer of the network is run."""


class Cancelled(Exception):
    """The counting was told to stop while the network ran."""


@dataclass(frozen=True)
class Reading:
    """What a tool counts: multiply-accumulates as it understands them, in all and by layer."""

    macs: int
    parameters: int
    by_layer: Mapping[str, int]


def torch_reading(module: fx.GraphModule) -> Reading:
    """torch's FlopCounterMode on a network on the device meta, halved: it counts additions as well.

    Source: torch.utils.flop_counter, which counts the operations of convolutions and products.
    """
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        module(*pictures(module, "meta"))
    root = type(module).__name__
    flops = {name: sum(ops.values()) for name, ops in counter.get_flop_counts().items()}
    by_layer = {layer: flops.get(f"{root}.{path}", 0) // 2 for layer, path in _paths(module).items()}
    return Reading(counter.get_total_flops() // 2, _parameters(module), by_layer)


def torchinfo_reading(module: fx.GraphModule) -> Reading:
    """torchinfo's summary of a network on the device meta.

    Raises:
        ImportError: torchinfo is not installed.
    """
    torchinfo = importlib.import_module("torchinfo")
    summary = torchinfo.summary(module, input_data=pictures(module, "meta"), verbose=0, device="meta")
    found = {item.layer_id: int(item.macs) for item in summary.summary_list if item.is_leaf_layer}
    by_layer = {layer: found.get(id(module.get_submodule(path)), 0) for layer, path in _paths(module).items()}
    return Reading(int(summary.total_mult_adds), int(summary.total_params), by_layer)


def fvcore_reading(module: fx.GraphModule, should_stop: ShouldStop = lambda: False) -> Reading:
    """fvcore's FlopCountAnalysis of a network on the processor, which it runs once.

    Raises:
        ImportError: fvcore is not installed.
        Cancelled: `should_stop` said so.
    """

    def before(*_: Any) -> None:
        if should_stop():
            raise Cancelled

    hooks = [item.register_forward_pre_hook(before) for item in module.modules() if item is not module]
    try:
        # it traces the network, and torch warns that tracing is old; on meta tensors it fails
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            counters = importlib.import_module("fvcore.nn")
            counter = counters.FlopCountAnalysis(module, tuple(pictures(module, "cpu")))
            counter.unsupported_ops_warnings(False).uncalled_modules_warnings(False).tracer_warnings("none")
            total, found = int(counter.total()), counter.by_module()
    finally:
        for hook in hooks:
            hook.remove()
    by_layer = {layer: int(found.get(path, 0)) for layer, path in _paths(module).items()}
    return Reading(total, _parameters(module), by_layer)


def pictures(module: fx.GraphModule, device: str) -> list[torch.Tensor]:
    """One black picture for every input."""
    return [torch.zeros(1, *shape, device=device) for shape in input_shapes(module)]


def _paths(module: fx.GraphModule) -> dict[str, str]:
    """The path of the module of every layer that has one."""
    return {
        layer: str(node.target) for layer, node in layer_nodes(module).items() if node.op == "call_module"
    }


def _parameters(module: fx.GraphModule) -> int:
    return sum(item.numel() for item in module.parameters())
