"""Text that is drawn again and again: shaped once, then only its letters are put in place."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QStaticText, QTransform

from explorer.gui.fonts import NORMAL, font


def draw_line(
    painter: QPainter,
    box: QRectF,
    text: str,
    pixels: float = 12,
    weight: int = NORMAL,
    *,
    right: bool = False,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Draw one line of plain text in a box, half way up, cut where it is too long; the pen is set."""
    shaped, width, height = _shaped(text, pixels, weight)
    if width > box.width():
        shaped, width, height = _shaped(_cut(text, pixels, weight, int(box.width()), cut), pixels, weight)
    left = box.right() - width if right else box.left()
    painter.setFont(font(pixels, weight))
    painter.drawStaticText(QPointF(left, box.top() + (box.height() - height) / 2), shaped)


def line_width(text: str, pixels: float = 12, weight: int = NORMAL) -> float:
    """How wide one line of text is, in pixels."""
    return _shaped(text, pixels, weight)[1]


@lru_cache(maxsize=8192)
def _shaped(text: str, pixels: float, weight: int) -> tuple[QStaticText, float, float]:
    shaped = QStaticText(text)
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.prepare(QTransform(), font(pixels, weight))
    size = shaped.size()
    return shaped, size.width(), size.height()


@lru_cache(maxsize=4096)
def _cut(text: str, pixels: float, weight: int, room: int, cut: Qt.TextElideMode) -> str:
    return QFontMetricsF(font(pixels, weight)).elidedText(text, cut, room)
