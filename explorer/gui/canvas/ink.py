"""Pens, brushes and fonts of the canvas in one theme, and how much is drawn at which zoom."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPixmap

from explorer.gui.canvas.colouring import STEPS, Colouring, viridis
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_DOTS = 24  # px between the dots of the page

ALL, NAMES, LETTERS = 0.7, 0.44, 0.36
"""The smallest zooms at which all, names and letters, and letters have room. Below, nodes are bars."""

SMALLEST_TEXT, SMALLEST_LETTER = 11.0, 9.0
"""Of what is written, in px on the screen: where there is less room, nothing is written."""


class Ink:
    """What every item of one canvas draws with. The camera keeps `zoom` up to date.

    Fonts grow as one zooms out, so that what is written stays readable.
    """

    def __init__(self, theme: Theme) -> None:
        self._zoom = 0.0
        self.colouring = Colouring()
        self.body_font = font(13)
        self.body_metrics = QFontMetricsF(self.body_font)
        self.zoom = 1.0
        self.set_theme(theme)

    @property
    def zoom(self) -> float:
        """How large a pixel of the picture is on the screen."""
        return self._zoom

    @zoom.setter
    def zoom(self, zoom: float) -> None:
        if zoom == self._zoom:
            return
        self._zoom = zoom
        least = math.ceil(SMALLEST_TEXT / zoom)
        self.name_font, self.small_font = font(max(13, least), 600), font(max(11, least))
        self.shape_font, self.strong_font = font(max(11, least), 500), font(max(12, least), 600)
        self.letter_font = font(max(11, math.ceil(SMALLEST_LETTER / zoom)), 600)
        self.name_metrics, self.small_metrics, self.shape_metrics = _metrics(max(11, least), max(13, least))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.theme = theme
        names = ("canvas", "panel", "raised", "hover", "line", "line2", "text", "text2", "text3", "accent")
        names += ("onaccent", "accentbg", "edge", "err", "errbg", "skip")
        self.colour: dict[str, QColor] = {name: theme[name] for name in names}
        self.brush = {name: QBrush(colour) for name, colour in self.colour.items()}
        faint = QColor(self.colour["text"])
        faint.setAlphaF(0.18)
        self.band_border = QPen(faint, 1)
        self.node_border = QPen(self.colour["line2"], 1)
        self.hover_border = QPen(self.colour["text3"], 1)
        self.problem_border = QPen(self.colour["err"], 1.5)
        self.waiting_border = QPen(self.colour["line2"], 1)
        self.waiting_border.setDashPattern([4, 3])
        self.ring = QPen(self.colour["accent"], 2)
        self.edge = self._line("edge", 1.5)
        self.edge_waiting = self._line("line2", 1.5)
        self.edge_waiting.setDashPattern([3, 3])
        self.skip = self._line("skip", 2)
        self.edge_chosen = self._line("accent", 2)
        self.edge_clash = self._line("err", 2)
        self.dots = self._dotted()
        self._categories: dict[str, tuple[QBrush, QPen, str]] = {}
        self._steps: dict[int, tuple[QBrush, QPen]] = {}

    def set_colouring(self, colouring: Colouring) -> None:
        """Let the bands of nodes stand for something else."""
        self.colouring = colouring

    def band(self, name: str, category: str) -> tuple[QBrush, QPen, str]:
        """Fill, pen of the letter, and letter of a node; the letter always tells the category."""
        if self.colouring.scale is None:
            return self.category(category)
        letter = self.category(category)[2]
        step = self.colouring.steps.get(name)
        if step is None:
            return self.brush["hover"], QPen(self.colour["text2"]), letter
        known = self._steps.get(step)
        if known is None:
            fill = scale_colour(step / (STEPS - 1))
            dark = fill.lightnessF() < 0.5 and step < STEPS * 0.55
            known = QBrush(fill), QPen(QColor("#FFFFFF" if dark else "#14161A"))
            self._steps[step] = known
        return known[0], known[1], letter

    def category(self, name: str) -> tuple[QBrush, QPen, str]:
        """Fill, pen of the letter, and letter of a category."""
        known = self._categories.get(name)
        if known is None:
            mark = self.theme.category(name)
            known = QBrush(QColor(mark.fill)), QPen(QColor(mark.ink)), mark.letter
            self._categories[name] = known
        return known

    def _dotted(self) -> QBrush:
        """The dots of the page as a texture: drawing them one by one costs more than all nodes."""
        tile = QPixmap(_DOTS, _DOTS)
        tile.fill(self.colour["canvas"])
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.brush["line"])
        painter.drawEllipse(QRectF(0, 0, 1.8, 1.8))
        painter.end()
        return QBrush(tile)

    def _line(self, token: str, width: float) -> QPen:
        pen = QPen(self.colour[token], width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen


@cache
def _metrics(small: int, name: int) -> tuple[QFontMetricsF, QFontMetricsF, QFontMetricsF]:
    """Of names, of attributes and of shapes."""
    return QFontMetricsF(font(name, 600)), QFontMetricsF(font(small)), QFontMetricsF(font(small, 500))


def scale_colour(share: float) -> QColor:
    """The colour of a place on a scale between 0 and 1."""
    return QColor(*viridis(share))


@cache
def no_pen() -> QPen:
    """Draw no outline."""
    return QPen(Qt.PenStyle.NoPen)
