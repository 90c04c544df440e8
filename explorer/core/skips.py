"""Skip connections: a sum put behind one layer that adds the result of an earlier one."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.analysis import Analysis, analyze
from explorer.core.document import Document
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node, NodeId
from explorer.core.operator import Operator, operator_named
from explorer.core.shapes import Shape, shape_text
from explorer.core.wiring import appended, fresh_id


def add_skip(document: Document, start: NodeId, end: NodeId) -> Document:
    """Add the result of one node to that of another; what the later one fed is fed by the sum.

    Where shapes differ a 1×1 convolution brings the earlier result to the later one's shape,
    with a BatchNorm2d where the layers between have one. The order of the two does not matter.

    Raises:
        GraphError: no 1×1 convolution makes the one shape from the other.

    Source: He et al. 2015, sec. 3.2, eq. 2.
    """
    graph = document.graph
    if start == end:
        raise GraphError("a skip joins two layers; select the one where it begins and the one where it ends")
    if graph.reaches(end, start):
        start, end = end, start
    branch = _branch(analyze(graph), start, end)
    sum_operator = operator_named("Add")()
    name = fresh_id(graph, sum_operator)
    source = start
    for operator in branch:
        made = fresh_id(graph, operator)
        graph = Graph((*graph, Node(made, operator, (source,))))
        source = made
    graph = appended(graph, sum_operator, end, name)
    total = Node(name, sum_operator, (end, source))
    return replace(document, graph=Graph(total if node.id == name else node for node in graph))


def _branch(analysis: Analysis, start: NodeId, end: NodeId) -> tuple[Operator, ...]:
    """What must stand on the skip so that both shapes are equal; nothing where they are, or are not known."""
    rows = analysis.rows
    if start not in rows or end not in rows:
        return ()
    comes, wanted = rows[start].output, rows[end].output
    if comes == wanted:
        return ()
    if len(comes) != 3 or len(wanted) != 3:
        raise _refusal(start, end, comes, wanted, "only maps can be brought to another shape")
    steps = tuple(_step(have, want) for have, want in zip(comes[1:], wanted[1:], strict=True))
    if None in steps:
        raise _refusal(start, end, comes, wanted, "no stride makes the one side from the other")
    normalized = _is_normalized(analysis, start, end)
    stride = steps[0] if steps[0] == steps[1] else steps
    projection = operator_named("Conv2d")(
        out_channels=wanted[0], kernel_size=1, stride=stride, padding=0, bias=not normalized
    )
    return (projection, operator_named("BatchNorm2d")()) if normalized else (projection,)


def _step(have: int, want: int) -> int | None:
    """The smallest stride at which a 1×1 window makes one side from another."""
    return next((step for step in range(1, have + 1) if (have - 1) // step + 1 == want), None)


def _is_normalized(analysis: Analysis, start: NodeId, end: NodeId) -> bool:
    """Whether a layer between two nodes, or a block there, normalizes its batch."""
    graph = analysis.graph
    between = [node for node in graph if graph.reaches(start, node.id) and graph.reaches(node.id, end)]
    inner = [row.inner for node in between if (row := analysis.rows.get(node.id)) is not None and row.inner]
    kinds = {node.operator.kind() for node in between}
    kinds |= {node.operator.kind() for inside in inner for node in inside.graph}
    return "BatchNorm2d" in kinds


def _refusal(start: NodeId, end: NodeId, comes: Shape, wanted: Shape, reason: str) -> GraphError:
    return GraphError(
        f"a skip from {start} to {end} must turn {shape_text(comes)} into {shape_text(wanted)}, and {reason};"
        " choose layers whose shapes fit"
    )


__all__ = ["add_skip"]
