"""A graph becomes a torch module: one node per layer, the layers' names as module paths."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import fx, nn

from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.graph import Graph
from explorer.core.module_paths import module_paths
from explorer.core.operator import TorchCall
from explorer.core.outline import Layer, flatten, outline, results
from explorer.core.shapes import ELEMENT_BYTES, Shape
from explorer.engine.device import bytes_text, check_memory

MODULES: Mapping[str, type[nn.Module]] = {
    f"nn.{name}": kind
    for name, kind in vars(nn).items()
    if isinstance(kind, type) and issubclass(kind, nn.Module) and kind is not nn.Module
}
"""What a `TorchCall` may name besides torchvision.ops.StochasticDepth: torch's own modules."""

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "torch.add": torch.add,
    "torch.cat": torch.cat,
    "torch.flatten": torch.flatten,
    "torch.mul": torch.mul,
    "torch.narrow": torch.narrow,
}
"""The functions that a `TorchCall` may name."""

_STOCHASTIC_DEPTH = "torchvision.ops.StochasticDepth"
_LARGEST = 2**62
"""Bytes of parameters beyond which torch's own 64 bit sizes overflow, on any device."""


def build(graph: Graph, *, device: torch.device | str = "cpu") -> fx.GraphModule:
    """The network as a torch module, with torch's own random weights.

    It takes one tensor per input (batch first), in order of creation, and gives the result,
    or a tuple where several layers feed no other. Keys of its state dict are the layers'
    names. No activation works in place, so every node's output can be kept. On the device
    "meta" nothing is allocated, and any size is accepted that torch can address.

    Raises:
        ExplorerError: the network is empty, has a problem, or does not fit the memory.
    """
    analysis = analyze(graph)
    layers = flatten(analysis)
    if not layers:
        raise ExplorerError("the network is empty; put an Input and a layer in it")
    _check_fits(analysis, layers, device)
    paths = module_paths(layer.name for layer in layers if _is_module(layer))
    root = nn.Module()
    drawn = fx.Graph()
    nodes: dict[str, fx.Node] = {}
    with torch.device(device):
        for layer in layers:
            node = _node(drawn, root, layer, nodes, paths)
            node.meta["layer"], node.meta["shape"] = layer.name, layer.output
            nodes[layer.name] = node
    leaving = _leaving(analysis)
    found = tuple(nodes[name] for name in leaving)
    output = drawn.output(found[0] if len(found) == 1 else found)
    giving = results(analysis)
    output.meta["layers"] = leaving
    output.meta["giving"] = {line.name: giving[line.path] for line in outline(analysis)}
    drawn.lint()
    return fx.GraphModule(root, drawn, class_name="Network")


def check_fits(graph: Graph, device: torch.device | str) -> None:
    """Refuse a network whose parameters do not fit a device, before any is allocated.

    Raises:
        ExplorerError: with what is needed, what there is, and the layer that takes most.
    """
    analysis = analyze(graph)
    _check_fits(analysis, flatten(analysis), device)


def layer_nodes(module: fx.GraphModule) -> Mapping[str, fx.Node]:
    """The fx node of each layer, inputs included, by the layer's name, in order of computation."""
    return {node.meta["layer"]: node for node in module.graph.nodes if "layer" in node.meta}


def layer_shapes(module: fx.GraphModule) -> Mapping[str, Shape]:
    """The output shape of each layer, without the batch."""
    return {name: node.meta["shape"] for name, node in layer_nodes(module).items()}


def input_shapes(module: fx.GraphModule) -> tuple[Shape, ...]:
    """The shapes that the module takes, without the batch, in order."""
    return tuple(node.meta["shape"] for node in module.graph.nodes if node.op == "placeholder")


def neighbours(module: fx.GraphModule, layer: str) -> tuple[str, ...]:
    """The layers next to one, the following first: they are mostly asked for next."""
    names = list(layer_nodes(module))
    place = names.index(layer)
    return tuple(names[place + 1 : place + 2] + names[max(0, place - 1) : place])


def output_layers(module: fx.GraphModule) -> tuple[str, ...]:
    """The names of the layers whose outputs the module gives, in order."""
    names: tuple[str, ...] = module.graph.output_node().meta["layers"]
    return names


