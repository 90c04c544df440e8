"""Drafting the picture of a document: levels of blocks laid out inside out, then put in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.document import Document, Position
from explorer.core.graph import NodeId, Path
from explorer.core.outline import full_names
from explorer.core.shapes import shape_text
from explorer.gui.canvas.face import NORMAL, PROBLEM, WAITING, Face, face
from explorer.gui.canvas.layout import Box, Placement, Port, place
from explorer.gui.canvas.picture import EdgePicture, NodePicture, Picture
from explorer.gui.canvas.routes import Route
from explorer.gui.canvas.routing import Level, Router, is_shortcut

WIDE, NARROW = 224.0, 184.0  # of a node in the main column, and beside it
TALL, LOW = 42.0, 25.0  # of a node with two lines, with one
TITLE, INSET = 26.0, 12.0  # of an unfolded block
LONG = 184.0  # of a node where the network runs to the right

_BELOW_CARDS = 24.0  # the cards behind a repeated block reach into the gap
_CLOSE, _INSIDE, _APART, _LABELLED = 10.0, 9.0, 18.0, 24.0  # room above a node
_LETTER = 6.6  # width of a letter of a label, which lies along an edge that runs to the right
_LOOP = 20.0  # over a folded block for the arc that marks a residual one
_DEEP, _FLAT = 140.0, 56.0  # the farthest that a curved skip swings out, running down and to the right
_SLOT = 190.0  # more room is held open for what is dropped there

Opening = tuple[Path, Port, float]
"""An edge that is held open: the block that it is in, its end, and how long it shall be."""


@dataclass(frozen=True)
class _Drawn:
    """The inside of an unfolded block in its place on the page, for the next picture."""

    level: Level
    place: tuple[str, float, float, bool]
    nodes: tuple[NodePicture, ...]
    edges: tuple[EdgePicture, ...]

    def holds(self, level: Level, place: tuple[str, float, float, bool], names: Mapping[Path, str]) -> bool:
        """Whether all of it would be drawn again just so."""
        if self.level is not level or self.place != place:
            return False
        return all(names[node.path] == node.name for node in self.nodes)


class Draftsman:
    """Makes pictures. What it laid out for the last one is used again where nothing changed."""

    def __init__(self) -> None:
        self._faces: dict[int, tuple[Row | Problem, Face]] = {}
        self._levels: dict[tuple[int, frozenset[Path]], Level] = {}
        self._drawn: dict[Path, _Drawn] = {}
        self._across = False

    def picture(
        self,
        document: Document,
        analysis: Analysis,
        opening: Opening | None = None,
        *,
        across: bool = False,
        names: Mapping[Path, str] | None = None,
    ) -> Picture:
        """The picture of a document, from top to bottom, or `across` from left to right.

        `names` are the full names of the analysis, where they are known already.
        """
        names = full_names(analysis) if names is None else names
        if across != self._across:
            self._across, self._levels, self._drawn = across, {}, {}
        draft = _Draft(self._faces, self._levels, self._drawn, names, document, opening, across)
        picture = draft.picture(analysis)
        self._faces, self._levels, self._drawn = draft.new_faces, draft.new_levels, draft.new_drawn
        return picture


class _Draft:
    """One picture under construction."""

    def __init__(
        self,
        faces: Mapping[int, tuple[Row | Problem, Face]],
        levels: Mapping[tuple[int, frozenset[Path]], Level],
        drawn: Mapping[Path, _Drawn],
        names: Mapping[Path, str],
        document: Document,
        opening: Opening | None,
        across: bool,
    ) -> None:
        self._across = across
        self._known_faces, self._known_levels, self._known_drawn = faces, levels, drawn
        self.new_faces: dict[int, tuple[Row | Problem, Face]] = {}
        self.new_levels: dict[tuple[int, frozenset[Path]], Level] = {}
        self.new_drawn: dict[Path, _Drawn] = {}
        self._names = names
        self._opening = opening
        self._positions = document.positions
        self._unfolded = self._patterns(document.unfolded)
        self._nodes: list[NodePicture] = []
        self._edges: list[EdgePicture] = []

    def picture(self, analysis: Analysis) -> Picture:
        """Lay out, move what a person moved, and put everything in place."""
        level = self._level(analysis, ())
        self._put(level, (), "", 0.0, 0.0, True)
        nodes = {node.name: node for node in self._nodes}
        return Picture(nodes, {edge.key: edge for edge in self._edges}, self._names, self._across)

    def _patterns(self, unfolded: frozenset[str]) -> dict[Path, frozenset[Path]]:
        """For each block, the relative paths of what is unfolded in it."""
        if not unfolded:
            return {}
        found: dict[Path, set[Path]] = {}
        for path, name in self._names.items():
            if name in unfolded:
                for depth in range(len(path)):
                    found.setdefault(path[:depth], set()).add(path[depth:])
        return {path: frozenset(below) for path, below in found.items()}

    def _face(self, entry: Row | Problem) -> Face:
        known = self.new_faces.get(id(entry)) or self._known_faces.get(id(entry))
        if known is None or known[0] is not entry:
            known = entry, face(entry)
        self.new_faces[id(entry)] = known
        return known[1]

    def _level(self, analysis: Analysis, path: Path) -> Level:
        pattern = self._unfolded.get(path, frozenset())
        if self._opening is not None and self._opening[0][: len(path)] == path:
            return self._lay_out(analysis, path, pattern)
        key = id(analysis), pattern
        level = self.new_levels.get(key) or self._known_levels.get(key)
        # at the top, places that a person chose are part of the layout
        if not path or level is None or level.analysis is not analysis:
            level = self._lay_out(analysis, path, pattern)
        if path:
            self.new_levels[key] = level
        return level

    def _lay_out(self, analysis: Analysis, path: Path, pattern: frozenset[Path]) -> Level:
        graph = analysis.graph
        entering = frozenset(graph.sources) if path else frozenset()
        faces: dict[NodeId, Face] = {}
        opened: dict[NodeId, Level] = {}
        labels: set[Port] = set()
        boxes: dict[NodeId, Box] = {}
        for name in graph.order:
            entry = analysis[name]
            inputs = entry.node.inputs
            if name in entering:
                boxes[name] = Box(name, 0.0, 0.0, 0.0, (), 0.0)
                continue
            faces[name] = self._face(entry)
            marked = [
                (name, port)
                for port, source in enumerate(inputs)
                if source in faces and _labelled(analysis, source, faces[source], faces[name])
            ]
            labels.update(marked)
            feeding = [faces.get(source) for source in inputs if source is not None and source not in opened]
            from_frame = any(source in entering or source in opened for source in inputs)
            above = _room_above(faces[name], feeding, from_frame, inside=bool(path))
            if marked:
                above = self._label_room(analysis, inputs)
            inner = entry.inner
            if inner is not None and (name,) in pattern:
                opened[name] = self._level(inner, (*path, name))
                above = max(above, _APART)
            boxes[name] = _box(name, inputs, faces[name], above, opened.get(name), self._across)
        openings = {}
        if self._opening is not None and self._opening[0] == path:
            openings = {self._opening[1]: self._opening[2] + (_SLOT if self._across else 0.0)}
        placement = place(list(boxes.values()), openings, _FLAT if self._across else _DEEP)
        moved = {} if path else _move(placement, self._positions)
        level = Level(analysis, boxes, placement, faces, entering, opened, labels=frozenset(labels))
        level.routes = Router(level, moved).routes()
        return level

    def _put(self, level: Level, path: Path, block: str, dx: float, dy: float, main: bool) -> None:
        """Nodes and edges of a level at their place on the page; frames before what is in them."""
        names, analysis = self._names, level.analysis
        for name, spot in level.placement.spots.items():
            if name in level.entering:
                continue
            full_path = (*path, name)
            full = names[full_path]
            x, y = spot.x + dx, spot.top + dy
            entry = analysis.rows.get(name) or analysis.problems[name]
            inside = level.opened.get(name)
            here = main and spot.column == 0
            rect = (x - spot.left, y, spot.left + spot.right, spot.height)
            if self._across:
                rect = rect[1], rect[0], rect[3], rect[2]
                if inside is None and level.faces[name].residual:
                    rect = rect[0], rect[1] + _LOOP, rect[2], rect[3] - _LOOP
            self._nodes.append(
                NodePicture(
                    *(full, full_path, block, entry, level.faces[name], rect, x, inside is not None, here),
                    self._across,
                )
            )
            if inside is not None:
                self._put_inside(inside, full_path, full, x, y + (INSET if self._across else TITLE), here)
        for (name, port), route in level.routes.items():
            route = route.moved(dx, dy)
            if self._across:
                route = route.turned()
            self._edges.append(self._edge(level, path, name, port, route))

    def _put_inside(self, level: Level, path: Path, block: str, dx: float, dy: float, main: bool) -> None:
        """As `_put`, for a block; the values of the last picture where it stands unchanged."""
        place = block, dx, dy, main
        known = self._known_drawn.get(path)
        if known is not None and known.holds(level, place, self._names):
            self._nodes += known.nodes
            self._edges += known.edges
            for node in known.nodes:
                if node.unfolded:
                    self.new_drawn[node.path] = self._known_drawn[node.path]
        else:
            nodes, edges = len(self._nodes), len(self._edges)
            self._put(level, path, block, dx, dy, main)
            known = _Drawn(level, place, tuple(self._nodes[nodes:]), tuple(self._edges[edges:]))
        self.new_drawn[path] = known

    def _label_room(self, analysis: Analysis, inputs: tuple[NodeId | None, ...]) -> float:
        """The room over a node for the shapes that stand on the edges to it."""
        if not self._across:
            return _LABELLED
        shapes = [analysis.rows[source].output for source in inputs if source in analysis.rows]
        return max((len(shape_text(shape)) for shape in shapes), default=0) * _LETTER + 16

    def _edge(self, level: Level, path: Path, name: NodeId, port: int, route: Route) -> EdgePicture:
        analysis = level.analysis
        node = analysis.graph.nodes[name]
        source = node.inputs[port] or ""
        row = analysis.rows.get(source)
        label = shape_text(row.output) if row is not None else ""
        state = level.faces[name].state
        return EdgePicture(
            key=(self._names[*path, name], port),
            path=(*path, name),
            source="" if source in level.entering else self._names[*path, source],
            route=route,
            label=label,
            labelled=(name, port) in level.labels,
            clash=state == PROBLEM and bool(label),
            skip=(name, port) in level.placement.arcs or is_shortcut(level, name, source),
            waiting=state == WAITING,
        )


def _room_above(face: Face, feeding: list[Face | None], from_frame: bool, *, inside: bool) -> float:
    """The room that a node wants over it."""
    if any(source is not None and source.repeats > 1 for source in feeding):
        return _BELOW_CARDS
    if from_frame:
        return _APART
    if inside:
        return _INSIDE
    return _APART if face.tall or face.category == "Merge" else _CLOSE


def _box(
    name: NodeId,
    inputs: tuple[NodeId | None, ...],
    face: Face,
    above: float,
    inside: Level | None,
    across: bool,
) -> Box:
    high = TALL if face.tall else LOW
    if inside is not None:
        placement = inside.placement
        left, right = INSET - placement.left, placement.right + INSET
        if across:  # the title stands over what is inside, beside the way it runs
            return Box(name, left + TITLE - INSET / 2, right, placement.bottom + 2 * INSET, inputs, above)
        return Box(name, left, right, placement.bottom + TITLE + INSET, inputs, above)
    if across:
        over = _LOOP if face.residual else 0.0
        return Box(name, high / 2 + over, high / 2, LONG, inputs, above)
    half = NARROW / 2
    return Box(name, WIDE / 2, WIDE / 2, high, inputs, above, (half, half))


def _move(placement: Placement, positions: Mapping[str, Position]) -> dict[NodeId, Position]:
    """Stand the nodes that a person moved where they were put; a block by its upper edge."""
    moved = {}
    for name, spot in placement.spots.items():
        at = positions.get(name)
        if at is not None:
            moved[name] = at
            spot.x = at[0]
            spot.top = at[1] - min(spot.height, TALL) / 2
    return moved


def _labelled(analysis: Analysis, source: NodeId, giving: Face, taking: Face) -> bool:
    """Whether the shape stands on an edge: a one-line node changed it, or it does not fit."""
    row = analysis.rows.get(source)
    if row is None:
        return False
    if taking.state == PROBLEM:
        return True
    return taking.state == NORMAL and not giving.tall and bool(row.inputs) and row.output != row.inputs[0]
