"""How the learning rate falls over the run, as a small drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.core.recipe import Recipe
from explorer.gui.fonts import font
from explorer.gui.theme import Theme

_STEPS = 240


class ScheduleStrip(QWidget):
    """The learning rate from the first to the last step, with the present place while training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(46)
        self.setAccessibleName("Learning rate over the run")
        self._theme: Theme | None = None
        self._recipe = Recipe()
        self.share: float | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_recipe(self, recipe: Recipe) -> None:
        """Draw the schedule of a recipe."""
        self._recipe = recipe
        first, last = recipe.learning_rate_at(0), recipe.learning_rate_at(1 - 1 / _STEPS)
        self.setToolTip(f"From {first:.4g} at the first step to {last:.4g} at the last.")
        self.update()

    def show_share(self, share: float | None) -> None:
        """Mark how much of the run is done; None takes the mark away."""
        self.share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 6, -1, -15)
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        highest = self._recipe.learning_rate or 1.0
        painter.setPen(QPen(self._theme["accent"], 1.6))
        painter.drawPolyline(
            [
                QPointF(
                    box.left() + box.width() * step / (_STEPS - 1),
                    box.bottom() - box.height() * self._recipe.learning_rate_at(step / _STEPS) / highest,
                )
                for step in range(_STEPS)
            ]
        )
        painter.setFont(font(11))
        painter.setPen(self._theme["text3"])
        below = QRectF(box.left(), box.bottom() + 1, box.width(), 14)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "first step")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, "last step")
        if self.share is not None:
            x = box.left() + box.width() * self.share
            painter.setPen(QPen(self._theme["text2"], 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, box.top() - 4), QPointF(x, box.bottom()))
