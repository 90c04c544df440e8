"""Everything that follows from a graph without running it: shapes, counts, memory, receptive fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from explorer.core.errors import ShapeError
from explorer.core.facts import Facts as Facts
from explorer.core.facts import facts_of as facts_of
from explorer.core.fields import Fields, combined, first_field
from explorer.core.graph import Graph, Node, NodeId
from explorer.core.operator import Repair
from explorer.core.receptive_field import SAME_FIELD, Field
from explorer.core.repairs import Workshop
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements

MOST_LINES = 200_000
"""How many nodes a network may have, those inside blocks included. Stages of stages of stages can be
written down in a few words, but not be listed in a lifetime."""


@dataclass(frozen=True)
class Row:
    """What is known of one node.

    `activation_bytes` are those of its output for one picture in fp32; for a block, of all
    outputs inside it. `macs` count convolutions and matrix products, bias not included.
    """

    node: Node
    inputs: tuple[Shape, ...]
    facts: Facts
    fields: Fields

    @property
    def id(self) -> NodeId:
        """The node's id in its own graph."""
        return self.node.id

    @property
    def output(self) -> Shape:
        """Shape of what the node produces, without the batch."""
        return self.facts.output

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return self.facts.parameters

    @property
    def buffers(self) -> int:
        """Numbers kept but not learned."""
        return self.facts.buffers

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self.facts.macs

    @property
    def activation_bytes(self) -> int:
        """Bytes of the outputs for one picture."""
        return self.facts.activation_bytes

    @property
    def bias_additions(self) -> int:
        """Additions of a bias for one picture."""
        return self.facts.bias_additions

    @property
    def normalization_macs(self) -> int:
        """Multiply-accumulates of normalization for one picture, when the network is used."""
        return self.facts.normalization_macs

    @property
    def traffic(self) -> int:
        """Numbers that the layers read and write for one picture, without their parameters."""
        return self.facts.traffic

    @property
    def inner(self) -> Analysis | None:
        """The analysis of a block's inside; its fields are relative to the block's inputs."""
        return self.facts.inner

    @property
    def field(self) -> Field:
        """The receptive field on the (first) picture."""
        return first_field(self.fields)


@dataclass(frozen=True)
class Problem:
    """Why a node has no shape yet.

    `waits_for` names the node with the cause where this one only waits; a cause has none,
    and may carry repairs. `inner` is the analysis of a block whose inside is wrong.
    """

    node: Node
    message: str
    repairs: tuple[Repair, ...] = ()
    waits_for: NodeId | None = None
    inputs: tuple[Shape | None, ...] = ()
    inner: Analysis | None = None

    @property
    def id(self) -> NodeId:
        """The node's id in its own graph."""
        return self.node.id


@dataclass(frozen=True)
class Totals:
    """Sums over the nodes that have a shape. `receptive_field` is None for an empty network."""

    parameters: int
    buffers: int
    macs: int
    activation_bytes: int
    receptive_field: Field | None
    bias_additions: int
    normalization_macs: int
    traffic: int

    @property
    def parameter_bytes(self) -> int:
        """Bytes of the parameters in fp32."""
        return self.parameters * ELEMENT_BYTES


@dataclass(frozen=True)
class Analysis:
    """A row or a problem for every node of a graph."""

    graph: Graph
    rows: Mapping[NodeId, Row]
    problems: Mapping[NodeId, Problem]

    @cached_property
    def lines(self) -> int:
        """How many lines its outline has: nodes, and nodes inside blocks except their inputs."""
        held = sum(_held(row) for row in self.rows.values())
        return len(self.graph) + held + sum(_held(problem) for problem in self.problems.values())

    @cached_property
    def causes(self) -> tuple[Problem, ...]:
        """The problems that are not mere waiting."""
        return tuple(item for item in self.problems.values() if item.waits_for is None)

    @cached_property
    def totals(self) -> Totals:
        """The sums of the network."""
        rows = self.rows.values()
        return Totals(
            parameters=sum(row.parameters for row in rows),
            buffers=sum(row.buffers for row in rows),
            macs=sum(row.macs for row in rows),
            activation_bytes=sum(row.activation_bytes for row in rows),
            receptive_field=widest(self),
            bias_additions=sum(row.facts.bias_additions for row in rows),
            normalization_macs=sum(row.facts.normalization_macs for row in rows),
            traffic=sum(row.facts.traffic for row in rows),
        )

    def __getitem__(self, name: NodeId) -> Row | Problem:
        return self.rows[name] if name in self.rows else self.problems[name]


