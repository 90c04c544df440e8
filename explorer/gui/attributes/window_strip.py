"""Draws how a window slides along one axis: input cells above, output cells below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.core.analysis import Row
from explorer.core.shapes import pair
from explorer.gui.fonts import MEDIUM, font
from explorer.gui.theme import Theme

_CELL, _LEFT, _SIDE = 15.0, 32.0, 14.0
_LARGEST_SPAN, _LARGEST_STRIDE, _LARGEST_PADDING = 7, 4, 3


@dataclass(frozen=True)
class Slide:
    """A window along the width of a map."""

    side: int
    out: int
    kernel: int
    stride: int
    padding: int
    dilation: int


def slide(row: Row) -> Slide | None:
    """The window of a layer, where it has one that can be drawn small."""
    operator: Any = row.node.operator
    if len(row.inputs) != 1 or len(row.output) != 3 or not operator.sides(*row.inputs):
        return None
    if operator.kind() == "ConvTranspose2d" or not hasattr(operator, "kernel_size"):
        return None
    names = ("kernel_size", "stride", "padding", "dilation")
    kernel, stride, padding, dilation = (
        pair(getattr(operator, name, default))[1] for name, default in zip(names, (1, 1, 0, 1), strict=True)
    )
    fits = (kernel - 1) * dilation < _LARGEST_SPAN and stride <= _LARGEST_STRIDE
    if not fits or padding > _LARGEST_PADDING or (kernel, stride, padding) == (1, 1, 0):
        return None
    return Slide(row.inputs[0][2], row.output[2], kernel, stride, padding, dilation)


class WindowStrip(QWidget):
    """Two rows of cells; the first window is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(66)
        self.setAccessibleName("How the window slides")
        self._slide: Slide | None = None
        self._theme: Theme | None = None
        self.hide()

    def show_slide(self, shown: Slide | None) -> None:
        """Show a window; None hides the strip."""
        if shown == self._slide:
            return
        self._slide = shown
        self.setVisible(shown is not None)
        if shown is not None:
            self.setAccessibleDescription(
                f"{shown.side} positions, padded by {shown.padding}; windows of {shown.kernel} in steps of"
                f" {shown.stride} give {shown.out}"
            )
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._slide is None or self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._labels(painter, self._slide, self._theme)
        self._cells(painter, self._slide, self._theme)

    def _labels(self, painter: QPainter, of: Slide, theme: Theme) -> None:
        painter.setFont(font(11))
        painter.setPen(theme["text3"])
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        upper = QRectF(_SIDE, 6, self.width() - 2 * _SIDE, _CELL)
        lower = upper.translated(0, 40)
        painter.drawText(upper, middle, "in")
        painter.drawText(lower, middle, "out")
        painter.drawText(upper, middle | right, f"padding {of.padding}")
        painter.drawText(lower, middle | right, f"stride {of.stride}")

    def _cells(self, painter: QPainter, of: Slide, theme: Theme) -> None:
        room = self.width() - _SIDE - _LEFT - _SIDE - 62
        places = max(4, int(room // _CELL))
        first = {of.dilation * tap for tap in range(of.kernel)}
        everything = of.side + 2 * of.padding
        shown = everything if everything <= places else places - 2
        start = _SIDE + _LEFT
        for place in range(min(shown, everything)):
            position = place - of.padding
            padded = not 0 <= position < of.side
            box = QRectF(start + place * _CELL, 6, _CELL, _CELL).adjusted(0.5, 0.5, -0.5, -0.5)
            _cell(painter, box, "" if padded else str(position), theme, padded, place in first)
        if shown < everything:
            dots = QRectF(start + shown * _CELL, 6, _CELL, _CELL)
            _word(painter, dots, "…", theme)
            last = QRectF(start + (shown + 1) * _CELL, 6, _CELL + 5, _CELL).adjusted(0.5, 0.5, -0.5, -0.5)
            _cell(painter, last, str(of.side - 1), theme, False, False)
        self._outputs(painter, of, theme, start, shown)

    def _outputs(self, painter: QPainter, of: Slide, theme: Theme, start: float, shown: int) -> None:
        span = of.dilation * (of.kernel - 1) + 1
        drawn, end = 0, start
        while drawn < min(of.out, 6) and drawn * of.stride + span <= shown:
            left = start + drawn * of.stride * _CELL + 1
            right = left + span * _CELL - 2
            middle = (left + right) / 2
            if middle - _CELL / 2 < end:  # the cells of a small stride would overlap
                middle = end + _CELL / 2
            self._bracket(painter, left, right, middle, theme["accent" if not drawn else "edge"], drawn)
            box = QRectF(middle - _CELL / 2, 46, _CELL, _CELL).adjusted(0.5, 0.5, -0.5, -0.5)
            _cell(painter, box, str(drawn), theme, False, not drawn)
            end = middle + _CELL / 2 + 3
            drawn += 1
        if drawn < of.out:
            _word(painter, QRectF(end + 2, 46, 44, _CELL), f"… {of.out - 1}", theme)

    def _bracket(
        self, painter: QPainter, left: float, right: float, middle: float, colour: Any, level: int
    ) -> None:
        painter.setPen(QPen(colour, 1))
        beam = 25.5 + 5 * (level % 3)
        painter.drawLine(QPointF(left, 23), QPointF(left, beam))
        painter.drawLine(QPointF(right, 23), QPointF(right, beam))
        painter.drawLine(QPointF(left, beam), QPointF(right, beam))
        painter.drawLine(QPointF(middle, beam), QPointF(middle, 46))


def _cell(painter: QPainter, box: QRectF, text: str, theme: Theme, padded: bool, marked: bool) -> None:
    pen = QPen(theme["accent" if marked else "line2"], 1)
    if padded:
        pen.setDashPattern([2, 2])
    painter.setPen(pen)
    painter.setBrush(theme["accentbg" if marked else "raised"] if not padded or marked else theme["panel"])
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme["text"])
    painter.setFont(font(9 if len(text) > 2 else 10, MEDIUM))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _word(painter: QPainter, box: QRectF, text: str, theme: Theme) -> None:
    painter.setFont(font(11))
    painter.setPen(theme["text3"])
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
