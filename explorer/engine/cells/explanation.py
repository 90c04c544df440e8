"""From a map to a multiplication: how one number of one layer came about, with all figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import fx, nn

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.engine.cells.cell_numbers import ACTIVATIONS, KEEPING, NUMBERS
from explorer.engine.cells.cell_reading import Place
from explorer.engine.cells.cell_terms import Cell, Rule
from explorer.engine.cells.cell_windows import WINDOWS
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import ports
from explorer.engine.running.module import giving_layer, layer_nodes
from explorer.engine.running.switches import Switch

_RULES = {**WINDOWS, **NUMBERS}
_CELLWISE = frozenset((*ACTIVATIONS, *KEEPING, "BatchNorm2d"))


def feeding_layers(module: fx.GraphModule, layer: str) -> tuple[str, ...]:
    """The layers whose activations one cell of a layer is computed from, one per port.

    Raises:
        UnknownName: the network has no such layer or block.
    """
    node = layer_nodes(module)[giving_layer(module, layer)]
    return tuple(edge.source.meta["layer"] for edge in ports(node))


def following_layers(module: fx.GraphModule, layer: str) -> tuple[str, ...]:
    """The layers after it that change every number on its own: BatchNorm, ReLU and their like.

    The chain ends where a result is used twice or where numbers meet.

    Raises:
        UnknownName: the network has no such layer or block.
    """
    node = layer_nodes(module)[giving_layer(module, layer)]
    found: list[str] = []
    while len(node.users) == 1:
        node = next(iter(node.users))
        if _kind(_part(module, node)) not in _CELLWISE:
            break
        found.append(node.meta["layer"])
    return tuple(found)


def explain(
    module: fx.GraphModule,
    activations: Mapping[str, Values],
    layer: str,
    place: Place,
    switches: Iterable[Switch] = (),
) -> Cell:
    """How one number of a layer was computed from what fed it.

    Args:
        module: the network in evaluation mode, as `build` makes it.
        activations: what `capture` found for one picture: the layer's own and that of
            `feeding_layers`, each (1, C, H, W) or (1, F).
        layer: the layer, or a block (then the layer inside it that gives its result).
        place: (channel, row, column) of a map, (index,) of a vector.
        switches: what was switched when they were captured: what enters by a switched port counts by
            its factor. (What a switch made of the result is seen in the activation.)

    Returns:
        The terms and what they add up to; the sum equals the activation up to rounding.

    Raises:
        ExplorerError: no such layer or place, or an activation that is not there.
    """
    name = giving_layer(module, layer)
    node = layer_nodes(module)[name]
    _check_place(name, node.meta["shape"], place)
    value = float(_activation(activations, name)[place])
    if node.op == "placeholder":
        return Cell(name, place, Rule.GIVEN, (), value, value, told="a number of the picture, prepared")
    part = _part(module, node)
    rule = _RULES.get(_kind(part))
    if rule is None:
        raise ExplorerError(
            f"{name}: it is not known how {_kind(part)} computes one number; choose another layer"
        )
    fed = _fed(module, node, activations, switches)
    told = rule(part, fed, place, node.kwargs)
    return Cell(name, place, told.rule, told.terms, told.value, value, told.bias, told.figures, told.text)


def chain(
    module: fx.GraphModule,
    activations: Mapping[str, Values],
    layer: str,
    place: Place,
    switches: Iterable[Switch] = (),
) -> tuple[Cell, ...]:
    """The cell, and the same place in the layers of `following_layers` whose activation is there.

    Raises:
        ExplorerError: as `explain`.
    """
    entering = tuple(switch for switch in switches if switch.port is not None)
    cells = [explain(module, activations, layer, place, entering)]
    for name in following_layers(module, layer):
        if name not in activations:
            break
        cells.append(explain(module, activations, name, place, entering))
    return tuple(cells)


def _part(module: fx.GraphModule, node: fx.Node) -> Any:
    """The module or function that a node calls; None for the output."""
    if node.op == "call_module":
        return module.get_submodule(str(node.target))
    return node.target if node.op == "call_function" else None


def _kind(part: Any) -> str:
    return type(part).__name__ if isinstance(part, nn.Module) else getattr(part, "__name__", "")


def _fed(
    module: fx.GraphModule, node: fx.Node, activations: Mapping[str, Values], switches: Iterable[Switch]
) -> tuple[NDArray[np.float32], ...]:
    """What feeds a layer, port by port, as its switches let it in."""
    fed = [_activation(activations, edge.source.meta["layer"]) for edge in ports(node)]
    for switch in switches:
        if switch.port is not None and giving_layer(module, switch.layer) == node.meta["layer"]:
            fed[switch.port] = fed[switch.port] * np.float32(switch.factor)
    return tuple(fed)


def _activation(activations: Mapping[str, Values], name: str) -> NDArray[np.float32]:
    if name not in activations:
        raise ExplorerError(f"the activation of {name} is not there; capture it with the layer's own")
    values: NDArray[np.float32] = activations[name][0]
    return values


def _check_place(name: str, shape: Shape, place: Place) -> None:
    fits = len(place) == len(shape) and all(
        0 <= index < side for index, side in zip(place, shape, strict=False)
    )
    if not fits:
        raise ExplorerError(
            f"{name} gives {shape_text(shape)} numbers and has no place {', '.join(map(str, place))};"
            " count channel, row and column from 0"
        )
