"""Dragging nodes: to another place, out of their chain, and onto an edge."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPen

from explorer.core import edits, splicing
from explorer.core.analysis import analyze
from explorer.core.document import Document, Position
from explorer.core.errors import ExplorerError
from explorer.core.graph import NodeId, Path
from explorer.gui.canvas.boxes import longest
from explorer.gui.canvas.gestures import Gesture
from explorer.gui.canvas.guides import NEAR, Guide, paint_guides, snapped
from explorer.gui.canvas.picture import NodePicture, Picture
from explorer.gui.canvas.placing import OnEdge, judged
from explorer.gui.canvas.slots import Slot, held, opening_of, paint_slots, slot_rects

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_LIVE = 800  # nodes up to which moving is shown at every step of the pointer
_NEAR = 10.0  # px on the screen from an edge
_TURNS, _STROKE, _WITHIN = 4, 12, 1.2  # a shake: turns, px of each stroke, seconds


class Move(Gesture):
    """Stand nodes elsewhere. A node inside a block moves with its block.

    Nodes that hang on no edge can be dropped on one. With Alt, or by a shake, they first leave
    their chain, whose ends are joined.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: QPointF, grabbed: NodePicture, *, detach: bool) -> None:
        super().__init__(canvas, start)
        self._grabbed = grabbed
        self._by = (0.0, 0.0)
        self._guides: tuple[Guide, ...] = ()
        self._before = canvas.picture
        self._shake = _Shake()
        self._document = canvas.workbench.document
        self._level: Path = grabbed.path[:-1] if detach else ()
        self._names = self._chosen(self._level)
        nodes = canvas.picture.nodes
        drawn = [name for name in self._names if not self._level and name in nodes]
        self._places = {name: place(canvas.picture, name) for name in drawn}
        self._loose = not self._level and splicing.is_loose(self._document.graph, self._names)
        self._leaves = detach
        self._target: OnEdge | None = None
        self._slot: Slot | None = None
        self._spliced: Document | None = None

    def begin(self) -> None:
        if self._leaves:
            self._leave()

    def move(self, at: QPointF, screen: QPoint) -> None:
        self._by = (round(at.x() - self.start.x()), round(at.y() - self.start.y()))
        if not self._loose and self._shake.moved(screen.x()):
            self._leave()
        if self._loose:
            self._seek(at)
        self._snap()
        if self._live:
            self.canvas.preview(self._moved(self._document))
        self.canvas.viewport().update()

    def _snap(self) -> None:
        """Stand in line with other nodes; Ctrl lets go of the lines."""
        self._guides = ()
        free = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        if free or self._target is not None or not self._live:
            return
        within = NEAR / self.canvas.zoom
        held = self._before.nodes.get(self._grabbed.path[0], self._grabbed)
        moved, self._guides = snapped(self._before, held, self._names, self._by, within)
        self._by = (round(moved[0], 2), round(moved[1], 2))

    def release(self, at: QPointF) -> None:
        target, spliced, bench = self._target, self._spliced, self.canvas.workbench
        self.cancel()
        what = self._names[0] if len(self._names) == 1 else f"{len(self._names)} layers"
        if target is not None:
            if spliced is not None and spliced.graph != bench.document.graph:
                bench.apply(f"put {what} before {target.key[0]}", spliced)
            elif self._slot is not None:
                self.canvas.complained.emit(self._slot.says)
        elif self._level:
            self.canvas.complained.emit(
                f"{what} was left where it is: inside a block, a layer can only be put on another edge of it"
            )
        elif self._by != (0.0, 0.0):
            verb = "detach" if self._document.graph is not bench.document.graph else "move"
            bench.apply(f"{verb} {what}", self._moved(self._document))

    def cancel(self) -> None:
        self.canvas.open_edge(None)
        self.canvas.preview(None)
        self.canvas.fade(())

    def paint(self, painter: QPainter) -> None:
        ink = self.canvas.ink
        if not self._live:
            painter.setPen(QPen(ink.colour["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for name in self._places or [self._grabbed.name]:
                node = self.canvas.picture.nodes[name]
                painter.drawRoundedRect(QRectF(*node.rect).translated(*self._by), 6, 6)
        paint_guides(painter, ink, self._guides)
        if self._target is not None and self._slot is not None:
            picture = self.canvas.picture
            rects = slot_rects(picture, self._target, 1)
            view = self.canvas.camera.in_view()
            paint_slots(painter, ink, rects, [self._slot] * len(rects), 0, view, across=picture.across)

    @property
    def _live(self) -> bool:
        return not self._level and len(self.canvas.picture.nodes) <= _LIVE

    def _chosen(self, level: Path) -> list[NodeId]:
        """The nodes that are dragged: those selected at the level, or the blocks around them."""
        canvas = self.canvas
        paths = canvas.picture.paths
        chosen = [paths[name] for name in canvas.workbench.selection if name in paths]
        depth = len(level)
        found = dict.fromkeys(path[depth] for path in chosen if len(path) > depth and path[:depth] == level)
        return list(found) or [self._grabbed.path[depth]]

    def _leave(self) -> None:
        """Take the nodes out of their chain."""
        self._loose = True
        if not self._level:
            self._document = splicing.detach(self._document, self._names)
        else:
            self.canvas.fade([self._grabbed.name])

    def _moved(self, document: Document) -> Document:
        dx, dy = self.canvas.picture.turned(*self._by)
        return edits.move(document, {name: _shifted(at, dx, dy) for name, at in self._places.items()})

    def _seek(self, at: QPointF) -> None:
        """Find the edge on which the nodes would be put, and hold it open."""
        canvas = self.canvas
        if self._target is not None and held(slot_rects(canvas.picture, self._target, 1), at):
            return
        edge = canvas.picture.edge_at(at.x(), at.y(), _NEAR / canvas.zoom)
        target = None
        if edge is not None and edge.path[:-1] == self._level:
            source = canvas.picture.nodes.get(edge.source)
            ends = {edge.path[-1], source.path[-1] if source is not None else ""}
            if not ends & set(self._names):
                target = OnEdge(edge.key, edge.path)
        if target == self._target:
            return
        self._target, self._spliced, self._slot = target, None, None
        if target is not None:
            self._slot = self._offer(target)
            canvas.open_edge(opening_of(canvas.picture, target, 1), target.key)
        else:
            canvas.open_edge(None)
        if not self._level:
            canvas.fade(self._names if target is not None else ())

    def _offer(self, target: OnEdge) -> Slot:
        """What would come of putting the nodes on this edge."""
        bench, port = self.canvas.workbench, target.key[1]
        what = self._names[0] if len(self._names) == 1 else f"{len(self._names)} layers"
        try:
            self._spliced = edits.within(
                bench.document,
                self._level,
                lambda document: splicing.splice(document, self._names, target.path[-1], port),
            )
        except ExplorerError as error:
            return Slot(f"Put {what} here", str(error), wrong=True)
        after = analyze(self._spliced.graph, bench.analysis)
        top = self._level[0] if self._level else self._names[0]
        says, wrong = judged(bench.analysis, after, after[top])
        return Slot(f"Put {what} here", says, wrong)


class _Shake:
    """Notices that the pointer is shaken from side to side."""

    def __init__(self) -> None:
        self._turned: list[float] = []
        self._peak: int | None = None
        self._direction = 0

    def moved(self, x: int) -> bool:
        """The pointer is here on the screen; whether it has been shaken."""
        if self._peak is None:
            self._peak = x
        by = x - self._peak
        direction = (by > 0) - (by < 0)
        if direction == self._direction or not self._direction:
            if direction:
                self._direction = direction
                self._peak = x
            return False
        if abs(by) < _STROKE:
            return False
        self._peak, self._direction = x, direction
        now = time.monotonic()
        self._turned = [at for at in self._turned if now - at < _WITHIN] + [now]
        return len(self._turned) >= _TURNS


def place(picture: Picture, name: NodeId) -> Position:
    """Where a node stands, as documents say it: the middle of the folded node."""
    node = picture.nodes[name]
    start, end = node.along
    return node.anchor, start + min(end - start, longest(across=picture.across)) / 2


def _shifted(at: Position, dx: float, dy: float) -> Position:
    return at[0] + dx, at[1] + dy


__all__ = ["Move", "place"]
