"""A column that scrolls up and down where it is higher than its room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollColumn(QScrollArea):
    """Holds a widget that is as wide as the column and as high as it likes.

    Texts that wrap make the height depend on the width. With a bar that comes and goes, Qt's
    own area can then resize its widget from within that very resizing, back and forth until
    the stack is full (92,000 frames deep in one test). Here the second resizing waits for none.
    """

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self._settling = False
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._settling:
            return False
        self._settling = True
        try:
            return super().eventFilter(watched, event)
        finally:
            self._settling = False
