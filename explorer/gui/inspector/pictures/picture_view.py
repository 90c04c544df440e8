"""The picture, large, with the part that the network is fed and what one value of a map sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.inspector.pictures.value_field import SeenField, area_of, draw_field, room_for
from explorer.gui.theme import Theme

_LAID = 0.72
"""How opaque a map is over the picture."""

_NOTCH = 1.1
"""How much one notch of the wheel scales."""


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
    """Shows one picture in its own proportion, at most 300 pixels high.

    Signals:
        pulled(start, moved): it was dragged, both in pixels of the picture.
        magnified(factor): the wheel was turned over it.
    """

    pulled = Signal(QPointF, QPointF)
    magnified = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The picture")
        self.setToolTip("Drag to shift the picture, turn the wheel to scale it; all layers follow")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._image = QImage()
        self.crop: Crop | None = None
        self.shown: object = None
        self._size = (1, 1)
        self._laid = QImage()
        self._pressed: QPointF | None = None
        self._seen: SeenField | None = None
        self._heat, self._strength = QImage(), 1.0

    @property
    def field(self) -> QRectF | None:
        """The marked part in pixels of the network's input; None where nothing is marked."""
        return None if self._seen is None else area_of(self._seen.box)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_picture(
        self,
        image: QImage,
        crop: Crop | None,
        owner: object = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Show a picture and mark what is fed of it.

        `owner` is what the pixels came from; `size` its width and height, where the image is smaller.
        """
        self._size = size or (image.width(), image.height())
        self._laid = QImage()
        self._image, self.crop, self._seen, self.shown = image, crop, None, owner
        self._fit_height()
        self.update()

    def replace_image(self, image: QImage) -> None:
        """The same picture, altered: all marks stay."""
        self._image = image
        self.update()

    def lay_over(self, image: QImage) -> None:
        """Lay a map over what is fed, its pixels seen; an empty one takes it away."""
        if not (image.isNull() and self._laid.isNull()):
            self._laid = image
            self.update()

    def show_seen(self, seen: SeenField | None) -> None:
        """Mark what one number sees; None takes the mark away."""
        self._seen = seen
        self.update()

    def show_heat(self, heat: QImage, strength: float) -> None:
        """Lay a map over what the network is fed, from not at all (0) to as it is (1); null ends it."""
        self._heat, self._strength = heat, strength
        self.update()

    @property
    def heat(self) -> QImage:
        """The map that lies over the picture."""
        return self._heat

    def sizeHint(self) -> QSize:
        return QSize(276, 180)

    def _fit_height(self) -> None:
        if self._image.isNull():
            self.setFixedHeight(0)
            return
        high = self.width() * self._size[1] / self._size[0]
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
            self._warm(painter, box)
            if not self._laid.isNull():
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
                painter.setOpacity(_LAID)
                whole = QRectF(0, 0, self.crop.wide, self.crop.high)
                painter.drawImage(self._on_screen(whole, box), self._laid)
        painter.restore()
        if self.crop is not None and self._seen is not None:
            edge = QRectF(self.rect())
            draw_field(painter, self._seen, lambda part: self._on_screen(part, box), edge, self._theme)

    def _place(self) -> QRectF:
        room = 0.0
        if self._seen is not None and self.crop is not None:  # so that the padding is seen
            room = room_for(self._seen.reach, self.crop.high, self.crop.wide)
        size = QSizeF(*self._size).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
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

    def _warm(self, painter: QPainter, box: QRectF) -> None:
        """Draw the map that lies over the picture."""
        if self.crop is None or self._heat.isNull():
            return
        painter.setOpacity(self._strength)
        painter.drawImage(self._on_screen(QRectF(0, 0, self.crop.wide, self.crop.high), box), self._heat)
        painter.setOpacity(1.0)

    def _on_screen(self, part: QRectF, box: QRectF) -> QRectF:
        assert self.crop is not None  # noqa: S101  (asked by the caller)
        crop, zoom = self.crop, box.width() / self._size[0]
        return QRectF(
            box.left() + (crop.left + part.left() * crop.scale) * zoom,
            box.top() + (crop.top + part.top() * crop.scale) * zoom,
            part.width() * crop.scale * zoom,
            part.height() * crop.scale * zoom,
        )

    def _on_picture(self, point: QPointF) -> QPointF:
        """A point of the screen in pixels of the picture."""
        box = self._place()
        return (point - box.topLeft()) * (self._size[0] / max(1.0, box.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._image.isNull():
            self._pressed = self._on_picture(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            now = self._on_picture(event.position())
            before, self._pressed = self._pressed, now
            self.pulled.emit(before, now - before)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and not self._image.isNull():
            self.magnified.emit(_NOTCH ** (turned / 120))
        event.accept()
