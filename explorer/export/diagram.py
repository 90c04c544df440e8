"""A network laid out as boxes and edges, top to bottom: the drawing that SVG and PNG show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path
from explorer.core.operator import Operator
from explorer.core.outline import flatten, outline
from explorer.core.shapes import shape_text
from explorer.export.table import kind_text

WIDTH = 224
BAND = 22
TWO_LINES, ONE_LINE = 42, 25
_GAP, _BRANCHING_GAP, _BESIDE, _MARGIN = 20, 40, 28, 32
_BULGE_LOW, _BULGE_HIGH, _BULGE_SHARE = 26.0, 140.0, 0.35

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """One node of the picture. `x`, `y` are its upper left corner, in pixels."""

    name: str
    kind: str
    telling: str
    shape: str
    category: str
    state: str
    x: float
    y: float
    height: float

    @property
    def two_lines(self) -> bool:
        """Whether attributes and shape have a line of their own."""
        return self.height == TWO_LINES


@dataclass(frozen=True)
class Edge:
    """A cubic curve from one box to another; a straight one has its handles on the line."""

    points: tuple[Point, Point, Point, Point]
    skip: bool


@dataclass(frozen=True)
class Drawing:
    """All that is drawn, in pixels."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class _Place:
    """A node before it has a position."""

    name: str
    entry: Row | Problem

    @property
    def operator(self) -> Operator:
        return self.entry.node.operator

    @property
    def height(self) -> float:
        weighty = isinstance(self.operator, Composite) or self.operator.ports == (0, 0)
        if weighty or (isinstance(self.entry, Row) and self.entry.macs):
            return TWO_LINES
        return TWO_LINES if isinstance(self.entry, Problem) else ONE_LINE


def drawing(title: str, analysis: Analysis, depth: int = 1) -> Drawing:
    """The network as a drawing; blocks are opened down to `depth` (1 shows the network's own nodes).

    Raises:
        ExplorerError: it is empty, or blocks are to be opened in a network that has a problem.
    """
    places, feeds = _top(analysis) if depth == 1 else _opened(analysis, depth)
    if not places:
        raise ExplorerError("there is nothing to draw: the network is empty")
    ranks = _ranks(feeds)
    rows = _ordered(ranks, feeds)
    boxes = _boxes(rows, places)
    placed = [[boxes[name] for name in row] for row in rows]
    edges = [
        _edge(boxes[source], boxes[name], placed[ranks[source] : ranks[name] + 1])
        for name, sources in feeds.items()
        for source in sources
    ]
    return _framed(title, list(boxes.values()), edges)


def _top(analysis: Analysis) -> tuple[dict[Path, _Place], dict[Path, tuple[Path, ...]]]:
    places: dict[Path, _Place] = {}
    feeds: dict[Path, tuple[Path, ...]] = {}
    for name in analysis.graph.order:
        places[(name,)] = _Place(name, analysis[name])
        sources = (source for source in analysis.graph[name].inputs if source is not None)
        feeds[(name,)] = tuple((source,) for source in dict.fromkeys(sources))
    return places, feeds


def _opened(analysis: Analysis, depth: int) -> tuple[dict[Path, _Place], dict[Path, tuple[Path, ...]]]:
    layers = flatten(analysis)
    path_of = {layer.name: layer.path[:depth] for layer in layers}
    lines = {line.path: line for line in outline(analysis)}
    feeding: dict[Path, dict[Path, None]] = {}
    for layer in layers:
        path = path_of[layer.name]
        sources = feeding.setdefault(path, {})
        sources.update((path_of[name], None) for name in layer.inputs if path_of[name] != path)
    places = {path: _Place(lines[path].name, lines[path].entry) for path in feeding}
    return places, {path: tuple(sources) for path, sources in feeding.items()}


def _ranks(feeds: Mapping[Path, Sequence[Path]]) -> dict[Path, int]:
    """How far below the inputs each node stands: one below the lowest that feeds it."""
    ranks: dict[Path, int] = {}
    for name, sources in feeds.items():  # in order of computation: feeders come first
        ranks[name] = max((ranks[source] + 1 for source in sources), default=0)
    return ranks


