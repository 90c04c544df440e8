"""How far something is: a thin bar, and a line of words above one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.elided import ElidedLabel
from explorer.gui.theme import Theme

_BETWEEN = 8
"""Pixels between what is done and what is left."""

_MARK = 3
"""Width of the mark on a bar, in pixels."""


class ProgressLine(QWidget):
    """What is done, what is left, and a bar below. Where there is little room, fewer words say it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumWidth(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._words: tuple[str, ...] = ("",)
        row = QHBoxLayout()
        row.setSpacing(_BETWEEN)
        self.done, self.left = ElidedLabel("label"), QLabel()
        self.left.setProperty("role", "label")
        self.left.setTextFormat(Qt.TextFormat.PlainText)
        self.left.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row.addWidget(self.done, 1)
        row.addWidget(self.left)
        column.addLayout(row)
        self._bar = Bar()
        column.addWidget(self._bar)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self._bar.share

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._bar.set_theme(theme)

    def show_progress(self, done: str, left: str, share: float, *fewer: str) -> None:
        """Show two texts and a share from 0 to 1; `fewer` words stand for the first where room is short."""
        self._words = (done, *fewer)
        self.left.setText(left)
        self._bar.set_share(share)
        self.setToolTip(", ".join(filter(None, (done, left))))
        self._fit()

    def _fit(self) -> None:
        """The most words that there is room for beside what is left."""
        taken = self.left.sizeHint().width() + _BETWEEN if self.left.text() else 0
        measure, room = self.done.fontMetrics(), self.width() - taken
        fitting = (words for words in self._words if measure.horizontalAdvance(words) <= room)
        self.done.setText(next(fitting, self._words[-1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class Bar(QWidget):
    """A thin bar that is filled from the left, and may bear a mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(5)
        self.share = 0.0
        self.mark: float | None = None
        self._colour = "accent"
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_share(self, share: float, colour: str = "accent", mark: float | None = None) -> None:
        """Fill a share from 0 to 1 with a colour of the theme; `mark` is another share to compare with."""
        self.share, self._colour, self.mark = min(1.0, max(0.0, share)), colour, mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box, round_ = QRectF(self.rect()), self.height() / 2
        painter.setBrush(self._theme["hover"])
        painter.drawRoundedRect(box, round_, round_)
        if self.share * box.width() >= 1:
            box.setWidth(max(self.height(), self.share * box.width()))
            painter.setBrush(self._theme[self._colour])
            painter.drawRoundedRect(box, round_, round_)
        if self.mark is not None:
            left = min(1.0, max(0.0, self.mark)) * (self.width() - _MARK)
            painter.fillRect(QRectF(left, 0, _MARK, self.height()), self._theme["text"])
