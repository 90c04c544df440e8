"""Mouse and keys over the canvas: which gesture or command each begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from explorer.gui.canvas import walk
from explorer.gui.canvas.gestures import Connect, Gesture, Move, Pan, RubberBand
from explorer.gui.canvas.ink import ALL, LETTERS
from explorer.gui.canvas.picture import EdgeKey, NodePicture

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_GRAB = 8.0  # around a port, in px on the screen
_NEAR_EDGE = 5.0

_ARROWS = {
    Qt.Key.Key_Down: walk.down,
    Qt.Key.Key_Up: walk.up,
    Qt.Key.Key_Left: lambda picture, name: walk.aside(picture, name, -1),
    Qt.Key.Key_Right: lambda picture, name: walk.aside(picture, name, 1),
}


class Pointer:
    """Follows the mouse and the keys. `edge` is the edge that was clicked last."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.gesture: Gesture | None = None
        self._waiting: Gesture | None = None  # pressed, not yet moved far enough
        self._pressed = QPoint()
        self._space = False
        self._space_used = False
        self._single: str = ""
        self.edge: EdgeKey | None = None
        self.hovered = ""
        self._hovered_edge: EdgeKey | None = None

    def press(self, event: QMouseEvent) -> bool:
        """A button went down; whether it begins anything."""
        at = self._at(event)
        self._pressed, self._single = event.position().toPoint(), ""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._space_used = True
            self._begin(Pan(self._canvas, at, self._pressed))
            return True
        if not left:
            return False
        self._press_left(at, shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
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
            self.gesture.move(at, screen)
            self._canvas.viewport().update()
            return
        self._hover(at)

    def release(self, event: QMouseEvent) -> None:
        """A button was let go."""
        gesture, waiting = self.gesture, self._waiting
        self.gesture = self._waiting = None
        if gesture is not None:
            gesture.release(self._at(event))
        elif waiting is not None and self._single:
            self._canvas.workbench.select((self._single,))
        if isinstance(waiting, Connect):
            waiting.cancel()
        self._canvas.viewport().unsetCursor()
        self._canvas.viewport().update()
        self._canvas.show_marks()
        self._hover(self._at(event))

    def double_click(self, event: QMouseEvent) -> None:
        """A block folds or unfolds."""
        node = self._node_at(self._at(event))
        if node is not None and node.face.block:
            self._canvas.fold(node.name)

    def leave(self) -> None:
        """The pointer left the canvas."""
        self.hovered, self._hovered_edge = "", None
        self._canvas.show_marks()

    def interrupt(self) -> None:
        """The document became another one in the middle of a gesture: what it began from is gone."""
        gesture = self.gesture or self._waiting
        self.gesture = self._waiting = None
        if gesture is not None:
            gesture.cancel()
            self._canvas.viewport().unsetCursor()

    def forget(self) -> None:
        """The picture changed: what is no longer there is not hovered or chosen."""
        if self.edge not in self._canvas.picture.edges:
            self.edge = None
        if self.hovered not in self._canvas.picture.nodes:
            self.hovered = ""

    def key(self, event: QKeyEvent) -> bool:
        """A key went down; whether it means anything here."""
        canvas, key = self._canvas, Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space, self._space_used = True, False
                canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            bypass = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            canvas.delete_selection(bypass)
            return True
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._walk(key)
            return True
        if key == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            canvas.fit()
            return True
        if key == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            canvas.arrange()
            return True
        return False

    def key_up(self, event: QKeyEvent) -> bool:
        """A key was let go; space without a drag folds."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._space:
            return False
        self._space = False
        self._canvas.viewport().unsetCursor()
        if not self._space_used:
            self._canvas.fold_selection()
        return True

    def _press_left(self, at: QPointF, *, shift: bool) -> None:
        canvas = self._canvas
        self.edge = None
        port = self._port_at(at)
        node = self._node_at(at)
        if port is not None and not shift:
            self._single = port[0].name
            self._waiting = Connect(canvas, at, *port)
            return
        if node is None or (node.unfolded and at.y() > node.rect[1] + 26):
            edge = canvas.picture.edge_at(at.x(), at.y(), _NEAR_EDGE / canvas.zoom)
            if edge is not None:
                self.edge = edge.key
                canvas.workbench.select(())
                canvas.show_marks()
                return
        if node is None:
            if not shift:
                canvas.workbench.select(())
            self._waiting = RubberBand(canvas, at, add=shift)
        elif canvas.zoom >= ALL and _on_fold_mark(node, at):
            canvas.fold(node.name)
        else:
            self._press_node(node, at, shift=shift)

    def _press_node(self, node: NodePicture, at: QPointF, *, shift: bool) -> None:
        workbench = self._canvas.workbench
        chosen = workbench.selection
        if shift:
            rest = tuple(name for name in chosen if name != node.name)
            workbench.select(rest if node.name in chosen else (*chosen, node.name))
            return
        if node.name not in chosen:
            workbench.select((node.name,))
        else:
            self._single = node.name
        paths = self._canvas.picture.paths
        moving = {paths[name][0]: None for name in workbench.selection if name in paths}
        drawn = [name for name in moving if name in self._canvas.picture.nodes]
        self._waiting = Move(self._canvas, at, drawn)

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        if gesture.cursor is not None:
            self._canvas.viewport().setCursor(gesture.cursor)
        self._canvas.show_marks()

    def _escape(self) -> bool:
        gesture = self.gesture or self._waiting
        self.gesture = self._waiting = None
        if gesture is None:
            self._canvas.workbench.select(())
        else:
            gesture.cancel()
            self._canvas.viewport().unsetCursor()
            self._canvas.show_marks()
        self._canvas.viewport().update()
        return True

    def _walk(self, key: Qt.Key) -> None:
        canvas = self._canvas
        picture, chosen = canvas.picture, canvas.workbench.selection
        current = picture.shown(chosen[-1]) if chosen else None
        name = _ARROWS[key](picture, current.name) if current is not None else walk.first(picture)
        if name:
            canvas.workbench.select((name,))

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
        if self._canvas.zoom < LETTERS / 20:
            return None
        return self._canvas.picture.node_at(at.x(), at.y())

    def _at(self, event: QMouseEvent) -> QPointF:
        return self._canvas.place_of(event.position())


def _on_fold_mark(node: NodePicture, at: QPointF) -> bool:
    if not node.face.block:
        return False
    left, top, width, _ = node.rect
    return abs(at.x() - (left + width - 16.5)) <= 10 and abs(at.y() - (top + 13.5)) <= 10
