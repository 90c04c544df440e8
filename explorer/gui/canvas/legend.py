"""The legend of a colouring: a bar of its colours with figures in true units."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.canvas.colouring import Colouring, Scale
from explorer.gui.canvas.ink import Ink, scale_colour
from explorer.gui.fonts import font

_WIDE, _HIGH = 204.0, 54.0  # beside the main column, also in the smallest window
_BAR = QRectF(0.0, 22.0, 156.0, 10.0)
_NONE = QRectF(174.0, 22.0, 18.0, 10.0)
_PAD = 12
_STOPS = 16
_LONG_NAME = 28  # letters


class Legend(QWidget):
    """The legend as it floats over the canvas; hidden while nodes are coloured by kind."""

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self._ink = ink
        wide, high = legend_size()
        self.resize(round(wide) + 2 * _PAD, round(high) + 2 * _PAD - 6)
        self.hide()

    def show_colouring(self) -> None:
        """Explain the colours that the ink draws with now."""
        found = self._ink.colouring
        if found.scale is not None:
            words = f"{title(found.scale)}: from {_ends(found.scale)}"
            self.setAccessibleName(words)
            self.setToolTip(words)
        self.setVisible(found.scale is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink.colour["line"], 1))
        painter.setBrush(self._ink.brush["panel"])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        paint_legend(painter, QPointF(_PAD, _PAD - 2), self._ink.colouring, self._ink)
        painter.end()


def legend_size() -> tuple[float, float]:
    """Width and height of a painted legend."""
    return _WIDE, _HIGH


def title(scale: Scale) -> str:
    """What the scale measures."""
    return f"{scale.measures} (log)" if scale.log else scale.measures


def paint_legend(painter: QPainter, corner: QPointF, colouring: Colouring, ink: Ink) -> None:
    """Draw the bar with its figures; nothing where there is no scale."""
    scale = colouring.scale
    if scale is None:
        return
    painter.save()
    painter.translate(corner)
    name = title(scale)
    painter.setFont(font(12 if len(name) < _LONG_NAME else 11, 600))
    painter.setPen(ink.colour["text"])
    said = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(_WIDE))
    painter.drawText(QPointF(0, 12), said)
    gradient = QLinearGradient(_BAR.topLeft(), _BAR.topRight())
    for step in range(_STOPS + 1):
        gradient.setColorAt(step / _STOPS, scale_colour(step / _STOPS))
    painter.setPen(ink.band_border)
    painter.setBrush(gradient if scale.highest > scale.lowest else scale_colour(1.0))
    painter.drawRoundedRect(_BAR, 2, 2)
    _paint_figures(painter, scale, ink)
    painter.setPen(ink.band_border)
    painter.setBrush(ink.brush["hover"])
    painter.drawRoundedRect(_NONE, 2, 2)
    painter.setFont(font(11))
    painter.setPen(ink.colour["text2"])
    painter.drawText(QPointF(_NONE.left(), _BAR.bottom() + 15), "none")
    painter.restore()


def _paint_figures(painter: QPainter, scale: Scale, ink: Ink) -> None:
    """The ends always; round figures between them where there is room."""
    painter.setFont(font(11))
    base, metrics = _BAR.bottom() + 15, QFontMetricsF(font(11))
    last = scale.text(scale.highest)
    painter.setPen(ink.colour["text2"])
    right = _BAR.right() - metrics.horizontalAdvance(last)
    painter.drawText(QPointF(right, base), last)
    if scale.highest <= scale.lowest:
        return
    first = scale.text(scale.lowest)
    painter.drawText(QPointF(0, base), first)
    taken = metrics.horizontalAdvance(first) + 8
    for tick in scale.ticks():
        x = scale.share(tick) * _BAR.width()
        painter.setPen(QPen(ink.colour["text3"], 1))
        painter.drawLine(QPointF(x, _BAR.bottom() + 1), QPointF(x, _BAR.bottom() + 4))
        words = scale.text(tick)
        half = metrics.horizontalAdvance(words) / 2
        if x - half >= taken and x + half <= right - 8:
            painter.setPen(ink.colour["text2"])
            painter.drawText(QPointF(x - half, base), words)
            taken = x + half + 8


def _ends(scale: Scale) -> str:
    return f"{scale.text(scale.lowest)} to {scale.text(scale.highest)}"


__all__ = ["Legend", "legend_size", "paint_legend", "title"]
