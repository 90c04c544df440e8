"""Drawing an edge from port to port, and pulling one end of an edge elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QToolTip

from explorer.core import edits
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, NodeId, Path
from explorer.gui.canvas.boxes import TITLE
from explorer.gui.canvas.edge_item import HANDLE, line_path
from explorer.gui.canvas.gestures import Gesture
from explorer.gui.canvas.picture import EdgePicture, NodePicture
from explorer.gui.canvas.routes import Point, sweep

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_GRAB = 18.0  # around a port, in px on the screen


@dataclass(frozen=True)
class _End:
    """One end of an edge: a node by its name in its own graph, an input (None: its output), a place."""

    name: NodeId
    port: int | None
    place: Point
    full: str
    rect: QRectF


class Connect(Gesture):
    """Draw an edge between two nodes of one level. `pulled` is the edge that is there already."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, canvas: Canvas, start: QPointF, level: Path, fixed: _End, pulled: EdgePicture | None
    ) -> None:
        super().__init__(canvas, start)
        self._level, self._fixed, self._pulled = level, fixed, pulled
        self._graph = graph_of(canvas, level)
        self._at = start
        self._goal: _End | None = None
        self._refused: set[NodeId] = set()

    @classmethod
    def from_port(cls, canvas: Canvas, start: QPointF, node: NodePicture, port: int | None) -> Connect:
        """Begin at a port; an input holds one edge, so dragging from it takes that edge along."""
        edge = canvas.picture.edges.get((node.name, port)) if port is not None else None
        if edge is not None:
            return cls.from_edge(canvas, start, edge, at_source=False)
        place = dict(canvas.picture.ports(node)).get(port, node.outlet)
        end = _End(node.path[-1], port, place, node.name, QRectF(*node.rect))
        return cls(canvas, start, node.path[:-1], end, None)

    @classmethod
    def from_edge(cls, canvas: Canvas, start: QPointF, edge: EdgePicture, *, at_source: bool) -> Connect:
        """Pull one end of an edge; the other stays where it is."""
        node = canvas.picture.nodes[edge.key[0]]
        port = edge.key[1]
        if at_source:
            end = _End(node.path[-1], port, edge.route.end, node.name, QRectF(*node.rect))
        else:
            source = node.entry.node.inputs[port] or ""
            end = _End(source, None, edge.route.start, edge.source, QRectF())
        return cls(canvas, start, node.path[:-1], end, edge)

    def begin(self) -> None:
        self._refused = _refused(self._graph, self._fixed.name, self._fixed.port)
        nodes = self.canvas.picture.nodes.values()
        dimmed = {
            node.name
            for node in nodes
            if not node.unfolded
            and (node.path[:-1] != self._level or node.path[-1] in self._refused)
            and node.name != self._fixed.full
        }
        self.canvas.fade(dimmed, self._pulled.key if self._pulled is not None else None)

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._at = at
        self._goal, reason = self._found(at)
        self._say(reason, screen)
        self.canvas.viewport().update()

    def release(self, at: QPointF) -> None:
        goal, fixed = self._goal, self._fixed
        self.cancel()
        if goal is None:
            # on a node that refuses, the edge stays; on the empty page it goes
            if self._pulled is not None and self.canvas.picture.node_at(at.x(), at.y()) in (
                None,
                self._frame(),
            ):
                self._apply(f"disconnect {self._pulled.key[0]}", self._without_pulled)
            return
        source, target = (fixed, goal) if fixed.port is None else (goal, fixed)
        port = target.port or 0
        inputs = self._graph[target.name].inputs
        if port < len(inputs) and inputs[port] == source.name:
            return
        verb = "connect" if self._pulled is None else "reconnect"
        self._apply(
            f"{verb} {source.full or source.name} to {target.full}",
            lambda document: _joined(self._without_pulled(document), source.name, target.name, port),
        )

    def cancel(self) -> None:
        self.canvas.fade((), None)
        self._say("", QPoint())
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.canvas.ink.colour["accent"], 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        here = (self._at.x(), self._at.y())
        if self._goal is not None:
            here = self._goal.place
            painter.drawRoundedRect(self._goal.rect.adjusted(-3, -3, 3, 3), 9, 9)
        there = self._fixed.place
        first, last = (there, here) if self._fixed.port is None else (here, there)
        painter.drawPath(line_path(sweep(first, last)))
        painter.setBrush(self.canvas.ink.brush["canvas"])
        for x, y in (first, last):
            painter.drawEllipse(QPointF(x, y), HANDLE, HANDLE)

    def _say(self, text: str, screen: QPoint) -> None:
        """A short reason beside the pointer; "" takes it away."""
        viewport = self.canvas.viewport()
        if text:
            QToolTip.showText(viewport.mapToGlobal(screen), text, viewport)
        else:
            QToolTip.hideText()

    def _found(self, at: QPointF) -> tuple[_End | None, str]:
        """The port that is meant at a place, or why there is none."""
        picture = self.canvas.picture
        under = picture.node_at(at.x(), at.y())
        hit = picture.port_at(at.x(), at.y(), _GRAB / self.canvas.zoom)
        seeks_input = self._fixed.port is None
        if hit is None or (hit[1] is not None) != seeks_input:
            entering = self._entering(under, at)
            if entering is not None:
                return entering, ""
            if under is None or (under.unfolded and under is self._frame()):
                return None, ""
            hit = under, self._natural_port(under) if seeks_input else None
        node, port = hit
        if node.path == (*self._level, self._fixed.name):
            return None, ""
        reason = self._reason(node, port)
        if reason:
            return None, reason
        place = dict(picture.ports(node)).get(port, node.inlet if seeks_input else node.outlet)
        return _End(node.path[-1], port, place, node.name, QRectF(*node.rect)), ""

    def _frame(self) -> NodePicture | None:
        """The unfolded block in which the edge lies."""
        nodes = self.canvas.picture.nodes
        return nodes.get(self.canvas.picture.names.get(self._level, "")) if self._level else None

    def _entering(self, under: NodePicture | None, at: QPointF) -> _End | None:
        """The block's own input, taken at the title of its frame."""
        frame = self._frame()
        if frame is None or under is not frame or self._fixed.port is None or not self._graph.sources:
            return None
        left, top, width, _ = frame.rect
        if at.y() > top + TITLE:
            return None
        return _End(self._graph.sources[0], None, (frame.anchor, top + TITLE), "", _title(left, top, width))

    def _natural_port(self, node: NodePicture) -> int:
        """The input that is meant when an edge is dropped on the node itself."""
        if self._pulled is not None and self._pulled.key[0] == node.name:
            return self._pulled.key[1]
        inputs = node.entry.node.inputs
        if None in inputs:
            return inputs.index(None)
        return len(inputs) if node.entry.node.operator.ports[1] is None else max(0, len(inputs) - 1)

    def _reason(self, node: NodePicture, port: int | None) -> str:
        """Why an edge to this node is refused; "" where it is not."""
        if node.path[:-1] != self._level:
            block = self.canvas.picture.names.get(max(node.path[:-1], self._level, key=len), "")
            return f"Edges do not cross the border of {block}; dissolve the block to draw this one."
        name = node.path[-1]
        fixed = self._fixed
        source, target = (fixed.name, name) if fixed.port is None else (name, fixed.name)
        if self._graph[target].operator.ports[1] == 0:
            return f"{target} takes no input"
        into = (port or 0) if fixed.port is None else fixed.port
        return edits.refusal_to_connect(self._graph, source, target, into)

    def _without_pulled(self, document: Document) -> Document:
        if self._pulled is None:
            return document
        return edits.disconnect(document, self._pulled.path[-1], self._pulled.key[1])

    def _apply(self, label: str, edit: Callable[[Document], Document]) -> None:
        bench = self.canvas.workbench
        try:
            bench.apply(label, edits.within(bench.document, self._level, edit))
        except ExplorerError as error:
            self.canvas.complained.emit(str(error))


