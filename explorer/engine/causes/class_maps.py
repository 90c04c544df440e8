"""Class activation maps: a layer's maps, weighed by how much each counts for a class."""

from __future__ import annotations

import torch
from torch import Tensor, fx, nn

from explorer.core.errors import ExplorerError
from explorer.engine.causes.class_score import Asked, answer, part_of
from explorer.engine.causes.methods import Attribution
from explorer.engine.running.forward import evaluating
from explorer.engine.running.module import giving_layer, layer_nodes


def mapped(asked: Asked, node: fx.Node) -> tuple[Tensor, Tensor, float]:
    """The maps of a layer, the gradient of the score by them, and the score."""
    asked.together(sloped=True)
    with evaluating(asked.module), torch.enable_grad():
        kept: list[Tensor] = []

        def watched(current: fx.Node, result: Tensor) -> Tensor:
            if current is not node:
                return result
            # a leaf of its own: nothing before the layer needs a gradient
            kept.append(result.detach().requires_grad_())
            return kept[0]

        score = asked.score(asked.picture, watched)[0]
        if not score.requires_grad:
            raise ExplorerError(f"{node.meta['layer']} does not lead to the scores; choose another layer")
        (slope,) = torch.autograd.grad(score, kept[0])
    return kept[0].detach()[0], slope[0], float(score.detach())


def grad_cam(asked: Asked, layer: str) -> Attribution:
    """Maps weighed by the mean of their gradient; only what speaks for the class is kept."""
    node = maps_of(asked.module, layer)
    maps, slope, score = mapped(asked, node)
    weights = slope.mean((1, 2), keepdim=True)
    heat = (weights * maps).sum(0).relu()
    return answer("grad_cam", asked, heat, node, figures=(("score", score),))


def grad_cam_pp(asked: Asked, layer: str) -> Attribution:
    """Maps weighed place by place; what speaks against the class counts nothing.

    Second and third derivatives are powers of the first, as for an exponential score (eq. 11).
    """
    node = maps_of(asked.module, layer)
    maps, slope, score = mapped(asked, node)
    square, cube = slope**2, slope**3
    below = 2 * square + maps.sum((1, 2), keepdim=True) * cube
    share = torch.where(below != 0, square / below, torch.zeros_like(below))
    weights = (share * slope.relu()).sum((1, 2), keepdim=True)
    heat = (weights * maps).sum(0).relu()
    return answer("grad_cam_pp", asked, heat, node, figures=(("score", score),))


def cam(asked: Asked, _layer: str) -> Attribution:
    """The maps weighed by the class's weights in the dense layer behind their average.

    Where every class has a map of its own, which is averaged into its score, that map is the answer.
    The weights are read from the gradient, which is the same everywhere in a map behind which all is
    linear: so they are those of the network as it is switched.
    """
    node = _averaged(asked)
    maps, slope, score = mapped(asked, node)
    heat = (slope.sum((1, 2), keepdim=True) * maps).sum(0)
    with evaluating(asked.module), torch.no_grad():
        dark = asked.score(
            asked.picture, lambda met, result: torch.zeros_like(result) if met is node else result
        )
    figures = (("score", score), ("mean of the map and bias", float(heat.mean()) + float(dark[0])))
    return answer("cam", asked, heat, node, signed=True, figures=figures)


def _averaged(asked: Asked) -> fx.Node:
    """The maps that are averaged into the dense layer of the scores, or straight into these.

    Raises:
        ExplorerError: something else lies between maps and scores.
    """
    refused = ExplorerError(
        "a class activation map needs maps that are averaged straight into one dense layer or the scores;"
        " use Grad-CAM, which asks no such thing"
    )
    last = part_of(asked.module, asked.scores)
    node = asked.scores.all_input_nodes[0] if isinstance(last, nn.Linear) else asked.scores
    while not isinstance(part_of(asked.module, node), nn.AdaptiveAvgPool2d):
        passing = node.target is torch.flatten or isinstance(
            part_of(asked.module, node), (nn.Dropout, nn.Flatten)
        )
        if not passing:
            raise refused
        node = node.all_input_nodes[0]
    if tuple(node.meta["shape"][1:]) != (1, 1):
        raise refused
    return node.all_input_nodes[0]


def maps_of(module: fx.GraphModule, layer: str) -> fx.Node:
    """The node of a layer that gives maps; of the last one with maps larger than 1×1 for "".

    Raises:
        ExplorerError: the layer gives a vector, or there is no layer with maps.
    """
    nodes = layer_nodes(module)
    if layer:
        node: fx.Node = nodes[giving_layer(module, layer)]
        if len(node.meta["shape"]) != 3:
            raise ExplorerError(f"{layer} gives a vector; choose a layer that gives maps")
        return node
    for node in reversed(list(nodes.values())):
        shape = node.meta["shape"]
        if len(shape) == 3 and shape[1] * shape[2] > 1 and node.op != "placeholder":
            return node
    raise ExplorerError("the network has no layer with maps")
