"""Buttons side by side that go on in the next row where the panel is too narrow for all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_GAP = 6


class ButtonFlow(QWidget):
    """As high as its rows need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, *parts: QWidget) -> None:
        """Put more widgets at the end."""
        for part in parts:
            part.setParent(self)
            part.installEventFilter(self)
            self._parts.append(part)
            part.show()
        self._arrange()

    def show_parts(self, parts: Sequence[QWidget]) -> None:
        """Show these widgets and no others; those that are left out are let go.

        The keyboard stays at its place in the row, where there still is one.
        """
        focused = [place for place, old in enumerate(self._parts) if old.hasFocus()]
        for old in self._parts:
            if old not in parts:
                old.removeEventFilter(self)
                old.hide()
                old.deleteLater()
        self._parts = [part for part in self._parts if part in parts]
        self.add(*(part for part in parts if part not in self._parts))
        if focused and parts:
            parts[min(focused[0], len(parts) - 1)].setFocus()

    def _arrange(self) -> None:
        left = top = high = 0
        for part in self._parts:
            if part.isHidden():
                continue
            size = part.sizeHint()
            wide = min(size.width(), max(1, self.width()))
            if left and left + wide > self.width():
                left, top, high = 0, top + high + _GAP, 0
            part.setGeometry(left, top, wide, size.height())
            left, high = left + wide + _GAP, max(high, size.height())
        self.setFixedHeight(top + high)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.Polish):
            self._arrange()
        return super().eventFilter(watched, event)
