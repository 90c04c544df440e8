"""Edges of a graph drawn anew: nodes put on an edge, below a node or taken out, and the names they get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, check_id
from explorer.core.operator import Operator


def fresh_id(graph: Graph, operator: Operator) -> NodeId:
    """A name that is free: conv1, conv2, relu1."""
    stem = re.sub(r"\d+d?$", "", operator.kind()).lower()
    number = 1
    while f"{stem}{number}" in graph:
        number += 1
    return f"{stem}{number}"


def free_id(taken: Graph | Mapping[NodeId, object], name: NodeId) -> NodeId:
    """A name itself where it is free, else the next of its kind: layer1, layer2; fc, fc2."""
    if name not in taken:
        return name
    stem = name.rstrip("0123456789")
    # a part of a path may be a bare number: layer1.0 is followed by layer1.1, fc by fc2
    number = int(name[len(stem) :]) + 1 if len(stem) < len(name) <= len(stem) + 9 else 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def appended(graph: Graph, operator: Operator, after: NodeId, name: NodeId | None = None) -> Graph:
    """The graph with a new node below one: it feeds all that the other fed."""
    graph[after]
    name = _new_name(graph, operator, name)
    nodes = {node.id: fed_by(node, {after: name}) if node.id != after else node for node in graph}
    return placed_after(nodes, after, Node(name, operator, (after,)))


def inserted(
    graph: Graph, operator: Operator, target: NodeId, port: int, name: NodeId | None = None
) -> Graph:
    """The graph with a new node on the edge that ends at one port: it takes what the port was fed."""
    name = _new_name(graph, operator, name)
    consumer = with_port(graph, target, port)
    source = consumer.inputs[port]
    node = Node(name, operator, (source,) if operator.ports[1] != 0 else ())
    nodes = dict(graph.nodes)
    nodes[target] = with_input(consumer, port, name)
    if source is None:
        return Graph((*nodes.values(), node))
    return placed_after(nodes, source, node)


def deleted(graph: Graph, names: Iterable[NodeId], *, bypass: bool) -> Graph:
    """The graph without some nodes; with `bypass` what fed a node then feeds what the node fed."""
    gone = dict.fromkeys(names)
    for name in gone:
        graph[name]

    def heir(source: NodeId | None) -> NodeId | None:
        while source is not None and source in gone:
            inputs = graph[source].inputs
            source = inputs[0] if bypass and inputs else None
        return source

    return Graph.trusted(
        {
            node.id: Node(node.id, node.operator, tuple(heir(item) for item in node.inputs))
            if any(item in gone for item in node.inputs)
            else node
            for node in graph
            if node.id not in gone
        }
    )


def with_port(graph: Graph, target: NodeId, port: int) -> Node:
    """A node that has this port.

    Raises:
        GraphError: there is no such node or port.
    """
    node = graph[target]
    if not 0 <= port < len(node.inputs):
        raise GraphError(f"{target} has no input {port + 1}")
    return node


def with_input(node: Node, port: int, source: NodeId | None) -> Node:
    """The node with another feeder at one port; ports that may be missing end when they are open."""
    inputs = [*node.inputs, None] if port == len(node.inputs) else [*node.inputs]
    inputs[port] = source
    high = node.operator.ports[1]
    while high is None and len(inputs) > node.operator.ports[0] and inputs[-1] is None:
        inputs.pop()
    return Node(node.id, node.operator, tuple(inputs))


def fed_by(node: Node, renamed: Mapping[NodeId, NodeId | None]) -> Node:
    """The node with other feeders; the same object where nothing changes."""
    if not any(item in renamed for item in node.inputs):
        return node
    inputs = tuple(renamed.get(item, item) if item is not None else None for item in node.inputs)
    return Node(node.id, node.operator, inputs)


def with_operator(graph: Graph, name: NodeId, operator: Operator) -> Graph:
    """The graph with another operator in a node's place; the same graph where it is equal."""
    if operator == graph[name].operator:
        return graph
    return graph.with_operator(name, operator)


def placed_after(nodes: Mapping[NodeId, Node], place: NodeId, node: Node) -> Graph:
    """A graph with one more node, created right after another."""
    ordered: dict[NodeId, Node] = {}
    for name, item in nodes.items():
        ordered[name] = item
        if name == place:
            ordered[node.id] = node
    return Graph.trusted(ordered)


def _new_name(graph: Graph, operator: Operator, name: NodeId | None) -> NodeId:
    name = name or fresh_id(graph, operator)
    check_id(name)
    if name in graph:
        raise GraphError(f"two nodes are named {name}; rename one")
    return name
