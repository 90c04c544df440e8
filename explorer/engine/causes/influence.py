"""How much each map of a layer moves the score of a class, to first order."""

from __future__ import annotations

from torch import fx

from explorer.core.shapes import ELEMENT_BYTES, elements
from explorer.engine.causes.class_maps import mapped
from explorer.engine.causes.class_score import Asked
from explorer.engine.device import check_memory
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Step, device_of
from explorer.engine.running.module import layer_nodes


def influence(
    module: fx.GraphModule, fed: Values, layer: str, index: int, step: Step | None = None
) -> tuple[float, ...]:
    """For each map (or number) the sum of gradient × activation over its places.

    It is what the score of the class would lose, to first order, if the map were zero.
    Source: Molchanov et al., arXiv:1611.06440, eq. 8 (without the absolute value).

    Args:
        module: the network.
        fed: a batch of one picture.
        layer: full name of the layer.
        index: the class.
        step: what layers compute, where parts of the network are switched.

    Raises:
        ExplorerError: the layer does not lead to the scores, or the memory does not suffice.
    """
    nodes = layer_nodes(module)
    # the pass keeps every result, and the way back as much again
    needed = 2 * ELEMENT_BYTES * sum(elements(node.meta["shape"]) for node in nodes.values())
    check_memory(needed, device_of(module), "the influence of maps", "look at a smaller picture")
    maps, slope, _ = mapped(Asked(module, fed, index, step), nodes[layer])
    return tuple((maps * slope).reshape(len(maps), -1).double().sum(1).tolist())
