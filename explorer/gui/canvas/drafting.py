"""Drafting the picture of a document: levels of blocks laid out inside out, then put in place."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.document import Document, Position
from explorer.core.graph import NodeId, Path
from explorer.core.outline import full_names
from explorer.core.shapes import shape_text
from explorer.gui.canvas.face import NORMAL, PROBLEM, WAITING, Face, face
from explorer.gui.canvas.layout import Box, Placement, Port, place
from explorer.gui.canvas.picture import EdgeKey, EdgePicture, NodePicture, Picture
from explorer.gui.canvas.routes import Route
from explorer.gui.canvas.routing import Level, Router, is_shortcut

WIDE, NARROW = 224.0, 184.0  # of a node in the main column, and beside it
TALL, LOW = 42.0, 25.0  # of a node with two lines, with one
TITLE, INSET = 26.0, 12.0  # of an unfolded block

_BELOW_CARDS = 24.0  # the cards behind a repeated block reach into the gap
_CLOSE, _INSIDE, _APART, _LABELLED = 10.0, 9.0, 18.0, 24.0  # room above a node

Opening = tuple[Path, Port, float]
"""An edge that is held open: the block that it is in, its end, and how long it shall be."""


class Draftsman:
    """Makes pictures. What it laid out for the last one is used again where nothing changed."""

    def __init__(self) -> None:
        self._faces: dict[int, tuple[Row | Problem, Face]] = {}
        self._levels: dict[tuple[int, frozenset[Path]], Level] = {}

    def picture(self, document: Document, analysis: Analysis, opening: Opening | None = None) -> Picture:
        """The picture of a document."""
        names = full_names(analysis)
        draft = _Draft(self._faces, self._levels, names, document, opening)
        picture = draft.picture(analysis)
        self._faces, self._levels = draft.new_faces, draft.new_levels
        return picture


class _Draft:
    """One picture under construction."""

    def __init__(
        self,
        faces: Mapping[int, tuple[Row | Problem, Face]],
        levels: Mapping[tuple[int, frozenset[Path]], Level],
        names: Mapping[Path, str],
        document: Document,
        opening: Opening | None,
    ) -> None:
        self._known_faces, self._known_levels = faces, levels
        self.new_faces: dict[int, tuple[Row | Problem, Face]] = {}
        self.new_levels: dict[tuple[int, frozenset[Path]], Level] = {}
        self._names = names
        self._opening = opening
        self._positions = document.positions
        self._unfolded = self._patterns(document.unfolded)
        self._nodes: dict[str, NodePicture] = {}
        self._edges: dict[EdgeKey, EdgePicture] = {}

    def picture(self, analysis: Analysis) -> Picture:
        """Lay out, move what a person moved, and put everything in place."""
        level = self._level(analysis, ())
        self._put(level, (), "", 0.0, 0.0, True)
        return Picture(self._nodes, self._edges, self._names)

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
            above = _LABELLED if marked else _room_above(faces[name], feeding, from_frame, inside=bool(path))
            inner = entry.inner
            if inner is not None and (name,) in pattern:
                opened[name] = self._level(inner, (*path, name))
                above = max(above, _APART)
            boxes[name] = _box(name, inputs, faces[name], above, opened.get(name))
        openings = {}
        if self._opening is not None and self._opening[0] == path:
            openings = {self._opening[1]: self._opening[2]}
        placement = place(list(boxes.values()), openings)
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
            self._nodes[full] = NodePicture(
                full, full_path, block, entry, level.faces[name], rect, x, inside is not None, here
            )
            if inside is not None:
                self._put(inside, full_path, full, x, y + TITLE, here)
        for (name, port), route in level.routes.items():
            self._edges[names[*path, name], port] = self._edge(level, path, name, port, route.moved(dx, dy))

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
    name: NodeId, inputs: tuple[NodeId | None, ...], face: Face, above: float, inside: Level | None
) -> Box:
    if inside is not None:
        placement = inside.placement
        bottom = placement.bottom + TITLE + INSET
        return Box(name, INSET - placement.left, placement.right + INSET, bottom, inputs, above)
    half = NARROW / 2
    return Box(name, WIDE / 2, WIDE / 2, TALL if face.tall else LOW, inputs, above, (half, half))


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
