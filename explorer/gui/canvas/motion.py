"""Changes of the picture drawn as movement: only the drawing is between two states, no value ever is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle

from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.picture import EdgeKey, EdgePicture, NodePicture, Picture, Rect
from explorer.gui.canvas.routes import Route

if TYPE_CHECKING:
    from explorer.gui.canvas.scene import NetworkScene

GAP, ARRANGE = 160, 220
"""Milliseconds: for folding, gaps and edits; for arranging and zooming to fit."""

_MOST = 900  # items that are moved at once; more are shown in their new places directly

_reduced: bool | None = None


def reduce_motion(on: bool | None) -> None:
    """Show every change at once (True), or moving (False); None is as the system says."""
    global _reduced
    _reduced = on


def motion_reduced() -> bool:
    """Whether changes are shown at once."""
    if _reduced is not None:
        return _reduced
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


class Motion(QObject):
    """Moves the items of a scene from where they were drawn to where they belong."""

    def __init__(self, scene: NetworkScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._nodes: dict[str, tuple[Rect, NodePicture]] = {}
        self._edges: dict[EdgeKey, tuple[Route, EdgePicture]] = {}
        self._appearing: list[str] = []
        self._appearing_edges: list[EdgeKey] = []
        self._done = 0.0
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._step)
        self._clock.finished.connect(self.finish)

    @property
    def running(self) -> bool:
        """Whether something is drawn on its way."""
        return bool(self._nodes or self._edges or self._appearing or self._appearing_edges)

    def finish(self) -> None:
        """Draw everything where it belongs, now."""
        self._clock.stop()
        if self.running:
            self._step(1.0)
        self._nodes, self._edges = {}, {}
        self._appearing, self._appearing_edges = [], []

    def halt(self) -> tuple[dict[str, Rect], dict[EdgeKey, Route]]:
        """As `finish`; where things were drawn that had not arrived."""
        done = self._done
        rects = {name: _between(start, node.rect, done) for name, (start, node) in self._nodes.items()}
        routes = {key: _line(start, edge.route, done) for key, (start, edge) in self._edges.items()}
        self.finish()
        return rects, routes

    def run(
        self,
        old: Picture,
        new: Picture,
        milliseconds: int,
        drawn: tuple[dict[str, Rect], dict[EdgeKey, Route]],
    ) -> None:
        """The scene shows `new` now: let it come from what was drawn before."""
        if not milliseconds or motion_reduced() or not old.nodes:
            return
        self._gather_nodes(old, new, drawn[0])
        self._gather_edges(old, new, drawn[1])
        if len(self._nodes) + len(self._edges) + len(self._appearing) + len(self._appearing_edges) > _MOST:
            self._nodes, self._edges, self._appearing, self._appearing_edges = {}, {}, [], []
        if self.running:
            self._clock.setDuration(milliseconds)
            self._step(0.0)
            self._clock.start()

    def _gather_nodes(self, old: Picture, new: Picture, drawn: dict[str, Rect]) -> None:
        for name, node in new.nodes.items():
            before = old.nodes.get(name)
            if before is None:
                self._appearing.append(name)
                continue
            start = drawn.get(name, before.rect)
            if start != node.rect:
                self._nodes[name] = start, node

    def _gather_edges(self, old: Picture, new: Picture, drawn: dict[EdgeKey, Route]) -> None:
        for key, edge in new.edges.items():
            before = old.edges.get(key)
            if before is None:
                self._appearing_edges.append(key)
                continue
            start = drawn.get(key, before.route)
            if start == edge.route:
                continue
            if _alike(start, edge.route):
                self._edges[key] = start, edge
            else:
                self._appearing_edges.append(key)

    def _step(self, done: float) -> None:
        self._done = done
        nodes, edges = self._scene.nodes, self._scene.edges
        for name, (start, node) in self._nodes.items():
            item = nodes[name]
            left, top, width, height = _between(start, node.rect, done)
            item.setPos(left, top)
            if isinstance(item, BlockFrame):
                item.show_size(width, height)
        for key, (start, edge) in self._edges.items():
            edges[key].show_route(edge.route if done == 1.0 else _line(start, edge.route, done))
        for name in self._appearing:
            nodes[name].setOpacity(_opacity(nodes[name].faded, done))
        for key in self._appearing_edges:
            edges[key].setOpacity(_opacity(edges[key].faded, done))


def _opacity(faded: bool, done: float) -> float:
    return (0.35 if faded else 1.0) * done


def _between(start: Rect, end: Rect, done: float) -> Rect:
    if done == 1.0:
        return end
    left, top, width, height = (a + (b - a) * done for a, b in zip(start, end, strict=True))
    return left, top, width, height


def _alike(one: Route, other: Route) -> bool:
    """Whether two lines have the same form, so that there are lines between them."""
    return (one.dot is None) == (other.dot is None) and [len(part) for part in one.segments] == [
        len(part) for part in other.segments
    ]


def _line(start: Route, end: Route, done: float) -> Route:
    def point(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        return a[0] + (b[0] - a[0]) * done, a[1] + (b[1] - a[1]) * done

    segments = tuple(
        tuple(point(a, b) for a, b in zip(before, after, strict=True))
        for before, after in zip(start.segments, end.segments, strict=True)
    )
    dot = point(start.dot, end.dot) if start.dot is not None and end.dot is not None else None
    return Route(point(start.start, end.start), segments, dot, end.arrow)


__all__ = ["ARRANGE", "GAP", "Motion", "motion_reduced", "reduce_motion"]
