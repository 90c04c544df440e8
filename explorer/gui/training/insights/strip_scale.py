"""The colour bar of a strip of layers, and the profile of one moment beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from explorer.gui.canvas.ink import scale_colour
from explorer.gui.fonts import font
from explorer.gui.theme import Theme
from explorer.gui.training.layer_tracks import Track

_STOPS = 16


def draw_bar(painter: QPainter, theme: Theme, track: Track, box: QRectF) -> None:
    """Draw the bar of colours with its figures at the right."""
    scale = track.scale
    gradient = QLinearGradient(box.bottomLeft(), box.topLeft())
    for step in range(_STOPS + 1):
        gradient.setColorAt(step / _STOPS, scale_colour(step / _STOPS))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(box, 2, 2)
    painter.setFont(font(11))
    painter.setPen(theme["text3"])
    for value, text in _ticks(track, box.height()):
        y = box.bottom() - scale.share(value) * box.height()
        y = min(max(y, box.top() + 6), box.bottom() - 4)
        painter.drawText(QPointF(box.right() + 6, y + 4), text)


def draw_profile(painter: QPainter, theme: Theme, track: Track, box: QRectF, moment: int | None) -> None:
    """Draw the figures of one moment, None for the newest, as a line down the layers."""
    scale = track.scale
    painter.setFont(font(11))
    powers = _ticks(track, 60)
    for value, _ in powers:
        x = box.left() + scale.share(value) * box.width()
        painter.setPen(QPen(theme["line"], 1))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
    painter.setPen(theme["text3"])
    for value, text in (powers[0], powers[-1]):
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        x = box.left() + scale.share(value) * box.width() - wide / 2
        painter.drawText(QPointF(x, box.bottom() + 15), text)
    column = track.columns[-1 if moment is None else moment]
    high = box.height() / len(track.names)
    line = QPolygonF()
    for row, value in enumerate(column):
        if math.isfinite(value):
            x = box.left() + scale.share(value) * box.width()
            line.append(QPointF(x, box.top() + (row + 0.5) * high))
    painter.setPen(QPen(theme["run1"], 1.6))
    painter.drawPolyline(line)
    if len(track.names) <= 40:
        painter.setBrush(theme["run1"])
        painter.setPen(Qt.PenStyle.NoPen)
        for point in line.toList():
            painter.drawEllipse(point, 2.2, 2.2)


def _ticks(track: Track, height: float) -> list[tuple[float, str]]:
    scale = track.scale
    if not track.by_factors:
        return [(share, f"{100 * share:.0f} %") for share in (0.0, 0.5, 1.0)]
    powers = range(math.ceil(scale.low), math.floor(scale.high) + 1)
    if len(powers) < 2:  # a narrow range: its ends say more
        return [(end, f"{10.0**end:.2g}") for end in (scale.low, scale.high)]
    every = max(1, math.ceil(len(powers) * 18 / max(18.0, height)))
    return [(float(power), _power(power)) for power in powers[::every]]


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(power: float) -> str:
    """A power of ten: 1, 10, 10⁻³."""
    whole = round(power)
    return {0: "1", 1: "10", -1: "0.1"}.get(whole, f"10{str(whole).translate(_RAISED)}")
