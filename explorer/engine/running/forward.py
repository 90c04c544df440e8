"""One step of a forward pass at a time, by the nodes of the built network."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

Change = Callable[[fx.Node, Tensor], Tensor]
"""What to put in the place of a node's result."""

Step = Callable[[fx.GraphModule, fx.Node, Mapping[fx.Node, Any]], Any]
"""What a node computes from the results of those that feed it; `computed`, or a step that alters them.

Of an input, whose picture is among the results already, it gives what the network goes on with.
"""

Entering = Callable[[int, Any], Any]
"""What enters a node as one of its arguments: from the argument's place and what feeds it."""


@dataclass(frozen=True)
class Edge:
    """One way into a layer: the node that takes it in, as which of its arguments, and what feeds it.

    One layer may feed another twice: these are two edges. `taking` differs from the layer's own node
    where a sum of three is added up two at a time.
    """

    taking: fx.Node
    place: int
    source: fx.Node


def computed(
    module: fx.GraphModule,
    node: fx.Node,
    made: Mapping[fx.Node, Any],
    entering: Entering = lambda _, value: value,
) -> Any:
    """What a node computes from the results of those that feed it; `entering` may alter what comes in."""
    if node.op == "placeholder":
        return made[node]
    places = itertools.count()
    args = fx.node.map_arg(node.args, lambda source: entering(next(places), made[source]))
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

    `change` may replace the result of any node before others see it, `step` what nodes compute. Of
    the results only those to `keep` are given, if any are named; others are
    let go as soon as no node needs them. Stopped early, only the results until then are there.
    """
    made: dict[fx.Node, Tensor] = {}
    feeding = iter(entering)
    uses = {node: len(node.users) for node in module.graph.nodes}
    for node in module.graph.nodes:
        if node.op == "output" or should_stop():
            break
        if node.op == "placeholder":
            made[node] = next(feeding)
        result = (step or computed)(module, node, made)
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
    training = [part for part in module.modules() if part.training]
    for part in training:
        part.training = False
    try:
        yield
    finally:
        for part in training:
            part.training = True


def device_of(module: nn.Module) -> torch.device:
    """Where a module's numbers lie; the CPU where it has none."""
    tensors = itertools.chain(module.parameters(), module.buffers())
    return next((tensor.device for tensor in tensors), torch.device("cpu"))


def ports(node: fx.Node) -> Iterator[Edge]:
    """The edge of each port of a layer, in the order of the ports."""
    for place, source in enumerate(_arguments(node.args)):
        if "layer" in source.meta:
            yield Edge(node, place, source)
        else:
            yield from ports(source)


def _arguments(args: Any) -> Iterator[fx.Node]:
    for item in args:
        if isinstance(item, fx.Node):
            yield item
        elif isinstance(item, (list, tuple)):
            yield from _arguments(item)
