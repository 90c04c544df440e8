"""Painted figures that the keyboard walks: arrows choose one, Enter and Space open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.gui.theme import Theme

_SIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class FigureKeys:
    """Which of the figures of a widget has the keyboard.

    `places` are those that can be opened now, from left to right; `opened` is called with one.
    """

    def __init__(
        self, widget: QWidget, places: Callable[[], Sequence[int]], opened: Callable[[int], None]
    ) -> None:
        widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._widget, self._places, self._opened = widget, places, opened
        self._current = 0

    @property
    def current(self) -> int | None:
        """The figure that the keyboard is at; None where none can be opened."""
        places = self._places()
        return places[min(self._current, len(places) - 1)] if places else None

    def press(self, event: QKeyEvent) -> bool:
        """Walk or open; False where the key means something else."""
        key, current, last = Qt.Key(event.key()), self.current, len(self._places()) - 1
        if current is None:
            return False
        if key in _OPEN:
            self._opened(current)
        elif key in _SIDE:
            self._current = min(max(min(self._current, last) + _SIDE[key], 0), last)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._current = 0 if key == Qt.Key.Key_Home else last
        else:
            return False
        self._widget.update()
        return True

    def paint(self, painter: QPainter, theme: Theme, box: Callable[[int], QRectF]) -> None:
        """Frame the figure that the keyboard is at, while the widget has it."""
        current = self.current
        if current is None or not self._widget.hasFocus():
            return
        painter.setPen(theme["accent"])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box(current), 3, 3)
