"""Layers cut out of a network, as a graph of their own and as text, and put into another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from explorer.core.document import Document
from explorer.core.errors import DocumentError, ExplorerError, GraphError
from explorer.core.graph import Graph, Node, NodeId, Path, local
from explorer.core.nesting import inside_at
from explorer.core.notation import FORMAT, graph_from_data, graph_to_data, parsed
from explorer.core.wiring import free_id

_CONTENT = "architecture-explorer layers"
_LONGEST = 16 * 1024 * 1024


def clip(graph: Graph, names: Iterable[NodeId], *, block: Path = ()) -> Graph:
    """Some nodes of a network, or of a block in it, with the edges between them.

    Edges from outside are cut: what is pasted elsewhere is connected by hand.

    Raises:
        GraphError: nothing is named, or something that is not there.
    """
    graph = inside_at(graph, block)
    chosen = dict.fromkeys(names)
    if not chosen:
        raise GraphError("select the layers that shall be copied")
    for name in chosen:
        graph[name]
    return Graph(
        Node(node.id, node.operator, tuple(item if item in chosen else None for item in node.inputs))
        for node in graph
        if node.id in chosen
    )


def clipping_to_text(clipping: Graph) -> str:
    """A clipping as JSON text, for the clipboard or a message to a colleague."""
    data = {"content": _CONTENT, "format": FORMAT, **graph_to_data(clipping)}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def clipping_from_text(text: str) -> Graph:
    """Read what `clipping_to_text` wrote, whole or not at all.

    Raises:
        DocumentError: it is no clipping, damaged, or of a newer program.
    """
    refusal = DocumentError("the clipboard holds no layers; copy some in this or another window first")
    if len(text) > _LONGEST or not text.lstrip().startswith("{"):
        raise refusal
    try:
        data = parsed(text)
    except DocumentError as error:
        if _CONTENT in text[:1_000]:
            raise DocumentError(f"the copied layers are damaged: {error}") from None
        raise refusal from None
    if not isinstance(data, dict) or data.get("content") != _CONTENT:
        raise refusal
    version = data.get("format", 1)
    if type(version) is not int or not 1 <= version <= FORMAT:
        raise DocumentError(
            "the copied layers come from another version of the program; open both windows with the newer one"
        )
    try:
        return graph_from_data(data)
    except DocumentError:
        raise
    except ExplorerError as error:
        raise DocumentError(f"the copied layers cannot be pasted: {error}") from error


def paste(document: Document, clipping: Graph) -> tuple[Document, tuple[NodeId, ...]]:
    """Put the nodes of a clipping into a network, unconnected to the rest; their names there.

    A name that is taken gives way to the next of its kind: conv2 where there is a conv1.
    """
    names: dict[NodeId, NodeId] = {}
    nodes = dict(document.graph.nodes)
    taken: dict[NodeId, object] = {**nodes}
    for node in clipping:
        # inside a block a leading slash makes a name absolute; here every name is
        names[node.id] = free_id(taken, local(node.id))
        taken[names[node.id]] = None
    for node in clipping:
        name = names[node.id]
        feeding = tuple(None if item is None else names[item] for item in node.inputs)
        nodes[name] = Node(name, node.operator, feeding)
    return replace(document, graph=Graph(nodes.values())), tuple(names.values())


def pasted(document: Document, text: str) -> tuple[Document, tuple[NodeId, ...]]:
    """Put layers that were copied as text into a network; their names there.

    Raises:
        DocumentError: as `clipping_from_text`; the network stays as it is.
    """
    return paste(document, clipping_from_text(text))


def duplicate(
    document: Document, names: Iterable[NodeId], *, block: Path = ()
) -> tuple[Document, tuple[NodeId, ...]]:
    """Copy nodes of a network, or of a block in it, into the network; the copies' names."""
    return paste(document, clip(document.graph, names, block=block))