def analyze(graph: Graph, previous: Analysis | None = None) -> Analysis:
    """Rows and problems of a graph; what `previous` knows of unchanged nodes is kept.

    Never raises for a half-built or wrong graph: what cannot be known is a `Problem`, and
    the nodes below it wait for the one that causes it.
    """
    rows: dict[NodeId, Row] = {}
    problems: dict[NodeId, Problem] = {}
    refused: list[NodeId] = []
    room = MOST_LINES
    for name in graph.order:
        node = graph.nodes[name]
        room -= 1
        known = previous.rows.get(name) if previous is not None else None
        if previous is not None and known is not None and _is_kept(node, known, rows, previous):
            held = _held(known.facts)
            if held <= room:
                room -= held
                rows[name] = known
                continue
        waiting = _waiting(node, problems) if problems or None in node.inputs else None
        if waiting is not None:
            arriving = tuple(rows[source].output if source in rows else None for source in node.inputs)
            problems[name] = Problem(node, waiting[0], waits_for=waiting[1], inputs=arriving)
            continue
        feeding = [rows[source] for source in node.inputs if source is not None]
        shapes = tuple([row.facts.output for row in feeding])
        facts = _fitting(facts_of(node.operator, shapes), room)
        room -= _held(facts)
        if isinstance(facts, ShapeError):
            problems[name] = Problem(node, str(facts), facts.repairs, inputs=shapes, inner=facts.inner)
            refused.append(name)
        else:
            row = Row(node, shapes, facts, seen(name, facts, feeding))
            # an edit above that changes nothing here stops here: what follows is kept again
            rows[name] = row if known is None or row != known else known
    if refused:
        workshop = Workshop(graph, rows)
        for name in refused:
            problem = problems[name]
            problems[name] = replace(problem, repairs=workshop.offered(problem))
    return Analysis(graph, rows, problems)


def seen(name: NodeId, facts: Facts, feeding: Sequence[Row]) -> Fields:
    """What a node sees of each picture: its own reach through those of what feeds it."""
    if not feeding:
        return {name: SAME_FIELD}
    if len(feeding) == 1 and facts.reach[0] is SAME_FIELD:  # most nodes: activations, normalizations
        return feeding[0].fields
    paths = [(reach, row.fields) for reach, row in zip(facts.reach, feeding, strict=True)]
    return combined(paths, facts.output)


def widest(analysis: Analysis) -> Field | None:
    """The largest field of any node that still has a place on the picture.

    Global pooling and dense layers see the whole picture and are left out, as papers do:
    the figure says how far the convolutions see. A block that ends in one of them is looked into.
    """
    fields = list(_placed_fields(analysis, None))
    return max(fields, key=lambda field: (field[0].size, field[1].size), default=None)


def _placed_fields(analysis: Analysis, arriving: Mapping[NodeId, Fields] | None) -> Iterator[Field]:
    """The fields of nodes that have a place; `arriving` are those of what enters a block."""

    def placed(row: Row) -> Fields:
        if arriving is None:
            return row.fields
        return combined([(field, arriving[name]) for name, field in row.fields.items()], row.output)

    for row in analysis.rows.values():
        field = first_field(placed(row))
        if len(row.output) == 3 and (field[0].step or elements(row.output[1:]) > 1):
            yield field
        elif row.inner is not None:
            feeding = [placed(analysis.rows[source]) for source in row.node.inputs if source is not None]
            yield from _placed_fields(row.inner, dict(zip(row.inner.graph.sources, feeding, strict=True)))


def _held(entry: Facts | ShapeError | Row | Problem) -> int:
    """How many lines the inside of a block has."""
    inner = entry.inner
    return 0 if inner is None else inner.lines - len(inner.graph.sources)


def _fitting(facts: Facts | ShapeError, room: int) -> Facts | ShapeError:
    """What is known of an operator, or the refusal of a block that would hold too many nodes."""
    if _held(facts) <= max(room, 0):
        return facts
    return ShapeError(
        f"with it the network has more than {MOST_LINES:,} layers, which is more than can be shown or"
        " built; make n, the depth or a block inside it smaller"
    )


def _is_kept(node: Node, known: Row, rows: Mapping[NodeId, Row], previous: Analysis) -> bool:
    """Whether a row of the analysis before holds again: the same node, fed by the same rows."""
    if known.node is not node:
        return False
    for source in node.inputs:
        if source is None or source not in rows or rows[source] is not previous.rows.get(source):
            return False
    return True


def _waiting(node: Node, problems: Mapping[NodeId, Problem]) -> tuple[str, NodeId | None] | None:
    """The reason why a node cannot have a shape before its operator is even asked."""
    for source in node.inputs:
        if source is not None and source in problems:
            root = problems[source].waits_for or source
            return f"waits for {root}", root
    for port, source in enumerate(node.inputs):
        if source is None:
            which = f"input {port + 1}" if len(node.inputs) > 1 else "the input"
            return f"{which} of {node.id} is not connected; drag an edge to it", None
    return None
