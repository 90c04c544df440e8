"""Draws pictures of a plane as dots, names or thumbnails, and one of them large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPen, QPixmap

from explorer.gui.fonts import font
from explorer.gui.inspector.embedding.look import class_colour, draw_marker
from explorer.gui.inspector.embedding.view import PlaneView
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.embedding_findings import Features

DOTS, NAMES, PICTURES = "dots", "names", "pictures"
_RADIUS, _THUMB, _LARGE = 4.0, 24, 112
_BEYOND = 20
_STAMP, _NAME_WIDE = 14.0, 120
"""Half the side of the picture of a point, and how wide that of a name is."""
_LONGEST = 14


class PointDrawing:
    """How the points look. `kind` is one of the three; `hidden` are the classes that are left out."""

    def __init__(self, view: PlaneView) -> None:
        self._view = view
        self.kind = DOTS
        self.hidden: frozenset[int] = frozenset()
        self.features: Features | None = None
        self.labels: list[int] = []
        self._images: dict[int, QImage] = {}
        self._stamped: tuple[object, ...] = ()
        self._stamps: dict[int, tuple[QPixmap, float, float]] = {}

    @property
    def visible(self) -> list[int]:
        """The points of the classes that are shown."""
        return [index for index, label in enumerate(self.labels) if label not in self.hidden]

    def take(self, features: Features | None) -> None:
        """Other pictures are to be drawn."""
        self.features, self._images, self._stamped = features, {}, ()
        self.labels = features.labels.tolist() if features is not None else []

    def image(self, index: int) -> QImage:
        """A picture, small, as the network is fed it."""
        known = self._images.get(index)
        if known is None:
            assert self.features is not None  # noqa: S101  (there are points)
            known = self._images[index] = image_of(self.features.thumbnails[index])
        return known

    def draw(self, painter: QPainter, theme: Theme, room: QRect) -> None:
        """Draw all points that are seen, each as a shape of its own."""
        painter.setFont(_name_font())
        for index in self._seen(room):
            self._draw_one(painter, theme, index, QPointF(*self._view.on_screen[index]))

    def stamp(self, painter: QPainter, theme: Theme, room: QRect) -> None:
        """Draw them quickly: what looks alike is drawn once, and ten thousand points are its copies."""
        ratio = painter.device().devicePixelRatio()
        alike = self.kind, theme, ratio
        if self._stamped != alike:
            self._stamped, self._stamps = alike, {}
        places, stamps, single = self._view.on_screen, self._stamps, self.kind == PICTURES
        for index in self._seen(room):
            key = index if single else self.labels[index]
            found = stamps.get(key)
            if found is None:
                found = stamps[key] = self._made(theme, index, ratio)
            stamp, wide, high = found
            x, y = places[index]
            painter.drawPixmap(QPointF(x - wide, y - high), stamp)

    def draw_marks(
        self, painter: QPainter, theme: Theme, marked: Sequence[int], selected: int | None
    ) -> None:
        """Ring some points, and one of them in the colour of what is chosen."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme["text"], 1.2))
        for index in marked:
            if self.labels[index] not in self.hidden:
                painter.drawEllipse(QPointF(*self._view.on_screen[index]), _RADIUS + 3, _RADIUS + 3)
        if selected is not None:
            painter.setPen(QPen(theme["accent"], 2.5))
            painter.drawEllipse(QPointF(*self._view.on_screen[selected]), _RADIUS + 5, _RADIUS + 5)

    def draw_large(self, painter: QPainter, theme: Theme, index: int) -> None:
        """One picture beside its point, with its class and what the network takes it for."""
        features = self.features
        assert features is not None  # noqa: S101  (there are points)
        words = [features.classes[self.labels[index]]]
        if features.answers is not None:
            words.append(f"taken for {features.classes[int(features.answers[index])]}")
        box = self._box(index, QPointF(0, 0), _LARGE)
        painter.setFont(font(11))
        measure = painter.fontMetrics()
        wide = max(box.width(), *(measure.horizontalAdvance(word) for word in words)) + 16
        high = box.height() + 16 + 16 * len(words)
        x, y = self._view.on_screen[index]
        left = x + 14 if x + 14 + wide < self._view.width else x - 14 - wide
        top = max(4.0, min(self._view.height - high - 4, y - high / 2))
        painter.setPen(QPen(theme["line2"], 1))
        painter.setBrush(theme["raised"])
        painter.drawRoundedRect(QRectF(left, top, wide, high), 8, 8)
        box.moveTo(left + (wide - box.width()) / 2, top + 8)
        painter.drawImage(box, self.image(index))
        for row, word in enumerate(words):
            painter.setPen(theme["text2" if row else "text"])
            line = QRectF(left, box.bottom() + 3 + 16 * row, wide, 16)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, word)

    def _seen(self, room: QRect) -> list[int]:
        """The visible points that lie on the screen, or so near that a part of them does."""
        left, right = room.left() - _BEYOND, room.right() + _BEYOND
        top, bottom = room.top() - _BEYOND, room.bottom() + _BEYOND
        places = self._view.on_screen
        return [
            index
            for index in self.visible
            if left <= places[index][0] <= right and top <= places[index][1] <= bottom
        ]

    def _made(self, theme: Theme, index: int, ratio: float) -> tuple[QPixmap, float, float]:
        """How a point looks, and half its width and height."""
        wide, high = (_NAME_WIDE / 2, 10) if self.kind == NAMES else (_STAMP, _STAMP)
        made = QPixmap(round(2 * wide * ratio), round(2 * high * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_name_font())
        self._draw_one(painter, theme, index, QPointF(wide, high))
        painter.end()
        return made, wide, high

    def _draw_one(self, painter: QPainter, theme: Theme, index: int, at: QPointF) -> None:
        if self.kind == PICTURES:
            self._draw_picture(painter, theme, index, at)
        elif self.kind == NAMES:
            self._draw_name(painter, theme, index, at)
        else:
            painter.setPen(QPen(theme["canvas"], 1))
            painter.setBrush(class_colour(self.labels[index], theme))
            draw_marker(painter, self.labels[index], at, _RADIUS)

    def _draw_picture(self, painter: QPainter, theme: Theme, index: int, at: QPointF) -> None:
        box = self._box(index, at, _THUMB)
        painter.drawImage(box, self.image(index))
        painter.setPen(QPen(class_colour(self.labels[index], theme), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _draw_name(self, painter: QPainter, theme: Theme, index: int, at: QPointF) -> None:
        assert self.features is not None  # noqa: S101  (there are points)
        label = self.labels[index]
        painter.setPen(class_colour(label, theme))
        box = QRectF(at.x() - _NAME_WIDE / 2, at.y() - 9, _NAME_WIDE, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.features.classes[label][:_LONGEST])

    def _box(self, index: int, at: QPointF, side: float) -> QRectF:
        """Where a picture is drawn, its longer side so long."""
        size = self.image(index).size()
        factor = side / max(size.width(), size.height())
        wide, high = size.width() * factor, size.height() * factor
        return QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)


def _name_font() -> QFont:
    return font(11, 600)
