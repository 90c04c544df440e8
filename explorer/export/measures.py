"""The totals of several networks beside each other: what is compared, in which words, and how far apart."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import Conventions
from explorer.core.graph import Graph, NodeId
from explorer.core.outline import leaves
from explorer.core.units import count_text, share_text
from explorer.export.subjects import Subject
from explorer.export.table import side
from explorer.operators.merge import Add

Number = int | float


class Distance(enum.StrEnum):
    """How two figures are compared: by their ratio, or by their difference in percentage points."""

    RATIO = "ratio"
    POINTS = "points"


@dataclass(frozen=True)
class Figure:
    """One figure as a number, None where unknown, and in words; `note` is its share or its parts."""

    value: Number | None
    text: str
    note: str = ""


NOTHING = Figure(None, "–")


@dataclass(frozen=True)
class Measure:
    """One row of the totals. `part` rows are shares of the row above; `help` says what is counted."""

    key: str
    label: str
    help: str
    figures: tuple[Figure, ...]
    part: bool = False
    distance: Distance = Distance.RATIO

    def share(self, place: int) -> float:
        """How long the bar of one network is, from 0 to 1 for the largest."""
        largest = max((item.value for item in self.figures if item.value is not None), default=0)
        value = self.figures[place].value
        return value / largest if value and largest else 0.0

    def against_first(self, place: int) -> str:
        """One network's figure against that of the first: "÷ 5.41", "× 1.31", "+4.538"."""
        first, value = self.figures[0].value, self.figures[place].value
        if first is None or value is None or place == 0:
            return ""
        if self.distance is Distance.POINTS:
            return f"{value - first:+.3f}".replace("-", "−")
        return ratio_text(first, value)


def ratio_text(first: Number, value: Number) -> str:
    """How many times more or less: "× 1.31", "÷ 5.41", "= " for equal; "" where one is nothing."""
    if first == value:
        return "=" if first else ""
    if not first or not value:
        return ""
    more = value > first
    ratio = value / first if more else first / value
    if ratio < 1.005:
        return "≈"
    digits = f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}" if ratio < 10**6 else f"{ratio:.1e}"
    return f"{'×' if more else '÷'} {digits}"


def measures(subjects: Sequence[Subject], conventions: Conventions) -> tuple[Measure, ...]:
    """All rows of the totals. Rows of accuracy stand there where one network has it."""
    rows = [_row(item, subjects, conventions) for item in _ROWS]
    return tuple(
        row for row in rows if row.key not in _OPTIONAL or any(item.value is not None for item in row.figures)
    )


def layer_counts(subject: Subject) -> tuple[int, int]:
    """(layers with weights, projections of shortcuts): convolutions and dense layers, blocks opened."""
    weighted = [line.name for line in subject.layers if isinstance(line.entry, Row) and line.entry.macs]
    beside = sum(_projections(subject.analysis))
    return len(weighted) - beside, beside


def plain_layers(subject: Subject) -> int:
    """How many plain layers there are, the inputs left out."""
    return sum(1 for _ in leaves(subject.analysis)) - len(subject.graph.sources)


@dataclass(frozen=True)
class _Row:
    key: str
    label: Callable[[Conventions], str]
    help: Callable[[Conventions], str]
    figure: Callable[[Subject, Conventions], Figure]
    part: bool = False
    distance: Distance = Distance.RATIO


def _row(row: _Row, subjects: Sequence[Subject], conventions: Conventions) -> Measure:
    figures = tuple(row.figure(subject, conventions) for subject in subjects)
    return Measure(row.key, row.label(conventions), row.help(conventions), figures, row.part, row.distance)


def _counted(count: int, whole: int | None = None) -> Figure:
    note = "" if whole is None else share_text(count, whole)
    return Figure(count, count_text(count) if count else "–", "" if note == "–" else note)


def _dense(subject: Subject) -> list[Row]:
    """The dense layers."""
    entries = [line.entry for line in subject.layers]
    return [
        row
        for row in entries
        if isinstance(row, Row) and row.node.operator.category == "Dense" and row.parameters
    ]


def _parameters(subject: Subject, _: Conventions) -> Figure:
    return _counted(subject.analysis.totals.parameters)


def _dense_parameters(subject: Subject, _: Conventions) -> Figure:
    return _counted(sum(row.parameters for row in _dense(subject)), subject.analysis.totals.parameters)


def _buffers(subject: Subject, _: Conventions) -> Figure:
    return _counted(subject.analysis.totals.buffers)


def _operations(subject: Subject, conventions: Conventions) -> Figure:
    return _counted(conventions.operations(subject.analysis.totals))


def _dense_operations(subject: Subject, conventions: Conventions) -> Figure:
    done = sum(conventions.operations(row) for row in _dense(subject))
    return _counted(done, conventions.operations(subject.analysis.totals))


def _parameter_bytes(subject: Subject, conventions: Conventions) -> Figure:
    size = conventions.parameter_bytes(subject.analysis.totals)
    return Figure(size, conventions.size_text(size))


