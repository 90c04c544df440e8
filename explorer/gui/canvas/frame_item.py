"""Drawing an unfolded block: a frame with a title around what is inside."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.boxes import TITLE
from explorer.gui.canvas.ink import ALL, NAMES, Ink
from explorer.gui.canvas.node_item import paint_fold_mark, paint_ports
from explorer.gui.canvas.picture import NodePicture

_RADIUS, _CHIP = 10.0, 16.0


class BlockFrame(QGraphicsItem):
    """An unfolded block. It shows a `NodePicture` and knows whether it is selected or hovered."""

    def __init__(self, node: NodePicture, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.selected = False
        self.hovered = False
        self.faded = False
        self.picture = node
        self._size = node.rect[2:]
        self._bounds = QRectF()
        self.show_picture(node)

    def show_picture(self, node: NodePicture) -> None:
        """Draw another state of the block."""
        left, top, width, height = node.rect
        self.picture = node
        self.show_size(width, height)
        self.setZValue(-20 + min(len(node.path), 18))  # inner frames above outer ones, below all edges
        self.setPos(left, top)
        self.update()

    def show_size(self, width: float, height: float) -> None:
        """Draw the frame larger or smaller, on its way to the size of its picture."""
        if self._size != (width, height) or self._bounds.isNull():
            self.prepareGeometryChange()
            self._size = width, height
            self._bounds = QRectF(-6, -6, width + 12, height + 12)
            self.update()

    def mark(self, selected: bool, hovered: bool, faded: bool = False) -> None:
        """Show another selection or hover state."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink = self._ink
        width, height = self._size
        box = QRectF(0, 0, width, height)
        painter.setPen(ink.hover_border if self.hovered else ink.node_border)
        deep = len(self.picture.path) % 2 == 0
        painter.setBrush(ink.brush["canvas" if deep else "panel"])
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        if self.selected:
            painter.setPen(ink.ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), _RADIUS + 3, _RADIUS + 3)
        painter.setPen(ink.theme["line"])
        painter.drawLine(QPointF(1, TITLE), QPointF(width - 1, TITLE))
        self._paint_title(painter, width)
        if (self.selected or self.hovered) and ink.zoom >= ALL:
            paint_ports(painter, self.picture, ink, armed=self.hovered)

    def _paint_title(self, painter: QPainter, width: float) -> None:
        ink, face = self._ink, self.picture.face
        fill, letter_pen, letter = ink.category(face.category)
        if ink.zoom < NAMES:
            return
        chip = QRectF(10, (TITLE - _CHIP) / 2, _CHIP, _CHIP)
        painter.setPen(ink.band_border)
        painter.setBrush(fill)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(letter_pen)
        painter.setFont(ink.letter_font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
        room = width - 60
        painter.setFont(ink.name_font)
        painter.setPen(ink.colour["text"])
        name = ink.name_metrics.elidedText(self.picture.title, Qt.TextElideMode.ElideMiddle, room)
        base = (TITLE + ink.name_metrics.capHeight()) / 2
        painter.drawText(QPointF(34, base), name)
        if ink.zoom < ALL:
            return
        room -= ink.name_metrics.horizontalAdvance(name) + 12
        shape_width = ink.shape_metrics.horizontalAdvance(face.shape)
        if shape_width <= room:
            painter.setFont(ink.shape_font)
            painter.drawText(QPointF(width - 32 - shape_width, base), face.shape)
            room -= shape_width + 12
        times = f" ×{face.repeats}" if face.repeats > 1 else ""
        words = f"{face.kind} {face.attributes}".strip() + times
        if ink.small_metrics.horizontalAdvance(words) <= room:
            painter.setFont(ink.small_font)
            painter.setPen(ink.colour["text2"])
            painter.drawText(QPointF(46 + ink.name_metrics.horizontalAdvance(name), base), words)
        paint_fold_mark(painter, QPointF(width - 17, TITLE / 2), ink, folded=False)
