"""Icons from SVG files, drawn in the colour of the text beside them and only when they are seen."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from explorer.gui.resources import resource
from explorer.gui.theme import Theme


def icon(name: str, theme: Theme, colour: str = "text2") -> QIcon:
    """The icon of a file in resources/icons, in a colour of the theme; pale where disabled."""
    return QIcon(_Engine(name, theme[colour], theme["line2"]))


def draw_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw an icon with a painter."""
    renderer(name, colour.name()).render(painter, box)


@lru_cache(maxsize=256)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """The drawing of an icon in one colour."""
    return QSvgRenderer(QByteArray(_text(name).replace("currentColor", colour).encode()))


@cache
def _text(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


class _Engine(QIconEngine):
    """Draws on demand, at the size and density that is asked for."""

    def __init__(self, name: str, colour: QColor, pale: QColor) -> None:
        super().__init__()
        self._name, self._colour, self._pale = name, colour, pale

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour, self._pale)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = self._pale if mode == QIcon.Mode.Disabled else self._colour
        draw_icon(painter, self._name, QRectF(rect), colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap
