"""What each channel, or each input, gives to one number: bars up and down, one of them chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.inspector.figures import number
from explorer.gui.theme import Theme

_HIGH, _WIDEST = 46, 48


class PartBars(QWidget):
    """Bars from the zero line. With more parts than pixels, the largest of each pixel is drawn.

    Signals:
        chosen(index): a bar was clicked, or the arrow keys moved on.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("partBars")
        self.setAccessibleName("What each part gives")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH)
        self.setMouseTracking(True)
        self._theme: Theme | None = None
        self._gives: Sequence[float] = ()
        self._words: tuple[str, int] = ("channel", 0)
        self._index = 0
        self._ends = (0.0, 0.0)

    @property
    def index(self) -> int:
        """The chosen bar."""
        return self._index

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_parts(self, gives: Sequence[float], noun: str, first: int, index: int) -> None:
        """Show bars; `first` is the number of the first of them."""
        self._gives, self._words, self._index = gives, (noun, first), index
        known = [value for value in gives if math.isfinite(value)]
        self._ends = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
        self.update()

    def choose(self, index: int) -> None:
        """Mark a bar."""
        self._index = index
        self.update()

    def index_at(self, point: QPointF) -> int | None:
        """The bar at a point; where several share a pixel, the largest."""
        if not self._gives or not 0 <= point.x() < self._wide() * len(self._gives):
            return None
        wide = self._wide()
        if wide >= 1:
            return min(len(self._gives) - 1, int(point.x() // wide))
        first = int(point.x()) / wide
        shared = range(int(first), max(int(first) + 1, min(len(self._gives), int(first + 1 / wide))))
        return max(shared, key=lambda index: abs(self._gives[index]))

    def sizeHint(self) -> QSize:
        return QSize(300, _HIGH)

    def _wide(self) -> float:
        return min(_WIDEST, self.width() / max(1, len(self._gives)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or not self._gives:
            return
        painter = QPainter(self)
        low, high = self._ends
        span = (high - low) or 1.0
        room, wide = self.height() - 4.0, self._wide()
        zero = 2 + room * high / span
        gap = 1.0 if wide >= 3 else 0.0
        for index, value in self._drawn():
            if not math.isfinite(value):
                painter.fillRect(QRectF(index * wide, 2, max(1.0, wide - gap), room), self._theme["err"])
                continue
            end = 2 + room * (high - value) / span
            bar = QRectF(
                index * wide,
                min(zero, end),
                max(1.0, wide - gap),
                max(1.0 if value else 0.0, abs(zero - end)),
            )
            painter.fillRect(bar, self._theme["negative" if value < 0 else "positive"])
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(QPointF(0, zero), QPointF(self.width(), zero))
        self._mark(painter, wide)

    def _drawn(self) -> list[tuple[int, float]]:
        wide = self._wide()
        if wide >= 1:
            return list(enumerate(self._gives))
        shown = [self.index_at(QPointF(x, 0)) for x in range(self.width())]
        return [(index, self._gives[index]) for index in shown if index is not None]

    def _mark(self, painter: QPainter, wide: float) -> None:
        """The chosen bar: a column behind nothing else, and a tick below."""
        assert self._theme is not None  # noqa: S101  (asked by the caller)
        left = self._index * wide
        across = max(2.0, wide - (1 if wide >= 3 else 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme["accent"], 2 if self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(left - 1.5, 1, across + 3, self.height() - 2), 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.choose(index)
            self.chosen.emit(index)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(QPointF(event.pos()))
            text = "Click a bar, or move with the arrow keys, to see what it is made of"
            if index is not None:
                noun, first = self._words
                text = f"{noun} {first + index:,} gives {number(self._gives[index], signed=True)}\n{text}"
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        index = self._index + step
        if step and 0 <= index < len(self._gives):
            self.choose(index)
            self.chosen.emit(index)
        elif not step:
            super().keyPressEvent(event)
