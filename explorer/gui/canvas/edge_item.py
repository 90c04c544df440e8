"""Drawing one edge: its line, head, dot, and the shape that flows."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.ink import ALL, LETTERS, Ink, no_pen
from explorer.gui.canvas.picture import EdgePicture
from explorer.gui.canvas.routes import Route

HEAD_LENGTH, HEAD_WIDTH, DOT, HANDLE = 7.0, 5.5, 3.5, 4.5
_LARGER = 1.7  # times a label may be larger than at 100 %
FADED = 0.35  # how much is left of what refuses an edge, or is leaving


class EdgeItem(QGraphicsItem):
    """An edge. It shows an `EdgePicture` and knows whether it is chosen or hovered."""

    def __init__(self, edge: EdgePicture, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.chosen = False
        self.hovered = False
        self.faded = False
        self.opened = False
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
        self.setZValue(self._depth())
        left, top, right, bottom = route.bounds
        margin = 8.0
        self._bounds = QRectF(
            left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin
        )
        if edge.label:
            self._bounds |= self._plate(_LARGER)
        if len(route.segments) == 1 and len(route.segments[0]) == 1:
            self._straight = QPointF(*route.start), QPointF(*route.end)
        else:
            self._straight = None
            self._path = line_path(route)
        self.update()

    def show_route(self, route: Route) -> None:
        """Draw the edge along another line, on its way to the one of its picture."""
        edge = self.picture
        self.show_picture(replace(edge, route=route))
        self.picture = edge

    def drawn(self) -> QRectF:
        """What is really covered with ink: the line, and the label that always shows."""
        rect = QRectF()
        if self._straight is None:
            rect = self._path.boundingRect().adjusted(-3, -3, 3, 3)
        return rect | self._plate() if self.picture.labelled else rect

    def _plate(self, larger: float = 1.0) -> QRectF:
        """The plate of the label; text may be larger where the page is seen from far away."""
        metrics, edge = self._ink.shape_metrics, self.picture
        wide, high = metrics.horizontalAdvance(edge.label) * larger, metrics.height() * larger
        x, y = _label_place(self._route, wide)
        return QRectF(x + 5, y - high / 2 - 1, wide + 6, high + 2)

    def mark(self, chosen: bool, hovered: bool, opened: bool = False) -> None:
        """Show another state; a hovered edge says what shape flows, on an opened one stands a slot."""
        if (chosen, hovered, opened) != (self.chosen, self.hovered, self.opened):
            self.chosen, self.hovered, self.opened = chosen, hovered, opened
            self.setZValue(self._depth())
            self.update()

    def fade(self, faded: bool) -> None:
        """Dim an edge whose end is being dragged elsewhere."""
        self.faded = faded
        self.setOpacity(FADED if faded else 1.0)

    def _depth(self) -> float:
        if self.chosen:  # the handles at its ends lie on the borders of nodes
            return 2.5
        # the plate of its label covers other lines; nodes stay above
        return 1.6 - self._level() / 10 if self.hovered else self._level()

    def _level(self) -> float:
        return 1.0 if self.picture.skip else 0.0

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink, edge = self._ink, self.picture
        pen = ink.edge
        if self.chosen or self.opened:
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
        shown = (edge.labelled or self.hovered or self.chosen) and not self.opened
        if edge.label and shown and ink.zoom >= ALL:
            wide = ink.shape_metrics.horizontalAdvance(edge.label)
            paint_label(painter, _label_place(self._route, wide), edge.label, ink, clash=edge.clash)
        if self.chosen and ink.zoom >= ALL:
            painter.setPen(ink.ring)
            painter.setBrush(ink.brush["canvas"])
            for x, y in (self._route.start, self._route.end):
                painter.drawEllipse(QPointF(x, y), HANDLE, HANDLE)


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
    wide, high = ink.shape_metrics.horizontalAdvance(text), ink.shape_metrics.height()
    painter.setPen(no_pen())
    painter.setBrush(ink.brush["canvas"])
    painter.drawRoundedRect(QRectF(x + 5, y - high / 2 - 1, wide + 6, high + 2), 3, 3)
    painter.setPen(ink.colour["err" if clash else "text2"])
    painter.setFont(ink.shape_font)
    painter.drawText(QPointF(x + 8, y + ink.shape_metrics.capHeight() / 2), text)


def _label_place(route: Route, wide: float) -> tuple[float, float]:
    """The point of the line beside which its label stands: right of one that runs down, else over it."""
    if len(route.segments) == 1 and len(route.segments[0]) == 1:
        (x, y), (end, bottom) = route.start, route.end
        if y == bottom:
            return (x + end - wide) / 2 - 8, y - 10
        return end, (y + bottom) / 2
    samples = route.samples()
    return samples[len(samples) // 2]
