"""The picture, large, with the part that the network is fed and what one value of a map sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.inspector.value_field import SeenField, area_of, draw_field, room_for
from explorer.gui.theme import Theme


@dataclass(frozen=True)
class Crop:
    """Where the network's input lies on the picture, and how many picture pixels one of its pixels is."""

    left: float
    top: float
    scale: float
    wide: int
    high: int


def crop_of(size: tuple[int, int], input_side: tuple[int, int], share: float) -> Crop:
    """The middle part that is fed: `size` is (width, height), `input_side` (height, width)."""
    high, wide = input_side
    scale = share / max(high / size[1], wide / size[0])
    return Crop((size[0] - wide * scale) / 2, (size[1] - high * scale) / 2, scale, wide, high)


def image_of(pixels: Any) -> QImage:
    """A uint8 array (height, width, 1 or 3) as a picture of Qt's own."""
    high, wide, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(pixels.tobytes(), wide, high, channels * wide, kind).copy()


class PictureView(QWidget):
    """Shows one picture in its own proportion, at most 300 pixels high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._image = QImage()
        self.crop: Crop | None = None
        self.shown: object = None
        self._seen: SeenField | None = None

    @property
    def field(self) -> QRectF | None:
        """The marked part in pixels of the network's input; None where nothing is marked."""
        return None if self._seen is None else area_of(self._seen.box)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_picture(self, image: QImage, crop: Crop | None, owner: object = None) -> None:
        """Show a picture and mark what is fed of it; `owner` is what the pixels came from."""
        self._image, self.crop, self._seen, self.shown = image, crop, None, owner
        self._fit_height()
        self.update()

    def show_seen(self, seen: SeenField | None) -> None:
        """Mark what one number sees; None takes the mark away."""
        self._seen = seen
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(276, 180)

    def _fit_height(self) -> None:
        if self._image.isNull():
            self.setFixedHeight(0)
            return
        high = self.width() * self._image.height() / self._image.width()
        self.setFixedHeight(max(24, min(300, round(high))))

    def resizeEvent(self, event: object) -> None:
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._image.isNull():
            return
        painter = QPainter(self)
        box = self._place()
        small = self._image.width() < box.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 6, 6)
        painter.save()
        painter.setClipPath(rounded)
        painter.drawImage(box, self._image)
        if self.crop is not None:
            self._shade(painter, box)
        painter.restore()
        if self.crop is not None and self._seen is not None:
            edge = QRectF(self.rect())
            draw_field(painter, self._seen, lambda part: self._on_screen(part, box), edge, self._theme)

    def _place(self) -> QRectF:
        room = 0.0
        if self._seen is not None and self.crop is not None:  # so that the padding is seen
            room = room_for(self._seen.reach, self.crop.high, self.crop.wide)
        size = QSizeF(self._image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        size /= 1 + 2 * room
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top if room else 0, size.width(), size.height())

    def _shade(self, painter: QPainter, box: QRectF) -> None:
        """Darken what the network is not fed."""
        assert self.crop is not None  # noqa: S101  (asked by the caller)
        whole, fed = QPainterPath(), QPainterPath()
        whole.addRect(box)
        fed.addRect(self._on_screen(QRectF(0, 0, self.crop.wide, self.crop.high), box))
        painter.fillPath(whole - fed, QColor(0, 0, 0, 110))

    def _on_screen(self, part: QRectF, box: QRectF) -> QRectF:
        assert self.crop is not None  # noqa: S101  (asked by the caller)
        crop, zoom = self.crop, box.width() / self._image.width()
        return QRectF(
            box.left() + (crop.left + part.left() * crop.scale) * zoom,
            box.top() + (crop.top + part.top() * crop.scale) * zoom,
            part.width() * crop.scale * zoom,
            part.height() * crop.scale * zoom,
        )
