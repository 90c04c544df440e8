"""Gestures of the pointer: each follows the pointer and ends in at most one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.core import edits
from explorer.core.document import Position
from explorer.core.graph import NodeId
from explorer.gui.canvas.drafting import TALL
from explorer.gui.canvas.edge_item import line_path
from explorer.gui.canvas.picture import EdgeKey, NodePicture, Picture
from explorer.gui.canvas.routes import sweep

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_LIVE = 800  # nodes up to which moving is shown at every step of the pointer
_GRAB = 9.0  # around a port, in px on the screen


class Gesture:
    """What the pointer does between press and release. `start` is where it was pressed."""

    cursor: Qt.CursorShape | None = None

    def __init__(self, canvas: Canvas, start: QPointF) -> None:
        self.canvas = canvas
        self.start = start

    def move(self, at: QPointF, screen: QPoint) -> None:
        """The pointer is elsewhere: a place of the picture, and of the screen."""

    def release(self, at: QPointF) -> None:
        """The button was let go: do it."""

    def cancel(self) -> None:
        """Escape: leave everything as it was."""

    def paint(self, painter: QPainter) -> None:
        """Draw what would happen; the painter is in the picture's coordinates."""


class Pan(Gesture):
    """Push the page about."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, start: QPointF, screen: QPoint) -> None:
        super().__init__(canvas, start)
        self._last = screen

    def move(self, at: QPointF, screen: QPoint) -> None:
        self.canvas.pan_by(screen - self._last)
        self._last = screen


class RubberBand(Gesture):
    """Select what a rectangle touches."""

    def __init__(self, canvas: Canvas, start: QPointF, *, add: bool) -> None:
        super().__init__(canvas, start)
        self._before = canvas.workbench.selection if add else ()
        self._rect = QRectF(start, start)

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._rect = QRectF(self.start, at).normalized()
        rect = self._rect
        inside = self.canvas.picture.inside(rect.left(), rect.top(), rect.right(), rect.bottom())
        self.canvas.workbench.select((*self._before, *inside))

    def cancel(self) -> None:
        self.canvas.workbench.select(self._before)

    def paint(self, painter: QPainter) -> None:
        accent = self.canvas.ink.colour["accent"]
        pen = QPen(accent, 1)
        pen.setCosmetic(True)
        fill = QColor(accent)
        fill.setAlphaF(0.12)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRect(self._rect)


class Move(Gesture):
    """Stand nodes elsewhere. A node inside a block moves with its block."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: QPointF, names: list[NodeId]) -> None:
        super().__init__(canvas, start)
        self._places = {name: place(canvas.picture, name) for name in names}
        self._by = (0.0, 0.0)

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._by = (round(at.x() - self.start.x()), round(at.y() - self.start.y()))
        if len(self.canvas.picture.nodes) <= _LIVE:
            self.canvas.preview(edits.move(self.canvas.workbench.document, self._moved()))

    def release(self, at: QPointF) -> None:
        if self._by == (0.0, 0.0):
            return
        names = list(self._places)
        label = f"move {names[0]}" if len(names) == 1 else f"move {len(names)} layers"
        workbench = self.canvas.workbench
        workbench.apply(label, edits.move(workbench.document, self._moved()))

    def cancel(self) -> None:
        self.canvas.preview(None)

    def paint(self, painter: QPainter) -> None:
        if len(self.canvas.picture.nodes) <= _LIVE:
            return
        painter.setPen(QPen(self.canvas.ink.colour["accent"], 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name in self._places:
            node = self.canvas.picture.nodes[name]
            painter.drawRoundedRect(QRectF(*node.rect).translated(*self._by), 6, 6)

    def _moved(self) -> dict[NodeId, Position]:
        dx, dy = self._by
        return {name: (x + dx, y + dy) for name, (x, y) in self._places.items()}


class Connect(Gesture):
    """Draw an edge from a port to a port, from either end; an edge that is there can be pulled off."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, start: QPointF, node: NodePicture, port: int | None) -> None:
        super().__init__(canvas, start)
        self._node, self._port = node, port
        self._pulled: EdgeKey | None = None
        edge = canvas.picture.edges.get((node.name, port)) if port is not None else None
        if edge is not None and edge.source in canvas.picture.nodes:
            # an input holds one edge: dragging from it takes that edge along
            self._pulled = edge.key
            self._node, self._port = canvas.picture.nodes[edge.source], None
        self._at = start
        self._refused = self._refusals()
        self._goal: tuple[NodePicture, int | None] | None = None
        canvas.fade(self._refused)

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._at = at
        picture = self.canvas.picture
        under = picture.node_at(at.x(), at.y())
        hit = picture.port_at(at.x(), at.y(), 2 * _GRAB / self.canvas.zoom)
        if hit is None or (hit[1] is None) == (self._port is None):
            hit = (under, self._natural_port(under)) if under is not None else None
        self._goal = None
        tip = ""
        if hit is not None and hit[0].name != self._node.name:
            if hit[0].name in self._refused:
                tip = self._reason(hit[0])
            else:
                self._goal = hit
        self.canvas.say(tip, screen)
        self.canvas.viewport().update()

    def release(self, at: QPointF) -> None:
        self.cancel()
        workbench = self.canvas.workbench
        document = workbench.document
        if self._goal is None:
            if self._pulled is not None and at != self.start:
                name, port = self._pulled
                workbench.apply(f"disconnect {name}", edits.disconnect(document, name, port))
            return
        source, target, port = self._edge(*self._goal)
        if self._pulled == (target, port):
            return
        if self._pulled is not None:
            document = edits.disconnect(document, *self._pulled)
        workbench.apply(f"connect {source} to {target}", edits.connect(document, source, target, port))

    def cancel(self) -> None:
        self.canvas.fade(())
        self.canvas.say("", QPoint())
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        pen = QPen(self.canvas.ink.colour["accent"], 2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        here = (self._at.x(), self._at.y())
        if self._goal is not None:
            places = dict(self.canvas.picture.ports(self._goal[0]))
            here = places.get(self._goal[1], self._goal[0].inlet)
            painter.drawRoundedRect(QRectF(*self._goal[0].rect).adjusted(-3, -3, 3, 3), 9, 9)
        own = dict(self.canvas.picture.ports(self._node))
        there = own.get(self._port, self._node.outlet)
        first, last = (there, here) if self._port is None else (here, there)
        painter.drawPath(line_path(sweep(first, last)))
        painter.setBrush(self.canvas.ink.brush["canvas"])
        for x, y in (first, last):
            painter.drawEllipse(QPointF(x, y), 4.5, 4.5)

    def _edge(self, node: NodePicture, port: int | None) -> tuple[str, str, int]:
        """(source, target, input) of the edge to this port."""
        if self._port is None:
            return self._node.name, node.name, port or 0
        return node.name, self._node.name, self._port

    def _natural_port(self, node: NodePicture) -> int | None:
        """The input that is meant when an edge is dropped on the node itself."""
        if self._port is not None:
            return None
        inputs = node.entry.node.inputs
        if None in inputs:
            return inputs.index(None)
        return len(inputs) if node.entry.node.operator.ports[1] is None else max(0, len(inputs) - 1)

    def _refusals(self) -> set[str]:
        """The nodes to which an edge cannot be drawn."""
        graph = self.canvas.workbench.document.graph
        nodes = self.canvas.picture.nodes
        refused = {name for name, node in nodes.items() if len(node.path) > 1 and not node.unfolded}
        start = self._node.name
        if start not in graph:
            return set(nodes) - {start}
        if self._port is None:
            known = {start}
            for name in reversed(graph.order):
                if any(target in known for target, _ in graph.consumers[name]):
                    known.add(name)
            refused |= known | {name for name in graph.sources if name in nodes}
        else:
            known = {start}
            for name in graph.order:
                if any(source in known for source in graph[name].inputs):
                    known.add(name)
            refused |= known
        return refused - {start}

    def _reason(self, node: NodePicture) -> str:
        graph = self.canvas.workbench.document.graph
        if node.name not in graph or self._node.name not in graph:
            return "Edges inside blocks stay as they are; dissolve the block to draw others."
        source, target, port = self._edge(node, self._natural_port(node))
        if graph[target].operator.ports[1] == 0:
            return f"{target} takes no input"
        return edits.refusal_to_connect(graph, source, target, port)


def place(picture: Picture, name: NodeId) -> Position:
    """Where a node stands, as documents say it: the middle of the folded node."""
    node = picture.nodes[name]
    return node.anchor, node.rect[1] + min(node.rect[3], TALL) / 2
