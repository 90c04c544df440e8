"""The theoretical receptive field and the effective one side by side: what may count, and what does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.field_box import Box
from explorer.engine.cell_findings import FieldMeasured
from explorer.gui.inspector.picture_view import image_of
from explorer.gui.inspector.value_field import SeenField, area_of, draw_field
from explorer.gui.panel import label
from explorer.gui.theme import Theme

_RANDOM = 16
_HIGHEST = 150
_LIMIT = "How much a small change of each pixel moves the number: brighter counts more. Solid: 95 % of it."


class InfluencePanel(QWidget):
    """Two switches for the field on the picture, and the two fields beside each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_field = QCheckBox("Show the field on the picture")
        self.show_field.setToolTip("Mark what the clicked value sees; what lies in the padding is hatched")
        self.show_field.setChecked(True)
        self.weigh = QCheckBox("Weigh it by the gradient")
        self.weigh.setToolTip("Measure which pixels really move the clicked value (Luo et al. 2016)")
        self.pictures = QComboBox()
        self.pictures.addItems(["on this picture", f"mean of {_RANDOM} random ones"])
        self.pictures.setAccessibleName("Pictures that the gradient is measured on")
        self.pictures.setToolTip("Measure on the open picture, or average over pictures of noise")
        self.may, self.does = _FieldPicture(), _FieldPicture()
        self.may.setAccessibleName("Theoretical receptive field")
        self.does.setAccessibleName("Effective receptive field")
        self.may_words, self.does_words = label(role="hint", wrap=True), label(role="hint", wrap=True)
        self.limit = label(_LIMIT, "hint", wrap=True)
        self._pair = QWidget()
        self._lay_out()
        self.weigh.toggled.connect(lambda _: self._show())
        self._show()

    @property
    def random(self) -> int:
        """How many random pictures are averaged; 0 for the open one."""
        return _RANDOM if self.pictures.currentIndex() else 0

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.may.set_theme(theme)
        self.does.set_theme(theme)

    def show_fields(self, seen: SeenField, found: FieldMeasured) -> None:
        """Show both."""
        self.may.show_picture(image_of(found.fed), seen, None)
        self.does.show_picture(image_of(found.pixels), seen, found.held)
        self.may_words.setText(f"may count: {seen.box.height}×{seen.box.width} px")
        held = found.held
        self.does_words.setText(
            "no pixel moves this value" if held is None else f"does count: {held.height}×{held.width} px"
        )
        self._measured(there=True)

    def clear(self) -> None:
        """Nothing is measured."""
        self._measured(there=False)

    def _measured(self, *, there: bool) -> None:
        self._pair.setVisible(there)
        self.limit.setVisible(there)

    def _show(self) -> None:
        self.pictures.setVisible(self.weigh.isChecked())
        if not self.weigh.isChecked():
            self.clear()

    def _lay_out(self) -> None:
        pair = QHBoxLayout(self._pair)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        for picture, words in ((self.may, self.may_words), (self.does, self.does_words)):
            side = QVBoxLayout()
            side.setSpacing(3)
            side.addWidget(picture)
            side.addWidget(words)
            pair.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.show_field, self.weigh, self.pictures, self._pair, self.limit):
            column.addWidget(part)


class _FieldPicture(QWidget):
    """The fed picture with its box, or the influence with both boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._image = QImage()
        self._seen: SeenField | None = None
        self._held: Box | None = None

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_picture(self, image: QImage, seen: SeenField, held: Box | None) -> None:
        self._image, self._seen, self._held = image, seen, held
        self._fit_height()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 120)

    def _fit_height(self) -> None:
        if not self._image.isNull():
            high = self.width() * self._image.height() / self._image.width()
            self.setFixedHeight(max(8, min(_HIGHEST, round(high))))

    def resizeEvent(self, event: object) -> None:
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._image.isNull() or self._seen is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._image.width() > box.width())
        painter.drawImage(box, self._image)
        zoom = box.width() / self._image.width()

        def on_screen(part: QRectF) -> QRectF:
            return QRectF(
                box.left() + part.left() * zoom,
                box.top() + part.top() * zoom,
                part.width() * zoom,
                part.height() * zoom,
            )

        if self._held is None:
            draw_field(painter, self._seen, on_screen, box, self._theme)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(Qt.GlobalColor.white, 1, Qt.PenStyle.DashLine))
        painter.drawRect(on_screen(area_of(self._seen.box)).intersected(box).adjusted(1, 1, -1, -1))
        painter.setPen(QPen(Qt.GlobalColor.white, 2))
        painter.drawRect(on_screen(area_of(self._held)))
