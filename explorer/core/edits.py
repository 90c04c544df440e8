"""What a person can do to a document: pure functions, one per intention.

A node inside a block is named by its path. Editing there makes the blocks around it groups
of the document's own, so that only this use of the block changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.core.document import Document, Position
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, Path, check_id
from explorer.core.grouping import dissolve, group, promote, retitle
from explorer.core.nested_settings import with_setting
from explorer.core.nesting import changed_at, changed_inside
from explorer.core.operator import Operator, Repair
from explorer.core.repairs import repaired
from explorer.core.wiring import appended, deleted, fresh_id, inserted, with_input, with_operator, with_port


def within(document: Document, block: Path, edit: Callable[[Document], Document]) -> Document:
    """Do an edit inside a block by its path, as if its inside were the network.

    `within(document, ("stage", "0"), lambda inside: connect(inside, "conv1", "add", 1))`.
    """
    if not block:
        return edit(document)  # places and what is unfolded are the edit's to change here
    graph = changed_inside(document.graph, block, lambda graph: edit(Document(graph=graph)).graph)
    return _changed(document, graph)


def add(
    document: Document,
    operator: Operator,
    *,
    name: NodeId | None = None,
    inputs: Sequence[NodeId | None] = (),
    position: Position | None = None,
) -> Document:
    """Put a new node into the network, unconnected unless `inputs` are given."""
    name = name or fresh_id(document.graph, operator)
    graph = Graph((*document.graph, Node(name, operator, tuple(inputs))))
    return replace(document, graph=graph, positions=_placed(document, name, position))


def append(document: Document, operator: Operator, after: NodeId, *, name: NodeId | None = None) -> Document:
    """Put a new node below one: it feeds all that the other fed."""
    return replace(document, graph=appended(document.graph, operator, after, name))


def insert(
    document: Document,
    operator: Operator,
    target: NodeId,
    port: int,
    *,
    name: NodeId | None = None,
) -> Document:
    """Put a new node on the edge that ends at one port: it takes what the port was fed."""
    return replace(document, graph=inserted(document.graph, operator, target, port, name))


def connect(document: Document, source: NodeId, target: NodeId, port: int = 0) -> Document:
    """Let one node feed a port of another; the edge that was there is replaced.

    A port one beyond the last opens where the operator takes any number of inputs.

    Raises:
        GraphError: it would close a circle, or there is no such port.
    """
    refusal = refusal_to_connect(document.graph, source, target, port)
    if refusal:
        raise GraphError(refusal)
    nodes = dict(document.graph.nodes)
    nodes[target] = with_input(nodes[target], port, source)
    return replace(document, graph=Graph.trusted(nodes))


def refusal_to_connect(graph: Graph, source: NodeId, target: NodeId, port: int) -> str:
    """Why an edge cannot be drawn; "" where it can."""
    consumer = graph[target]
    high = consumer.operator.ports[1]
    ports = len(consumer.inputs) + 1 if high is None else high
    if not 0 <= port < ports:
        return f"{target} has no input {port + 1}"
    if graph.reaches(target, graph[source].id):
        return f"{source} is computed from {target}: an edge back would close a circle"
    return ""


def disconnect(document: Document, target: NodeId, port: int) -> Document:
    """Take away the edge that ends at one port."""
    consumer = with_port(document.graph, target, port)
    nodes = dict(document.graph.nodes)
    nodes[target] = with_input(consumer, port, None)
    return replace(document, graph=Graph.trusted(nodes))


def delete(document: Document, names: Iterable[NodeId], *, bypass: bool = True) -> Document:
    """Take nodes away; with `bypass` what fed a node then feeds what the node fed."""
    gone = dict.fromkeys(names)
    graph = document.graph
    rest = deleted(graph, gone, bypass=bypass)
    positions = {key: at for key, at in document.positions.items() if _owner(graph, key) not in gone}
    unfolded = frozenset(key for key in document.unfolded if _owner(graph, key) not in gone)
    return replace(document, graph=rest, positions=positions, unfolded=unfolded)


def remove(document: Document, paths: Iterable[Path], *, bypass: bool = True) -> Document:
    """Take nodes away as `delete` does, also inside blocks, which become groups of their own."""
    together: dict[Path, list[NodeId]] = {}
    chosen = dict.fromkeys(paths)
    for path in chosen:
        if any(path[:depth] in chosen for depth in range(1, len(path))):
            continue  # it goes with the block around it
        together.setdefault(path[:-1], []).append(path[-1])
    document = delete(document, together.pop((), ()), bypass=bypass)
    for block, names in sorted(together.items(), key=lambda item: -len(item[0])):
        document = within(document, block, lambda inside, names=names: delete(inside, names, bypass=bypass))  # type: ignore[misc]
    return document


def move(document: Document, positions: Mapping[str, Position]) -> Document:
    """Stand nodes elsewhere; the network stays the same object."""
    return replace(document, positions={**document.positions, **positions})


def arrange(document: Document) -> Document:
    """Forget where nodes were moved to: all are laid out."""
    return replace(document, positions={}) if document.positions else document


def fold(document: Document, name: str, unfolded: bool) -> Document:
    """Show or hide the inside of a block, by full name."""
    if unfolded:
        return replace(document, unfolded=document.unfolded | {name})
    return replace(document, unfolded=document.unfolded - {name})


def rename(document: Document, old: NodeId, new: NodeId) -> Document:
    """Give a node another name; its edges and its place, and those of what is inside it, stay."""
    graph = document.graph
    graph[old]
    if new == old:
        return document
    if new in graph:
        raise GraphError(f"two nodes cannot both be named {new}; choose another name")
    check_id(new)
    nodes = (
        Node(
            new if node.id == old else node.id,
            node.operator,
            tuple(new if item == old else item for item in node.inputs),
        )
        if node.id == old or old in node.inputs
        else node
        for node in graph
    )

    def renamed(key: str) -> str:
        return new + key[len(old) :] if _owner(graph, key) == old else key

    return replace(
        document,
        graph=Graph(nodes),
        positions={renamed(key): at for key, at in document.positions.items()},
        unfolded=frozenset(renamed(key) for key in document.unfolded),
    )


def set_attribute(document: Document, path: Path, attribute: str, value: Any) -> Document:
    """Change one setting of one node; "block.channels" reaches into a nested operator.

    Raises:
        ValueOutOfRange: the operator refuses the value.
    """

    def change(graph: Graph, name: NodeId) -> Graph:
        node = graph[name]
        return with_operator(graph, name, with_setting(node.operator, attribute.split("."), value))

    return _changed(document, changed_at(document.graph, path, change))


def replace_operator(document: Document, path: Path, operator: Operator) -> Document:
    """Put another operator in a node's place; its edges stay."""
    graph = changed_at(document.graph, path, lambda graph, name: with_operator(graph, name, operator))
    return _changed(document, graph)


def apply_repair(document: Document, path: Path, repair: Repair) -> Document:
    """Do what a problem's repair says at the node that has the problem."""
    graph = changed_at(document.graph, path, lambda graph, name: repaired(graph, name, repair))
    return _changed(document, graph)


def _changed(document: Document, graph: Graph) -> Document:
    """The document with another graph; the very same document where nothing changed."""
    return document if graph is document.graph else replace(document, graph=graph)


def _owner(graph: Graph, full: str) -> NodeId:
    """The node of the network that a full name belongs to: the node itself, or the block around it."""
    while full not in graph and "." in full:
        full = full.rpartition(".")[0]
    return full


def _placed(document: Document, name: str, position: Position | None) -> Mapping[str, Position]:
    return {**document.positions, name: position} if position else document.positions


__all__ = [
    "add",
    "append",
    "apply_repair",
    "arrange",
    "connect",
    "delete",
    "disconnect",
    "dissolve",
    "fold",
    "fresh_id",
    "group",
    "insert",
    "move",
    "promote",
    "refusal_to_connect",
    "remove",
    "rename",
    "replace_operator",
    "retitle",
    "set_attribute",
    "within",
]
