"""The theoretical receptive field and the effective one side by side: what may count, and what does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.field_box import Box
from explorer.engine.looking.cell_findings import FieldMeasured
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.pictures.value_field import SeenField, area_of, draw_field
from explorer.gui.panel import Facts, label
from explorer.gui.theme import Theme

_RANDOM = 16
_SIDE, _LEAST, _AROUND = 156, 12, 1.5
_LIMIT = (
    "Right: how much a small change of each pixel moves the value; brighter moves it more. Dashed: what may"
    " count; solid: where 95 % of it lies, along each axis."
)


class FieldSwitches(QWidget):
    """What the clicked value sees, in figures; whether this is marked on the picture, and measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = Facts()
        self.facts.hide()
        self.show_field = QCheckBox("Show the field on the picture")
        self.show_field.setToolTip("Mark what the clicked value sees; what lies in the padding is hatched")
        self.show_field.setChecked(True)
        self.weigh = QCheckBox("Weigh it by the gradient")
        self.weigh.setToolTip("Measure which pixels really move the clicked value (Luo et al. 2016)")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.facts)
        column.addWidget(self.show_field)
        column.addWidget(self.weigh)

    def show_seen(self, seen: SeenField | None) -> None:
        """Write the figures; None takes them away."""
        self.facts.show_facts({} if seen is None else seen.texts())
        self.facts.setVisible(seen is not None)


class FieldPair(QWidget):
    """What a value may see, and what moves it, beside each other and around the same place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fieldPair")
        self.pictures = QComboBox()
        self.pictures.addItems(["on this picture", f"mean of {_RANDOM} of noise"])
        self.pictures.setAccessibleName("Pictures that the gradient is measured on")
        self.pictures.setToolTip("Measure on the open picture, or average over pictures of noise")
        self.may, self.does = _FieldPicture(), _FieldPicture()
        self.may.setAccessibleName("Theoretical receptive field")
        self.may.setToolTip("The theoretical receptive field: what the windows of all layers reach")
        self.does.setAccessibleName("Effective receptive field")
        self.does.setToolTip("The effective receptive field: what moves the value (Luo et al. 2016)")
        self.may_words, self.does_words = label(role="hint"), label(role="hint")
        self.doing = label(role="hint")
        self._lay_out()
        self.doing.hide()
        self.hide()

    @property
    def random(self) -> int:
        """How many random pictures are averaged; 0 for the open one."""
        return _RANDOM if self.pictures.currentIndex() else 0

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.may.set_theme(theme)
        self.does.set_theme(theme)

    def wait(self, doing: str) -> None:
        """Say what takes time now; "" says nothing."""
        self.doing.setText(doing)
        self.doing.setVisible(bool(doing))
        if doing:
            self.show()

    def show_fields(self, seen: SeenField, found: FieldMeasured) -> None:
        """Show both."""
        self.may.show_picture(image_of(found.fed), seen, None, measured=False)
        self.does.show_picture(image_of(found.pixels), seen, found.held, measured=True)
        self.may_words.setText(f"may count: {seen.box.height}×{seen.box.width} px")
        held = found.held
        self.does_words.setText(
            "no pixel moves this value" if held is None else f"counts: {held.height}×{held.width} px"
        )
        self.show()

    def _lay_out(self) -> None:
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for picture, words in ((self.may, self.may_words), (self.does, self.does_words)):
            side = QVBoxLayout()
            side.setSpacing(3)
            side.addWidget(words)
            side.addWidget(picture)
            pair.addLayout(side, 1)
        head = QHBoxLayout()
        head.addWidget(label("Receptive field", "title"), 1)
        head.addWidget(self.pictures)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.doing)
        column.addLayout(pair)
        column.addWidget(label(_LIMIT, "hint", wrap=True))


class _FieldPicture(QWidget):
    """The fed picture around a box, or the influence of its pixels with both boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._image = QImage()
        self._seen: SeenField | None = None
        self._held: Box | None = None
        self._measured = False

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_picture(self, image: QImage, seen: SeenField, held: Box | None, *, measured: bool) -> None:
        self._image, self._seen, self._held, self._measured = image, seen, held, measured
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def resizeEvent(self, event: object) -> None:
        self.setFixedHeight(max(8, min(_SIDE, self.width())))

    def _region(self) -> QRectF:
        """What is shown, in pixels of the fed picture: the box and what lies around it."""
        assert self._seen is not None  # noqa: S101  (asked by the caller)
        box = area_of(self._seen.box)
        side = max(_LEAST, _AROUND * max(box.width(), box.height()))
        # never more than the picture, unless the box itself is larger
        side = min(side, max(self._image.width(), self._image.height(), box.width(), box.height()))
        return QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._image.isNull() or self._seen is None:
            return
        painter = QPainter(self)
        edge, region = QRectF(self.rect()), self._region()
        zoom = edge.width() / region.width()

        def on_screen(part: QRectF) -> QRectF:
            left, top = (part.left() - region.left()) * zoom, (part.top() - region.top()) * zoom
            return QRectF(left, top, part.width() * zoom, part.height() * zoom)

        painter.fillRect(edge, self._theme["hover"])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 1)
        painter.drawImage(on_screen(QRectF(self._image.rect())), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._measured:
            draw_field(painter, self._seen, on_screen, edge, self._theme)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(Qt.GlobalColor.white, 1, Qt.PenStyle.DashLine))
        painter.drawRect(on_screen(area_of(self._seen.box)).adjusted(0.5, 0.5, -0.5, -0.5))
        if self._held is not None:
            painter.setPen(QPen(Qt.GlobalColor.white, 2))
            painter.drawRect(on_screen(area_of(self._held)))
