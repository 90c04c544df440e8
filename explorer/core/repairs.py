"""Ways out of problems: found by the operators' remedies, tried, and done as edits of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.core.errors import ExplorerError
from explorer.core.facts import Facts, facts_of
from explorer.core.graph import Graph, Node, NodeId
from explorer.core.nested_settings import with_setting
from explorer.core.operator import Operator, Repair
from explorer.core.shapes import Shape
from explorer.core.wiring import deleted, inserted, with_operator

if TYPE_CHECKING:
    from explorer.core.analysis import Problem, Row

_MOST = 4
"""How many ways out are offered for one problem."""

_TRIED = 6
"""How many that lead to a shape are compared."""

_BELOW = 24
"""How many layers below the problem a way out is judged by."""


@dataclass(frozen=True)
class Site:
    """Where a problem stands: the node, the shapes that arrive, and the network above it."""

    graph: Graph
    rows: Mapping[NodeId, Row]
    node: Node
    shapes: tuple[Shape, ...]

    @property
    def operator(self) -> Any:
        """The node's operator, of a kind that the remedy was declared for."""
        return self.node.operator

    def above(self, port: int) -> Iterator[Row]:
        """The nodes above a port, nearest first, as far as one alone feeds the next."""
        name = self.node.inputs[port]
        while name is not None and name in self.rows:
            row = self.rows[name]
            yield row
            name = row.node.inputs[0] if len(row.node.inputs) == 1 else None

    def feeder(self, port: int) -> NodeId:
        """Who feeds a port."""
        return self.node.inputs[port] or ""


Remedy = Callable[[Site], Iterable[Repair]]
"""What may help at a site; proposals that lead to no shape are not offered."""

_Function = TypeVar("_Function", bound=Remedy)

_REMEDIES: dict[type[Operator], list[Remedy]] = {}


def remedy(*kinds: type[Operator]) -> Callable[[_Function], _Function]:
    """Declare a function as a remedy for the problems of some operators and those derived from them."""

    def declare(function: _Function) -> _Function:
        for kind in kinds:
            _REMEDIES.setdefault(kind, []).append(function)
        return function

    return declare


def repaired(graph: Graph, name: NodeId, repair: Repair) -> Graph:
    """The graph after a repair of the problem at one node.

    Raises:
        ExplorerError: the repair does not fit the graph (any more).
    """
    name = repair.at or name
    if repair.steps:
        for step in repair.steps:
            graph = repaired(graph, name, step)
        return graph
    operator = graph[name].operator
    if repair.insert is not None:
        return inserted(graph, repair.insert, name, repair.port)
    if repair.replace is not None:
        return with_operator(graph, name, repair.replace)
    if repair.remove:
        return deleted(graph, [name], bypass=True)
    if repair.before:
        rest = deleted(graph, [name], bypass=True)
        return inserted(rest, operator, repair.before, 0, name)
    return with_operator(graph, name, with_setting(operator, repair.attribute.split("."), repair.value))


class Workshop:
    """Tries the remedies of one analysis: offers those that lead to a shape."""

    def __init__(self, graph: Graph, rows: Mapping[NodeId, Row]) -> None:
        self._graph = graph
        self._rows = rows

    def offered(self, problem: Problem) -> tuple[Repair, ...]:
        """The ways out of a problem; each removes it and breaks nothing that it touches.

        First come those after which the layers below the node have shapes as well.
        """
        shapes = tuple(shape for shape in problem.inputs if shape is not None)
        site = Site(self._graph, self._rows, problem.node, shapes)
        below = self._below(problem.id)
        found: list[tuple[int, Repair]] = []
        effects: list[Graph] = []
        elsewhere: set[tuple[NodeId, str]] = set()
        for repair in self._proposed(site, problem.repairs):
            setting = (repair.at, repair.attribute)
            if repair.at and setting in elsewhere:
                continue  # the first figure that helps is enough: the smallest picture
            trial = self._tried(problem.id, repair)
            if trial is None or trial.graph in effects:
                continue
            elsewhere.add(setting)
            effects.append(trial.graph)
            found.append((sum(trial.shape(name) is None for name in below if name in trial.graph), repair))
            if len(found) == _TRIED:
                break
        found.sort(key=lambda item: item[0])
        return tuple(repair for _, repair in found[:_MOST])

    def _proposed(self, site: Site, own: Iterable[Repair]) -> Iterator[Repair]:
        kind = type(site.node.operator)
        for base in kind.__mro__:
            for function in _REMEDIES.get(base, ()):
                yield from function(site)
            if base is kind:
                yield from own

    def _tried(self, name: NodeId, repair: Repair) -> _Trial | None:
        """The network after a repair; None where the problem stays, or another takes its place."""
        try:
            graph = repaired(self._graph, name, repair)
        except ExplorerError:
            return None
        old = self._graph.nodes
        changed = [item.id for item in graph if item.id in old and old[item.id] is not item]
        gone = [item for item in old if item not in graph]
        if not changed and not gone:
            return None
        first = min(self._places[item] for item in (*changed, *gone))
        unchanged = {item: row.output for item, row in self._rows.items() if self._places[item] < first}
        trial = _Trial(graph, {**unchanged})
        goals = [*changed, name] if name in graph else changed
        return trial if all(trial.shape(item) is not None for item in goals) else None

    def _below(self, name: NodeId) -> list[NodeId]:
        """The layers that follow a node, as far as they are looked at."""
        found, place = [name], 0
        while place < len(found) <= _BELOW:
            found += [item for item, _ in self._graph.consumers[found[place]] if item not in found]
            place += 1
        return found[1:]

    @cached_property
    def _places(self) -> dict[NodeId, int]:
        return {name: place for place, name in enumerate(self._graph.order)}


@dataclass
class _Trial:
    """A changed network and the shapes in it as far as they were asked for; None where there is none."""

    graph: Graph
    known: dict[NodeId, Shape | None]

    def shape(self, goal: NodeId) -> Shape | None:
        """The output shape of a node, by way of all that feeds it."""
        stack = [goal]
        while stack:
            name = stack[-1]
            inputs = self.graph.nodes[name].inputs
            missing = [source for source in inputs if source is not None and source not in self.known]
            if name in self.known:
                stack.pop()
            elif missing:
                stack += missing
            else:
                self.known[name] = self._output(name)
        return self.known[goal]

    def _output(self, name: NodeId) -> Shape | None:
        node = self.graph.nodes[name]
        arriving = [self.known[source] if source is not None else None for source in node.inputs]
        shapes = tuple(shape for shape in arriving if shape is not None)
        if len(shapes) < len(arriving):
            return None
        facts = facts_of(node.operator, shapes)
        return facts.output if isinstance(facts, Facts) else None
