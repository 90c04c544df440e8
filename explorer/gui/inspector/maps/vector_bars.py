"""The numbers of a vector as bars, in rows that fill the width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.maps.number_area import Cell, NumberArea

_MARGIN, _LABEL, _LEAST, _ROW = 16, 18, 5, 132
_TIP = "Point at a bar to read its value; click to select it. Ctrl+wheel turns the layers."


class VectorBars(NumberArea):
    """One bar per number from the zero line: negative blue, positive orange, NaN as a problem.

    Rows and columns of its cells are 0.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("vectorBars", "Numbers of the layer", _TIP, parent)
        self._values: list[float] = []
        self._reach: tuple[float, ...] = ()
        self._row_high, self._columns = _ROW, 1

    @property
    def columns(self) -> int:
        """How many bars stand in a row."""
        return self._columns

    def show_numbers(self, values: Any, order: Sequence[int], reach: Sequence[float] = ()) -> None:
        """Show the numbers of a vector in an order; the bars have room for those of `reach` too."""
        self._reach = tuple(value for value in reach if math.isfinite(value))
        self._values = values.reshape(-1).tolist()
        self._order = tuple(order)
        self._under = None
        if self._selected is not None and self._selected.map >= len(self._values):
            self._selected = None
        self.arrange()
        self.viewport().update()

    def cell_at(self, point: QPoint) -> Cell | None:
        """The number whose bar stands at a point of the viewport."""
        wide = self.viewport().width() - 2 * _MARGIN
        row = (point.y() + self.verticalScrollBar().value() - _MARGIN) // (self._row_high + _LABEL)
        column = (point.x() - _MARGIN) * self._columns // max(1, wide)
        place = row * self._columns + column
        inside = row >= 0 and 0 <= column < self._columns and 0 <= place < len(self._order)
        return Cell(self._order[place], 0, 0) if inside else None

    def rows_of(self, place: int) -> tuple[int, int]:
        high = self._row_high + _LABEL
        return place // self._columns * high, high + _MARGIN

    def arrange(self) -> None:
        size = self.viewport().size()
        count = max(1, len(self._order))
        self._columns = max(1, min(count, (size.width() - 2 * _MARGIN) // _LEAST))
        rows = -(-count // self._columns)
        self._columns = -(-count // rows)
        room = (size.height() - 2 * _MARGIN) // rows - _LABEL
        self._row_high = max(_ROW, min(room, 360))
        whole = rows * (self._row_high + _LABEL) + 2 * _MARGIN
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - size.height()))
        bar.setPageStep(size.height())
        bar.setSingleStep(self._row_high + _LABEL)

    def _paint_row(self, painter: QPainter, row: int, low: float, high: float) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        wide = self.viewport().width() - 2 * _MARGIN
        top = _MARGIN + row * (self._row_high + _LABEL) - self.verticalScrollBar().value()
        span = high - low
        zero = top + round(self._row_high * high / span)
        shown = self._order[row * self._columns : (row + 1) * self._columns]
        marked = [None if cell is None else cell.map for cell in (self._selected, self._under)]
        gap = 1 if wide // self._columns < 12 else 3
        for column, index in enumerate(shown):
            left, right = (_MARGIN + wide * (column + step) // self._columns for step in (0, 1))
            value = self._values[index]
            known = math.isfinite(value)
            end = top + round(self._row_high * (high - value) / span) if known else top
            bar = QRect(left, min(zero, end), max(1, right - left - gap), max(1, abs(zero - end)))
            colour = "err" if not known else "negative" if value < 0 else "positive"
            painter.fillRect(bar, self._theme[colour])
            if index in marked:
                painter.setPen(QPen(self._theme["accent" if index == marked[0] else "text3"], 2))
                painter.drawRect(bar.adjusted(-2, -2, 1, 1))
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(_MARGIN, zero, _MARGIN + wide, zero)
        self._paint_labels(painter, shown, top)

    def _paint_labels(self, painter: QPainter, shown: Sequence[int], top: int) -> None:
        """Indices below the bars, as many as fit."""
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        wide = self.viewport().width() - 2 * _MARGIN
        painter.setPen(self._theme["text3"])
        every = max(1, -(-34 * self._columns // max(1, wide)))
        for column in range(0, len(shown), every):
            left = _MARGIN + wide * column // self._columns
            box = QRect(left, top + self._row_high + 2, max(34, wide // self._columns), _LABEL - 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, str(shown[column]))

    def whole_size(self) -> QSize:
        rows = -(-len(self._order) // self._columns)
        return QSize(self.viewport().width(), rows * (self._row_high + _LABEL) + 2 * _MARGIN)

    def paint_part(self, painter: QPainter, seen: QRect) -> None:
        if self._theme is None:
            return
        painter.fillRect(seen, self._theme["panel"])
        if not self._order:
            return
        painter.setFont(font(11))
        known = [value for value in self._values if math.isfinite(value)] or [0.0]
        low, high = min(0.0, *known, *self._reach), max(0.0, *known, *self._reach)
        if low == high:
            high = 1.0
        for row in range(-(-len(self._order) // self._columns)):
            self._paint_row(painter, row, low, high)
