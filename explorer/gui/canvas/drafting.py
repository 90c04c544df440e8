"""Drafting the picture of a document: levels of blocks laid out inside out, then put in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.core.analysis import Analysis, Problem, Row
from explorer.core.document import Document, Position
from explorer.core.graph import NodeId, Path
from explorer.core.outline import full_names
from explorer.core.shapes import shape_text
from explorer.gui.canvas.boxes import (
    APART,
    INSET,
    LABELLED,
    LETTER,
    LOOP,
    TITLE,
    box_of,
    longest,
    room_above,
)
from explorer.gui.canvas.face import NORMAL, PROBLEM, WAITING, Face, face
from explorer.gui.canvas.layout import Box, Placement, Port, place
from explorer.gui.canvas.picture import EdgePicture, NodePicture, Picture
from explorer.gui.canvas.routes import Route
from explorer.gui.canvas.routing import Level, Router, is_shortcut

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
        self._places: dict[Path, Level] = {}
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
            self._across, self._levels, self._drawn, self._places = across, {}, {}, {}
        known = self._faces, self._levels, self._drawn, self._places
        draft = _Draft(*known, names, document, opening, across)
        picture = draft.picture(analysis)
        self._faces, self._levels, self._drawn = draft.new_faces, draft.new_levels, draft.new_drawn
        self._places = {**self._places, **draft.new_places} if opening else draft.new_places
        return picture


class _Draft:
    """One picture under construction."""

    def __init__(
        self,
        faces: Mapping[int, tuple[Row | Problem, Face]],
        levels: Mapping[tuple[int, frozenset[Path]], Level],
        drawn: Mapping[Path, _Drawn],
        places: Mapping[Path, Level],
        names: Mapping[Path, str],
        document: Document,
        opening: Opening | None,
        across: bool,
    ) -> None:
        self._across = across
        self._known_faces, self._known_levels, self._known_drawn = faces, levels, drawn
        self._known_places, self.new_places = places, dict[Path, Level]()
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
            self.new_levels[key] = self.new_places[path] = level
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
            above = room_above(faces[name], feeding, from_frame, inside=bool(path))
            if marked:
                above = self._label_room(analysis, inputs)
            inner = entry.inner
            if inner is not None and (name,) in pattern:
                opened[name] = self._level(inner, (*path, name))
                above = max(above, APART)
            boxes[name] = box_of(name, inputs, faces[name], above, opened.get(name), self._across)
        openings = {}
        if self._opening is not None and self._opening[0] == path:
            openings = {self._opening[1]: self._opening[2] + (_SLOT if self._across else 0.0)}
        level = Level(analysis, boxes, Placement(), faces, entering, opened, labels=frozenset(labels))
        if openings or (not path and self._positions):
            self._stand(level, openings, {} if path else self._positions)
            return level
        known = self._known_places.get(path)
        # what stands where follows from the boxes, and few edits change one of them
        if known is not None and list(known.boxes.values()) == list(boxes.values()):
            level.placement, level.routes = known.placement, known.routes
        else:
            self._stand(level, {}, {})
        self.new_places[path] = level
        return level

    def _stand(self, level: Level, openings: Mapping[Port, float], positions: Mapping[str, Position]) -> None:
        """Give the boxes of a level their places, and its edges their lines."""
        boxes = list(level.boxes.values())
        level.placement = place(boxes, openings, _FLAT if self._across else _DEEP)
        moved = _move(level.placement, positions, longest(across=self._across))
        level.routes = Router(level, moved, across=self._across).routes()

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
                    rect = rect[0], rect[1] + LOOP, rect[2], rect[3] - LOOP
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
            return LABELLED
        shapes = [analysis.rows[source].output for source in inputs if source in analysis.rows]
        return max((len(shape_text(shape)) for shape in shapes), default=0) * LETTER + 16

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


def _move(placement: Placement, positions: Mapping[str, Position], length: float) -> dict[NodeId, Position]:
    """Stand the nodes that a person moved where they were put; a block by its upper edge."""
    moved = {}
    for name, spot in placement.spots.items():
        at = positions.get(name)
        if at is not None:
            moved[name] = at
            spot.x = at[0]
            spot.top = at[1] - min(spot.height, length) / 2
    return moved


def _labelled(analysis: Analysis, source: NodeId, giving: Face, taking: Face) -> bool:
    """Whether the shape stands on an edge: a one-line node changed it, or it does not fit."""
    row = analysis.rows.get(source)
    if row is None:
        return False
    if taking.state == PROBLEM:
        return True
    return taking.state == NORMAL and not giving.tall and bool(row.inputs) and row.output != row.inputs[0]
