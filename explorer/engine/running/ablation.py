"""Causes by taking away: channels, layers and skips switched off or scaled, and all that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from explorer.core.errors import ExplorerError
from explorer.core.shapes import shape_text
from explorer.engine.running.activations import Values, plain
from explorer.engine.running.forward import Step, computed, device_of, evaluating, ports
from explorer.engine.running.module import giving_layer, layer_nodes
from explorer.engine.running.switches import Switch


def switched(
    module: fx.GraphModule,
    kept: Mapping[str, Values],
    switches: Iterable[Switch],
    should_stop: Callable[[], bool] = lambda: False,
) -> Mapping[str, Values]:
    """The activations of all layers that the switches change; the others stay as they were.

    Only what lies behind a switch is computed anew, from the activations that are kept; the
    network itself is never touched, so that without switches nothing changes.

    Args:
        module: the network.
        kept: activations of all its layers for the same pictures, as `capture` gives them.
        switches: what is switched; two of the same place multiply.
        should_stop: asked before every layer; stopped, only the layers until then are given.

    Raises:
        ExplorerError: a layer, channel or port that is not there, or an activation that is
            needed and was not kept.
    """
    plan = _plan(module, switches)
    made: dict[fx.Node, Tensor] = {}
    changed: dict[fx.Node, bool] = {}
    found: dict[str, Values] = {}
    device = device_of(module)
    with evaluating(module), torch.no_grad():
        for node in module.graph.nodes:
            if node.op == "output" or should_stop():
                break
            concerned = any(changed[source] for source in node.all_input_nodes)
            changed[node] = concerned or node in plan.results or node in plan.entering
            if not changed[node]:
                continue
            for source in node.all_input_nodes:
                if source not in made:
                    made[source] = _kept(source, kept, made, module, device)
            if concerned or node in plan.entering:
                made[node] = plan.step(module, node, made)
            else:
                result = _kept(node, kept, made, module, device)
                made[node] = _applied(plan.results.get(node, ()), result)
            if "layer" in node.meta:
                found[node.meta["layer"]] = plain(made[node])
    return found


def switching(module: fx.GraphModule, switches: Iterable[Switch]) -> Step:
    """The step of a forward pass in which the switches work; for passes that keep nothing.

    Raises:
        ExplorerError: a layer, channel or port that is not there.
    """
    return _plan(module, switches).step


@dataclass(frozen=True)
class _Plan:
    """For each node of the built network, what is done to its result and to what enters it."""

    results: Mapping[fx.Node, tuple[Switch, ...]]
    entering: Mapping[fx.Node, Mapping[int, float]]
    """By the node that takes it in and the place among its arguments: one layer may enter twice."""

    def step(self, module: fx.GraphModule, node: fx.Node, made: Mapping[fx.Node, Any]) -> Any:
        """What a node computes, switched."""
        factors = self.entering.get(node)
        if factors is None:
            result = computed(module, node, made)
        else:
            result = computed(
                module,
                node,
                made,
                lambda place, value: value * factors[place] if place in factors else value,
            )
        return _applied(self.results.get(node, ()), result)


def _plan(module: fx.GraphModule, switches: Iterable[Switch]) -> _Plan:
    nodes = layer_nodes(module)
    results: dict[fx.Node, tuple[Switch, ...]] = {}
    entering: dict[fx.Node, dict[int, float]] = {}
    for switch in switches:
        node = nodes[giving_layer(module, switch.layer)]
        if switch.port is not None:
            entries = list(ports(node))
            if not 0 <= switch.port < len(entries):
                raise ExplorerError(
                    f"{switch.layer} has {len(entries)} inputs, not one of number {switch.port + 1}"
                )
            edge = entries[switch.port]
            factors = entering.setdefault(edge.taking, {})
            factors[edge.place] = factors.get(edge.place, 1.0) * switch.factor
            continue
        shape = node.meta["shape"]
        if switch.channel is not None and not 0 <= switch.channel < shape[0]:
            raise ExplorerError(
                f"{switch.layer} gives {shape_text(shape)}: there is no channel {switch.channel},"
                f" only 0 to {shape[0] - 1}"
            )
        results[node] = (*results.get(node, ()), switch)
    return _Plan(results, entering)


def _applied(switches: Iterable[Switch], result: Tensor) -> Tensor:
    for switch in switches:
        result = result.clone()
        if switch.channel is None:
            result *= switch.factor
        else:
            result[:, switch.channel] *= switch.factor
    return result


def _kept(
    node: fx.Node,
    kept: Mapping[str, Values],
    made: Mapping[fx.Node, Tensor],
    module: fx.GraphModule,
    device: torch.device,
) -> Tensor:
    """What a node gave before; a sum of two on the way to a sum of three is added again."""
    name = node.meta.get("layer")
    if name is None:
        sources = {
            source: made[source] if source in made else _kept(source, kept, made, module, device)
            for source in node.all_input_nodes
        }
        result: Tensor = computed(module, node, sources)
        return result
    if name not in kept:
        raise ExplorerError(f"the activation of {name} was not kept; look at a smaller picture")
    return torch.tensor(kept[name], device=device)
