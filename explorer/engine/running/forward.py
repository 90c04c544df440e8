"""One step of a forward pass at a time, by the nodes of the built network."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

Change = Callable[[fx.Node, Tensor], Tensor]
"""What to put in the place of a node's result."""

Step = Callable[[fx.GraphModule, fx.Node, Mapping[fx.Node, Any]], Any]
"""What a node computes from the results of those that feed it; `computed`, or a step that alters them."""


def computed(module: fx.GraphModule, node: fx.Node, made: Mapping[fx.Node, Any]) -> Any:
    """What a node computes from the results of those that feed it."""
    args = fx.node.map_arg(node.args, lambda source: made[source])
    settings = fx.node.map_arg(node.kwargs, lambda source: made[source])
    if node.op == "call_module":
        return module.get_submodule(str(node.target))(*args, **settings)
    assert callable(node.target)  # noqa: S101  (build makes modules and functions only)
    return node.target(*args, **settings)


def results(
    module: fx.GraphModule,
    entering: Sequence[Tensor],
    *,
    until: fx.Node | None = None,
    change: Change | None = None,
    step: Step | None = None,
    keep: Collection[fx.Node] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[fx.Node, Tensor]:
    """The results of all nodes, up to one of them if it is named; gradients are kept as torch is set.

    `change` may replace the result of any node before others see it, `step` what nodes that are
    no input compute. Of the results only those to `keep` are given, if any are named; others are
    let go as soon as no node needs them. Stopped early, only the results until then are there.
    """
    made: dict[fx.Node, Tensor] = {}
    feeding = iter(entering)
    uses = {node: len(node.users) for node in module.graph.nodes}
    for node in module.graph.nodes:
        if node.op == "output" or should_stop():
            break
        result = next(feeding) if node.op == "placeholder" else (step or computed)(module, node, made)
        made[node] = result if change is None else change(node, result)
        if node is until:
            break
        if keep is not None:
            for source in node.all_input_nodes:
                uses[source] -= 1
                if not uses[source] and source not in keep:
                    del made[source]
    return made if keep is None else {node: made[node] for node in keep if node in made}


@contextlib.contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """The module in evaluation mode; every part is put back into the mode it was in."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, training in modes.items():
            part.training = training


def device_of(module: nn.Module) -> torch.device:
    """Where a module's numbers lie; the CPU where it has none."""
    return next((tensor.device for tensor in (*module.parameters(), *module.buffers())), torch.device("cpu"))


def ports(node: fx.Node) -> Iterator[tuple[fx.Node, fx.Node]]:
    """For each port of a layer, the node that takes it in and the one that feeds it.

    The two differ from the layer's own where a sum of three is added up two at a time.
    """
    for source in _arguments(node.args):
        if "layer" in source.meta:
            yield node, source
        else:
            yield from ports(source)


def _arguments(args: Any) -> Iterator[fx.Node]:
    for item in args:
        if isinstance(item, fx.Node):
            yield item
        elif isinstance(item, (list, tuple)):
            yield from _arguments(item)