def end_at(edge: EdgePicture, at: QPointF, *, within: float) -> bool | None:
    """Which end of an edge a point means: True its source, False its target.

    None where neither is nearer than `within`.
    """
    distances = [(at.x() - x) ** 2 + (at.y() - y) ** 2 for x, y in (edge.route.start, edge.route.end)]
    if min(distances) > within * within:
        return None
    return distances[0] < distances[1]


def graph_of(canvas: Canvas, level: Path) -> Graph:
    """The graph of the network, or of the inside of a block."""
    analysis = canvas.workbench.analysis
    for name in level:
        inner = analysis[name].inner
        if inner is None:
            raise ExplorerError(f"{name} has no inside yet: connect its input first")
        analysis = inner
    return analysis.graph


def _refused(graph: Graph, start: NodeId, port: int | None) -> set[NodeId]:
    """The nodes of a graph with which an edge from this end would close a circle, or find no input."""
    known = {start}
    if port is None:
        for name in reversed(graph.order):
            if any(target in known for target, _ in graph.consumers[name]):
                known.add(name)
        return known | {node.id for node in graph if node.operator.ports[1] == 0}
    for name in graph.order:
        if any(source in known for source in graph[name].inputs):
            known.add(name)
    return known


def _joined(document: Document, source: NodeId, target: NodeId, port: int) -> Document:
    """Connect; where pulling an edge off took its port away, the port that came in its place."""
    node = document.graph[target]
    if node.operator.ports[1] is None:
        port = min(port, len(node.inputs))
    return edits.connect(document, source, target, port)


def _title(left: float, top: float, width: float) -> QRectF:
    return QRectF(left, top, width, TITLE)


__all__ = ["Connect", "end_at", "graph_of"]