def giving_layer(module: fx.GraphModule, name: str) -> str:
    """The layer that gives the result of a layer (itself) or of a block (one inside it).

    Raises:
        UnknownName: the network has no such layer or block; the text offers the nearest.
    """
    giving: Mapping[str, str] = module.graph.output_node().meta["giving"]
    if name not in giving:
        raise UnknownName("layer", name, giving)
    return giving[name]


def _leaving(analysis: Analysis) -> tuple[str, ...]:
    """The layers that give the network's results; an input that feeds nothing is no result."""
    graph = analysis.graph
    giving = results(analysis)
    sinks = [name for name in graph.sinks if name not in graph.sources] or list(graph.sinks)
    return tuple(giving[(name,)] for name in sinks)


def _is_module(layer: Layer) -> bool:
    return bool(layer.shapes) and layer.operator.torch(*layer.shapes).is_module


def _node(
    drawn: fx.Graph,
    root: nn.Module,
    layer: Layer,
    nodes: Mapping[str, fx.Node],
    paths: Mapping[str, str],
) -> fx.Node:
    if not layer.shapes:
        count = sum(node.op == "placeholder" for node in drawn.nodes)
        return drawn.placeholder("input" if count == 0 else f"input_{count + 1}")
    call = layer.operator.torch(*layer.shapes)
    feeding = [nodes[name] for name in layer.inputs]
    if call.is_module:
        _install(root, paths[layer.name], _module(layer, call))
        return _called(functools.partial(drawn.call_module, paths[layer.name]), call, feeding)
    function = FUNCTIONS.get(call.target)
    if function is None:
        raise ExplorerError(f"{layer.name}: {call.target} is not among the functions that may be called")
    return _called(functools.partial(drawn.call_function, function), call, feeding)


def _called(create: Callable[..., fx.Node], call: TorchCall, feeding: list[fx.Node]) -> fx.Node:
    """Call the target with its inputs, as the call says they arrive."""
    args, settings = (() if call.is_module else call.args), (None if call.is_module else dict(call.settings))
    if call.inputs == "packed":
        return create((feeding, *args), settings)
    if call.inputs == "folded":
        return functools.reduce(lambda one, other: create((one, other, *args), settings), feeding)
    return create((*feeding, *args), settings)


def _module(layer: Layer, call: TorchCall) -> nn.Module:
    """Make one layer's module from its call.

    Raises:
        ExplorerError: the target is not listed, or torch refuses the figures.
    """
    try:
        made: nn.Module = _target(layer.name, call.target)(*call.args, **call.settings)
    except (RuntimeError, ValueError, OverflowError, TypeError, MemoryError) as error:
        raise ExplorerError(
            f"{layer.name}: torch cannot make this {layer.operator.kind()} ({layer.operator.telling()});"
            " check its attributes, or make it smaller"
        ) from error
    return made


def _target(name: str, target: str) -> Callable[..., nn.Module]:
    if target == _STOCHASTIC_DEPTH:
        # torchvision takes two seconds to import, and only this needs it
        from torchvision.ops import StochasticDepth

        return StochasticDepth  # type: ignore[no-any-return]
    if target not in MODULES:
        raise ExplorerError(f"{name}: {target} is not among the modules that may be built")
    return MODULES[target]


def _install(root: nn.Module, path: str, module: nn.Module) -> None:
    """Put a module at its path, with plain containers on the way."""
    *above, last = path.split(".")
    place = root
    for part in above:
        inner = place._modules.get(part)
        if inner is None:
            inner = nn.Module()
            place.add_module(part, inner)
        place = inner
    place.add_module(last, module)


def _check_fits(analysis: Analysis, layers: Iterable[Layer], device: torch.device | str) -> None:
    needed = (analysis.totals.parameters + analysis.totals.buffers) * ELEMENT_BYTES
    sizes = {
        layer.name: layer.operator.parameters(*layer.shapes).value * ELEMENT_BYTES
        for layer in layers
        if layer.shapes
    }
    largest = max(sizes, key=lambda name: sizes[name], default="")
    if max(sizes.values(), default=0) > _LARGEST:
        raise ExplorerError(
            f"{largest} needs {bytes_text(sizes[largest])} for its parameters, more than torch can address;"
            " make it smaller"
        )
    remedy = f"make {largest} smaller ({bytes_text(sizes.get(largest, 0))} of it)"
    check_memory(needed, device, "the network", remedy)
