"""The confusion matrix as a heat map: rows are classes, columns what pictures were taken for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.canvas.ink import scale_colour
from explorer.gui.fonts import SEMIBOLD, font
from explorer.gui.theme import Theme

_NUMBERS, _NAMES = 15.0, 12.0
"""Sides of a cell from which its count, and the name of its class, are written."""

_HIGHEST, _WIDEST = 44.0, 64.0
_LEFT, _TOP = 74, 22

Counts = Sequence[Sequence[int]]


class ConfusionView(QWidget):
    """Counts by class and answer; the colour is the share of the class. Arrow keys move, Enter chooses.

    Signals:
        cell_chosen(label, answer): a person wants the pictures of a cell.
    """

    cell_chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusionMatrix")
        self.setToolTip("Rows are classes, columns what they were taken for: click a cell for its pictures")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(200, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme: Theme | None = None
        self._counts: Counts = ()
        self._classes: tuple[str, ...] = ()
        self._chosen: tuple[int, int] | None = None

    @property
    def counts(self) -> Counts:
        """What is shown."""
        return self._counts

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_counts(self, counts: Counts, classes: tuple[str, ...]) -> None:
        """Show a matrix; an empty one where there are too many classes."""
        if len(counts) != len(self._counts):
            self._chosen = None
        self._counts, self._classes = counts, classes
        right = sum(row[place] for place, row in enumerate(counts))
        total = sum(map(sum, counts))
        self.setAccessibleName(f"Confusion matrix: {right:,} of {total:,} pictures right")
        self.update()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell, or none."""
        self._chosen = cell
        self.update()

    def cell_text(self, label: int, answer: int) -> str:
        """What a cell says, in words."""
        count, name = self._counts[label][answer], self._name(label)
        if label == answer:
            return f"{count:,} of {sum(self._counts[label]):,} pictures of {name} are right"
        pictures = "picture of" if count == 1 else "pictures of"
        return f"{count:,} {pictures} {name} {'is' if count == 1 else 'are'} taken for {self._name(answer)}"

    def cell_box(self, label: int, answer: int) -> QRectF:
        """Where a cell lies."""
        wide, high = self._cell
        return QRectF(_LEFT + answer * wide, _TOP + label * high, wide, high)

    @property
    def _cell(self) -> tuple[float, float]:
        """Width and height of a cell: wider than high where that lets the names be read."""
        count = max(1, len(self._counts))
        room, high = (self.width() - _LEFT - 4) / count, (self.height() - _TOP - 4) / count
        high = max(2.0, min(room, high, _HIGHEST))
        return (max(high, min(room, _WIDEST)) if high >= _NAMES else high), high

    def _name(self, place: int) -> str:
        return self._classes[place] if place < len(self._classes) else str(place)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        wide, high = self._cell
        column, row = math.floor((point.x() - _LEFT) / wide), math.floor((point.y() - _TOP) / high)
        count = len(self._counts)
        return (row, column) if 0 <= row < count and 0 <= column < count else None

    def _draw(self, painter: QPainter, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = self._cell
        painter.setFont(font(11))
        for label, row in enumerate(self._counts):
            whole = max(1, sum(row))
            for answer, count in enumerate(row):
                box = self.cell_box(label, answer).adjusted(0.5, 0.5, -0.5, -0.5)
                # by the root: a few mistakes among many right answers can be seen
                share = math.sqrt(count / whole)
                painter.fillRect(box, scale_colour(share) if count else theme["raised"])
                if count and high >= _NUMBERS:
                    painter.setPen(Qt.GlobalColor.black if share > 0.6 else Qt.GlobalColor.white)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{count}")
        if high >= _NAMES:
            self._draw_names(painter, theme, wide, high)
        if self._chosen is not None:
            painter.setPen(QPen(theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_box(*self._chosen))

    def _draw_names(self, painter: QPainter, theme: Theme, wide: float, high: float) -> None:
        painter.setPen(theme["text2"])
        metrics = QFontMetricsF(painter.font())
        for place in range(len(self._counts)):
            name = self._name(place)
            box = QRectF(0, _TOP + place * high, _LEFT - 8, high)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
            above = QRectF(_LEFT + place * wide, 0, wide, _TOP - 4)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, wide - 2)
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, shown)
        painter.setFont(font(11, SEMIBOLD))
        painter.setPen(theme["text3"])
        painter.drawText(QRectF(0, 0, _LEFT - 8, _TOP - 4), Qt.AlignmentFlag.AlignRight, "taken for")

    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        if self._counts:
            self._draw(painter, self._theme)
        else:
            painter.setPen(self._theme["text3"])
            painter.setFont(font(12))
            said = "Counts by class come with the first test; beyond 200 classes they are not kept."
            box = self.rect().adjusted(8, 8, -8, -8)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, said)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self.cell_text(*cell), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.choose(cell)
            self.cell_chosen.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        move, last = moves.get(Qt.Key(event.key())), len(self._counts) - 1
        if move is not None and last >= 0:
            row, column = self._chosen or (0, 0)
            cell = min(last, max(0, row + move[0])), min(last, max(0, column + move[1]))
            self.choose(cell)
            self.setAccessibleDescription(self.cell_text(*cell))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.cell_chosen.emit(*self._chosen)
        else:
            super().keyPressEvent(event)
