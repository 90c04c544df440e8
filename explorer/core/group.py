"""A block that a person made: its inside is a graph of its own."""

from __future__ import annotations

from explorer.core.attribute import attribute, replaced
from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.graph import Graph, Node
from explorer.core.operator import operator
from explorer.core.shapes import Shape


@operator("Blocks")
class Group(Composite):
    """A block of your own: select layers and group them."""

    title: str = attribute("Group", help="What the block is called.")
    graph: Graph = attribute(Graph(), help="The layers inside.", advanced=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        # per instance: how many pictures or maps enter is a fact of the inside
        count = len(self.graph.sources) or 1
        object.__setattr__(self, "ports", (count, count))

    def expand(self, *x: Shape) -> Graph:
        if not self.graph.sinks:
            raise ShapeError("this block is empty; put layers in it, or delete it")
        entering = dict(zip(self.graph.sources, x, strict=False))
        return Graph(
            Node(node.id, replaced(node.operator, "shape", entering[node.id]))
            if node.id in entering
            else node
            for node in self.graph
        )

    def telling(self) -> str:
        return self.title