def _ordered(ranks: Mapping[Path, int], feeds: Mapping[Path, Sequence[Path]]) -> list[list[Path]]:
    """The nodes of each rank from left to right, near those that feed them."""
    rows: list[list[Path]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items():
        rows[rank].append(name)
    place: dict[Path, float] = {}
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda name: _mean(place[source] for source in feeds[name]))
        for index, name in enumerate(row):
            place[name] = index - (len(row) - 1) / 2
    return rows


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _boxes(rows: Sequence[Sequence[Path]], places: Mapping[Path, _Place]) -> dict[Path, Box]:
    boxes: dict[Path, Box] = {}
    top = 0.0
    for number, row in enumerate(rows):
        height = max(places[name].height for name in row)
        left = -(len(row) * (WIDTH + _BESIDE) - _BESIDE) / 2
        for index, name in enumerate(row):
            place = places[name]
            y = top + (height - place.height) / 2
            boxes[name] = _box(place, left + index * (WIDTH + _BESIDE), y)
        wide = max(len(row), len(rows[number + 1]) if number + 1 < len(rows) else 1) > 1
        top += height + (_BRANCHING_GAP if wide else _GAP)
    return boxes


def _box(place: _Place, x: float, y: float) -> Box:
    operator, entry = place.operator, place.entry
    kind = kind_text(operator)
    if isinstance(entry, Row):
        shape, state = shape_text(entry.output), "normal"
    elif entry.waits_for is None:
        shape, state = "problem", "problem"
    else:
        shape, state = f"waits for {entry.waits_for}", "waiting"
    return Box(place.name, kind, operator.telling(), shape, operator.category, state, x, y, place.height)


def _edge(source: Box, target: Box, rows: Sequence[Sequence[Box]]) -> Edge:
    """The curve of one edge; `rows` are those from the source's to the target's."""
    if len(rows) > 2:
        for right in (True, False):
            if all(_is_outermost(box, row, right) for box, row in ((source, rows[0]), (target, rows[-1]))):
                return _arc(source, target, [box for row in rows for box in row], right)
    start = (source.x + WIDTH / 2, source.y + source.height)
    end = (target.x + WIDTH / 2, target.y)
    bend = (end[1] - start[1]) / 2
    return Edge((start, (start[0], start[1] + bend), (end[0], end[1] - bend), end), skip=False)


def _is_outermost(box: Box, row: Sequence[Box], right: bool) -> bool:
    side = max if right else min
    return box.x == side(other.x for other in row)


def _arc(source: Box, target: Box, passed: Sequence[Box], right: bool) -> Edge:
    """A skip: it leaves and enters at one side and passes clear of the boxes between."""
    out = WIDTH if right else 0
    start = (source.x + out, source.y + source.height / 2)
    end = (target.x + out, target.y + target.height / 2)
    bulge = min(_BULGE_HIGH, max(_BULGE_LOW, _BULGE_SHARE * (end[1] - start[1])))
    edges = [box.x + out for box in passed]
    clear = max(edges) + bulge if right else min(edges) - bulge
    # at its middle a cubic lies an eighth of the way to each end and three eighths to each handle
    handle = (clear - (start[0] + end[0]) / 8) * 4 / 3
    return Edge((start, (handle, start[1]), (handle, end[1]), end), skip=True)


def _framed(title: str, boxes: Sequence[Box], edges: Sequence[Edge]) -> Drawing:
    """Everything moved so that the picture begins at 0, 0 with a margin."""
    middles = [_middle(edge) for edge in edges]
    left = min([box.x for box in boxes] + middles) - _MARGIN
    right = max([box.x + WIDTH for box in boxes] + middles) + _MARGIN
    bottom = max(box.y + box.height for box in boxes) + _MARGIN
    moved = tuple(replace(box, x=box.x - left, y=box.y + _MARGIN) for box in boxes)
    return Drawing(
        title, right - left, bottom + _MARGIN, moved, tuple(_moved(edge, -left, _MARGIN) for edge in edges)
    )


def _middle(edge: Edge) -> float:
    """How far to the side the curve lies at its middle, which is its farthest where it is an arc."""
    (x0, _), (x1, _), (x2, _), (x3, _) = edge.points
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8


def _moved(edge: Edge, right: float, down: float) -> Edge:
    a, b, c, d = ((x + right, y + down) for x, y in edge.points)
    return Edge((a, b, c, d), edge.skip)
