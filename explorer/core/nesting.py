"""Graphs inside graphs: a node reached by its path through blocks, and a block opened for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from explorer.core.analysis import analyze
from explorer.core.composite import Composite
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, Path, flat_list, joined
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.outline import full_names
from explorer.core.promotion import Target
from explorer.core.wiring import fed_by, with_operator

Follow = Callable[[Target], Iterable[Target]]
"""Where an inner attribute is found after a change, by where it was."""


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
    return with_operator(graph, name, holding(operator, inner))


def changed_inside(
    graph: Graph, block: Path, change: Callable[[Graph], Graph], follow: Follow | None = None
) -> Graph:
    """Change the inside of a block by its path; the empty path is the network itself.

    The block and those around it become groups that hold the change. `follow` says where inner
    attributes that are the block's own went, where the change gave their layers other names.
    """
    if not block:
        return change(graph)

    def replaced_inside(graph: Graph, name: NodeId) -> Graph:
        inside = inside_of(graph, name)
        inner = change(inside)
        if inner is inside:
            return graph
        return with_operator(graph, name, holding(graph[name].operator, inner, follow))

    return changed_at(graph, block, replaced_inside)


def holding(operator: Operator, graph: Graph, follow: Follow | None = None) -> Group:
    """A block of one's own with another inside; attributes of its own stay where their layers do."""
    if isinstance(operator, Group):
        return operator.holding(graph, follow)
    return Group(title=title_of(operator), graph=graph)


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


def inside_at(graph: Graph, block: Path) -> Graph:
    """The inside of a block by its path; the empty path is the network itself.

    Raises:
        GraphError: a node on the way is no block, or has no known inside yet.
    """
    for name in block:
        graph = inside_of(graph, name)
    return graph


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
    names = {item.id: freed_id(graph, name, item.id) for item in inner if item.id not in entering}

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


def freed_id(graph: Graph, block: NodeId, name: NodeId) -> NodeId:
    """What a node inside a block is called once the block is dissolved."""
    full = full_names(analyze(graph))[block, name] if flat_list(name) else joined(block, name)
    while full in graph:
        full += "_"
    return full
