"""A column that scrolls up and down where it is higher than its room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


_CLEAR = "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"


class ScrollColumn(QScrollArea):
    """Holds a widget that is as wide as the column and as high as it likes.

    Texts that wrap make the height depend on the width. With a bar that comes and goes, Qt's
    own area can then resize its widget from within that very resizing, back and forth until
    the stack is full (92,000 frames deep in one test). Here the second resizing waits for none.

    A `clear` one shows what is behind it, and Tab passes it over.
    """

    def __init__(self, inside: QWidget, parent: QWidget | None = None, *, clear: bool = False) -> None:
        super().__init__(parent, widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self._settling = False
        self.ring = _Ring(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        if clear:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setStyleSheet(_CLEAR)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring.setVisible(event.reason() in _KEYS)
        self.ring.raise_()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ring.resize(self.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._settling:
            return False
        self._settling = True
        try:
            return super().eventFilter(watched, event)
        finally:
            self._settling = False


class _Ring(QWidget):
    """Lies over all that scrolls: shows that the arrow keys move it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Link), 2))  # the accent of the theme
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
