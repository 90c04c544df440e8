"""Figures that are painted: the same drawing stands in the window and in an exported file."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.gui.fonts import NORMAL, font
from explorer.gui.theme import Theme

LEFT, RIGHT, MIDDLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
_SLOTS = ("run2", "run1", "run3", "run4")
_PALE = 0.5


def slot_token(place: int) -> str:
    """The theme's colour of a compared network by its place."""
    return _SLOTS[place % len(_SLOTS)]


def slot_colour(theme: Theme, place: int, *, pale: bool = False) -> QColor:
    """The colour of a compared network; a pale one stands for its parameters."""
    colour = QColor(theme[slot_token(place)])
    if pale:
        colour.setAlphaF(_PALE)
    return colour


def text_width(text: str, pixels: float, weight: int = NORMAL) -> float:
    """How wide one line of text is, in pixels."""
    return QFontMetricsF(font(pixels, weight)).horizontalAdvance(text)


def put_text(
    painter: QPainter,
    box: QRectF,
    text: str,
    colour: QColor,
    pixels: float = 12,
    weight: int = NORMAL,
    side: Qt.AlignmentFlag = LEFT,
) -> float:
    """Draw one line of text half way up a box, shortened where it does not fit; how wide it became."""
    used = font(pixels, weight)
    measure = QFontMetricsF(used)
    shown = measure.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, box.width()) + 0.5)
    painter.setFont(used)
    painter.setPen(colour)
    painter.drawText(box, (side | Qt.AlignmentFlag.AlignVCenter).value, shown)
    return measure.horizontalAdvance(shown)


def put_bar(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw a bar; one that is too short to see is a pixel wide."""
    if box.width() <= 0 or box.height() <= 0:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    wide = QRectF(box)
    if wide.width() < 1:
        wide.setWidth(1)
    painter.drawRoundedRect(wide, min(2.0, wide.width() / 2), 2)


class Plate(QWidget):
    """A drawing with rows. Subclasses say how high it is, draw it, and what a row tells.

    Arrow keys walk the rows; Enter and a click choose one.

    Signals:
        row_chosen(row): a row was clicked, or chosen with Enter.
        row_opened(row): a row was clicked twice.
    """

    row_chosen = Signal(int)
    row_opened = Signal(int)
    clickable = False

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.theme: Theme | None = None
        self.hovered = -1
        self.current = -1

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def plate_height(self, width: float) -> float:
        """How high the drawing is at this width, in pixels."""
        raise NotImplementedError

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        """Draw it, its upper left corner at 0, 0."""
        raise NotImplementedError

    def row_box(self, row: int) -> QRectF:
        """Where a row stands."""
        raise NotImplementedError

    def row_tip(self, row: int) -> str:
        """What a row tells when it is hovered."""
        return ""

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return 0

    def row_at(self, where: QPointF) -> int:
        """The row under a place; -1 for none."""
        return next((row for row in range(self.row_count) if self.row_box(row).contains(where)), -1)

    def refit(self) -> None:
        """The content is another one: ask for the height that it needs, and draw it."""
        self.current = min(self.current, self.row_count - 1)
        self.setMinimumHeight(round(self.plate_height(self.width())))
        self.updateGeometry()
        self.update()

    def hover(self, row: int) -> None:
        """Mark a row; -1 for none."""
        if row != self.hovered:
            self.hovered = row
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, round(self.plate_height(max(420, self.width()))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(round(self.plate_height(self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, token in ((self.hovered, "hover"), (self.current if self.hasFocus() else -1, "accentbg")):
            if 0 <= row < self.row_count:
                painter.fillRect(self.row_box(row), self.theme[token])
        self.paint_plate(painter, self.theme, self.width(), self.height())
        if self.hasFocus() and 0 <= self.current < self.row_count:
            painter.setPen(QPen(self.theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.row_box(self.current).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        self.hover(row)
        active = self.clickable and row >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.current = row
            self.update()
            self.row_chosen.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.row_opened.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.current < 0 and self.row_count and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.current = 0
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Home: -self.row_count,
            Qt.Key.Key_End: self.row_count,
        }
        if event.key() in steps and self.row_count:
            self.current = min(self.row_count - 1, max(0, self.current + steps[Qt.Key(event.key())]))
            self.update()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.current >= 0:
            self.row_chosen.emit(self.current)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(QPointF(event.pos()))
            tip = self.row_tip(row) if row >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)
