"""Drawing one edge: its line, head, dot, and the shape that flows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.ink import ALL, LETTERS, Ink, no_pen
from explorer.gui.canvas.picture import EdgePicture
from explorer.gui.canvas.routes import Route

HEAD_LENGTH, HEAD_WIDTH, DOT = 7.0, 5.5, 3.5


class EdgeItem(QGraphicsItem):
    """An edge. It shows an `EdgePicture` and knows whether it is chosen or hovered."""

    def __init__(self, edge: EdgePicture, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.chosen = False
        self.hovered = False
        self.picture = edge
        self._route = edge.route  # what the item's own coordinates stand for
        self._path = QPainterPath()
        self._straight: tuple[QPointF, QPointF] | None = None
        self._bounds = QRectF()
        self.show_picture(edge)

    def show_picture(self, edge: EdgePicture) -> None:
        """Draw another state of the edge; one that only moved is not drawn anew."""
        if not self._bounds.isNull() and edge.label == self.picture.label and edge.skip == self.picture.skip:
            shift = edge.route.shift_from(self._route)
            if shift is not None:
                self.picture = edge
                self.setPos(*shift)
                self.update()
                return
        self.prepareGeometryChange()
        self.picture = edge
        self._route = route = edge.route
        self.setPos(0, 0)
        self.setZValue(self._level())
        left, top, right, bottom = route.bounds
        margin = 8.0
        self._bounds = QRectF(
            left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin
        )
        if edge.label:
            wide = self._ink.shape_metrics.horizontalAdvance(edge.label)
            x, y = _label_place(route)
            self._bounds |= QRectF(x + 2, y - 12, wide + 12, 24)
        if len(route.segments) == 1 and len(route.segments[0]) == 1:
            self._straight = QPointF(*route.start), QPointF(*route.end)
        else:
            self._straight = None
            self._path = line_path(route)
        self.update()

    def mark(self, chosen: bool, hovered: bool) -> None:
        """Show another state; a hovered edge says what shape flows."""
        if (chosen, hovered) != (self.chosen, self.hovered):
            self.chosen, self.hovered = chosen, hovered
            # the plate of its label covers other lines; nodes stay above
            self.setZValue(1.6 - self._level() / 10 if hovered or chosen else self._level())
            self.update()

    def _level(self) -> float:
        return 1.0 if self.picture.skip else 0.0

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink, edge = self._ink, self.picture
        pen = ink.edge
        if self.chosen:
            pen = ink.edge_chosen
        elif edge.clash:
            pen = ink.edge_clash
        elif edge.waiting:
            pen = ink.edge_waiting
        elif edge.skip:
            pen = ink.skip
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._straight is not None:
            painter.drawLine(*self._straight)
        else:
            painter.drawPath(self._path)
        if ink.zoom >= LETTERS:
            painter.setPen(no_pen())
            painter.setBrush(pen.color())
            paint_ends(painter, self._route, clash=edge.clash)
        if edge.label and (edge.labelled or self.hovered or self.chosen) and ink.zoom >= ALL:
            paint_label(painter, _label_place(self._route), edge.label, ink, clash=edge.clash)


def line_path(route: Route) -> QPainterPath:
    """A route as Qt draws it."""
    path = QPainterPath(QPointF(*route.start))
    for segment in route.segments:
        if len(segment) == 1:
            path.lineTo(*segment[0])
        else:
            one, other, end = segment
            path.cubicTo(*one, *other, *end)
    return path


def paint_ends(painter: QPainter, route: Route, *, clash: bool = False) -> None:
    """The dot where a skip leaves, and the arrow head. Pen and brush are set."""
    if route.dot is not None:
        painter.drawEllipse(QPointF(*route.dot), DOT, DOT)
    if clash:
        painter.drawEllipse(QPointF(*route.end), 4.5, 4.5)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(QPointF(*route.end), 2.5, 2.5)
    elif route.arrow is not None:
        x, y = route.end
        dx, dy = route.arrow
        back, half = HEAD_LENGTH, HEAD_WIDTH / 2
        painter.drawPolygon(
            [
                QPointF(x, y),
                QPointF(x - dx * back - dy * half, y - dy * back - dx * half),
                QPointF(x - dx * back + dy * half, y - dy * back + dx * half),
            ]
        )


def paint_label(painter: QPainter, at: tuple[float, float], text: str, ink: Ink, *, clash: bool) -> None:
    """A shape on a plate, to the right of a line."""
    x, y = at
    wide = ink.shape_metrics.horizontalAdvance(text)
    painter.setPen(no_pen())
    painter.setBrush(ink.brush["canvas"])
    painter.drawRoundedRect(QRectF(x + 5, y - 8, wide + 6, 16), 3, 3)
    painter.setPen(ink.colour["err" if clash else "text2"])
    painter.setFont(ink.shape_font)
    painter.drawText(QPointF(x + 8, y + 4), text)


def _label_place(route: Route) -> tuple[float, float]:
    """The point of the line beside which its label stands."""
    if len(route.segments) == 1 and len(route.segments[0]) == 1:
        return route.end[0], (route.start[1] + route.end[1]) / 2
    samples = route.samples()
    return samples[len(samples) // 2]
