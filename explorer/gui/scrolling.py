"""A column that scrolls up and down where it is higher than its room."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

_RESTLESS, _SECONDS = 4, 0.5
"""A bar that goes so often in so many seconds would never settle by itself."""

_CLEAR = "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"


class ScrollColumn(QScrollArea):
    """Holds a widget that is as wide as the column and as high as it likes.

    Texts that wrap make the height depend on the width. With a bar that comes and goes, Qt's
    own area can then resize its widget from within that very resizing, back and forth until
    the stack is full (92,000 frames deep in one test). Here the second resizing waits for none.
    What does not fit without a bar may fit beside one, which then goes and comes for ever: such a
    bar stays until the column has another size.

    A `clear` one shows what is behind it, and Tab passes it over.
    """

    _bar_stays = Signal()

    def __init__(self, inside: QWidget, parent: QWidget | None = None, *, clear: bool = False) -> None:
        super().__init__(parent, widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self._settling = False
        self._went: list[float] = []
        self._size = QSize()
        # not at once: the bar goes in the middle of Qt's own arranging
        self._bar_stays.connect(self._keep_bar, Qt.ConnectionType.QueuedConnection)
        self.ring = _Ring(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        self.verticalScrollBar().installEventFilter(self)
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
        if self.size() != self._size:  # not that of the viewport, which the bar changes
            self._size = self.size()
            self._went.clear()
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def _bar_goes(self) -> None:
        now = time.monotonic()
        self._went = [*(moment for moment in self._went if now - moment < _SECONDS), now]
        if len(self._went) == _RESTLESS:
            self._bar_stays.emit()

    def _keep_bar(self) -> None:
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self.verticalScrollBar():
            self._bar_goes()
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
