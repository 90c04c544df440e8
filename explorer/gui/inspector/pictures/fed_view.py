"""What the network sees of the picture, small, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.inspector.figures import number
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.findings import Answer

_SIDE = 56


class FedView(QWidget):
    """A thumbnail of the network's input; its tooltip tells the whole preparation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fedView")
        self.setAccessibleName("What the network sees")
        self.setFixedSize(_SIDE, _SIDE)
        self._theme: Theme | None = None
        self.image = QImage()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_answer(self, answer: Answer) -> None:
        """Show what was fed for an answer."""
        self.image = image_of(answer.fed)
        mean = " ".join(number(figure) for figure in answer.mean)
        deviation = " ".join(number(figure) for figure in answer.std)
        words = (
            f"What the network sees: {answer.feeding}; then each channel less {mean}, divided by {deviation}"
        )
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, min(self.image.width(), self.image.height()) > _SIDE
        )
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(self.width() - size.width(), 0, size.width(), size.height())
        painter.drawImage(box, self.image)
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
