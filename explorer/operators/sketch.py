"""Writing a graph as one reads it: from the input down."""

from __future__ import annotations

from explorer.core.graph import Graph, Node, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Shape
from explorer.operators.sources import Input


class Sketch:
    """A graph under construction. `add` returns the new node's id, to be fed to the next."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def input(self, shape: Shape, name: NodeId = "input") -> NodeId:
        """A place where pictures (or, in a block, maps of this shape) enter."""
        return self.add(name, Input(shape=shape))

    def add(self, name: NodeId, operator: Operator, *inputs: NodeId) -> NodeId:
        """One more node, fed by these."""
        self._nodes.append(Node(name, operator, inputs))
        return name

    def chain(self, start: NodeId, *steps: tuple[NodeId, Operator]) -> NodeId:
        """Nodes one below the other; the id of the last (or of `start`)."""
        for name, operator in steps:
            start = self.add(name, operator, start)
        return start

    def graph(self) -> Graph:
        """The finished graph."""
        return Graph(self._nodes)
