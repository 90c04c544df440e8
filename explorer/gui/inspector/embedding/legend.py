"""Which colour and shape stands for which class: drawn beside the points where they leave the window."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from explorer.gui.fonts import font
from explorer.gui.inspector.embedding.look import class_colour, draw_marker
from explorer.gui.inspector.embedding.plot import EmbeddingPlot

_ROW, _TEXT, _RADIUS = 18, 20, 4.5
_MOST = 40
"""More classes than that are told apart by the names in the window alone."""


class ClassLegend:
    """The classes of the points that are shown, each with its marker."""

    def __init__(self, plot: EmbeddingPlot) -> None:
        self._theme = plot.theme
        features = plot.features
        indices = sorted({plot.label_of(index) for index in plot.visible})
        names = features.classes if features is not None else ()
        self._rows = [(index, names[index]) for index in indices[:_MOST]]
        self._more = len(indices) - len(self._rows)

    def whole_size(self) -> QSize:
        """The room that all names need."""
        measure = QFontMetrics(font(12))
        wide = max((measure.horizontalAdvance(name) for _, name in self._lines()), default=0)
        return QSize(math.ceil(wide) + _TEXT + 2, _ROW * len(self._lines()))

    def paint_whole(self, painter: QPainter) -> None:
        """Draw the markers and the names."""
        if self._theme is None:
            return
        painter.setFont(font(12))
        for row, (index, name) in enumerate(self._lines()):
            top = row * _ROW
            if index is not None:
                painter.setPen(QPen(self._theme["panel"], 1))
                painter.setBrush(class_colour(index, self._theme))
                draw_marker(painter, index, QPointF(8, top + _ROW / 2), _RADIUS)
            painter.setPen(self._theme["text"])
            box = QRect(_TEXT, top, self.whole_size().width(), _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _lines(self) -> list[tuple[int | None, str]]:
        more: list[tuple[int | None, str]] = [(None, f"and {self._more:,} more")] if self._more else []
        return [*self._rows, *more]
