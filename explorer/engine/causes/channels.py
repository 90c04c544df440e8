"""The channel of a layer that a question is about."""

from __future__ import annotations

from torch import fx

from explorer.core.errors import ExplorerError
from explorer.engine.running.module import giving_layer, layer_nodes


def node_of_channel(module: fx.GraphModule, layer: str, channel: int) -> fx.Node:
    """The node that gives a layer or block its maps, or numbers, of which one is asked about.

    Raises:
        ExplorerError: there is no such layer, or it has no such channel.
    """
    node = layer_nodes(module)[giving_layer(module, layer)]
    count = node.meta["shape"][0]
    if not 0 <= channel < count:
        raise ExplorerError(f"{layer} has channels 0 to {count - 1}, not {channel}")
    return node
