"""A row of small pictures, one of each class; below it what the augmentation makes of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_GAP, _LARGEST = 4, 44
_COLUMNS = 10


class SampleStrip(QWidget):
    """Rows of pictures of the same classes; the tooltip names the class under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Samples of the classes")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[list[QImage]] = []
        self._names: tuple[str, ...] = ()
        self.hide()

    @property
    def rows(self) -> int:
        """How many rows of pictures there are."""
        return len(self._rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes that are shown."""
        return self._names

    def show_rows(self, rows: Sequence[Sequence[QImage]], names: Sequence[str]) -> None:
        """Show rows of one picture for each name; no rows hide the strip."""
        self._rows, self._names = [list(row) for row in rows], tuple(names)
        self.setAccessibleDescription(", ".join(names))
        self.setVisible(bool(self._rows and self._names))
        self._fit()
        self.update()

    def picture_box(self, row: int, column: int) -> QRect:
        """Where a picture stands."""
        side = self._side()
        return QRect(column * (side + _GAP), row * (side + _GAP), side, side)

    def _side(self) -> int:
        columns = max(len(self._names), min(_COLUMNS, 4))
        return max(8, min(_LARGEST, (self.width() - (columns - 1) * _GAP) // columns))

    def _fit(self) -> None:
        high = len(self._rows) * (self._side() + _GAP) - _GAP
        if self._rows and high != self.height():
            self.setFixedHeight(high)

    def _name_at(self, place: QPoint) -> str:
        column = place.x() // (self._side() + _GAP)
        return self._names[column] if 0 <= column < len(self._names) else ""

    def sizeHint(self) -> QSize:
        return QSize(240, max(20, len(self._rows) * (self._side() + _GAP) - _GAP))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._name_at(event.pos()), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, pictures in enumerate(self._rows):
            for column, picture in enumerate(pictures):
                box = self.picture_box(row, column)
                path = QPainterPath()
                path.addRoundedRect(QRectF(box), 3, 3)
                # pixels of small pictures stay squares; large ones are smoothed
                smooth = picture.width() > box.width() * self.devicePixelRatioF()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                painter.setClipPath(path)
                painter.drawImage(box, picture, _middle(picture))
        painter.end()


def _middle(picture: QImage) -> QRect:
    """The largest square in the middle."""
    side = min(picture.width(), picture.height())
    return QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
