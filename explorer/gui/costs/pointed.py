"""A painted picture of parts: which one is under the pointer, what it says, and the frame of the keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.gui.theme import Theme


class Pointed(QWidget):
    """Subclasses say which part is where, and what it says."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=name)
        self._hovered: Any = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def part_at(self, point: QPointF) -> Any:
        """The part at a point; None where there is none."""
        raise NotImplementedError

    def told(self, part: Any) -> tuple[str, QRectF]:
        """What a part says when the pointer rests on it, and where the part is."""
        raise NotImplementedError

    def paint_focus(self, painter: QPainter, theme: Theme) -> None:
        """Frame the picture while the keyboard walks it."""
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme["accent"], 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.part_at(event.position())
        if over != self._hovered:
            self._hovered = over
            self.setCursor(Qt.CursorShape.ArrowCursor if over is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            over = self.part_at(QPointF(event.pos()))
            if over is None:
                QToolTip.hideText()
            else:
                words, box = self.told(over)
                QToolTip.showText(event.globalPos(), words, self, box.toRect())
            return True
        return super().event(event)
