"""Any network made wider, deeper or larger by what its operators declare; each starts from the original."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import lcm
from typing import Any

from explorer.core.analysis import Analysis, analyze
from explorer.core.attribute import DEPTH, INPUTS, WIDTH, attributes, replaced
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError, GraphError
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair

_LARGEST_UNIT = 4096


def widened(graph: Graph, factor: float) -> Graph:
    """The network with all channels and hidden features multiplied; the classifier stays.

    Settings declared to scale with the width are multiplied and rounded, at least to 1; where
    channels are split into groups anywhere in the network, to a multiple of those groups.
    A Linear that was made for a number of inputs is made for the new one. Call it with the
    network as it was before a slider moved: factors do not add up.

    Raises:
        ExplorerError: the factor is not positive, or a setting would leave its range.
    """
    _check_factor(factor)
    analysis = analyze(graph)
    fixed = _classifiers(analysis)
    unit = _unit(graph)

    def scaled(value: int, owner: Operator) -> int:
        if not value:  # nothing stays nothing: no empty maps, the first channel
            return value
        multiple = unit if _in_groups(owner) or unit <= value else 1
        return max(multiple, round(value * factor / multiple) * multiple)

    changed = _changed(graph, lambda operator: _scaled(operator, WIDTH, scaled), fixed)
    return _fitted(analysis, changed)


def deepened(graph: Graph, factor: float) -> Graph:
    """The network with the counts of all stages multiplied and rounded, at least to 1.

    Raises:
        ExplorerError: the factor is not positive, or a count would leave its range.
    """
    _check_factor(factor)
    return with_counts(graph, {name: max(1, round(count * factor)) for name, count in counts(graph).items()})


def counts(graph: Graph) -> dict[NodeId, int]:
    """How often each stage repeats what it is made of, by node, in order of computation."""
    found = {name: _count(graph[name].operator) for name in graph.order}
    return {name: graph[name].operator.value_of(count) for name, count in found.items() if count}


def with_counts(graph: Graph, wanted: Mapping[NodeId, int]) -> Graph:
    """The network with other counts of some stages.

    Raises:
        ExplorerError: a node is no stage, or a count is out of its range.
    """
    known = counts(graph)
    for name in wanted:
        graph[name]
        if name not in known:
            raise GraphError(f"{name} repeats nothing; the stages are {', '.join(known) or 'none'}")

    changed = graph
    for name in wanted:
        operator = graph[name].operator
        operator = operator.with_value(_count(operator), wanted[name])
        if operator != graph[name].operator:
            changed = changed.with_operator(name, operator)
    return _fitted(analyze(graph), changed)


def resized(graph: Graph, side: Side) -> Graph:
    """The network for pictures of another height and width; vectors that enter stay.

    What was made for one picture size then says so: that is the lesson of fixed dense layers.

    Raises:
        ExplorerError: the side is out of range, or no pictures enter.
    """
    changed = graph
    for name in graph.sources:
        operator: Any = graph[name].operator
        if len(operator.infer()) == 3:
            other = replaced(operator, "shape", (operator.infer()[0], *pair(side)))
            changed = changed if other == operator else changed.with_operator(name, other)
    if not any(len(graph[name].operator.infer()) == 3 for name in graph.sources):
        raise GraphError("no picture enters this network; add an Input with channels, height and width")
    return changed


def _count(operator: Operator) -> str:
    """The setting that says how often something is repeated; "" where nothing is."""
    return next((declared.name for declared in operator.settings() if declared.scales == DEPTH), "")


def _scaled(
    operator: Operator,
    scales: str,
    change: Callable[[int, Operator], int],
) -> Operator:
    """An operator with its declared figures changed, and those of operators and graphs it holds."""
    single = getattr(operator, "groups", 0) == getattr(operator, "out_channels", None)
    for declared in attributes(type(operator)):
        value = getattr(operator, declared.name)
        if declared.scales == scales:
            operator = replaced(operator, declared.name, change(value, operator))
        elif isinstance(value, Operator):
            operator = replaced(operator, declared.name, _scaled(value, scales, change))
        elif isinstance(value, Graph):
            inner = _changed(value, lambda item: _scaled(item, scales, change), frozenset())
            operator = replaced(operator, declared.name, inner)
    if single:  # each channel is filtered on its own: it stays so
        operator = replaced(operator, "groups", getattr(operator, "out_channels", 1))
    return operator


def _changed(graph: Graph, change: Callable[[Operator], Operator], fixed: frozenset[NodeId]) -> Graph:
    """The graph with its operators changed, except the fixed ones; unchanged nodes are the same objects."""
    changed = graph
    for node in graph:
        operator = node.operator if node.id in fixed else change(node.operator)
        if operator != node.operator:
            changed = changed.with_operator(node.id, operator)
    return changed


def _fitted(before: Analysis, graph: Graph) -> Graph:
    """The graph with layers that were made for what came in made for what comes in now."""
    made_for = [
        (name, declared.name)
        for name in graph.order
        for declared in attributes(type(graph[name].operator))
        if declared.scales == INPUTS and getattr(graph[name].operator, declared.name) and name in before.rows
    ]
    for name, attribute in made_for:
        entry = analyze(graph, before)[name]
        arriving = entry.inputs[0] if entry.inputs else None
        if arriving is not None and len(arriving) == 1:
            graph = graph.with_operator(name, replaced(graph[name].operator, attribute, arriving[0]))
    return graph


def _classifiers(analysis: Analysis) -> frozenset[NodeId]:
    """The plain layers that decide how many numbers the network's results have.

    Looked for above every result that is a vector or a map of 1×1 mixed channels; a block is
    never one, nor is a convolution with a larger kernel at the end of a network without a head.
    """
    found: set[NodeId] = set()
    for sink in analysis.graph.sinks:
        row = analysis.rows.get(sink)
        vector = row is None or len(row.output) == 1
        for name in _deciding(analysis.graph, sink):
            operator = analysis.graph[name].operator
            mixes = pair(getattr(operator, "kernel_size", 1)) == (1, 1)
            if not isinstance(operator, Composite) and (vector or mixes):
                found.add(name)
    return frozenset(found)


def _deciding(graph: Graph, sink: NodeId) -> Iterator[NodeId]:
    """The nearest nodes above (or at) a result that have a width of their own."""
    seen, stack = {sink}, [sink]
    while stack:
        name = stack.pop()
        node = graph[name]
        if isinstance(node.operator, Composite) or any(
            declared.scales == WIDTH for declared in attributes(type(node.operator))
        ):
            yield name
            continue
        for source in node.inputs:
            if source is not None and source not in seen:
                seen.add(source)
                stack.append(source)


def _unit(graph: Graph) -> int:
    """What all channels must stay a multiple of: the groups that they are split into."""
    unit = 1
    for operator in _operators(graph):
        if not _in_groups(operator):
            continue
        groups = getattr(operator, "groups", 0) or getattr(operator, "num_groups", 1)
        if lcm(unit, groups) <= _LARGEST_UNIT:
            unit = lcm(unit, groups)
    return unit


def _in_groups(operator: Operator) -> bool:
    """Whether an operator splits the channels that come in into some groups, but not into single ones."""
    groups = getattr(operator, "groups", 0) or getattr(operator, "num_groups", 1)
    own = getattr(operator, "out_channels", 0)
    return not isinstance(operator, Composite) and groups > 1 and groups != own


def _operators(graph: Graph) -> Iterator[Operator]:
    """All operators of a graph, with those that they hold."""
    stack = [node.operator for node in graph]
    while stack:
        operator = stack.pop()
        yield operator
        for declared in attributes(type(operator)):
            value = getattr(operator, declared.name)
            if isinstance(value, Operator):
                stack.append(value)
            elif isinstance(value, Graph):
                stack += [node.operator for node in value]


def _check_factor(factor: float) -> None:
    if not 0 < factor <= 10_000:
        raise ExplorerError(f"a network is scaled by a factor above 0 and up to 10,000, got {factor:g}")
