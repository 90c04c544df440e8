"""The picture of a network as a figure for a paper: SVG, PNG or PDF, whole, with tight margins."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QStaticText,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.gui.canvas.colouring import Colouring
from explorer.gui.canvas.ink import Ink
from explorer.gui.canvas.legend import legend_size, paint_legend
from explorer.gui.canvas.picture import NodePicture, Picture
from explorer.gui.canvas.scene import NetworkScene
from explorer.gui.theme import Theme

_MARGIN = 12.0
_SHARP = 2.0  # pixels of a PNG for one of the canvas, where that is not too large
_LARGEST_SIDE, _LARGEST_AREA = 16_384, 50_000_000
_LONGEST_PAGE = 14_400.0  # points: longer pages are refused by readers of PDF
_POINTS = 0.75  # of one pixel of the canvas
_LEGEND_GAP = 16.0


@dataclass(frozen=True)
class Figure:
    """What is drawn: a picture with its colours, in one theme; `rail` adds resolutions at its side."""

    picture: Picture
    theme: Theme
    colouring: Colouring
    name: str
    rail: bool = True


def write_figure(path: Path, figure: Figure) -> None:
    """Write a figure in the format that the file's name ends in.

    Texts in SVG are outlines and PDF carries its fonts, so that both look alike everywhere.

    Raises:
        ExplorerError: another ending, nothing to draw, or too large for a PNG.
        OSError: the file cannot be written; an older one is left as it was.
    """
    if not figure.picture.nodes:
        raise ExplorerError("the network is empty: there is nothing to draw")
    write_sheet(path, lambda: _Sheet(figure))


class Sheet(Protocol):
    """What can be written as a figure: its name, how large it is, and how it is painted."""

    name: str
    area: QRectF

    def paint(self, painter: QPainter, scale: float = 1.0) -> None:
        """Draw everything, the upper left corner at the painter's."""


def write_sheet(path: Path, make: Callable[[], Sheet]) -> None:
    """Write what `make` gives in the format that the file's name ends in.

    Raises:
        ExplorerError: another ending, or too large for a PNG.
        OSError: the file cannot be written; an older one is left as it was.
    """
    writer = FORMATS.get(path.suffix.lower())
    if writer is None:
        known = ", ".join(FORMATS)
        raise ExplorerError(f"a picture is saved as {known}, not as {path.suffix or 'a file with no ending'}")
    atomic_write(path, writer(make()))


def part_of(picture: Picture, names: Collection[str]) -> Picture:
    """Only some nodes, with what is drawn inside them and the edges between what stays.

    A node that a folded block hides stands for that block.
    """
    chosen = {node.name for node in map(picture.shown, names) if node is not None}
    kept = {name: node for name, node in picture.nodes.items() if _is_in(picture, node, chosen)}
    edges = {
        key: edge
        for key, edge in picture.edges.items()
        if key[0] in kept and (edge.source or kept[key[0]].block) in kept
    }
    return Picture(kept, edges, picture.names, picture.across)


def _is_in(picture: Picture, node: NodePicture, chosen: Collection[str]) -> bool:
    return any(picture.names.get(node.path[:depth]) in chosen for depth in range(1, len(node.path) + 1))


class _OutlinePainter(QPainter):
    """Draws letters as shapes: a reader of the file needs no font."""

    def drawText(self, where: QPointF | QRectF, *rest: object) -> None:  # type: ignore[override]
        font, text = QFont(self.font()), str(rest[-1])
        if isinstance(where, QRectF):
            metrics = QFontMetricsF(font)
            flags, wide = int(rest[0]), metrics.horizontalAdvance(text)  # type: ignore[call-overload]
            x = where.left()
            if flags & Qt.AlignmentFlag.AlignHCenter.value:
                x = where.center().x() - wide / 2
            elif flags & Qt.AlignmentFlag.AlignRight.value:
                x = where.right() - wide
            where = QPointF(x, where.center().y() + (metrics.ascent() - metrics.descent()) / 2)
        self._fill(where, font, text)

    def drawStaticText(self, where: QPointF, text: QStaticText) -> None:  # type: ignore[override]
        font = QFont(self.font())
        self._fill(where + QPointF(0, QFontMetricsF(font).ascent()), font, text.text())

    def _fill(self, where: QPointF, font: QFont, text: str) -> None:
        path = QPainterPath()
        path.addText(where, font, text)
        pen, brush = self.pen(), self.brush()
        self.fillPath(path, pen.color())
        self.setPen(pen)
        self.setBrush(brush)


