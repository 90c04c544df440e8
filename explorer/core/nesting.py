"""Graphs inside graphs: a node reached by its path through blocks, and a block opened for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from explorer.core.analysis import analyze
from explorer.core.attribute import replaced
from explorer.core.composite import Composite
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, Path
from explorer.core.group import Group
from explorer.core.operator import Operator


def changed_at(graph: Graph, path: Path, change: Callable[[Graph, NodeId], Graph]) -> Graph:
    """Change a node by its path; blocks on the way become groups that hold the change."""
    name, *below = path
    if not below:
        return change(graph, name)
    operator = graph[name].operator
    inside = inside_of(graph, name)
    inner = changed_at(inside, tuple(below), change)
    if inner is inside:
        return graph
    title = operator.title if isinstance(operator, Group) else operator.kind()
    return with_operator(graph, name, Group(title=title, graph=inner))


def inside_of(graph: Graph, name: NodeId) -> Graph:
    """The inside of a block as its inputs make it.

    Raises:
        GraphError: it is a plain layer, or has no known inside yet.
    """
    operator = graph[name].operator
    if not isinstance(operator, Composite):
        raise GraphError(f"{name} is a plain layer, not a block")
    entry = analyze(graph)[name]
    if entry.inner is not None:
        return entry.inner.graph
    if isinstance(operator, Group):
        return operator.graph
    raise GraphError(f"{name} has no inside yet: connect its input first")


def dissolved(graph: Graph, name: NodeId) -> Graph:
    """The graph with a block's inside in its place.

    Raises:
        GraphError: the node is no block, is empty, or has no known inside yet.
    """
    node = graph[name]
    inner = inside_of(graph, name)
    if not inner.sinks:
        raise GraphError(f"{name} is empty: delete it instead")
    # a wrong block may have more ports than inputs inside, or more results than one
    entering = dict(zip(inner.sources, node.inputs, strict=False))
    names = {item.id: _free(graph, name, item.id) for item in inner if item.id not in entering}

    def renamed(source: NodeId | None) -> NodeId | None:
        return entering[source] if source in entering else names[source] if source else None

    nodes: list[Node] = []
    for old in graph:
        if old.id == name:
            nodes += (
                Node(names[item.id], item.operator, tuple(renamed(s) for s in item.inputs))
                for item in inner
                if item.id not in entering
            )
        else:
            nodes.append(fed_by(old, {name: renamed(inner.sinks[0])}))
    return Graph(nodes)


def with_setting(operator: Operator, names: list[str], value: Any) -> Operator:
    """An operator with one setting changed; more names than one reach into nested operators.

    Raises:
        ExplorerError: there is no such setting, or the value is refused.
    """
    first, *rest = names
    if rest:
        nested = getattr(operator, first, None)
        if not isinstance(nested, Operator):
            raise GraphError(
                f"{operator.kind()} holds no layer named {first!r} whose settings could be changed"
            )
        value = with_setting(nested, rest, value)
    changed: Operator = replaced(operator, first, value)
    return changed


def with_operator(graph: Graph, name: NodeId, operator: Operator) -> Graph:
    """The graph with another operator in a node's place; the same graph where it is equal."""
    if operator == graph[name].operator:
        return graph
    return graph.with_operator(name, operator)


def fed_by(node: Node, renamed: Mapping[NodeId, NodeId | None]) -> Node:
    """The node with other feeders; the same object where nothing changes."""
    if not any(item in renamed for item in node.inputs):
        return node
    inputs = tuple(renamed.get(item, item) if item is not None else None for item in node.inputs)
    return Node(node.id, node.operator, inputs)


def _free(graph: Graph, block: NodeId, name: NodeId) -> NodeId:
    full = name[1:] if name.startswith("/") else f"{block}.{name}"
    while full in graph:
        full += "_"
    return full
