"""A view of the Inspect area as a file of its own: a picture at one or more times its size, or a drawing."""

from __future__ import annotations

import base64
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeGuard, runtime_checkable

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractItemView, QWidget

from explorer.core.errors import ExplorerError
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_EDGE, _GAP, _BESIDE, _LEAST = 16, 10, 20, 300
_LARGEST_SIDE, _LARGEST_AREA = 32_000, 120_000_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IMAGE = re.compile(r"<image\b[^>]*>")
_MAGNIFIED = re.compile(r"@([1-4])x\.png\Z", re.IGNORECASE)


@runtime_checkable
class Whole(Protocol):
    """What can draw all of itself, also what lies outside of its window."""

    def whole_size(self) -> QSize: ...
    def paint_whole(self, painter: QPainter) -> None: ...


Part = str | QWidget | Whole | tuple["Column", ...]
"""A line of text, a widget as it is seen, what draws all of itself, or columns beside each other."""

Column = Sequence["Part"]
"""Parts below each other."""


@dataclass(frozen=True)
class View:
    """Something that is seen: `key` tells it apart, `name` is its title, `about` says what it is of.

    `places` are the widgets that a click on the view falls on.
    """

    key: str
    name: str
    about: str
    parts: Column
    places: tuple[QWidget, ...]

    def holds(self, point: QPoint) -> bool:
        """Whether a point of the screen lies on it."""
        shown = (place for place in self.places if place.isVisible())
        return any(place.rect().contains(place.mapFromGlobal(point)) for place in shown)


def file_of(view: View, name: str, theme: Theme) -> bytes:
    """The bytes of a file: a drawing where its name ends in .svg, else a picture.

    "maps@2x.png" is drawn at twice its size, with letters and lines as much sharper.

    Raises:
        ExplorerError: the picture would be larger than can be drawn.
    """
    sheet = _Sheet(view, theme)
    if name.lower().endswith(".svg"):
        return _drawing(sheet)
    magnified = _MAGNIFIED.search(name)
    return _picture(sheet, int(magnified.group(1)) if magnified else 1)


def image_of_view(view: View, theme: Theme, times: int = 1) -> QImage:
    """A view as a picture.

    Raises:
        ExplorerError: as `file_of`.
    """
    return _image(_Sheet(view, theme), times)


def _image(sheet: _Sheet, times: int) -> QImage:
    wide, high = sheet.size.width() * times, sheet.size.height() * times
    if max(wide, high) > _LARGEST_SIDE or wide * high > _LARGEST_AREA:
        raise ExplorerError(
            f"as PNG this view would be {wide:,} × {high:,} pixels, more than can be drawn; save it as SVG,"
            " or show larger maps in fewer rows"
        )
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(times)
    painter = QPainter(image)
    try:
        sheet.paint(painter)
    finally:
        painter.end()  # a device that is destroyed while it is painted on takes the process with it
    return image


def _picture(sheet: _Sheet, times: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = _image(sheet, times)
    image.setText("Title", sheet.view.name)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _drawing(sheet: _Sheet) -> bytes:
    buffer, generator = QBuffer(), QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(sheet.size)
    generator.setViewBox(QRect(QPoint(), sheet.size))
    generator.setTitle(sheet.view.name)
    generator.setDescription(sheet.view.about)
    painter = QPainter(generator)
    try:
        sheet.paint(painter)
    finally:
        painter.end()  # as above
    drawn = bytes(buffer.data().data()).decode("utf-8", "replace")
    return _IMAGE.sub(_sharp, _NOT_XML.sub("\ufffd", drawn)).encode("utf-8")


def _sharp(found: re.Match[str]) -> str:
    """An enlarged picture, told to keep its pixels as they are: what is drawn there are numbers."""
    tag = found.group()
    width = re.search(r'\bwidth="([\d.]+)"', tag)
    data = re.search(r'href="data:image/png;base64,([A-Za-z0-9+/]{32})', tag)
    if width is None or data is None:
        return tag
    (columns,) = struct.unpack(">I", base64.b64decode(data.group(1))[16:20])
    if float(width.group(1)) < columns:
        return tag
    return tag.replace("<image", '<image style="image-rendering:pixelated"', 1)


class _Sheet:
    """The view below its title, with room around."""

    def __init__(self, view: View, theme: Theme) -> None:
        self.view, self._theme = view, theme
        content = _size(view.parts)
        wide = max(_LEAST, content.width())
        self._head = _Head(view.name, view.about, wide)
        self.size = QSize(wide + 2 * _EDGE, content.height() + self._head.high + _GAP + 2 * _EDGE)

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(QPoint(), self.size), self._theme["panel"])
        self._head.paint(painter, self._theme)
        _paint(painter, self.view.parts, QPoint(_EDGE, _EDGE + self._head.high + _GAP), self._theme)


