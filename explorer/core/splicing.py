"""Layers taken out of their place as they are, and put into another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from explorer.core.document import Document
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId


def detach(document: Document, names: Iterable[NodeId]) -> Document:
    """Take nodes out of their chain without deleting them: what fed them feeds what they fed.

    Edges among the nodes stay.
    """
    loose = dict.fromkeys(names)
    graph = document.graph

    def heir(source: NodeId | None) -> NodeId | None:
        while source is not None and source in loose:
            inputs = graph[source].inputs
            source = inputs[0] if inputs else None
        return source

    def rewired(node: Node) -> Node:
        if node.id in loose:
            inputs = tuple(item if item in loose else None for item in node.inputs)
        else:
            inputs = tuple(heir(item) for item in node.inputs)
        return node if inputs == node.inputs else Node(node.id, node.operator, inputs)

    nodes = [rewired(node) for node in graph]
    if all(node is graph.nodes[node.id] for node in nodes):
        return document
    return replace(document, graph=Graph(nodes))


def splice(document: Document, names: Iterable[NodeId], target: NodeId, port: int) -> Document:
    """Put nodes that exist already on the edge that ends at one port; where they were is joined.

    They lose the places they were moved to: they stand on their edge now.

    Raises:
        GraphError: they are no chain, or the edge is one of their own.
    """
    chosen = tuple(dict.fromkeys(names))
    if target in chosen:
        raise GraphError(f"{target} is one of the layers that move; choose an edge outside of them")
    before = document
    document = detach(document, chosen)
    graph = document.graph
    consumer = graph[target]
    if not 0 <= port < len(consumer.inputs):
        raise GraphError(f"{target} has no input {port + 1}")
    first, last = _ends(graph, chosen)
    nodes = dict(graph.nodes)
    nodes[first] = _fed(nodes[first], 0, consumer.inputs[port])
    nodes[target] = _fed(consumer, port, last)
    spliced = Graph(nodes.values())
    if spliced == before.graph:
        return before  # they stand there already
    positions = {name: at for name, at in document.positions.items() if name not in chosen}
    return replace(document, graph=spliced, positions=positions)


def is_loose(graph: Graph, names: Iterable[NodeId]) -> bool:
    """Whether no edge leads from some nodes to any other, or back."""
    chosen = set(names)
    return not any(
        source is not None and (source in chosen) != (node.id in chosen)
        for node in graph
        for source in node.inputs
    )


def _ends(graph: Graph, chosen: tuple[NodeId, ...]) -> tuple[NodeId, NodeId]:
    """The node of a detached chain that wants an input, and the one that gives its result."""
    first = [name for name in chosen if not any(graph[name].inputs)]
    last = [name for name in chosen if not graph.consumers[name]]
    if len(first) != 1 or len(last) != 1:
        raise GraphError("only a chain with one input and one result fits on an edge")
    if graph[first[0]].operator.ports[1] == 0:
        raise GraphError(f"{first[0]} takes no input: it cannot stand on an edge")
    return first[0], last[0]


def _fed(node: Node, port: int, source: NodeId | None) -> Node:
    inputs = [*node.inputs]
    inputs[port] = source
    return Node(node.id, node.operator, tuple(inputs))


__all__ = ["detach", "is_loose", "splice"]
