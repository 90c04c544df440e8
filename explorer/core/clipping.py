"""Layers cut out of a network as a graph of their own, and put into another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from explorer.core.document import Document
from explorer.core.edits import fresh_id
from explorer.core.graph import Graph, Node, NodeId


def clip(graph: Graph, names: Iterable[NodeId]) -> Graph:
    """Some nodes of a network with the edges between them; edges from outside are cut."""
    chosen = set(names)
    return Graph(
        Node(node.id, node.operator, tuple(item if item in chosen else None for item in node.inputs))
        for node in graph
        if node.id in chosen
    )


def paste(document: Document, clipping: Graph) -> tuple[Document, tuple[NodeId, ...]]:
    """Put the nodes of a clipping into a network, unconnected to the rest; their names there.

    A name that is taken gives way to a fresh one.
    """
    graph = document.graph
    names: dict[NodeId, NodeId] = {}
    nodes = dict(graph.nodes)
    for node in clipping:
        names[node.id] = node.id if node.id not in nodes else fresh_id(Graph.trusted(nodes), node.operator)
        nodes[names[node.id]] = node
    for node in clipping:
        name = names[node.id]
        feeding = tuple(None if item is None else names[item] for item in node.inputs)
        nodes[name] = Node(name, node.operator, feeding)
    return replace(document, graph=Graph(nodes.values())), tuple(names.values())
