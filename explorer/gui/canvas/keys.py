"""Keys over the canvas: each does what a person would reach for the mouse for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from explorer.gui.canvas import walk
from explorer.gui.canvas.pointer import Pointer

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas

_ARROWS = {
    Qt.Key.Key_Down: walk.down,
    Qt.Key.Key_Up: walk.up,
    Qt.Key.Key_Left: lambda picture, name: walk.aside(picture, name, -1),
    Qt.Key.Key_Right: lambda picture, name: walk.aside(picture, name, 1),
}
_TURNED = {
    Qt.Key.Key_Right: Qt.Key.Key_Down,
    Qt.Key.Key_Left: Qt.Key.Key_Up,
    Qt.Key.Key_Up: Qt.Key.Key_Left,
    Qt.Key.Key_Down: Qt.Key.Key_Right,
}
"""What an arrow means where the network runs to the right, in terms of one that runs down."""

_NO, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier

_KEYS: Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[Canvas], object]] = {
    (Qt.Key.Key_Delete, _NO): lambda canvas: canvas.delete_selection(bypass=True),
    (Qt.Key.Key_Delete, _SHIFT): lambda canvas: canvas.delete_selection(bypass=False),
    (Qt.Key.Key_Backspace, _NO): lambda canvas: canvas.delete_selection(bypass=True),
    (Qt.Key.Key_Backspace, _SHIFT): lambda canvas: canvas.delete_selection(bypass=False),
    (Qt.Key.Key_Return, _NO): lambda canvas: canvas.edit_selection(),
    (Qt.Key.Key_Enter, _NO): lambda canvas: canvas.edit_selection(),
    (Qt.Key.Key_F2, _NO): lambda canvas: canvas.rename_requested.emit(),
    (Qt.Key.Key_Insert, _NO): lambda canvas: canvas.quick_add(),
    (Qt.Key.Key_K, _NO): lambda canvas: canvas.add_skip(),
    (Qt.Key.Key_G, _CTRL): lambda canvas: canvas.group_selection(),
    (Qt.Key.Key_G, _CTRL | _SHIFT): lambda canvas: canvas.dissolve_selection(),
    (Qt.Key.Key_R, _CTRL): lambda canvas: canvas.repeat_selection(),
    (Qt.Key.Key_D, _CTRL): lambda canvas: canvas.duplicate(),
    (Qt.Key.Key_C, _CTRL): lambda canvas: canvas.copy(),
    (Qt.Key.Key_X, _CTRL): lambda canvas: canvas.cut(),
    (Qt.Key.Key_V, _CTRL): lambda canvas: canvas.paste(),
    (Qt.Key.Key_A, _CTRL): lambda canvas: canvas.select_all(),
    (Qt.Key.Key_F, _CTRL): lambda canvas: canvas.search(),
    (Qt.Key.Key_F, _NO): lambda canvas: canvas.fit(),
    (Qt.Key.Key_L, _CTRL): lambda canvas: canvas.arrange(),
}
"""What keys do; where the window has a menu action with the same key, that one comes first."""


class Keys:
    """Turns keys into commands. Space held down makes a drag push the page."""

    def __init__(self, canvas: Canvas, pointer: Pointer) -> None:
        self._canvas, self._pointer = canvas, pointer

    def press(self, event: QKeyEvent) -> bool:
        """A key went down; whether it means anything here."""
        canvas, key = self._canvas, Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._pointer.escape()
            return True
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._pointer.panning, self._pointer.panned = True, False
                canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        command = _KEYS.get((key, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier))
        if command is not None:
            command(canvas)
            return True
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._walk(key)
            return True
        return False

    def release(self, event: QKeyEvent) -> bool:
        """A key was let go; space without a drag folds."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._pointer.panning:
            return False
        self._pointer.panning = False
        self._canvas.viewport().unsetCursor()
        if not self._pointer.panned:
            self._canvas.fold_selection()
        return True

    def _walk(self, key: Qt.Key) -> None:
        canvas = self._canvas
        picture, chosen = canvas.picture, canvas.workbench.selection
        current = picture.shown(chosen[-1]) if chosen else None
        key = _TURNED[key] if picture.across else key
        name = _ARROWS[key](picture, current.name) if current is not None else walk.first(picture)
        if name:
            canvas.workbench.select((name,))
