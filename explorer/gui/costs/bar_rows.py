"""Rows of a name, a bar and a figure, of which one is chosen: the lists of the memory and measure pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.chips import draw_chip
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD
from explorer.gui.lettering import draw_line, line_width
from explorer.gui.theme import Theme

_ROW = 22
_PAD, _GAP = 10.0, 10.0
_BAR = 8.0
_LEAST_BAR = 24.0


@dataclass(frozen=True)
class BarRow:
    """One row. `parts` are shares of the widest bar, drawn one after the other; `note` stands at the right.

    `key` is announced when the row is chosen; `category` gives it a chip; a `strong` row is a sum.
    """

    key: str
    name: str
    figure: str
    parts: tuple[float, ...] = ()
    note: str = ""
    tip: str = ""
    category: str = ""
    strong: bool = False


class BarRows(QWidget):
    """The rows; arrows move, Home and End jump, a click chooses.

    Signals:
        chosen(key): another row was chosen by a person.
    """

    chosen = Signal(str)

    def __init__(self, name: str, name_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(280)
        self._name_width = name_width
        self._theme: Theme | None = None
        self._hovered = -1
        self.rows: tuple[BarRow, ...] = ()
        self.current = ""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these and no others."""
        self.rows = tuple(rows)
        self._hovered = -1
        self.setFixedHeight(max(_ROW, _ROW * len(self.rows)))
        self._describe()
        self.update()

    def choose(self, key: str) -> None:
        """Mark a row; nothing is announced."""
        if key != self.current:
            self.current = key
            self._describe()
            self.update()

    def place(self, key: str) -> QRectF | None:
        """Where a row is drawn; None where there is none."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                return QRectF(0, place * _ROW, self.width(), _ROW)
        return None

    def sizeHint(self) -> QSize:
        return QSize(420, max(_ROW, _ROW * len(self.rows)))

    def _describe(self) -> None:
        row = next((row for row in self.rows if row.key == self.current), None)
        self.setAccessibleDescription(f"{row.name}: {row.figure} {row.note}".strip() if row else "")

    def _take(self, place: int) -> None:
        if 0 <= place < len(self.rows) and self.rows[place].key:
            self.choose(self.rows[place].key)
            self.chosen.emit(self.rows[place].key)

    def _at(self, y: float) -> int:
        place = int(y // _ROW)
        return place if 0 <= place < len(self.rows) else -1

    def _paint_row(self, painter: QPainter, place: int, row: BarRow, widths: tuple[float, float]) -> None:
        theme = self._theme
        assert theme is not None  # noqa: S101  (asked by the caller)
        box = QRectF(0, place * _ROW, self.width(), _ROW)
        chosen = bool(row.key) and row.key == self.current
        if chosen or place == self._hovered:
            painter.fillRect(box, theme["accentbg" if chosen else "hover"])
        left = _PAD
        if row.category:
            draw_chip(painter, QRectF(left, box.center().y() - 7, 14, 14), row.category, theme)
            left += 20
        painter.setPen(theme["text" if row.strong or chosen else "text2"])
        weight = SEMIBOLD if row.strong else NORMAL
        names = QRectF(left, box.top(), self._name_width - left, _ROW)
        draw_line(painter, names, row.name, 12, weight, cut=Qt.TextElideMode.ElideMiddle)
        figure, note = widths
        right = box.right() - _PAD
        if note:
            painter.setPen(theme["text3"])
            draw_line(painter, QRectF(right - note, box.top(), note, _ROW), row.note, 12, right=True)
            right -= note + _GAP
        painter.setPen(theme["text"])
        at = QRectF(right - figure, box.top(), figure, _ROW)
        draw_line(painter, at, row.figure, 12, SEMIBOLD if row.strong else MEDIUM, right=True)
        track = QRectF(self._name_width + _GAP, box.center().y() - _BAR / 2, 0, _BAR)
        track.setRight(right - figure - _GAP)
        if row.parts and track.width() >= _LEAST_BAR:
            self._paint_bar(painter, track, row, chosen)

    def _paint_bar(self, painter: QPainter, track: QRectF, row: BarRow, chosen: bool) -> None:
        theme = self._theme
        assert theme is not None  # noqa: S101  (asked by the caller)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["line" if chosen else "hover"])
        painter.drawRoundedRect(track, 2, 2)
        left = track.left()
        for place, part in enumerate(row.parts):
            width = min(1.0, max(0.0, part)) * track.width()
            if width <= 0:
                continue
            painter.setBrush(theme["accent" if chosen else "edge" if not place else "line2"])
            painter.setOpacity(1.0 if not place else 0.75)
            painter.drawRoundedRect(QRectF(left, track.top(), max(2.0, width), _BAR), 2, 2)
            left += width
        painter.setOpacity(1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        figure = 2 + max(line_width(row.figure, 12, SEMIBOLD) for row in self.rows)
        note = max(line_width(row.note, 12) + 2 if row.note else 0 for row in self.rows)
        first, last = max(0, event.rect().top() // _ROW), event.rect().bottom() // _ROW + 1
        for place in range(first, min(last, len(self.rows))):
            self._paint_row(painter, place, self.rows[place], (figure, note))
        if self.hasFocus():
            painter.setPen(self._theme["accent"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._take(self._at(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position().y())
        if place != self._hovered:
            self._hovered = place
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [row.key for row in self.rows]
        here = keys.index(self.current) if self.current in keys else -1
        steps = {
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Up: max(0, here - 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(keys) - 1,
        }
        target = steps.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self._take(min(target, len(keys) - 1))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(event.pos().y())
            tip = self.rows[place].tip if place >= 0 else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)
