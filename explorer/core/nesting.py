"""Graphs inside graphs: a node reached by its path through blocks, and a block opened for good."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core.analysis import analyze
from explorer.core.composite import Composite
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, Path
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.wiring import fed_by, with_operator


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
    return with_operator(graph, name, Group(title=title_of(operator), graph=inner))


def changed_inside(graph: Graph, block: Path, change: Callable[[Graph], Graph]) -> Graph:
    """Change the inside of a block by its path; the empty path is the network itself.

    The block and those around it become groups that hold the change.
    """
    if not block:
        return change(graph)

    def replaced_inside(graph: Graph, name: NodeId) -> Graph:
        inside = inside_of(graph, name)
        inner = change(inside)
        if inner is inside:
            return graph
        return with_operator(graph, name, Group(title=title_of(graph[name].operator), graph=inner))

    return changed_at(graph, block, replaced_inside)


def title_of(operator: Operator) -> str:
    """What a block is called: its title, or its kind."""
    return operator.title if isinstance(operator, Group) else operator.kind()


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


def _free(graph: Graph, block: NodeId, name: NodeId) -> NodeId:
    full = name[1:] if name.startswith("/") else f"{block}.{name}"
    while full in graph:
        full += "_"
    return full
