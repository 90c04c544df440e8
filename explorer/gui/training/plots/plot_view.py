"""The view of a plot: which part of the axis is seen, and the gestures that move it."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.gui.right_of_way import Tick
from explorer.gui.training.plots.line import Line
from explorer.gui.training.plots.plot_overlay import Place, PlotOverlay

_REDRAW_MS, _LATER_MS = 33, 55
_NEAREST = 8
"""So few steps are the least that is shown."""


class PlotView(pg.PlotWidget):
    """A plot from 0 to the last step, or a part of it.

    The wheel zooms about the pointer, dragging moves, a double click or Home shows all again; arrow
    keys, + and - do the same.

    Signals:
        asked(line, x, where): a menu is wanted at x, nearest to this line; `where` is on the screen.
    """

    asked = Signal(object, float, object)

    def __init__(self, axes: Mapping[str, pg.AxisItem], what: str, parent: QWidget | None) -> None:
        super().__init__(parent=parent, axisItems=dict(axes), enableMenu=False)
        self._last = 0.0
        self._view: tuple[float, float] | None = None  # where a person zoomed in
        self._dragged: float | None = None
        self._due = Tick(self, _REDRAW_MS)
        self._due.timeout.connect(self._redraw)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hideButtons()
        self.plotItem.showAxis("right")
        self.plotItem.vb.setDefaultPadding(0)
        self.plotItem.layout.setContentsMargins(4, 8, 0, 0)
        self.overlay = PlotOverlay(self, what, self._pixel)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    @property
    def view(self) -> tuple[float, float]:
        """The first and last x that can be seen."""
        return self._view or (0.0, max(1.0, self._last))

    def zoom_to(self, low: float, high: float) -> None:
        """Show a part only."""
        end = max(1.0, self._last)
        size = min(max(high - low, min(_NEAREST, end)), end)
        if size >= end:
            self._view = None
        else:
            low = min(max(0.0, (low + high - size) / 2), end - size)
            self._view = low, low + size
        self.invalidate()

    def reset(self) -> None:
        """Show all again."""
        self._view = None
        self.invalidate()

    def invalidate(self) -> None:
        """Redraw soon, once, and only if it can be seen."""
        if self.isVisible() and not self._due.isActive():
            self._due.start()

    def stagger(self) -> None:
        """Redraw a little later than the others: a hand need not wait for all that a training changes."""
        self._due.setInterval(_LATER_MS)

    def _redraw(self) -> None:
        raise NotImplementedError

    def _nearest(self, x: float, y: float) -> Line | None:
        raise NotImplementedError

    def _said_at(self, place: QPointF) -> str:
        raise NotImplementedError

    def _area(self) -> QRectF:
        box = self.plotItem.vb.sceneBoundingRect()
        return QRectF(self.mapFromScene(box.topLeft()), self.mapFromScene(box.bottomRight()))

    def _pixel(self, x: float, height: float) -> QPointF:
        return QPointF(self.mapFromScene(self.plotItem.vb.mapViewToScene(QPointF(x, height))))

    def _x_at(self, pixel: float) -> float:
        area, (low, high) = self._area(), self.view
        return low + (high - low) * (pixel - area.left()) / max(1.0, area.width())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._said_at(self.mapToScene(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pixel = event.position().x()
        if self._dragged is not None:
            low, high = self.view
            moved = self._x_at(self._dragged) - self._x_at(pixel)
            self._dragged = pixel
            if self._view is not None:
                self.zoom_to(low + moved, high + moved)
        inside = self._area().contains(event.position())
        self.overlay.point_at(Place(self._x_at(pixel), pixel) if inside else None)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position().x()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        x, (low, high) = self._x_at(event.position().x()), self.view
        factor = 0.999 ** (event.angleDelta().y() or event.pixelDelta().y())
        self.zoom_to(x - (x - low) * factor, x + (high - x) * factor)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        low, high = self.view
        size = high - low
        moves = {
            Qt.Key.Key_Left: (-0.1, -0.1),
            Qt.Key.Key_Right: (0.1, 0.1),
            Qt.Key.Key_Plus: (0.1, -0.1),
            Qt.Key.Key_Minus: (-0.125, 0.125),
        }
        if event.key() == Qt.Key.Key_Home:
            self.reset()
        elif event.key() in moves:
            first, last = moves[Qt.Key(event.key())]
            self.zoom_to(low + first * size, high + last * size)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        x = self._x_at(event.pos().x())
        self.asked.emit(self._nearest(x, event.pos().y()), x, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self.overlay.point_at(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "overlay"):  # the first comes while it is made
            self.overlay.resize(self.size())
            self.invalidate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.invalidate()
