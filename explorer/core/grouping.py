"""Several nodes made one block of a person's own, and a block opened for good."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from explorer.core.analysis import Analysis, Row, analyze
from explorer.core.document import Document, Position
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId, Path, joined
from explorer.core.group import Group
from explorer.core.nested_settings import with_setting
from explorer.core.nesting import changed_at, changed_inside, dissolved, freed_id, inside_at
from explorer.core.operator import Operator, operator_named
from explorer.core.promotion import Promoted, Target, promoted
from explorer.core.wiring import fed_by, free_id, with_operator


def group(document: Document, names: Iterable[NodeId], title: str = "Group", *, block: Path = ()) -> Document:
    """Make one block of several nodes; its ports are the edges that enter the selection.

    Each distinct feeder becomes one input, in order of computation, and so does each port
    that is open. Inputs of the network stay outside. `block` is the path of the block that
    holds the nodes; it becomes a group of its own.

    Raises:
        GraphError: nothing can be grouped, or more than one result leaves the selection.
    """
    made: list[_Made] = []
    chosen = tuple(names)
    own = _promoted_at(document.graph, block)

    def change(graph: Graph) -> Graph:
        made.append(_grouped(graph, chosen, title, own))
        return made[0].graph

    def follow(target: Target) -> Iterable[Target]:
        if target[0] not in made[0].inside:
            return (target,)
        # the new block has this attribute as well, under the same name
        name = next(name for name, targets in own if target in targets)
        return ((made[0].name, name),)

    graph = changed_inside(document.graph, block, change, follow)
    return _moved_in(replace(document, graph=graph), made[0], block)


def dissolve(document: Document, name: NodeId, *, block: Path = ()) -> Document:
    """Put a block's inside in its place.

    Raises:
        GraphError: the node is no block, is empty, or has no known inside yet.
    """
    around = inside_at(document.graph, block)
    held = around[name].operator

    def follow(target: Target) -> Iterable[Target]:
        node, attribute = target
        if node != name or not isinstance(held, Group) or attribute not in held.promoted:
            return (target,)
        return tuple((freed_id(around, name, node), inner) for node, inner in held.promoted[attribute])

    graph = changed_inside(document.graph, block, lambda graph: dissolved(graph, name), follow)
    full = _full((*block, name))
    positions = {key: at for key, at in document.positions.items() if key != full}
    return replace(document, graph=graph, positions=positions, unfolded=document.unfolded - {full})


def retitle(document: Document, path: Path, title: str) -> Document:
    """Call a block of one's own something else; any text will do.

    Raises:
        GraphError: the title is empty, or the node is no block of one's own.
        ValueOutOfRange: the text is far too long, or damaged.
    """
    title = title.strip()
    if not title:
        raise GraphError("a block needs a title; write a word or two")

    def change(graph: Graph, name: NodeId) -> Graph:
        operator = graph[name].operator
        if not isinstance(operator, Group):
            raise GraphError(
                f"{name} is a {operator.kind()}: only a block of your own has a title; rename it instead"
            )
        return with_operator(graph, name, with_setting(operator, ["title"], title))

    graph = changed_at(document.graph, path, change)
    return document if graph is document.graph else replace(document, graph=graph)


def promote(document: Document, path: Path, bindings: Mapping[str, Iterable[Target]]) -> Document:
    """Make attributes of the layers inside a block of one's own the block's: these, and no others.

    Several layers may be bound to one name: turning it sets them all. Nothing else changes, layers
    that differ under one name stay as they are until it is turned.

    Raises:
        GraphError: the node is no block of one's own, or a name or what it sets will not do.
    """

    def change(graph: Graph, name: NodeId) -> Graph:
        operator = graph[name].operator
        if not isinstance(operator, Group):
            raise GraphError(
                f"{name} is a {operator.kind()}, whose attributes are its kind's; only those of a block of"
                " your own can be chosen"
            )
        return with_operator(graph, name, Group(operator.title, operator.graph, promoted(bindings)))

    graph = changed_at(document.graph, path, change)
    return document if graph is document.graph else replace(document, graph=graph)


@dataclass(frozen=True)
class _Made:
    """A graph with a new group, the group's name, and the ids inside by those they had."""

    graph: Graph
    name: NodeId
    inside: Mapping[NodeId, NodeId]


def _promoted_at(graph: Graph, block: Path) -> Promoted:
    """The attributes of its own that the block around a selection has."""
    operator = inside_at(graph, block[:-1])[block[-1]].operator if block else None
    return operator.promoted if isinstance(operator, Group) else Promoted()


