"""The colours of the maps from lowest to highest, with their numbers."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from explorer.engine.drawing.map_colours import MAP
from explorer.engine.looking.findings import Maps, beyond_scale
from explorer.gui.fonts import font
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.theme import Theme

_WIDE, _HIGH, _ROOM, _SWATCH, _TIP = 130, 10, 8, 11, 8
_WITHIN = False, False


class ScaleBar(QWidget):
    """A strip of colours between two figures, and beside it the colour of zero.

    Where numbers lie beyond an end, the strip has a tip there and the figure says so: "≥ +4".
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._stops: tuple[str, ...] = ()
        self._ends = ("", "")
        self._beyond = _WITHIN
        self._zero = ""
        self.setFixedHeight(22)
        self.setAccessibleName("Scale of the maps")

    @property
    def ends(self) -> tuple[str, str]:
        """The figures at both ends."""
        return self._ends

    @property
    def beyond(self) -> tuple[bool, bool]:
        """Whether numbers lie below the lower and above the upper end."""
        return self._beyond

    @property
    def drawn(self) -> bool:
        """Whether there are colours to show."""
        return bool(self._stops)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_maps(self, maps: Maps) -> None:
        """Show the scale of these maps; words where each has its own."""
        colours = maps.request.colours
        beyond = beyond_scale(maps)
        if colours.scale != MAP:
            low, high = number(min(maps.lows)), number(max(maps.highs), signed=maps.signed)
        elif colours.cut:
            low, high = ("−", "+") if maps.signed else ("0", "its end")
        else:
            low, high = ("−", "+") if maps.signed else ("0", "highest")
        why = f"the outermost {colours.cut:g} % of the numbers that are not zero"
        self.show_scale(low, high, maps.stops, beyond, why)
        if colours.scale == MAP:  # words are no figures that others are beyond
            self._ends = low, high

    def show_scale(
        self,
        low: str,
        high: str,
        stops: tuple[str, ...],
        beyond: tuple[bool, bool] = _WITHIN,
        why: str = "numbers",
    ) -> None:
        """Show evenly spaced colours between two figures; no colours hide the bar.

        `beyond` says at which ends numbers lie outside of the scale, `why` which those are.
        """
        self._ends = f"≤ {low}" if beyond[0] else low, f"≥ {high}" if beyond[1] else high
        self._stops, self._beyond = stops, beyond
        zero = "zero has the colour of the small square; what is NaN or infinite that of a problem"
        cut = f"; beyond lie {why}, in the colour of the end" if any(beyond) else ""
        self.setToolTip(f"Colours from {low} to {high}{cut}; {zero}" if stops else "")
        self._zero = _zero_of(low, stops)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._stops:
            return QSize(0, 22)
        measure = QFontMetricsF(font(11))
        return QSize(
            round(sum(measure.horizontalAdvance(end) for end in self._ends))
            + _WIDE
            + 2 * _ROOM
            + 4
            + (round(measure.horizontalAdvance("zero")) + _SWATCH + 2 * _ROOM + 6 if self._zero else 0),
            22,
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
        painter.drawPath(_outline(bar, self._beyond))
        if self._zero:
            self._paint_zero(painter, beyond.left() + painter.fontMetrics().horizontalAdvance(self._ends[1]))

    def _paint_zero(self, painter: QPainter, after: float) -> None:
        """The colour of zero: what is absent must not be taken for what is small."""
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        swatch = QRectF(after + 2 * _ROOM, (self.height() - _SWATCH) / 2, _SWATCH, _SWATCH)
        painter.setBrush(QColor(self._zero))
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawRoundedRect(swatch, 2, 2)
        painter.setPen(self._theme["text2"])
        words = QRectF(swatch.right() + 6, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "zero")


def _outline(bar: QRectF, beyond: tuple[bool, bool]) -> QPainterPath:
    """The strip, with a tip at each end beyond which numbers lie."""
    path = QPainterPath()
    if not any(beyond):
        path.addRoundedRect(bar, 2, 2)
        return path
    left, right = bar.left() + _TIP * beyond[0], bar.right() - _TIP * beyond[1]
    middle = bar.center().y()
    corners = [QPointF(left, bar.top()), QPointF(right, bar.top()), QPointF(bar.right(), middle)]
    corners += [QPointF(right, bar.bottom()), QPointF(left, bar.bottom()), QPointF(bar.left(), middle)]
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return path


def _zero_of(low: str, stops: tuple[str, ...]) -> str:
    """The colour of zero: the middle of a scale with a sign, else its lower end; "" where there is none."""
    if not stops:
        return ""
    if low.startswith("−"):
        return stops[len(stops) // 2]
    return stops[0] if low == "0" else ""


def lies_beyond(maps: Maps, cell: Cell) -> bool:
    """Whether a number of maps lies outside of its scale, and is drawn in the colour of the end."""
    value = float(maps.values[cell.map, cell.row, cell.column])
    return math.isfinite(value) and not maps.lows[cell.map] <= value <= maps.highs[cell.map]
