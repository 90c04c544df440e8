"""A label of one line that shortens its text where there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel


class ElidedLabel(QLabel):
    """Shortened by "…" where it is too long; it says all of it in its tooltip then."""

    def __init__(self, role: str, side: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        """`side` says which part of a long text is left out."""
        super().__init__()
        self._side = side
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown(self) -> str:
        """The text as far as there is room."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._side, room)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown
        self.setToolTip("" if shown == self.text() else self.text())
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.contentsRect(), self.alignment(), shown)
        painter.end()
