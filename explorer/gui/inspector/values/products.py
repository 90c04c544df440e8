"""Kernel times patch is product: three small matrices with their numbers."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.fonts import font
from explorer.gui.inspector.values.colours import Shades, ink
from explorer.gui.inspector.values.terms import Grid, Part
from explorer.gui.theme import Theme

_NAMES = ("kernel", "patch")
_HEAD, _SIGN, _WIDEST, _HIGHEST, _LOWEST, _SPAN = 18, 22, 44, 32, 9, 150


class ProductMatrices(QWidget):
    """Shows one part of a number. Numbers stand in the cells where they fit; else one is read by pointing.

    Signals:
        pointed(place): row and column under the pointer or the keyboard's mark; None when it leaves.
        followed(place): the number of the patch there was double-clicked, or Enter pressed.
    """

    pointed = Signal(object)
    followed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("productMatrices")
        self.setAccessibleName("Kernel, patch and product")
        self.setToolTip(
            "Point at a place to read its numbers; double-click or Enter looks at where the number of the"
            " patch comes from. Arrow keys move the mark."
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
        wide = min((self.width() - (count - 1) * _SIGN - 2) / (columns * count), _WIDEST)
        high = min(wide, _HIGHEST) if rows * min(wide, _HIGHEST) <= _SPAN else max(_LOWEST, _SPAN / rows)
        return wide, high

    def _left(self, matrix: int) -> float:
        assert self._part is not None  # noqa: S101  (asked for what is shown)
        return 1 + matrix * (self._part.size[1] * self._cell()[0] + _SIGN)

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

    def _paint_matrix(self, painter: QPainter, index: int, title: str, numbers: Grid, signed: bool) -> None:
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        assert self._part is not None  # noqa: S101
        shades = Shades(self._theme, _finite(numbers), signed=signed)
        unit, said = _unit(shades.high)
        painter.setFont(font(11))
        painter.setPen(self._theme["text2"])
        head = QRectF(self._left(index), 0, self._part.size[1] * self._cell()[0] + _SIGN, _HEAD)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, f"{title}{said}")
        texts = [[_short(value / unit) for value in row] for row in numbers]
        wide, high = self._cell()
        measure = QFontMetricsF(font(10.5))
        longest = max(measure.horizontalAdvance(text) for row in texts for text in row)
        fits = longest <= wide - 1 and high >= 14
        painter.setFont(font(10.5))
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
            middle = QRectF(self._left(index + 1) - _SIGN, _HEAD, _SIGN, self._part.size[0] * self._cell()[1])
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
        moves = {
            keys.Key_Left: (0, -1),
            keys.Key_Right: (0, 1),
            keys.Key_Up: (-1, 0),
            keys.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if self._part is not None and self._part.patch and key in moves:
            rows, columns = self._part.size
            down, across = moves[key]
            row, column = self._place or (0, 0)
            if self._place is not None:
                row, column = row + down, column + across
            self._point((max(0, min(rows - 1, row)), max(0, min(columns - 1, column))))
        elif key in (keys.Key_Return, keys.Key_Enter) and self._place is not None:
            self.followed.emit(self._place)
        else:
            super().keyPressEvent(event)


def _within(place: tuple[int, int], size: tuple[int, int]) -> bool:
    return 0 <= place[0] < size[0] and 0 <= place[1] < size[1]


def _finite(numbers: Grid) -> list[float]:
    return [value for value in chain.from_iterable(numbers) if abs(value) != float("inf")]


def _unit(high: float) -> tuple[float, str]:
    """In what small numbers are written, so that their digits are seen, and how this is said."""
    for power in range(1, 7):
        if 0 < high < 0.95 * 10.0**-power:
            continue
        return (1.0, "") if power == 1 or not high else (10.0 ** (1 - power), f" in 10{_raised(1 - power)}")
    return 1.0, ""


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _short(value: float) -> str:
    """A number in the room of a cell."""
    if value != value or abs(value) == float("inf"):
        return "–"
    places = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    text = f"{abs(value):.{places}f}"
    return f"−{text}" if value < 0 and float(text) else text
