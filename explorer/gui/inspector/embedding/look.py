"""How the classes of many pictures are told apart: a colour and a shape for each."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from explorer.gui.theme import Theme

_DARK = ("#56B4E9", "#F2A93B", "#3CCB9B", "#E58BC0", "#F0E442", "#FF8A65", "#B39DFF", "#C9CED6")
_LIGHT = ("#0067A6", "#C24E00", "#00795A", "#A03A7D", "#8A6D00", "#B3261E", "#5B4BC4", "#555E6B")
_SHAPES = 5


def class_colour(index: int, theme: Theme) -> QColor:
    """The colour of a class; after eight they come again, with other shapes."""
    table = _DARK if theme.dark else _LIGHT
    return QColor(table[index % len(table)])


def draw_marker(painter: QPainter, index: int, at: QPointF, radius: float) -> None:
    """Draw the shape of a class (disc, square, triangle, diamond, plus) with the pen and brush as set."""
    x, y, kind = at.x(), at.y(), index % _SHAPES
    if kind == 0:
        painter.drawEllipse(at, radius, radius)
    elif kind == 1:
        side = radius * 0.9
        painter.drawRect(QRectF(x - side, y - side, 2 * side, 2 * side))
    elif kind == 2:
        wide, low = radius * 1.15, radius * 0.85
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - radius * 1.2), QPointF(x + wide, y + low), QPointF(x - wide, y + low)])
        )
    elif kind == 3:
        far = radius * 1.25
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - far), QPointF(x + far, y), QPointF(x, y + far), QPointF(x - far, y)])
        )
    else:
        arm, half = radius * 1.2, radius * 0.42
        painter.drawPolygon(QPolygonF([QPointF(x + a * s, y + b * t) for a, b, s, t in _plus(arm, half)]))


def _plus(arm: float, half: float) -> list[tuple[float, float, int, int]]:
    """The corners of a plus, as sizes and signs."""
    return [
        (half, arm, 1, -1),
        (half, half, 1, -1),
        (arm, half, 1, -1),
        (arm, half, 1, 1),
        (half, half, 1, 1),
        (half, arm, 1, 1),
        (half, arm, -1, 1),
        (half, half, -1, 1),
        (arm, half, -1, 1),
        (arm, half, -1, -1),
        (half, half, -1, -1),
        (half, arm, -1, -1),
    ]


def class_icon(index: int, theme: Theme, side: int = 16) -> QIcon:
    """The marker of a class as an icon."""
    pixmap = QPixmap(2 * side, 2 * side)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme["panel"], 1))
    painter.setBrush(QBrush(class_colour(index, theme)))
    draw_marker(painter, index, QPointF(side / 2, side / 2), 4.6)
    painter.end()
    return QIcon(pixmap)
