"""Drawing one node: band with letter, words, shape, marks of its state."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.face import NORMAL, PROBLEM, WAITING
from explorer.gui.canvas.ink import ALL, NAMES, Ink, no_pen
from explorer.gui.canvas.picture import NodePicture

BAND, RADIUS, PAD = 22.0, 6.0, 10.0
LOOP = 26.0  # reach of the arc that marks a residual block
BADGE = 18.0
_RIM = 3.0


class NodeItem(QGraphicsItem):
    """A node. It shows a `NodePicture` and knows whether it is selected or hovered."""

    def __init__(self, node: NodePicture, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.selected = False
        self.hovered = False
        self.faded = False
        self.picture = node
        self._bounds = QRectF()
        self._texts: tuple[str, str, str, str] | None = None
        self._fitted_for: object = None
        self.setZValue(2)
        self.show_picture(node)

    def show_picture(self, node: NodePicture) -> None:
        """Draw another state of the node."""
        left, top, width, height = node.rect
        if self._texts is not None and (node.face != self.picture.face or width != self.picture.rect[2]):
            self._texts = None
        self.picture = node
        reach = LOOP + 4 if node.face.residual else 6
        over = max(14, reach) if node.across else 14
        bounds = QRectF(-reach, -over, width + reach + 28, height + over + 10)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.setPos(left, top)
        self.update()

    def mark(self, selected: bool, hovered: bool, faded: bool = False) -> None:
        """Show another selection or hover state."""
        if (selected, hovered, faded) != (self.selected, self.hovered, self.faded):
            self.selected, self.hovered, self.faded = selected, hovered, faded
            self.setOpacity(0.35 if faded else 1.0)
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink, face = self._ink, self.picture.face
        _, _, width, height = self.picture.rect
        box = QRectF(0, 0, width, height)
        detail = ink.zoom >= ALL
        if face.block:
            self._paint_block_marks(painter, box)
        self._paint_box(painter, box)
        fill, letter_pen, letter = ink.band(self.picture.name, face.category)
        painter.setPen(ink.band_border)
        painter.setBrush(ink.brush["line2"] if face.state == WAITING else fill)
        painter.drawPath(_band(height))
        painter.setPen(ink.colour["text3"] if face.state == WAITING else letter_pen)
        painter.setFont(ink.letter_font)
        painter.drawText(QRectF(0, 0, BAND, height), Qt.AlignmentFlag.AlignCenter, letter)
        inner = width - self._paint_map(painter, width, height)
        if ink.zoom >= NAMES:
            self._paint_words(painter, inner, height, detail)
        if face.block and detail:
            paint_fold_mark(painter, QPointF(inner - PAD - 6, 13.5), ink, folded=True)
        if face.state == PROBLEM:
            paint_triangle(painter, QPointF(width - PAD - 14, self._triangle_top(height)), ink)
        if self.selected:
            painter.setPen(ink.ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 9, 9)
        if face.repeats > 1:
            self._paint_badge(painter, width)
        if (self.selected or self.hovered) and detail:
            paint_ports(painter, self.picture, ink, armed=self.hovered)

    def _triangle_top(self, height: float) -> float:
        return height - 20 if self.picture.face.tall else (height - 14) / 2

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        ink, state = self._ink, self.picture.face.state
        if state == PROBLEM:
            painter.setPen(ink.problem_border)
            painter.setBrush(ink.brush["errbg"])
        elif state == WAITING:
            painter.setPen(ink.waiting_border)
            painter.setBrush(ink.brush["canvas"])
        else:
            painter.setPen(ink.hover_border if self.hovered else ink.node_border)
            painter.setBrush(ink.brush["raised"])
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _paint_map(self, painter: QPainter, width: float, height: float) -> float:
        """Draw the node's map at its right end, if there is one; how much width that takes."""
        image = self._ink.colouring.pictures.get(self.picture.name)
        if image is None:
            return 0.0
        side = height - 2 * _RIM
        size = QSizeF(image.size()).scaled(2 * side, side, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(width - _RIM - size.width(), (height - size.height()) / 2, size.width(), size.height())
        painter.drawImage(place, image)
        painter.setPen(self._ink.band_border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
        return size.width() + _RIM

    def _paint_words(self, painter: QPainter, width: float, height: float, detail: bool) -> None:
        ink, face = self._ink, self.picture.face
        if self._texts is None or self._fitted_for != (ink.name_metrics, width):
            self._texts, self._fitted_for = self._fitted(width), (ink.name_metrics, width)
        name, kind, attributes, shape = self._texts
        left, right = BAND + PAD, width - PAD - (22 if face.block else 0)
        waiting = face.state == WAITING
        first, second = 18.0, 34.0
        if not face.tall or not detail:
            first = height / 2 + ink.name_metrics.capHeight() / 2
        painter.setFont(ink.name_font)
        painter.setPen(ink.colour["text3" if waiting else "text"])
        painter.drawText(QPointF(left, first), name)
        if not detail:
            return
        painter.setFont(ink.small_font)
        painter.setPen(ink.colour["text3" if waiting else "text2"])
        if kind:
            room = 22 if face.state == PROBLEM and not face.tall else 0
            painter.drawText(QPointF(right - room - ink.small_metrics.horizontalAdvance(kind), first), kind)
        if attributes:
            painter.drawText(QPointF(left, second), attributes)
        if shape:
            painter.setFont(ink.shape_font)
            painter.setPen(ink.colour["text3" if waiting else "text"])
            painter.drawText(QPointF(width - PAD - ink.shape_metrics.horizontalAdvance(shape), second), shape)

    def _fitted(self, width: float) -> tuple[str, str, str, str]:
        """The words as far as there is room: the kind goes first, then the name is elided."""
        ink, face = self._ink, self.picture.face
        room = width - BAND - 2 * PAD - (22 if face.block else 0)
        if face.state == PROBLEM and not face.tall:
            room -= 22
        kind, title = face.kind, self.picture.title
        needed = ink.name_metrics.horizontalAdvance(title)
        if needed + 10 + ink.small_metrics.horizontalAdvance(kind) > room:
            kind = kind.partition(" ")[0] if " " in kind else ""
            if kind and needed + 10 + ink.small_metrics.horizontalAdvance(kind) > room:
                kind = ""
        name = ink.name_metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        if not face.tall:
            return name, kind, "", ""
        room = width - BAND - 2 * PAD
        shape = ink.shape_metrics.elidedText(face.shape, Qt.TextElideMode.ElideRight, room)
        room -= ink.shape_metrics.horizontalAdvance(shape) + 10
        if face.state == PROBLEM:
            room -= 22
        attributes = ink.small_metrics.elidedText(
            face.attributes, Qt.TextElideMode.ElideRight, max(0.0, room)
        )
        if room <= 16 or (ink.zoom < 1.0 and attributes != face.attributes):
            attributes = ""  # half a word is no help; nearer there is room for all
        return name, kind, attributes, shape

    def _paint_block_marks(self, painter: QPainter, box: QRectF) -> None:
        """What only blocks have: cards behind a repeated one, and the arc of a shortcut."""
        ink, face = self._ink, self.picture.face
        if face.residual and face.state == NORMAL:
            painter.setPen(ink.skip)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.save()
            end = box.height() - 8
            if self.picture.across:  # over the node instead of beside it
                painter.setTransform(QTransform(0, 1, 1, 0, 0, 0), True)
                end = box.width() - 8 if face.repeats < 2 else box.width() - 36
            painter.drawPath(_loop(end))
            painter.setPen(no_pen())
            painter.setBrush(ink.brush["skip"])
            painter.drawEllipse(QPointF(0, 7), 3.5, 3.5)
            painter.drawPolygon([QPointF(0, end), QPointF(-7, end - 3), QPointF(-7, end + 3)])
            painter.restore()
        if face.repeats > 1:
            painter.setPen(ink.node_border)
            painter.setBrush(ink.brush["raised"])
            for shift in (6, 3):
                painter.drawRoundedRect(box.translated(shift, shift), RADIUS, RADIUS)

    def _paint_badge(self, painter: QPainter, width: float) -> None:
        ink = self._ink
        text = f"×{self.picture.face.repeats}"
        wide = ink.shape_metrics.horizontalAdvance(text) + 14
        pill = QRectF(width - wide / 2 - 4, -BADGE / 2 - 2, wide, BADGE)
        painter.setPen(no_pen())
        painter.setBrush(ink.brush["accent"])
        painter.drawRoundedRect(pill, 9, 9)
        if ink.zoom >= NAMES:
            painter.setPen(ink.colour["onaccent"])
            painter.setFont(ink.letter_font)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def paint_fold_mark(painter: QPainter, centre: QPointF, ink: Ink, folded: bool) -> None:
    """⊞ on a folded block, ⊟ on an unfolded one."""
    painter.setPen(QPen(ink.colour["text2"], 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(centre.x() - 5.5, centre.y() - 5.5, 11, 11), 2.5, 2.5)
    painter.drawLine(QPointF(centre.x() - 3, centre.y()), QPointF(centre.x() + 3, centre.y()))
    if folded:
        painter.drawLine(QPointF(centre.x(), centre.y() - 3), QPointF(centre.x(), centre.y() + 3))


def paint_triangle(painter: QPainter, corner: QPointF, ink: Ink) -> None:
    """The warning sign of a problem, 14 px."""
    x, y = corner.x(), corner.y()
    shape = QPainterPath(QPointF(x + 7, y + 1.5))
    shape.lineTo(x + 13.2, y + 12.5)
    shape.lineTo(x + 0.8, y + 12.5)
    shape.closeSubpath()
    pen = QPen(ink.colour["err"], 1.4)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    painter.drawLine(QPointF(x + 7, y + 5.6), QPointF(x + 7, y + 8.8))
    painter.drawPoint(QPointF(x + 7, y + 10.7))


def paint_ports(painter: QPainter, node: NodePicture, ink: Ink, *, armed: bool) -> None:
    """The places where edges begin and end."""
    radius = 4.5 if armed else 3.5
    painter.setPen(QPen(ink.colour["accent"], 2) if armed else QPen(ink.colour["accent"], 1.5))
    painter.setBrush(ink.brush["canvas"])
    corner = QPointF(node.rect[0], node.rect[1])
    if node.entry.node.operator.ports[1] != 0:
        painter.drawEllipse(QPointF(*node.inlet) - corner, radius, radius)
    painter.drawEllipse(QPointF(*node.outlet) - corner, radius, radius)


def _band(height: float) -> QPainterPath:
    known = _BANDS.get(height)
    if known is None:
        known = QPainterPath(QPointF(BAND, 0))
        known.lineTo(BAND, height)
        known.lineTo(RADIUS, height)
        known.arcTo(QRectF(0, height - 2 * RADIUS, 2 * RADIUS, 2 * RADIUS), 270, -90)
        known.lineTo(0, RADIUS)
        known.arcTo(QRectF(0, 0, 2 * RADIUS, 2 * RADIUS), 180, -90)
        known.closeSubpath()
        _BANDS[height] = known
    return known


def _loop(end: float) -> QPainterPath:
    pull = -LOOP / 0.75
    path = QPainterPath(QPointF(0, 7))
    path.cubicTo(QPointF(pull, 7), QPointF(pull, end), QPointF(-6, end))
    return path


_BANDS: dict[float, QPainterPath] = {}

__all__ = ["NodeItem", "paint_fold_mark", "paint_ports", "paint_triangle"]