class _Head:
    """What the view shows, and of what."""

    def __init__(self, title: str, about: str, wide: int) -> None:
        self._title, self._about, self._wide = title, about, wide
        self._flags = int(Qt.TextFlag.TextWordWrap)
        room = QRect(0, 0, wide, 10_000)
        self._upper = QFontMetrics(font(14, 600)).boundingRect(room, self._flags, title).height()
        lower = QFontMetrics(font(11)).boundingRect(room, self._flags, about).height() if about else 0
        self.high = self._upper + lower + 2

    def paint(self, painter: QPainter, theme: Theme) -> None:
        lines = ((self._title, font(14, 600), "text", 0), (self._about, font(11), "text2", self._upper + 2))
        for text, kind, token, top in lines:
            painter.setFont(kind)
            painter.setPen(theme[token])
            painter.drawText(QRect(_EDGE, _EDGE + top, self._wide, self.high), self._flags, text)


def _shown(column: Column) -> list[Part]:
    """The parts of a column that are not hidden; whether the page is in front does not matter."""
    return [part for part in column if not (isinstance(part, QWidget) and part.isHidden())]


def _draws_itself(part: Part) -> TypeGuard[Whole]:
    return isinstance(part, Whole)


def _size(column: Column) -> QSize:
    sizes = [_size_of(part) for part in _shown(column)]
    high = sum(size.height() for size in sizes) + _GAP * max(0, len(sizes) - 1)
    return QSize(max((size.width() for size in sizes), default=0), high)


def _size_of(part: Part) -> QSize:
    if isinstance(part, str):
        measure = QFontMetrics(font(12, 600))
        return QSize(math.ceil(measure.horizontalAdvance(part)) + 2, measure.height())
    if isinstance(part, tuple):
        sizes = [_size(column) for column in part]
        wide = sum(size.width() for size in sizes) + _BESIDE * max(0, len(sizes) - 1)
        return QSize(wide, max((size.height() for size in sizes), default=0))
    if _draws_itself(part):
        return part.whole_size()
    assert isinstance(part, QWidget)  # noqa: S101  (the last of the four kinds)
    return part.size()


def _paint(painter: QPainter, column: Column, corner: QPoint, theme: Theme) -> None:
    for part in _shown(column):
        _paint_part(painter, part, corner, theme)
        corner = corner + QPoint(0, _size_of(part).height() + _GAP)


def _paint_part(painter: QPainter, part: Part, corner: QPoint, theme: Theme) -> None:
    painter.save()
    painter.translate(corner)
    if isinstance(part, str):
        painter.setFont(font(12, 600))
        painter.setPen(theme["text"])
        painter.drawText(QRect(QPoint(), _size_of(part)), Qt.AlignmentFlag.AlignLeft, part)
    elif isinstance(part, tuple):
        across = 0
        for beside in part:
            _paint(painter, beside, QPoint(across, 0), theme)
            across += _size(beside).width() + _BESIDE
    elif _draws_itself(part):
        part.paint_whole(painter)
    elif isinstance(part, QWidget):
        _render(painter, part)
    painter.restore()


def _render(painter: QPainter, widget: QWidget) -> None:
    """Draw a widget as it is seen.

    A drawing cannot cut off what a list shows at its edges (Qt 6.11: without clips in SVG Tiny, with
    misplaced ones in SVG 1.1), so lists are put into it as pictures.
    """
    lists: list[QAbstractItemView] = []
    if isinstance(painter.device(), QSvgGenerator):
        lists = [item for item in widget.findChildren(QAbstractItemView) if item.isVisible()]
    pictures = [(item.viewport(), item.viewport().grab().toImage()) for item in lists]
    unseen = _Unpainted()
    for viewport, _ in pictures:
        viewport.installEventFilter(unseen)
    try:
        widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    finally:
        for viewport, _ in pictures:
            viewport.removeEventFilter(unseen)
    for viewport, image in pictures:
        painter.drawImage(QRect(viewport.mapTo(widget, QPoint()), viewport.size()), image)


class _Unpainted(QObject):
    """Keeps a widget from painting itself."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.Paint
