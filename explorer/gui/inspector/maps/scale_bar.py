"""The colours of the maps from lowest to highest, with their numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_WIDE, _HIGH, _ROOM = 130, 10, 8


class ScaleBar(QWidget):
    """A strip of colours between two figures; signed scales say where zero is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._stops: tuple[str, ...] = ()
        self._ends = ("", "")
        self.setFixedHeight(22)
        self.setAccessibleName("Scale of the maps")

    @property
    def ends(self) -> tuple[str, str]:
        """The figures at both ends."""
        return self._ends

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_scale(self, low: str, high: str, stops: tuple[str, ...]) -> None:
        """Show evenly spaced colours between two figures; no colours hide the bar."""
        self._ends, self._stops = (low, high), stops
        self.setToolTip(f"Colours from {low} to {high}" if stops else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._stops:
            return QSize(0, 22)
        measure = QFontMetricsF(font(11))
        return QSize(
            round(sum(measure.horizontalAdvance(end) for end in self._ends)) + _WIDE + 2 * _ROOM + 4, 22
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or not self._stops:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(11))
        left = painter.fontMetrics().horizontalAdvance(self._ends[0]) + _ROOM
        bar = QRectF(left, (self.height() - _HIGH) / 2, _WIDE, _HIGH)
        painter.setPen(self._theme["text2"])
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(0, 0, left, self.height()), middle | Qt.AlignmentFlag.AlignLeft, self._ends[0]
        )
        beyond = QRectF(bar.right() + _ROOM, 0, self.width(), self.height())
        painter.drawText(beyond, middle | Qt.AlignmentFlag.AlignLeft, self._ends[1])
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        for index, stop in enumerate(self._stops):
            ramp.setColorAt(index / (len(self._stops) - 1), QColor(stop))
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.setBrush(ramp)
        painter.drawRoundedRect(bar, 2, 2)
