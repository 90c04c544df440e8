"""Many pictures as points of a plane: pointed at, clicked, encircled, and seen as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.inspector.embedding.drawing import PointDrawing
from explorer.gui.inspector.embedding.view import PlaneView
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.looking.embedding_findings import Features

_CLICK = 4
_STEP = 1.25


class EmbeddingPlot(QWidget):
    """Draws the points; which pictures they are is told by their places among the features.

    Signals:
        hovered(index): the pointer is over a picture; None when it leaves.
        chosen(index): a picture was clicked or reached by key.
        encircled(indices): a line was drawn around these.
        opened(index): a picture is to be looked at.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    encircled = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("embeddingPlot")
        self.setAccessibleName("Pictures as points")
        self.setToolTip("")
        self.setAccessibleDescription(
            "Click a point to choose it, drag to encircle several, double-click or Enter to look inside;"
            " wheel or plus and minus: zoom, middle button: move, F: all, arrow keys: the next point."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme: Theme | None = None
        self.view = PlaneView()
        self._points = PointDrawing(self.view)
        self._drawn: QPixmap | None = None
        self.selected: int | None = None
        self.marked: tuple[int, ...] = ()
        self._under: int | None = None
        self._line = QPolygonF()
        self._pressed: QPointF | None = None
        self._moving: QPointF | None = None

    @property
    def visible(self) -> list[int]:
        """The points of the classes that are shown."""
        return self._points.visible

    @property
    def theme(self) -> Theme | None:
        """Whose colours it has."""
        return self._theme

    def label_of(self, index: int) -> int:
        """The class of a point."""
        return self._points.labels[index]

    @property
    def features(self) -> Features | None:
        """What is shown."""
        return self._points.features

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._redraw()

    def show_points(self, features: Features | None, points: Sequence[Sequence[float]]) -> None:
        """Show these pictures at these places; None clears."""
        if features is not self.features:
            self._points.take(features)
            self.selected, self.marked, self._under = None, (), None
            self.view.fit()
        self.view.show([(float(x), float(y)) for x, y in points])
        self._redraw()

    def show_as(self, kind: str) -> None:
        """Draw dots, the names of the classes, or the pictures themselves."""
        self._points.kind = kind
        self._redraw()

    def hide_classes(self, classes: Collection[int]) -> None:
        """Leave out the pictures of some classes."""
        self._points.hidden = frozenset(classes)
        if self.selected not in self.visible:
            self.selected = None
        self._redraw()

    def select(self, index: int | None) -> None:
        """Mark one picture."""
        self.selected = index
        self.update()

    def mark(self, indices: Sequence[int]) -> None:
        """Ring some pictures."""
        self.marked = tuple(indices)
        self.update()

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _draw_line(self, painter: QPainter, theme: Theme) -> None:
        if len(self._line) > 1:
            fill = QColor(theme["accent"])
            fill.setAlphaF(0.12)
            painter.setPen(QPen(theme["accent"], 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(fill)
            painter.drawPolygon(self._line)

    def _point_at(self, index: int | None) -> None:
        if index != self._under:
            self._under = index
            self.hovered.emit(index)
            self.update()

    def _choose(self, index: int) -> None:
        self.select(index)
        self.chosen.emit(index)

    def whole_size(self) -> QSize:
        """As large as it stands."""
        return self.size()

    def paint_whole(self, painter: QPainter) -> None:
        """Draw all points that are seen, each as a shape of its own."""
        if self._theme is None:
            return
        painter.fillRect(self.rect(), self._theme["canvas"])
        if self.features is not None and self.view.on_screen:
            self._points.draw(painter, self._theme, self.rect())
            self._points.draw_marks(painter, self._theme, self.marked, self.selected)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            return
        ratio = self.devicePixelRatioF()
        if self._drawn is None:
            drawn = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(self._theme["canvas"])
            inner = QPainter(drawn)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.features is not None and self.view.on_screen:
                self._points.stamp(inner, self._theme, self.rect())
            inner.end()
            self._drawn = drawn
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.features is not None and self.view.on_screen:
            self._points.draw_marks(painter, self._theme, self.marked, self.selected)
            self._draw_line(painter, self._theme)
            if self._under is not None and self._pressed is None:
                self._points.draw_large(painter, self._theme, self._under)
        if self.hasFocus():
            painter.setPen(QPen(self._theme["accent"], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.resize(self.width(), self.height())
        self._redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._line = event.position(), QPolygonF([event.position()])
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._moving = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._moving is not None:
            self.view.move(event.position() - self._moving)
            self._moving = event.position()
            self._redraw()
        elif self._pressed is not None:
            self._line.append(event.position())
            self.update()
        else:
            self._point_at(self.view.nearest(event.position(), self.visible))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._moving = None
            return
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        line, self._line, self._pressed = self._line, QPolygonF(), None
        self.update()
        size = line.boundingRect()
        if max(size.width(), size.height()) > _CLICK:
            self.marked = self.view.within(line, self.visible)
            self.encircled.emit(self.marked)
            return
        index = self.view.nearest(event.position(), self.visible)
        if index is not None:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.view.nearest(event.position(), self.visible)
        if index is not None:
            self.opened.emit(index)
        else:
            self.view.fit()
            self._redraw()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.view.zoom_at(event.position(), _STEP ** (turned / 120))
            self._redraw()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, Qt.Key(event.key())
        if key in (keys.Key_Left, keys.Key_Right, keys.Key_Up, keys.Key_Down):
            self._walk(key)
        elif key in (keys.Key_Return, keys.Key_Enter) and self.selected is not None:
            self.opened.emit(self.selected)
        elif key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            factor = 1 / _STEP if key == keys.Key_Minus else _STEP
            self.view.zoom_at(QPointF(self.width() / 2, self.height() / 2), factor)
            self._redraw()
        elif key == keys.Key_F:
            self.view.fit()
            self._redraw()
        elif key == keys.Key_Escape and self.marked:
            self.mark(())
            self.encircled.emit(())
        else:
            super().keyPressEvent(event)

    def _walk(self, key: Qt.Key) -> None:
        """Choose the next point in the direction of an arrow key."""
        visible = self.visible
        if not visible:
            return
        if self.selected is None:
            middle = QPointF(self.width() / 2, self.height() / 2)
            found = self.view.nearest(middle, visible, reach=float("inf"))
        else:
            found = self.view.beside(self.selected, key, visible)
        if found is not None:
            self._choose(found)