def _grouped(graph: Graph, names: Iterable[NodeId], title: str, own: Promoted) -> _Made:
    wanted = dict.fromkeys(names)
    chosen = {name for name in wanted if graph[name].operator.ports != (0, 0)}
    if not chosen:
        raise GraphError("select the layers that the block shall hold; inputs stay outside of it")
    result = _result(graph, chosen)
    prefix = _common_prefix(chosen)
    inside = {name: name.removeprefix(f"{prefix}.") if prefix else name for name in chosen}
    feeders, block = _inside(graph, chosen, inside)
    rest = {node.id: node for node in graph if node.id not in chosen}
    name = free_id(rest, prefix or _word(title))
    taken = own.where(lambda target: target[0] in chosen).moved(lambda at: ((inside[at[0]], at[1]),))
    member = Node(name, Group(title.strip() or "Group", block, taken), feeders)
    nodes: list[Node] = []
    for node in graph:
        if node.id in chosen:
            nodes += [member] if member not in nodes else []
        else:
            nodes.append(fed_by(node, {result: name}))
    return _Made(Graph(nodes), name, inside)


def _result(graph: Graph, chosen: set[NodeId]) -> NodeId:
    """The one node whose result leaves the selection."""
    leaving = [
        name
        for name in graph.nodes
        if name in chosen
        if not graph.consumers[name] or any(fed not in chosen for fed, _ in graph.consumers[name])
    ]
    if len(leaving) > 1:
        shown = ", ".join(leaving[:4]) + (" and others" if len(leaving) > 4 else "")
        raise GraphError(
            f"a block has one result, but those of {shown} leave the selection;"
            " select what merges them as well, or less"
        )
    return leaving[0]


def _inside(
    graph: Graph, chosen: set[NodeId], inside: Mapping[NodeId, NodeId]
) -> tuple[tuple[NodeId | None, ...], Graph]:
    """Who feeds the group's ports, and the graph that it holds."""
    analysis = analyze(graph)
    feeders: list[NodeId | None] = []
    entries: dict[NodeId, NodeId] = {}
    nodes: list[Node] = []

    def entry(source: NodeId | None) -> NodeId:
        if source is not None and source in entries:
            return entries[source]
        name = free_id(
            {**dict.fromkeys(inside.values()), **dict.fromkeys(item.id for item in nodes)}, "input"
        )
        nodes.append(Node(name, _input(analysis, source)))
        feeders.append(source)
        if source is not None:
            entries[source] = name
        return name

    renamed: dict[NodeId, tuple[NodeId | None, ...]] = {}
    for name in graph.order:
        if name in chosen:
            renamed[name] = tuple(
                inside[source] if source is not None and source in inside else entry(source)
                for source in graph[name].inputs
            )
    nodes += [
        Node(inside[name], graph[name].operator, renamed[name]) for name in graph.nodes if name in chosen
    ]
    return tuple(feeders), Graph(nodes)


def _input(analysis: Analysis, source: NodeId | None) -> Operator:
    """Where maps enter the group, of the shape that arrives now."""
    made = operator_named("Input")()
    row = analysis.rows.get(source) if source is not None else None
    return with_setting(made, ["shape"], row.output) if isinstance(row, Row) else made


def _common_prefix(names: Iterable[NodeId]) -> str:
    """The path that all names begin with: layer1.0 of layer1.0.conv1 and layer1.0.bn1."""
    parts = [name.split(".")[:-1] for name in names if not name.startswith("/")] or [[]]
    common: list[str] = []
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        common.append(column[0])
    return ".".join(common)


def _word(title: str) -> NodeId:
    """A name made of a title: My block becomes my_block; group1 where nothing is left of it."""
    word = re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_").lower()[:40]
    return word if word not in ("", "group") else "group1"


def _moved_in(document: Document, made: _Made, block: Path) -> Document:
    """Places and open blocks of the selection follow it into the group."""
    olds = {_full((*block, old)): _full((*block, made.name, new)) for old, new in made.inside.items()}

    def moved(key: str) -> str:
        owner = key
        while owner not in olds and "." in owner:
            owner = owner.rpartition(".")[0]
        return olds[owner] + key[len(owner) :] if owner in olds else key

    stood = [document.positions[old] for old in olds if old in document.positions]
    positions: dict[str, Position] = {
        moved(key): at for key, at in document.positions.items() if key not in olds
    }
    if len(stood) == len(olds):  # the whole selection was placed by hand: its middle is the block's
        middle = (sum(at[0] for at in stood) / len(stood), sum(at[1] for at in stood) / len(stood))
        positions[_full((*block, made.name))] = middle
    return replace(document, positions=positions, unfolded=frozenset(moved(key) for key in document.unfolded))


def _full(path: Path) -> str:
    full = ""
    for name in path:
        full = joined(full, name)
    return full
