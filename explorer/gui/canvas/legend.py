"""The legend of a colouring: a bar of its colours with figures in true units."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.canvas.colouring import Colouring, Scale
from explorer.gui.canvas.ink import Ink, scale_colour
from explorer.gui.fonts import font
from explorer.gui.panel import IconButton
from explorer.gui.theme import Theme

_WIDE, _HIGH = 204.0, 54.0  # beside the main column, also in the smallest window
_BAR = QRectF(0.0, 22.0, 156.0, 10.0)
_NONE = QRectF(174.0, 22.0, 18.0, 10.0)
_PAD = 12
_STOPS = 16
_LONG_NAME = 28  # letters


_LINE = 15
_CLOSE = 22


class Legend(QWidget):
    """The legend as it floats over the canvas; hidden while nodes are coloured by kind.

    Below the bar stands what the figures say, where they say something.

    Signals:
        closed(): the nodes shall be coloured by kind again.
    """

    closed = Signal()

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self._ink = ink
        self._close = IconButton("close", "Colour the layers by kind again", parent=self)
        self._close.setObjectName("legendClose")
        self._close.setFixedSize(_CLOSE, _CLOSE)
        self._close.setIconSize(QSize(12, 12))
        self._close.clicked.connect(self.closed)
        self._said: tuple[str, ...] = ()
        self._fit()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._close.set_theme(theme)
        self.update()

    def show_colouring(self) -> None:
        """Explain the colours that the ink draws with now."""
        found = self._ink.colouring
        scale = f"{title(found.scale)}: from {_ends(found.scale)}" if found.scale is not None else ""
        words = ". ".join(filter(None, (scale, found.said)))
        self.setAccessibleName(words)
        self.setToolTip(words)
        self._said = _wrapped(found.said)
        self._fit()
        self.setVisible(bool(words))
        self.update()

    def _fit(self) -> None:
        wide, high = legend_size()
        if self._ink.colouring.scale is None:
            high = 0.0
        lines = len(self._said) * _LINE + (6 if high and self._said else 0)
        self.resize(round(wide) + 2 * _PAD, round(high) + lines + 2 * _PAD - 6)
        self._close.move(self.width() - _CLOSE - 4, 4)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink.colour["line"], 1))
        painter.setBrush(self._ink.brush["panel"])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        paint_legend(painter, QPointF(_PAD, _PAD - 2), self._ink.colouring, self._ink)
        painter.setFont(font(11))
        painter.setPen(self._ink.colour["text"])
        below = self.height() - _PAD + 4 - len(self._said) * _LINE
        for place, text in enumerate(self._said):
            painter.drawText(QPointF(_PAD, below + (place + 0.7) * _LINE), text)
        painter.end()


def _wrapped(text: str) -> tuple[str, ...]:
    """A sentence in lines that fit the legend; without a scale above it, they leave room for the button."""
    metrics, lines = QFontMetricsF(font(11)), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if metrics.horizontalAdvance(longer) > _WIDE - _CLOSE and lines[-1]:
            lines.append(metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, _WIDE))
        else:
            lines[-1] = metrics.elidedText(longer, Qt.TextElideMode.ElideMiddle, _WIDE)
    return tuple(filter(None, lines))


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
