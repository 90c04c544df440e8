"""How the classes of many pictures are told apart: a colour and a shape for each."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from explorer.gui.theme import Theme

_DARK = (
    *("#56B4E9", "#CA427B", "#31FAF0", "#E0808F", "#B54CD1"),
    *("#9DCB27", "#E1B999", "#6D6A16", "#E7F3A3", "#26A318"),
)
_LIGHT = (
    *("#0067A6", "#2F928A", "#052BA5", "#9170DE", "#5E8019"),
    *("#69500D", "#914C77", "#133B24", "#49175C", "#EE4253"),
)
"""Ten that are far apart for every kind of sight: at least 9 (dark) and 7.5 (light) in OKLab times 100.

Those that share a shape, seven places on, are at least 20 apart.
"""

_SHAPES = 7
_TURNED = 0.5**0.5


def class_colour(index: int, theme: Theme) -> QColor:
    """The colour of a class; after ten they come again, with other shapes."""
    table = _DARK if theme.dark else _LIGHT
    return QColor(table[index % len(table)])


def draw_marker(painter: QPainter, index: int, at: QPointF, radius: float) -> None:
    """Draw the shape of a class with the pen and brush as set.

    Disc, square, triangle, diamond, plus, triangle on its tip, cross.
    """
    x, y, kind = at.x(), at.y(), index % _SHAPES
    if kind == 0:
        painter.drawEllipse(at, radius, radius)
    elif kind == 1:
        side = radius * 0.9
        painter.drawRect(QRectF(x - side, y - side, 2 * side, 2 * side))
    elif kind in (2, 5):
        wide, low, high = radius * 1.15, radius * 0.85, radius * 1.2
        turn = 1 if kind == 2 else -1
        corners = ((0.0, -high), (wide, low), (-wide, low))
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + turn * b) for a, b in corners]))
    elif kind == 3:
        far = radius * 1.25
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - far), QPointF(x + far, y), QPointF(x, y + far), QPointF(x - far, y)])
        )
    else:
        arm, half = radius * 1.2, radius * 0.42
        corners = [(a * s, b * t) for a, b, s, t in _plus(arm, half)]
        if kind == 6:
            corners = [((a - b) * _TURNED, (a + b) * _TURNED) for a, b in corners]
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))


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