class _Sheet:
    """A figure as items, and the size it needs."""

    def __init__(self, figure: Figure) -> None:
        self.name = figure.name
        self._ink = Ink(figure.theme)
        self._ink.set_colouring(figure.colouring)
        if not figure.theme.dark:  # on paper
            self._ink.colour["canvas"] = self._ink.colour["raised"]
            self._ink.brush["canvas"] = self._ink.brush["raised"]
        self._scene = NetworkScene(self._ink)
        self._scene.rail.setVisible(figure.rail)
        self._scene.show_picture(Picture(), figure.picture)
        area = QRectF(*figure.picture.bounds).adjusted(-8, -14, 10, 10)
        if figure.rail:
            area |= self._scene.rail.drawn()
        for item in self._scene.edges.values():
            area |= item.mapRectToScene(item.drawn())
        area.adjust(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        self._colouring, self._legend_top = figure.colouring, area.bottom() - _MARGIN + _LEGEND_GAP
        if figure.colouring.scale is not None:
            wide, high = legend_size()
            area.setBottom(self._legend_top + high + _MARGIN)
            area.setRight(max(area.right(), area.left() + wide + 2 * _MARGIN))
        self.area = area

    def paint(self, painter: QPainter, scale: float = 1.0) -> None:
        """Draw everything, the upper left corner at the painter's."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.translate(-self.area.topLeft())
        painter.fillRect(self.area, self._ink.colour["canvas"])
        option = QStyleOptionGraphicsItem()
        items = [item for item in self._scene.items(Qt.SortOrder.AscendingOrder) if item.isVisible()]
        for item in items:
            painter.save()
            painter.translate(item.pos())
            item.paint(painter, option)
            painter.restore()
        if self._colouring.scale is not None:
            corner = QPointF(self.area.left() + _MARGIN, self._legend_top)
            paint_legend(painter, corner, self._colouring, self._ink)


def _svg(sheet: Sheet) -> bytes:
    buffer, size = _buffer(), sheet.area.size()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QSize(math.ceil(size.width()), math.ceil(size.height())))
    generator.setViewBox(QRectF(QPointF(0, 0), size))
    generator.setTitle(sheet.name)
    painter = _OutlinePainter(generator)
    sheet.paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def _png(sheet: Sheet) -> bytes:
    wide, high = sheet.area.width(), sheet.area.height()
    scale = min(_SHARP, _LARGEST_SIDE / max(wide, high), math.sqrt(_LARGEST_AREA / (wide * high)))
    if scale < 1.0:
        raise ExplorerError(
            f"as PNG the picture would be {math.ceil(wide):,} × {math.ceil(high):,} pixels, more than can"
            " be drawn readably; save it as SVG or PDF, or fold some blocks"
        )
    image = QImage(math.ceil(wide * scale), math.ceil(high * scale), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sheet.paint(painter, scale)
    painter.end()
    image.setDotsPerMeterX(round(96 * scale / 0.0254))
    image.setDotsPerMeterY(round(96 * scale / 0.0254))
    image.setText("Title", sheet.name)
    buffer = _buffer()
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise ExplorerError("the picture could not be made as PNG; save it as SVG or PDF")
    return bytes(buffer.data().data())


def _pdf(sheet: Sheet) -> bytes:
    buffer, size = _buffer(), sheet.area.size()
    points = min(_POINTS, _LONGEST_PAGE / max(size.width(), size.height()))
    writer = QPdfWriter(buffer)
    page = QSizeF(size.width() * points, size.height() * points)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(1200)
    writer.setTitle(sheet.name)
    painter = QPainter(writer)
    sheet.paint(painter, points * 1200 / 72)
    painter.end()
    return bytes(buffer.data().data())


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


FORMATS: Mapping[str, Callable[[Sheet], bytes]] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
"""How each kind of file is made, by the ending of its name."""
