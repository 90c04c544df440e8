"""What enters a network: the same layers for pictures of another shape."""

from __future__ import annotations

from explorer.core.attribute import replaced
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import Shape


def entered_by(graph: Graph, shape: Shape) -> Graph:
    """The same network for pictures of another shape; it may have problems then.

    Raises:
        ExplorerError: it has no input, or several.
    """
    if len(graph.sources) != 1:
        raise ExplorerError(
            "another shape of the picture (--input) needs a network with one input,"
            f" this one has {len(graph.sources)}; leave it as it is"
        )
    name = graph.sources[0]
    return graph.with_operator(name, replaced(graph[name].operator, "shape", shape))
