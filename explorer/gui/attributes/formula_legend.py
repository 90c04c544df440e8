"""The heading of the formulas: which figures can be clicked, and which come with the input."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import NORMAL, SEMIBOLD, font
from explorer.gui.theme import Theme

_SIDE = 14


class FormulaLegend(QWidget):
    """The heading of the formulas, which says what is clicked and what comes with the input."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(30)
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(_SIDE, 2, -_SIDE, 0)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        parts = (
            ("from the input", NORMAL, "text3"),
            ("n  ", SEMIBOLD, "text"),
            ("attribute    ", NORMAL, "text3"),
            ("n  ", SEMIBOLD, "accent"),
        )
        for text, weight, colour in parts:
            painter.setFont(font(11, weight))
            painter.setPen(self._theme[colour])
            painter.drawText(box, middle | right, text)
            box.setRight(box.right() - painter.fontMetrics().horizontalAdvance(text))
        painter.setFont(font(11, SEMIBOLD))
        painter.setPen(self._theme["text3"])
        painter.drawText(box, middle, "How it is computed")