def _activation_bytes(subject: Subject, conventions: Conventions) -> Figure:
    size = conventions.activation_bytes(subject.analysis.totals)
    return Figure(size, conventions.size_text(size))


def _receptive_field(subject: Subject, _: Conventions) -> Figure:
    field = subject.analysis.totals.receptive_field
    if field is None:
        return NOTHING
    seen = side(field)
    if isinstance(seen, int):
        return Figure(seen, f"{seen:,} px")
    return Figure(max(seen), f"{seen[0]}×{seen[1]} px")


def _layers(subject: Subject, _: Conventions) -> Figure:
    count, beside = layer_counts(subject)
    if not beside:
        return Figure(count, f"{count:,}")
    words = "projection" if beside == 1 else "projections"
    return Figure(count + beside, f"{count:,} + {beside:,}", words)


def _top1(subject: Subject, _: Conventions) -> Figure:
    known = subject.accuracy
    if known is None or not known.on_imagenet:
        return NOTHING
    return Figure(known.top1, f"{known.top1:.3f} %")


def _run_accuracy(subject: Subject, _: Conventions) -> Figure:
    known = subject.accuracy
    if known is None or known.on_imagenet:
        return NOTHING
    return Figure(known.top1, f"{known.top1:.2f} %")


def _top5_error(subject: Subject, _: Conventions) -> Figure:
    wrong = None if subject.accuracy is None else subject.accuracy.top5_error
    return NOTHING if wrong is None else Figure(wrong, f"{wrong:.3f} %")


def _projections(analysis: Analysis) -> Iterator[int]:
    """For every sum in the network, how many layers project what passes by."""
    for name in analysis.graph.order:
        row = analysis.rows.get(name)
        if row is None:
            continue
        if row.inner is not None:
            yield from _projections(row.inner)
        elif isinstance(row.node.operator, Add):
            yield _projecting(analysis, name)


def _projecting(analysis: Analysis, add: NodeId) -> int:
    """How many branches of a sum hold one layer with weights while another holds more."""
    graph = analysis.graph
    branches = [_above(graph, source) for source in graph[add].inputs if source is not None]
    counts = []
    for place, branch in enumerate(branches):
        others = set().union(*(other for at, other in enumerate(branches) if at != place))
        counts.append(sum(_weighted(analysis, name) for name in branch - others))
    return sum(count == 1 for count in counts) if max(counts, default=0) > 1 else 0


def _above(graph: Graph, start: NodeId) -> set[NodeId]:
    """A node and all that it is computed from."""
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += (source for source in graph[name].inputs if source is not None)
    return found


def _weighted(analysis: Analysis, name: NodeId) -> int:
    """How many layers with weights a node has inside, itself included."""
    row = analysis.rows.get(name)
    if row is None or not row.macs:
        return 0
    return 1 if row.inner is None else sum(_weighted(row.inner, inner) for inner in row.inner.graph.order)


def _said(text: str) -> Callable[[Conventions], str]:
    return lambda _: text


_IMAGENET = "ImageNet's 50,000 validation pictures, one central crop, as torchvision publishes it"

_ROWS: tuple[_Row, ...] = (
    _Row("parameters", _said("Parameters"), _said("Learned numbers"), _parameters),
    _Row(
        "dense_parameters",
        _said("in the dense layers"),
        _said("Learned numbers of the dense layers, and their share of all"),
        _dense_parameters,
        part=True,
    ),
    _Row("buffers", _said("Buffers"), _said("Numbers kept but not learned: running statistics"), _buffers),
    _Row("operations", lambda by: by.operations_word, lambda by: by.operations_said, _operations),
    _Row(
        "dense_operations",
        _said("in the dense layers"),
        lambda by: f"{by.operations_said}, of the dense layers, and their share of all",
        _dense_operations,
        part=True,
    ),
    _Row(
        "parameter_bytes",
        lambda by: f"Size of the parameters, {by.precision_word}",
        _said("Bytes of the learned numbers, packed; buffers come on top"),
        _parameter_bytes,
    ),
    _Row(
        "activation_bytes",
        _said("Activation memory"),
        lambda by: f"Bytes of the outputs of all layers {by.memory_said}",
        _activation_bytes,
    ),
    _Row(
        "receptive_field",
        _said("Receptive field"),
        _said("Side of what the last layer that still has places sees of the picture, in pixels"),
        _receptive_field,
    ),
    _Row(
        "layers",
        _said("Layers with weights"),
        _said("Convolutions and dense layers; the convolutions that project a shortcut stand apart"),
        _layers,
    ),
    _Row("top1", _said("Top-1 accuracy"), _said(_IMAGENET), _top1, distance=Distance.POINTS),
    _Row(
        "run_accuracy",
        _said("Accuracy of the run"),
        _said("On the held-out pictures of the run's own data, in its best epoch"),
        _run_accuracy,
        distance=Distance.POINTS,
    ),
    _Row("top5_error", _said("Top-5 error"), _said(_IMAGENET), _top5_error, distance=Distance.POINTS),
)
_OPTIONAL = frozenset({"top1", "run_accuracy", "top5_error"})
