"""A window that slides over the picture: steps, play and pause, and the map that fills in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.inspector.maps.number_area import ARROWS
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.panel import IconButton, label
from explorer.gui.theme import Theme

_SPEEDS = (("2 a second", 500), ("8 a second", 125), ("a row at a time", 125))
_ROWS = 2
_SIDE = 168


class WindowSlider(QWidget):
    """Moves over the places of one map, row by row.

    Signals:
        moved(row, column): the window stands on another place.
    """

    moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = 0, 0
        self._place = 0, 0
        self._timer = QTimer(self, interval=_SPEEDS[1][1])
        self._timer.timeout.connect(self._tick)
        self.back = IconButton("left", "One step back", framed=True)
        self.play = IconButton("play", "Slide the window over the picture (Space)", framed=True)
        self.forth = IconButton("right", "One step on", framed=True)
        self.back.clicked.connect(lambda: self.step(-1))
        self.forth.clicked.connect(lambda: self.step(1))
        self.play.clicked.connect(self.toggle)
        self.speed = QComboBox()
        self.speed.addItems([words for words, _ in _SPEEDS])
        self.speed.setCurrentIndex(1)
        self.speed.setAccessibleName("Speed of the window")
        self.speed.setToolTip("How fast the window slides")
        self.speed.currentIndexChanged.connect(lambda index: self._timer.setInterval(_SPEEDS[index][1]))
        self.map = FillingMap()
        self.map.pressed.connect(self.go)
        self.map.stepped.connect(self._move)
        self.map.toggled.connect(self.toggle)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label("Window", "label"), 1)
        for part in (self.back, self.play, self.forth, self.speed):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.map, 0, Qt.AlignmentFlag.AlignHCenter)
        self.map.hide()

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the window."""
        return self._place

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.back, self.play, self.forth, self.map):
            part.set_theme(theme)

    def show_map(self, pixels: Any, size: tuple[int, int], place: tuple[int, int]) -> None:
        """Slide over a map of `size` (rows, columns), drawn by `pixels`, beginning at a place."""
        self._size, self._place = size, place
        self.map.show_map(pixels, size, place)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
            return
        self.map.show()
        if self._index() == self._size[0] * self._size[1] - 1:
            self.go(0, 0)  # played once more from the beginning
        self._timer.start()
        self._sign()

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._sign()

    def step(self, by: int) -> None:
        """Some places on, in the order of reading."""
        index = self._index() + by
        rows, columns = self._size
        if 0 <= index < rows * columns:
            self.map.show()
            self.go(*divmod(index, columns))

    def go(self, row: int, column: int) -> None:
        """Put the window on a place."""
        self._place = row, column
        self.map.stand(row, column)
        self.moved.emit(row, column)

    def hideEvent(self, event: object) -> None:
        self.pause()

    def _move(self, down: int, across: int) -> None:
        row, column = self._place[0] + down, self._place[1] + across
        if 0 <= row < self._size[0] and 0 <= column < self._size[1]:
            self.go(row, column)

    def _index(self) -> int:
        return self._place[0] * self._size[1] + self._place[1]

    def _tick(self) -> None:
        by = self._size[1] if self.speed.currentIndex() == _ROWS else 1
        last = self._size[0] * self._size[1] - 1
        index = self._index()
        if index >= last:
            self.pause()
        else:
            self.step(min(by, last - index))

    def _sign(self) -> None:
        self.play.set_sign("pause" if self.playing else "play")
        self.play.describe("Pause (Space)" if self.playing else "Slide the window over the picture (Space)")


class FillingMap(QWidget):
    """One map, large, shown as far as the window has come.

    Signals:
        pressed(row, column): a place was clicked.
        stepped(down, across): an arrow key was pressed.
        toggled(): Space was pressed.
    """

    pressed = Signal(int, int)
    stepped = Signal(int, int)
    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fillingMap")
        self.setAccessibleName("The map as far as the window has come")
        self.setToolTip("Click a place, or move the window with the arrow keys; Space plays and pauses.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme: Theme | None = None
        self._image = QImage()
        self._size = 1, 1
        self._place = 0, 0
        self.seen = 0

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_map(self, pixels: Any, size: tuple[int, int], place: tuple[int, int]) -> None:
        """Show a map of which nothing was seen yet but what comes before a place."""
        self._image, self._size = image_of(pixels), size
        rows, columns = size
        longest = max(rows, columns)
        self.setFixedSize(max(8, _SIDE * columns // longest), max(8, _SIDE * rows // longest))
        self.stand(*place)

    def stand(self, row: int, column: int) -> None:
        """The window came to a place: all until there is seen."""
        self._place = row, column
        self.seen = row * self._size[1] + column + 1
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._image.isNull():
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme["hover"])
        rows, columns = self._size
        full, rest = divmod(self.seen, columns)
        wide, high = self.width() / columns, self.height() / rows
        painter.save()
        shown = QPainterPath()
        shown.addRect(QRectF(0, 0, self.width(), full * high))
        shown.addRect(QRectF(0, full * high, rest * wide, high))
        painter.setClipPath(shown)
        painter.drawImage(QRectF(self.rect()), self._image, QRectF(self._image.rect()))
        painter.restore()
        row, column = self._place
        box = QRectF(column * wide, row * high, max(4.0, wide), max(4.0, high))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(Qt.GlobalColor.white, 3), QPen(Qt.GlobalColor.black, 1)):
            painter.setPen(pen)
            painter.drawRect(box)
        if self.hasFocus():
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._image.isNull():
            return
        rows, columns = self._size
        row = int(event.position().y() * rows / self.height())
        column = int(event.position().x() * columns / self.width())
        if 0 <= row < rows and 0 <= column < columns:
            self.pressed.emit(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        key = Qt.Key(event.key())
        if key in ARROWS:
            self.stepped.emit(*ARROWS[key])
        elif key == keys.Key_Space:
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
