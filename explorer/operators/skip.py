"""A skip connection around any stretch of a network, in one edit."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.analysis import Analysis, analyze
from explorer.core.document import Document
from explorer.core.errors import GraphError, ShapeError
from explorer.core.graph import Graph, NodeId, Path
from explorer.core.nesting import changed_inside
from explorer.core.operator import Operator
from explorer.core.wiring import appended, fresh_id, inserted, with_input
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.projection import projection


def add_skip(document: Document, start: NodeId, end: NodeId, *, block: Path = ()) -> Document:
    """Add what one node makes to what a later one makes: an Add below the later one.

    Which of the two is named first does not matter. Where their shapes differ, the skip
    goes through a 1×1 convolution with the right stride and channels, and a BatchNorm where
    the layers that it passes by have one. `block` is the path of the block that holds both;
    it becomes a group of its own.

    Source: He et al., arXiv:1512.03385, fig. 2 and sec. 3.3, option B.

    Raises:
        GraphError: no projection leads from one shape to the other, or the skip is there.
    """
    graph = changed_inside(document.graph, block, lambda graph: _with_skip(graph, start, end))
    return replace(document, graph=graph)


def _with_skip(graph: Graph, start: NodeId, end: NodeId) -> Graph:
    start, end = _in_order(graph, start, end)
    for follower, _ in graph.consumers[end]:
        node = graph[follower]
        if node.operator == Add() and start in node.inputs:
            raise GraphError(f"{follower} adds {start} to {end} already")
    analysis = analyze(graph)
    steps: tuple[Operator, ...] = ()
    if start in analysis.rows and end in analysis.rows:
        arriving, wanted = analysis.rows[start].output, analysis.rows[end].output
        try:
            steps = projection(arriving, wanted, batch_norm=_normalized(analysis, start, end))
        except ShapeError as error:
            raise GraphError(f"no skip from {start} to {end}: {error}") from None
    add = fresh_id(graph, Add())
    graph = appended(graph, Add(), end, add)
    nodes = dict(graph.nodes)
    nodes[add] = with_input(nodes[add], 1, start)
    graph = Graph.trusted(nodes)
    for operator in steps:
        graph = inserted(graph, operator, add, 1)
    return graph


def _in_order(graph: Graph, one: NodeId, other: NodeId) -> tuple[NodeId, NodeId]:
    """The two nodes so that the second is computed later."""
    if one == other:
        raise GraphError(
            f"a skip needs two layers, got {one} twice; select where it begins and where it ends"
        )
    graph[one], graph[other]
    if graph.reaches(one, other):
        return one, other
    if graph.reaches(other, one) or graph.order.index(other) < graph.order.index(one):
        return other, one
    return one, other


def _normalized(analysis: Analysis, start: NodeId, end: NodeId) -> bool:
    """Whether a BatchNorm stands between two nodes, also inside blocks; for neighbours, in either."""
    graph = analysis.graph
    after, before = {start}, {end}  # computed from the start; what the end is computed from
    for name in graph.order:
        if any(source in after for source in graph[name].inputs):
            after.add(name)
    for name in reversed(graph.order):
        if name in before:
            before.update(source for source in graph[name].inputs if source is not None)
    passed = (after & before) - {start} or {end}
    return any(_has_batch_norm(analysis, name) for name in passed)


def _has_batch_norm(analysis: Analysis, name: NodeId) -> bool:
    entry = analysis[name]
    if isinstance(entry.node.operator, BatchNorm2d):
        return True
    inner = entry.inner
    return inner is not None and any(_has_batch_norm(inner, node.id) for node in inner.graph)
