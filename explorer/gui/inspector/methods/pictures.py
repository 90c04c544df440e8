"""The pictures of a data set that excite a map most, with the part that the strongest number sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from explorer.engine.looking.cause_findings import Excited, ExcitingPicture
from explorer.gui.data_choice import DataChoice, ask_folder
from explorer.gui.fonts import font
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.methods.pieces import RANDOM_WEIGHTS, Work, number_field
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.inspector.rows import field_row
from explorer.gui.panel import label
from explorer.gui.theme import Theme

_COLUMNS, _GAP, _LABEL = 3, 8, 18
_LIMIT = (
    "Limit: only the strongest number of the map counts on each picture. What excites it more weakly, or"
    " often, is not seen here, and other data would give other pictures."
)

FieldOf = Callable[[str, int, int], QRectF | None]
"""What a number of a layer, at a row and column, sees of the network's input."""


class PicturesCard(QFrame):
    """Shows the pictures, strongest first; it reads none itself.

    Signals:
        asked(): another map or other data is chosen.
        opened(picture): one of them (an `ExcitingPicture`) is to be looked at.
    """

    asked = Signal()
    opened = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, choose_folder: Callable[[QWidget], str] | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picturesCard")
        self.setAccessibleName("Pictures that excite a map most")
        self._choose_folder = choose_folder or ask_folder
        self.excited: Excited | None = None
        self.data = ""
        self._own = False
        self.title, self.told = label(role="title", wrap=True), label(role="hint", wrap=True)
        self.map = number_field("Map", "The map (or number) that is excited")
        self.choice = DataChoice()
        self.choice.setToolTip("Where the pictures come from")
        self.work = Work("looking through the pictures")
        self.sheet = _Sheet()
        self.random = label(RANDOM_WEIGHTS, "hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        limit = label(_LIMIT, "hint", wrap=True)
        limit.setToolTip("Zeiler and Fergus 2014, arXiv:1311.2901, fig. 2")
        for part in (
            self.title,
            field_row("map", self.map, None, "of", self.choice),
            self.work,
            self.sheet,
            self.told,
            self.random,
            limit,
        ):
            column.addWidget(part)
        self.map.valueChanged.connect(lambda _: self.asked.emit())
        self.choice.chosen.connect(self._take_data)
        self.choice.folder_wanted.connect(self._ask_folder)
        self.sheet.opened.connect(self.opened)
        self.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.work.set_theme(theme)
        self.sheet.set_theme(theme)

    def show_layer(self, layer: str, data: str, *, random: bool) -> None:
        """Say which layer is asked; `data` is offered while no other was chosen."""
        self.title.setText(f"What excites a map of {layer} most")
        self.random.setVisible(random)
        if not self._own and data != self.data:
            self.data = data
            self.choice.show_data(data)

    def show_excited(self, excited: Excited, field_of: FieldOf) -> None:
        """Show the strongest so far."""
        self.excited = excited
        layer = excited.request.look.layer
        self.sheet.show_pictures(
            excited.pictures, [field_of(layer, item.row, item.column) for item in excited.pictures]
        )
        done = f"{excited.done:,} of {excited.count:,} pictures"
        self.work.run(done, excited.done / max(1, excited.count))
        words = [f"the strongest {len(excited.pictures)} of {excited.done:,} pictures"]
        if excited.count < excited.total:
            words.append(f"drawn from {excited.total:,}")
        if excited.skipped:
            words.append(f"{excited.skipped:,} could not be read")
        self.told.setText(", ".join(words))
        self.told.show()

    def clear(self) -> None:
        """No pictures are known yet."""
        self.excited = None
        self.sheet.show_pictures((), ())
        self.told.hide()

    def _take_data(self, data: str) -> None:
        self.data, self._own = data, True
        self.choice.show_data(data)
        self.asked.emit()

    def _ask_folder(self) -> None:
        folder = self._choose_folder(self)
        if folder:
            self._take_data(str(Path(folder)))


class _Sheet(QWidget):
    """Three pictures in a row, the value below each; arrow keys move, Enter opens."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("excitingPictures")
        self.setAccessibleName("Pictures, the strongest first")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._pictures: Sequence[ExcitingPicture] = ()
        self._fields: Sequence[QRectF | None] = ()
        self._images: dict[int, QImage] = {}
        self._chosen = 0

    @property
    def pictures(self) -> Sequence[ExcitingPicture]:
        """What is shown."""
        return self._pictures

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_pictures(self, pictures: Sequence[ExcitingPicture], fields: Sequence[QRectF | None]) -> None:
        """Show pictures, each with the part of it that counts."""
        known = {id(item): self._images[id(item)] for item in pictures if id(item) in self._images}
        self._pictures, self._fields, self._images = pictures, fields, known
        self._chosen = min(self._chosen, max(0, len(pictures) - 1))
        self._fit()
        self.update()

    def place_of(self, index: int) -> QRectF:
        """Where a picture stands, without its label."""
        side = self._side()
        row, column = divmod(index, _COLUMNS)
        return QRectF(column * (side + _GAP), row * (side + _LABEL + _GAP), side, side)

    def index_at(self, point: QPointF) -> int | None:
        """The picture at a point."""
        for index in range(len(self._pictures)):
            if self.place_of(index).contains(point):
                return index
        return None

    def _side(self) -> float:
        return max(16.0, (self.width() - (_COLUMNS - 1) * _GAP) / _COLUMNS)

    def _fit(self) -> None:
        rows = -(-len(self._pictures) // _COLUMNS)
        self.setFixedHeight(round(rows * (self._side() + _LABEL + _GAP)))

    def _image(self, item: ExcitingPicture) -> QImage:
        known = self._images.get(id(item))
        if known is None:
            known = self._images[id(item)] = image_of(item.fed)
        return known

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setFont(font(11))
        for index, item in enumerate(self._pictures):
            place, image = self.place_of(index), self._image(item)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=image.width() > place.width())
            painter.drawImage(place, image)
            field = self._fields[index]
            if field is not None:
                _mark(painter, place, image, field)
            painter.setPen(self._theme["text2"])
            below = QRectF(place.left(), place.bottom() + 2, place.width(), _LABEL - 2)
            text = f"{item.label}  {number(item.value, signed=True)}"
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(place.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
            if index == self._chosen and self.hasFocus():
                painter.setPen(QPen(self._theme["accent"], 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place.adjusted(1, 1, -1, -1))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(QPointF(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                item = self._pictures[index]
                value = f"{number(item.value, signed=True)} at row {item.row}, column {item.column}"
                lines = f"{item.picture.name}, {item.label}", value, "Click to look at it"
                QToolTip.showText(event.globalPos(), "\n".join(lines), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._chosen = index
            self.update()
            self.opened.emit(self._pictures[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_Up: -_COLUMNS, keys.Key_Down: _COLUMNS}
        key = keys(event.key())
        if key in steps and self._pictures:
            self._chosen = max(0, min(len(self._pictures) - 1, self._chosen + steps[key]))
            self.update()
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self._pictures:
            self.opened.emit(self._pictures[self._chosen])
        else:
            super().keyPressEvent(event)


def _mark(painter: QPainter, place: QRectF, image: QImage, field: QRectF) -> None:
    """A frame around the part that the strongest number sees, as far as it lies on the picture."""
    across, down = place.width() / image.width(), place.height() / image.height()
    box = QRectF(
        place.left() + field.left() * across,
        place.top() + field.top() * down,
        field.width() * across,
        field.height() * down,
    ).intersected(place)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor("white"), 3), QPen(QColor("#4B50D6"), 1.5)):
        painter.setPen(pen)
        painter.drawRect(box.adjusted(1, 1, -1, -1))
