"""The mouse over the canvas: which gesture each press begins, and what is hovered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from explorer.gui.canvas.boxes import TITLE
from explorer.gui.canvas.connecting import Connect, end_at
from explorer.gui.canvas.gestures import Gesture, Pan, RubberBand
from explorer.gui.canvas.ink import ALL
from explorer.gui.canvas.moving import Move
from explorer.gui.canvas.picture import EdgeKey, EdgePicture, NodePicture

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_GRAB = 8.0  # around a port, in px on the screen
_NEAR_EDGE = 5.0


class Pointer:
    """Follows the mouse. `edge` is the edge that was clicked last."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.gesture: Gesture | None = None
        self._waiting: Gesture | None = None  # pressed, not yet moved far enough
        self._pressed = QPoint()
        self.panning = False  # whether space is held: then a drag pushes the page
        self.panned = False
        self._single: str = ""
        self.edge: EdgeKey | None = None
        self.hovered = ""
        self._hovered_edge: EdgeKey | None = None

    def press(self, event: QMouseEvent) -> bool:
        """A button went down; whether it begins anything."""
        at = self._at(event)
        self._pressed, self._single = event.position().toPoint(), ""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self.panning):
            self.panned = True
            self._begin(Pan(self._canvas, at, self._pressed))
            return True
        if not left:
            return False
        modifiers = event.modifiers()
        add = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        self._press_left(at, add=add, detach=bool(modifiers & Qt.KeyboardModifier.AltModifier))
        return True

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        at, screen = self._at(event), event.position().toPoint()
        if self._waiting is not None:
            far = (screen - self._pressed).manhattanLength() >= QApplication.startDragDistance() // 2
            if not far:
                return
            self._begin(self._waiting)
            self._waiting = None
        if self.gesture is not None:
            self._follow(at, screen)
            if self.gesture.scrolls:
                self._canvas.rim.watch(screen, self._follow)
            return
        self._hover(at)

    def _follow(self, at: QPointF, screen: QPoint) -> None:
        if self.gesture is not None:
            self.gesture.move(at, screen)
            self._canvas.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        """A button was let go."""
        gesture, waiting = self._taken()
        if gesture is not None:
            gesture.release(self._at(event))
        elif waiting is not None and self._single:
            self._canvas.workbench.select((self._single,))
        self._canvas.viewport().unsetCursor()
        self._canvas.viewport().update()
        self._canvas.show_marks()
        self._hover(self._at(event))

    def double_click(self, event: QMouseEvent) -> None:
        """A block folds or unfolds."""
        node = self._node_at(self._at(event))
        if node is not None and node.face.block:
            self._canvas.fold(node.name)

    def point_out(self, screen: QPoint) -> QPoint:
        """A menu is asked for here: what is under the pointer is selected, unless it is already."""
        canvas, at = self._canvas, self._canvas.place_of(QPointF(screen))
        self.interrupt()
        node = self._node_at(at)
        if node is not None:
            if node.name not in canvas.workbench.selection:
                canvas.workbench.select((node.name,))
        else:
            edge = canvas.picture.edge_at(at.x(), at.y(), _NEAR_EDGE / canvas.zoom)
            canvas.workbench.select(())
            self.edge = edge.key if edge is not None else None
        canvas.show_marks()
        return screen

    def leave(self) -> None:
        """The pointer left the canvas."""
        self.hovered, self._hovered_edge = "", None
        self._canvas.show_marks()

    def interrupt(self) -> None:
        """The document became another one in the middle of a gesture: what it began from is gone."""
        gesture, _ = self._taken()
        if gesture is not None:
            gesture.cancel()
            self._canvas.viewport().unsetCursor()
            self._canvas.viewport().update()

    def _taken(self) -> tuple[Gesture | None, Gesture | None]:
        """The gesture that is under way, and the one that had not begun; from now there is none."""
        gesture, waiting = self.gesture, self._waiting
        self.gesture = self._waiting = None
        self._canvas.rim.stop()
        return gesture, waiting

    def forget(self) -> None:
        """The picture changed: what is no longer there is not hovered or chosen."""
        if self.edge not in self._canvas.picture.edges:
            self.edge = None
        if self.hovered not in self._canvas.picture.nodes:
            self.hovered = ""

    def _press_left(self, at: QPointF, *, add: bool, detach: bool) -> None:
        canvas = self._canvas
        chosen = canvas.picture.edges.get(self.edge) if self.edge is not None else None
        if chosen is not None and canvas.zoom >= ALL:
            at_source = end_at(chosen, at, within=_GRAB / canvas.zoom)
            if at_source is not None:  # the handles of the clicked edge
                self._waiting = Connect.from_edge(canvas, at, chosen, at_source=at_source)
                return
        self.edge = None
        port = None if add or detach else self._port_at(at)
        node = self._node_at(at)
        if port is not None:
            self._single = port[0].name
            self._waiting = Connect.from_port(canvas, at, *port)
            return
        if node is None or (node.unfolded and at.y() > node.rect[1] + TITLE):
            edge = canvas.picture.edge_at(at.x(), at.y(), _NEAR_EDGE / canvas.zoom)
            if edge is not None:
                self._press_edge(edge, at)
                return
        if node is None:
            if not add:
                canvas.workbench.select(())
            self._waiting = RubberBand(canvas, at, add=add)
        elif canvas.zoom >= ALL and _on_fold_mark(node, at):
            canvas.fold(node.name)
        else:
            self._press_node(node, at, add=add, detach=detach)

    def _press_edge(self, edge: EdgePicture, at: QPointF) -> None:
        """A click chooses the edge; a drag pulls the end that is nearer."""
        canvas = self._canvas
        self.edge = edge.key
        canvas.workbench.select(())
        at_source = bool(end_at(edge, at, within=float("inf")))
        self._waiting = Connect.from_edge(canvas, at, edge, at_source=at_source)
        canvas.show_marks()

    def _press_node(self, node: NodePicture, at: QPointF, *, add: bool, detach: bool) -> None:
        workbench = self._canvas.workbench
        chosen = workbench.selection
        if add:
            rest = tuple(name for name in chosen if name != node.name)
            workbench.select(rest if node.name in chosen else (*chosen, node.name))
            return
        if node.name not in chosen:
            workbench.select((node.name,))
        else:
            self._single = node.name
        self._waiting = Move(self._canvas, at, node, detach=detach)

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        gesture.begin()
        if gesture.cursor is not None:
            self._canvas.viewport().setCursor(gesture.cursor)
        self._canvas.show_marks()

    def escape(self) -> None:
        """Give up what is under way; where nothing is, select nothing."""
        gesture, waiting = self._taken()
        if gesture is None and waiting is None:
            self.edge = None
            self._canvas.workbench.select(())
        elif gesture is not None:
            gesture.cancel()
            self._canvas.viewport().unsetCursor()
            self._canvas.show_marks()
        self._canvas.viewport().update()

    def _hover(self, at: QPointF) -> None:
        node = self._node_at(at)
        if node is None or node.unfolded:
            port = self._port_at(at)
            node = port[0] if port is not None else node
        name = node.name if node is not None else ""
        edge = None
        if node is None or node.unfolded:
            found = self._canvas.picture.edge_at(at.x(), at.y(), _NEAR_EDGE / self._canvas.zoom)
            edge = found.key if found is not None else None
        if (name, edge) != (self.hovered, self._hovered_edge):
            self.hovered, self._hovered_edge = name, edge
            self._canvas.show_marks()

    @property
    def hovered_edges(self) -> list[EdgeKey]:
        """The edge under the pointer, or those of the node under it."""
        if self._hovered_edge is not None:
            return [self._hovered_edge]
        if not self.hovered:
            return []
        picture = self._canvas.picture
        leaving = [edge.key for edge in picture.fed.get(self.hovered, ())]
        node = picture.nodes.get(self.hovered)
        ports = len(node.entry.node.inputs) if node is not None else 0
        return [*leaving, *((self.hovered, port) for port in range(ports))]

    def _port_at(self, at: QPointF) -> tuple[NodePicture, int | None] | None:
        """A port under the pointer; only those that are drawn can be taken."""
        canvas = self._canvas
        if canvas.zoom < ALL:
            return None
        names = {*canvas.workbench.selection, self.hovered}
        near = [canvas.picture.nodes[name] for name in names if name in canvas.picture.nodes]
        return canvas.picture.port_at(at.x(), at.y(), _GRAB / canvas.zoom, near)

    def _node_at(self, at: QPointF) -> NodePicture | None:
        if self._canvas.zoom < 0.01:
            return None
        return self._canvas.picture.node_at(at.x(), at.y())

    def _at(self, event: QMouseEvent) -> QPointF:
        return self._canvas.place_of(event.position())


def _on_fold_mark(node: NodePicture, at: QPointF) -> bool:
    if not node.face.block:
        return False
    left, top, width, _ = node.rect
    return abs(at.x() - (left + width - 16.5)) <= 10 and abs(at.y() - (top + 13.5)) <= 10
