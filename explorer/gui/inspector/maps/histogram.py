"""How often values occur: bars over the range of a layer or a map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.figures import number
from explorer.gui.theme import Theme


class Histogram(QWidget):
    """Bars with the range below; negative values blue, positive ones orange, zero marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(84)
        self.setAccessibleName("Histogram of the values")
        self._theme: Theme | None = None
        self.counts: Sequence[int] = ()
        self._low = self._high = 0.0

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_counts(self, counts: Sequence[int], low: float, high: float) -> None:
        """Show counts of equally wide bins from low to high."""
        self.counts, self._low, self._high = tuple(counts), low, high
        self.setToolTip(
            f"{sum(counts):,} values from {number(low)} to {number(high)}; heights are square roots"
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or not self.counts:
            return
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0, 2, 0, -18)
        wide, tallest = box.width() / len(self.counts), max(self.counts) ** 0.5 or 1.0
        step = (self._high - self._low) / len(self.counts)
        signed = self._low < 0
        for index, count in enumerate(self.counts):
            high = box.height() * count**0.5 / tallest
            middle = self._low + (index + 0.5) * step
            token = "negative" if middle < 0 else "positive" if signed else "edge"
            bar = QRectF(box.left() + index * wide, box.bottom() - high, max(1.0, wide - 1), high)
            painter.fillRect(bar, self._theme[token])
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setFont(font(11))
        painter.setPen(self._theme["text3"])
        below = QRectF(box.left(), box.bottom() + 2, box.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(self._low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(self._high))
        if self._low < 0 < self._high:
            x = box.left() + box.width() * -self._low / (self._high - self._low)
            if 0.15 < (x - box.left()) / box.width() < 0.85:
                painter.drawText(QRectF(x - 20, below.top(), 40, 16), Qt.AlignmentFlag.AlignHCenter, "0")
            painter.setPen(QPen(self._theme["text3"], 1, Qt.PenStyle.DotLine))
            painter.drawLine(x, box.top(), x, box.bottom())
