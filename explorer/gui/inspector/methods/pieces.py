"""Parts of the cards that show causes: work that can be stopped, a picture, a number to choose."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.panel import ProgressLine, button, label
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme

_SIDE = 324
LARGEST = 2**31 - 1
RANDOM_WEIGHTS = "The weights are random: this shows what chance does, not what was learned."


class Work(QWidget):
    """Says how far some work is; it is started, started again, and stopped here.

    Signals:
        wanted(): it is to begin.
        unwanted(): it is to stop.
    """

    wanted = Signal()
    unwanted = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = label(role="hint", wrap=True)
        self.progress = ProgressLine(what)
        self.start = button("Start", self.wanted.emit, f"Start: {what}")
        self.stop = button("Stop", self.unwanted.emit, f"Stop: {what}")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.progress, 1)
        row.addWidget(self.note, 1)
        row.addWidget(self.start)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        self.rest("")

    @property
    def running(self) -> bool:
        """Whether it says that something is being done."""
        return not self.stop.isHidden()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.progress.set_theme(theme)

    def run(self, done: str, share: float) -> None:
        """Say how much is done, and of what."""
        self.progress.show_progress(done, "", share)
        self._show(running=True)

    def rest(self, note: str, start: str = "") -> None:
        """Nothing is being done; `start` is the text of the button that begins, "" for none."""
        self.note.setText(note)
        self.start.setText(start)
        self.start.setAccessibleName(start)
        self._show(running=False)
        self.start.setVisible(bool(start))
        self.setVisible(bool(note or start))

    def _show(self, *, running: bool) -> None:
        self.setVisible(True)
        self.progress.setVisible(running)
        self.stop.setVisible(running)
        self.note.setVisible(not running)
        self.start.setVisible(not running)


class Still(QWidget):
    """One picture as wide as the panel; small ones with their pixels seen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._image = QImage()
        self.setFixedHeight(0)

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def show_pixels(self, pixels: Any) -> None:
        """Show a uint8 array (height, width, 1 or 3); None clears."""
        self._image = QImage() if pixels is None else image_of(pixels)
        self._fit()
        self.update()

    def _fit(self) -> None:
        if self._image.isNull():
            self.setFixedHeight(0)
            return
        high = self.width() * self._image.height() / self._image.width()
        self.setFixedHeight(max(24, min(_SIDE, round(high))))

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, self.height())

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, on=self._image.width() > size.width() / 3
        )
        left = (self.width() - size.width()) // 2
        rounded = QPainterPath()
        rounded.addRoundedRect(left, 0, size.width(), size.height(), 6, 6)
        painter.setClipPath(rounded)
        painter.drawImage(rounded.boundingRect(), self._image)


def number_field(name: str, tip: str, *, last: int = LARGEST) -> SpinBox:
    """A field for a number from 0."""
    made = SpinBox(maximum=last, keyboardTracking=False, accelerated=True)
    made.setAccessibleName(name)
    made.setToolTip(tip)
    return made
