"""The little node that follows the pointer while a block or a network is dragged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap

from explorer.gui.chips import draw_chip
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.palette.entries import Entry
from explorer.gui.theme import Theme

_HEIGHT = 28


def drag_card(entry: Entry, theme: Theme, ratio: float) -> QPixmap:
    """A card as small as the entry's name lets it be, for a screen of this many pixels per point.

    What would come of the drop stands on the canvas, which the card must not cover.
    """
    face = font(12, SEMIBOLD)
    left = 30 if entry.category else 9
    width = left + QFontMetrics(face).horizontalAdvance(entry.name) + 12
    pixmap = QPixmap(round(width * ratio), round(_HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme["accent"])
    painter.setBrush(theme["raised"])
    box = QRectF(0.5, 0.5, width - 1, _HEIGHT - 1)
    painter.drawRoundedRect(box, 6, 6)
    if entry.category:
        draw_chip(painter, QRectF(7, 6, 16, 16), entry.category, theme)
    painter.setPen(theme["text"])
    painter.setFont(face)
    painter.drawText(box.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.name)
    painter.end()
    return pixmap
