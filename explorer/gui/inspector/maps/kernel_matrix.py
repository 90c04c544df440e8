"""How alike all kernels of a layer are: the matrix of their cosines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.engine.looking.cell_findings import KernelSheet
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.theme import Theme

_SIDE = 196


class LikenessMatrix(QWidget):
    """Orange where two kernels look for the same, blue where for the opposite.

    Signals:
        chosen(first, second): a pair was clicked.
        pointed(text): what lies under the pointer, in words; "" when it leaves.
    """

    chosen = Signal(int, int)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("likenessMatrix")
        self.setAccessibleName("Likeness of all kernels")
        self.setToolTip("Cosine of every pair of kernels; click a pair to mark its first kernel")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(_SIDE, _SIDE)
        self.setMouseTracking(True)
        self._theme: Theme | None = None
        self._sheet: KernelSheet | None = None
        self._image = QImage()
        self._selected: int | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_sheet(self, sheet: KernelSheet) -> None:
        """Show the matrix of a layer; hidden where it has none."""
        self._sheet = sheet
        self._image = QImage() if sheet.likeness is None else image_of(sheet.likeness)
        self.setVisible(sheet.likeness is not None)
        self.update()

    def select(self, kernel: int | None) -> None:
        """Mark the row and column of a kernel."""
        self._selected = kernel
        self.update()

    def pair_at(self, point: QPointF) -> tuple[int, int] | None:
        """The kernels of the row and the column at a point."""
        if self._sheet is None or self._sheet.matrix is None:
            return None
        count = len(self._sheet.matrix)
        row, column = int(point.y() * count / self.height()), int(point.x() * count / self.width())
        return (row, column) if 0 <= row < count and 0 <= column < count else None

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None or self._image.isNull():
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        # with more kernels than pixels neighbours are averaged, so that no pair is lost without a trace
        small = self._image.width() < self.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not small)
        painter.drawImage(box, self._image, QRectF(self._image.rect()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._selected is not None and self._selected < self._image.height():
            step = self.height() / self._image.height()
            painter.setPen(QPen(self._theme["accent"], 1))
            painter.drawRect(QRectF(0, self._selected * step, self.width() - 1, max(2.0, step)))
            painter.drawRect(QRectF(self._selected * step, 0, max(2.0, step), self.height() - 1))
        painter.setPen(QPen(self._theme["line2"], 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pair = self.pair_at(event.position())
        if pair is None or self._sheet is None or self._sheet.matrix is None:
            self.pointed.emit("")
            return
        cosine = number(float(self._sheet.matrix[pair]), signed=True)
        self.pointed.emit(f"kernels {pair[0]} and {pair[1]}: cosine {cosine}")

    def leaveEvent(self, event: object) -> None:
        self.pointed.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pair = self.pair_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and pair is not None:
            self.chosen.emit(*pair)
