"""How the learning rate falls over the run, as a small drawing with the steps or epochs below."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.recipe import Recipe
from explorer.core.schedule import Schedule
from explorer.gui.fonts import font
from explorer.gui.theme import Theme
from explorer.gui.training.scale import linear_ticks, short

_STEPS = 240
_APART = 10.0
"""Pixels between two words below the drawing."""


class ScheduleStrip(QWidget):
    """The learning rate from the first to the last step, with the present place while training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(58)
        self.setAccessibleName("Learning rate over the run")
        self._theme: Theme | None = None
        self._recipe = Recipe()
        self._rate: float | None = None
        self._line: list[QPointF] = []
        self._marked: tuple[int, str] | None = None
        self.share: float | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_recipe(self, recipe: Recipe) -> None:
        """Draw the schedule of a recipe."""
        self._recipe, self._line = recipe, []
        first, last = recipe.learning_rate_at(0), recipe.learning_rate_at(1 - 1 / _STEPS)
        self.setToolTip(f"From {first:.4g} at the first step to {last:.4g} at the last.")
        self.update()

    def show_share(self, share: float | None, rate: float | None = None) -> None:
        """Mark how much of the run is done, None for nothing; `rate` is what it has there, if known."""
        self.share, self._rate = share, rate
        marked = None if share is None else (round(4 * share * self.width()), self.now)
        if marked != self._marked:  # a training reports far more often than its mark moves
            self._marked = marked
            self.update()

    @property
    def now(self) -> str:
        """What stands at the mark: "now 0.1"; "" where there is none."""
        if self.share is None:
            return ""
        rate = self._recipe.learning_rate_at(self.share) if self._rate is None else self._rate
        return f"now {rate:.3g}"

    def marks(self) -> list[tuple[float, str]]:
        """What stands below: shares of the run, and their step or epoch; the last names what is counted."""
        recipe = self._recipe
        whole, what = (recipe.steps, "steps") if recipe.steps else (recipe.epochs, "epochs")
        word = what if whole != 1 else what[:-1]
        if recipe.schedule is Schedule.STEP:
            inner = [moment / 100 for moment in recipe.decay_at if 0 < moment < 100]
        else:
            inner = [tick / whole for tick in linear_ticks(0, whole, 5) if 0 < tick < whole]
        told = [(share, short(round(share * whole, 1))) for share in inner]
        return [*told, (1.0, f"{short(whole)} {word}")]

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 8, -1, -18)

    def _height(self, rate: float, box: QRectF) -> float:
        return box.bottom() - box.height() * rate / (self._recipe.learning_rate or 1.0)

    def _points(self, box: QRectF) -> list[QPointF]:
        """The learning rate as a line."""
        rates = (self._recipe.learning_rate_at(step / _STEPS) for step in range(_STEPS))
        wide = box.width() / (_STEPS - 1)
        return [QPointF(box.left() + wide * step, self._height(rate, box)) for step, rate in enumerate(rates)]

    def _placed(self, metrics: QFontMetricsF, box: QRectF) -> Iterator[tuple[QRectF, str]]:
        """The words below that have room, from the right: the end of the run says most."""
        free = box.right() + _APART
        for share, text in reversed(self.marks()):
            wide = metrics.horizontalAdvance(text)
            left = min(box.left() + share * box.width() - wide / 2, box.right() - wide)
            if left >= box.left() and left + wide + _APART <= free:
                free = left
                yield QRectF(left, box.bottom() + 3, wide + 1, 14), text

    def _draw_now(self, painter: QPainter, theme: Theme, box: QRectF, share: float) -> None:
        x = box.left() + box.width() * share
        painter.setPen(QPen(theme["text2"], 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, box.top() - 6), QPointF(x, box.bottom()))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(self.now)
        left = x + 5 if x + 5 + wide <= box.right() else x - 5 - wide
        # below a line that is high here, above one that is low
        low = self._height(self._recipe.learning_rate_at(share), box) > box.center().y()
        place = QRectF(left, box.top() - 4 if low else box.bottom() - 17, wide + 1, 14)
        painter.setPen(theme["text2"])
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, self.now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line = []

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._box()
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        self._line = self._line or self._points(box)
        painter.setPen(QPen(self._theme["accent"], 1.6))
        painter.drawPolyline(self._line)
        painter.setFont(font(11))
        painter.setPen(self._theme["text3"])
        for place, text in self._placed(QFontMetricsF(painter.font()), box):
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)
        if self.share is not None:
            self._draw_now(painter, self._theme, box, self.share)
