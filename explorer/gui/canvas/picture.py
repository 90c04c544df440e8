"""What the canvas shows of a document: every visible node and edge with its place, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import add, itemgetter

from explorer.core.analysis import Problem, Row
from explorer.core.graph import Path
from explorer.core.shapes import Shape
from explorer.gui.canvas.face import PROBLEM, Face
from explorer.gui.canvas.routes import Route

_ROW = 256.0  # px of one step of the index by height
_BORDERS = 40.0  # px of the frames around the last node of a stage
_REACH = 32.0  # px from an edge at which it is still looked for, at 100 %

Rect = tuple[float, float, float, float]
"""Left, top, width, height."""

EdgeKey = tuple[str, int]
"""Full name of the node that is fed, and which input."""


@dataclass(frozen=True, slots=True, eq=False)
class NodePicture:
    """A node as it is drawn. `anchor` is the line of its ports; `block` the frame around it.

    `across` says that the network runs from left to right; the line of the ports is level then.
    """

    name: str
    path: Path
    block: str
    entry: Row | Problem
    face: Face
    rect: Rect
    anchor: float
    unfolded: bool
    main: bool
    across: bool = False

    @property
    def title(self) -> str:
        """The name to show: a mere number (0 in a stage) is told with what it is in."""
        own = self.face.title
        return ".".join(self.name.split(".")[-2:]) if own.isdigit() else own

    @property
    def inlet(self) -> tuple[float, float]:
        """Where edges arrive."""
        left, top, _, _ = self.rect
        return (left, self.anchor) if self.across else (self.anchor, top)

    @property
    def outlet(self) -> tuple[float, float]:
        """Where edges leave."""
        left, top, width, height = self.rect
        return (left + width, self.anchor) if self.across else (self.anchor, top + height)

    @property
    def along(self) -> tuple[float, float]:
        """Where the node begins and ends in the direction in which the network runs."""
        left, top, width, height = self.rect
        return (left, left + width) if self.across else (top, top + height)

    def same(self, other: NodePicture) -> bool:
        """Whether both look the same in the same place."""
        return (
            self.rect == other.rect
            and self.unfolded == other.unfolded
            and self.anchor == other.anchor
            and self.across == other.across
            and (self.face is other.face or self.face == other.face)
        )


@dataclass(frozen=True, slots=True, eq=False)
class EdgePicture:
    """An edge as it is drawn. `source` is the full name of the feeder ("" for a block's own input).

    `label` is the shape that flows; it is always shown where `labelled`, else on hover.
    """

    key: EdgeKey
    path: Path
    source: str
    route: Route
    label: str
    labelled: bool
    clash: bool
    skip: bool
    waiting: bool

    def same(self, other: EdgePicture) -> bool:
        """Whether both look the same in the same place."""
        return (self.label, self.labelled, self.clash, self.skip, self.waiting, self.source) == (
            other.label,
            other.labelled,
            other.clash,
            other.skip,
            other.waiting,
            other.source,
        ) and self.route == other.route


@dataclass(frozen=True)
class Stage:
    """A stretch of the main column with one resolution, in the direction in which the network runs."""

    side: tuple[int, int]
    channels: int
    top: float
    bottom: float


@dataclass(frozen=True)
class Picture:
    """All that is drawn of one document, by full name."""

    nodes: Mapping[str, NodePicture] = field(default_factory=dict)
    edges: Mapping[EdgeKey, EdgePicture] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    """Full names of all nodes, drawn or inside folded blocks, by path."""
    across: bool = False
    """Whether the network runs from left to right."""

    def turned(self, x: float, y: float) -> tuple[float, float]:
        """A place or a distance on the page as documents say it, and back: they always run down."""
        return (y, x) if self.across else (x, y)

    @cached_property
    def bounds(self) -> Rect:
        """The rectangle around everything."""
        if not self.nodes:
            return 0.0, 0.0, 0.0, 0.0
        lefts, tops, widths, heights = zip(*[node.rect for node in self.nodes.values()], strict=True)
        skips = [edge.route.bounds for edge in self.edges.values() if edge.skip]
        left = min([*lefts, *[item[0] for item in skips]])
        top = min([*tops, *[item[1] for item in skips]])
        right = max([*map(add, lefts, widths), *[item[2] for item in skips]])
        bottom = max([*map(add, tops, heights), *[item[3] for item in skips]])
        return left, top, right - left, bottom - top

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """The path of every node by full name."""
        return {name: path for path, name in self.names.items()}

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The resolutions that the main column runs through, from the top."""
        column: list[tuple[float, int, float, Shape, bool]] = []
        for node in self.nodes.values():
            if node.main and isinstance(node.entry, Row) and len(shape := node.entry.facts.output) == 3:
                left, top, width, height = node.rect
                start, long = (left, width) if node.across else (top, height)
                column.append((start, len(node.path), start + long, shape, node.unfolded))
        column.sort(key=itemgetter(0, 1))
        found: list[tuple[Shape, float, float]] = []
        ends: dict[Shape, list[tuple[float, int, int]]] = {}
        for top, level, bottom, shape, unfolded in column:
            side = shape[1:]
            ends.setdefault(side, []).append((bottom, level, shape[0]))
            if unfolded:
                continue
            if found and found[-1][0] == side:
                found[-1] = side, found[-1][1], bottom
            else:
                found.append((side, top, bottom))
        return tuple(_stage(side, top, bottom, ends[side]) for side, top, bottom in found)

    @cached_property
    def fed(self) -> Mapping[str, tuple[EdgePicture, ...]]:
        """The drawn edges that leave each node."""
        found: dict[str, list[EdgePicture]] = {}
        for edge in self.edges.values():
            found.setdefault(edge.source, []).append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

    def shown(self, name: str) -> NodePicture | None:
        """The node, or the folded block that hides it; None where there is no such node."""
        if name in self.nodes:
            return self.nodes[name]
        path = self.paths.get(name, ())
        while path:
            node = self.nodes.get(self.names[path])
            if node is not None:
                return node
            path = path[:-1]
        return None

    def node_at(self, x: float, y: float) -> NodePicture | None:
        """The innermost node under a point."""
        best = None
        for node in self._node_rows.get(y // _ROW, ()):
            left, top, width, height = node.rect
            inside = left <= x <= left + width and top <= y <= top + height
            if inside and (best is None or len(node.path) >= len(best.path)):
                best = node
        return best

    def port_at(
        self, x: float, y: float, within: float, near: Iterable[NodePicture] | None = None
    ) -> tuple[NodePicture, int | None] | None:
        """The port under a point: (node, input), or (node, None) for its output."""
        best, closest = None, within * within
        for node in self._around(y) if near is None else near:
            left, top, width, height = node.rect
            if not (
                left - within <= x <= left + width + within and top - within <= y <= top + height + within
            ):
                continue
            for port, (px, py) in self.ports(node):
                distance = (px - x) ** 2 + (py - y) ** 2
                if distance <= closest:
                    best, closest = (node, port), distance
        return best

    def ports(self, node: NodePicture) -> Iterator[tuple[int | None, tuple[float, float]]]:
        """The inputs of a node with their places, then (None, place) for its output."""
        low, high = node.entry.node.operator.ports
        count = max(len(node.entry.node.inputs), low)
        open_ports = [port for port in range(count) if (node.name, port) not in self.edges]
        for port in range(count):
            edge = self.edges.get((node.name, port))
            if edge is not None:
                yield port, edge.route.end
            else:
                spread = (open_ports.index(port) - (len(open_ports) - 1) / 2) * 20
                x, y = node.inlet
                yield port, (x, y + spread / 2) if node.across else (x + spread, y)
        if high is None and not open_ports:  # one more may always come
            left, top, width, height = node.rect
            yield count, (left + width / 2, top) if node.across else (left + width, top + height / 2)
        yield None, node.outlet

    def edge_at(self, x: float, y: float, within: float) -> EdgePicture | None:
        """The nearest edge under a point."""
        best, closest = None, within
        for edge in self._edge_rows.get(y // _ROW, ()):
            left, top, right, bottom = edge.route.bounds
            if left - within <= x <= right + within and top - within <= y <= bottom + within:
                distance = edge.route.distance(x, y)
                if distance <= closest:
                    best, closest = edge, distance
        return best

    def inside(self, left: float, top: float, right: float, bottom: float) -> list[str]:
        """Names of the nodes that touch a rectangle; frames only where they lie in it wholly."""
        found = []
        for node in self.nodes.values():
            x, y, width, height = node.rect
            if node.unfolded:
                touched = left <= x and top <= y and x + width <= right and y + height <= bottom
            else:
                touched = x <= right and left <= x + width and y <= bottom and top <= y + height
            if touched:
                found.append(node.name)
        return found

    def problems(self) -> list[NodePicture]:
        """The nodes that are wrong themselves, innermost last."""
        return [node for node in self.nodes.values() if node.face.state == PROBLEM]

    @cached_property
    def _node_rows(self) -> Mapping[float, list[NodePicture]]:
        """The nodes by height on the page, so that few must be looked at to find one."""
        rows: dict[float, list[NodePicture]] = {}
        for node in self.nodes.values():
            for row in range(int(node.rect[1] // _ROW), int((node.rect[1] + node.rect[3]) // _ROW) + 1):
                rows.setdefault(row, []).append(node)
        return rows

    @cached_property
    def _edge_rows(self) -> Mapping[float, list[EdgePicture]]:
        rows: dict[float, list[EdgePicture]] = {}
        for edge in self.edges.values():
            _, top, _, bottom = edge.route.bounds
            for row in range(int((top - _REACH) // _ROW), int((bottom + _REACH) // _ROW) + 1):
                rows.setdefault(row, []).append(edge)
        return rows

    def _around(self, y: float) -> Iterable[NodePicture]:
        """The nodes near a height, each once."""
        rows = [self._node_rows.get(y // _ROW + step, []) for step in (-1, 0, 1)]
        return {id(node): node for row in rows for node in row}.values()


def _stage(side: Shape, top: float, bottom: float, ends: Iterable[tuple[float, int, int]]) -> Stage:
    """A stage with the channels of its outermost result: blocks are narrower inside."""
    depth, channels = 99, 0
    for end, level, count in ends:
        if top < end <= bottom + _BORDERS and level <= depth:
            depth, channels = level, count
    return Stage((side[0], side[1]), channels, top, bottom)
