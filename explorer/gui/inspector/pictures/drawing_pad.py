"""A small sheet to draw on with the mouse or a pen; the network looks on while one draws."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from explorer.gui.panel import button, label
from explorer.gui.segments import Segments

SIDE = 280
_PAPERS = ((QColor("black"), QColor("white")), (QColor("white"), QColor("black")))
_RATE_MS = 100
_ASIDE, _ABOVE = 8, 64
"""Pixels between the pad and the left and lower border of the window, when it is shown first."""


class Sheet(QWidget):
    """The sheet itself.

    Signals:
        touched(): something was drawn.
    """

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawingSheet")
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName("Sheet to draw on")
        self.setToolTip("Draw with the left button, rub out with the right one")
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.thickness = 22
        self.rubbing = False
        self.paper, self.ink = _PAPERS[0]
        self.image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
        self._last: QPointF | None = None
        self.clear()

    def clear(self) -> None:
        """A clean sheet."""
        self.image.fill(self.paper)
        self.update()
        self.touched.emit()

    def use_paper(self, index: int) -> None:
        """Black paper and white ink (0), or the other way round (1); what was drawn is turned over."""
        if self.paper != _PAPERS[index][0]:
            self.paper, self.ink = _PAPERS[index]
            self.image.invertPixels()
            self.update()
            self.touched.emit()

    def _draw_to(self, point: QPointF, *, rub: bool) -> None:
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.paper if rub else self.ink, self.thickness * (1.6 if rub else 1.0))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(self._last if self._last is not None else point, point + QPointF(0.01, 0))
        painter.end()
        self._last = point
        self.update()
        self.touched.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), self.image)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = None
        self._draw_to(event.position(), rub=self.rubbing or event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() != Qt.MouseButton.NoButton:
            right = bool(event.buttons() & Qt.MouseButton.RightButton)
            self._draw_to(event.position(), rub=self.rubbing or right)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None


class DrawingPad(QDialog):
    """The sheet with its tools, in a window beside the maps.

    Signals:
        drawn(image): the sheet as it is now, at most ten times a second.
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawingPad")
        self.setWindowTitle("Draw a picture")
        self.setModal(False)
        self.sheet = Sheet()
        self.tool = Segments((("Pen", "Draw"), ("Eraser", "Rub out")))
        self.paper = Segments(
            (("White on black", "Bright ink, as digits are written"), ("Black on white", "Dark ink on paper"))
        )
        self.thickness = QSlider(Qt.Orientation.Horizontal, minimum=4, maximum=60, value=22)
        self.thickness.setAccessibleName("Thickness of the pen")
        self.thickness.setToolTip("Thickness of the pen in pixels of the sheet")
        self._placed = False
        self._wait = QTimer(self, singleShot=True, interval=_RATE_MS)
        self._wait.timeout.connect(lambda: self.drawn.emit(self.sheet.image.copy()))
        self.tool.switched.connect(lambda index: setattr(self.sheet, "rubbing", index == 1))
        self.paper.switched.connect(self.sheet.use_paper)
        self.thickness.valueChanged.connect(lambda value: setattr(self.sheet, "thickness", value))
        self.sheet.touched.connect(self._announce)
        self._lay_out()

    def _announce(self) -> None:
        if not self._wait.isActive():
            self._wait.start()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        for part in (self.sheet, self.tool, self.paper):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(label("Thickness", "label"))
        row.addWidget(self.thickness, 1)
        row.addWidget(button("Clear", self.sheet.clear, "A clean sheet"))
        column.addLayout(row)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        around = self.parentWidget()
        if not self._placed and around is not None:
            # over the list of pictures, not over the maps: they follow the pen
            self._placed = True
            whole = around.window()
            high = self.sizeHint().height() + _ABOVE
            self.move(whole.mapToGlobal(QPoint(_ASIDE, max(0, whole.height() - high))))
