"""The coloured letters that mark the categories of operators."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme

_BORDER_SHARE = 0.18


def draw_chip(painter: QPainter, box: QRectF, category: str, theme: Theme, pale: bool = False) -> None:
    """Draw the chip of a category; `pale` ones belong to layers that wait for a shape."""
    mark = theme.category(category)
    radius = box.height() * 4 / 14 if box.height() < 20 else 5
    border = QColor(theme["text"])
    border.setAlphaF(_BORDER_SHARE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1))
    painter.setBrush(theme["line2"] if pale else QColor(mark.fill))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(theme["text3"] if pale else QColor(mark.ink))
    painter.setFont(font(9 if box.height() < 20 else 12, SEMIBOLD))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.letter)


class Chip(QWidget):
    """A chip as a widget of its own, 22 pixels wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(22, 22)
        self._category = ""
        self._theme: Theme | None = None

    def show_category(self, category: str, theme: Theme) -> None:
        """Show the letter of a category, or nothing for ""."""
        if (category, theme) == (self._category, self._theme):
            return
        self._category, self._theme = category, theme
        self.setAccessibleName(f"Category: {category}" if category else "No category")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._category and self._theme is not None:
            draw_chip(QPainter(self), QRectF(self.rect()), self._category, self._theme)
