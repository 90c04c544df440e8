"""Kernel times patch is product: three small matrices with their numbers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.figures import ink
from explorer.gui.inspector.maps.number_area import ARROWS
from explorer.gui.inspector.values.colours import Shades
from explorer.gui.inspector.values.matrix_numbers import finite, unit, widest, written
from explorer.gui.inspector.values.terms import Grid, Part
from explorer.gui.theme import Theme

_NAMES = ("kernel", "patch")
SIGN = 22
"""The room of a sign between two matrices."""

_HEAD = 18
_WIDEST, _HIGHEST, _LOWEST, _SPAN = 44, 32, 9, 150
_SIZE, _LEAST_HIGH = 10.5, 14


class ProductMatrices(QWidget):
    """Shows one part of a number. Numbers stand in the cells where they fit; else one is read by pointing.

    Signals:
        pointed(place): row and column under the pointer or the keyboard's mark; None when it leaves.
        followed(place): the number of the patch there is to be looked at.
        enlarged(): all numbers are wanted large.
    """

    pointed = Signal(object)
    followed = Signal(object)
    enlarged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("productMatrices")
        self.setAccessibleName("Kernel, patch and product")
        self.setToolTip(
            "Point at a place to read its numbers; a click or Enter shows all of them large. Arrow keys"
            " move the mark; Ctrl and a click, or Ctrl+Enter, looks at where the number of the patch"
            " comes from."
        )
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._part: Part | None = None
        self._signed = True
        self._names = _NAMES
        self._place: tuple[int, int] | None = None

    @property
    def part(self) -> Part | None:
        """What is shown."""
        return self._part

    @property
    def place(self) -> tuple[int, int] | None:
        """Row and column that are marked."""
        return self._place

    @property
    def titles(self) -> list[str]:
        """What stands above the matrices."""
        return [title for title, _, _ in self._matrices()]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_part(self, part: Part | None, *, signed: bool, names: tuple[str, str] = _NAMES) -> None:
        """Show the numbers of a part; `signed` says that the layer below has numbers below zero.

        `names` are what is multiplied: kernel and patch, or weight and input.
        """
        self._names = names
        if self._place is not None and (part is None or not _within(self._place, part.size)):
            self._place = None
        self._part, self._signed = part, signed
        self.setFixedHeight(self._needed())
        self.setVisible(part is not None and part.size[0] > 0)
        self.update()

    def mark(self, place: tuple[int, int] | None) -> None:
        """Mark a place, as the arrow keys do."""
        self._point(place)

    def cell_box(self, matrix: int, row: int, column: int) -> QRectF:
        """Where a number of a matrix stands."""
        wide, high = self._cell()
        return QRectF(self._left(matrix) + column * wide, _HEAD + row * high, wide, high)

    def sizeHint(self) -> QSize:
        return QSize(300, self._needed())

    def _matrices(self) -> list[tuple[str, Grid, bool]]:
        """Title, numbers and whether they have a sign, of each matrix."""
        part = self._part
        if part is None or not part.patch:
            return []
        if part.kernel is None:
            return [(self._names[1], part.patch, self._signed)]
        return [
            (self._names[0], part.kernel, True),
            (self._names[1], part.patch, self._signed),
            ("product", part.products, True),
        ]

    def _cell(self) -> tuple[float, float]:
        """Width and height of a place."""
        if self._part is None or not self._part.patch:
            return 0.0, 0.0
        rows, columns = self._part.size
        count = 1 if self._part.kernel is None else 3
        wide = min((self.width() - (count - 1) * SIGN - 2) / (columns * count), _WIDEST)
        high = min(wide, _HIGHEST) if rows * min(wide, _HIGHEST) <= _SPAN else max(_LOWEST, _SPAN / rows)
        return wide, high

    def _left(self, matrix: int) -> float:
        assert self._part is not None  # noqa: S101  (asked for what is shown)
        return 1 + matrix * (self._part.size[1] * self._cell()[0] + SIGN)

    def _needed(self) -> int:
        rows = self._part.size[0] if self._part is not None else 0
        return round(_HEAD + rows * self._cell()[1]) + 3

    def _under(self, point: QPointF) -> tuple[int, int] | None:
        wide, high = self._cell()
        if not wide or point.y() < _HEAD:
            return None
        assert self._part is not None  # noqa: S101  (cells have a size)
        for matrix in range(len(self._matrices())):
            place = int((point.y() - _HEAD) // high), int((point.x() - self._left(matrix)) // wide)
            if _within(place, self._part.size):
                return place
        return None

    def _point(self, place: tuple[int, int] | None) -> None:
        if place != self._place:
            self._place = place
            self.pointed.emit(place)
            self.update()

    def _text_size(self) -> float:
        """Of the numbers in the cells, in pixels."""
        return _SIZE

    def _places(self) -> int:
        """How many digits stand after the point."""
        return 2

    def _click(self, place: tuple[int, int]) -> None:
        self._point(place)
        self.enlarged.emit()

    def _enter(self, *, following: bool) -> None:
        if following and self._place is not None:
            self.followed.emit(self._place)
        elif not following:
            self.enlarged.emit()

    def _paint_matrix(self, painter: QPainter, index: int, title: str, numbers: Grid, signed: bool) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        assert self._part is not None  # noqa: S101
        shades = Shades(self._theme, finite(numbers), signed=signed)
        step, said = unit(shades.high)
        painter.setFont(font(11))
        painter.setPen(self._theme["text2"])
        head = QRectF(self._left(index), 0, self._part.size[1] * self._cell()[0] + SIGN, _HEAD)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, f"{title}{said}")
        texts = written(numbers, step, self._places())
        wide, high = self._cell()
        fits = widest(texts, self._text_size()) <= wide - 1 and high >= _LEAST_HIGH
        painter.setFont(font(self._text_size()))
        for row, line in enumerate(numbers):
            for column, value in enumerate(line):
                box = self.cell_box(index, row, column)
                if title != self._names[0] and not self._part.inside[row][column]:
                    self._hatch(painter, box)
                    continue
                fill = shades.colour(value)
                painter.fillRect(box.adjusted(0.5, 0.5, -0.5, -0.5) if wide > 6 else box, fill)
                if fits:
                    painter.setPen(ink(fill))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, texts[row][column])

    def _hatch(self, painter: QPainter, box: QRectF) -> None:
        """The padding: nothing is there."""
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        painter.fillRect(box.adjusted(0.5, 0.5, -0.5, -0.5), self._theme["hover"])
        painter.fillRect(
            box.adjusted(0.5, 0.5, -0.5, -0.5), QBrush(self._theme["edge"], Qt.BrushStyle.BDiagPattern)
        )

    def _ring(self, painter: QPainter, place: tuple[int, int], token: str) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for matrix in range(len(self._matrices())):
            box = self.cell_box(matrix, *place)
            painter.setPen(QPen(self._theme["raised"], 3))
            painter.drawRect(box)
            painter.setPen(QPen(self._theme[token], 2))
            painter.drawRect(box)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._part is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        matrices = self._matrices()
        for index, (title, numbers, signed) in enumerate(matrices):
            self._paint_matrix(painter, index, title, numbers, signed)
        painter.setFont(font(13))
        painter.setPen(self._theme["text2"])
        for index, sign in enumerate("×="[: len(matrices) - 1]):
            middle = QRectF(self._left(index + 1) - SIGN, _HEAD, SIGN, self._part.size[0] * self._cell()[1])
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, sign)
        if self._part.strongest is not None:
            self._ring(painter, self._part.strongest, "text")
        if self._place is not None:
            self._ring(painter, self._place, "accent")
        elif self.hasFocus():
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self._needed())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._under(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._under(event.position())
        if event.button() != Qt.MouseButton.LeftButton or place is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.followed.emit(place)
        else:
            self._click(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._under(event.position())
        if place is not None:
            self.followed.emit(place)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        key = Qt.Key(event.key())
        if self._part is not None and self._part.patch and key in ARROWS:
            rows, columns = self._part.size
            down, across = ARROWS[key]
            row, column = self._place or (0, 0)
            if self._place is not None:
                row, column = row + down, column + across
            self._point((max(0, min(rows - 1, row)), max(0, min(columns - 1, column))))
        elif key in (keys.Key_Return, keys.Key_Enter) and self._part is not None:
            self._enter(following=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)


def _within(place: tuple[int, int], size: tuple[int, int]) -> bool:
    return 0 <= place[0] < size[0] and 0 <= place[1] < size[1]
