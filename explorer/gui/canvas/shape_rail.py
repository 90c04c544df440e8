"""The rail beside the network: resolution and channels of each stage, with a box to scale."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.ink import ALL, NAMES, Ink
from explorer.gui.canvas.picture import Stage

_GAP, _WIDE = 40.0, 170.0
_LARGEST = 46.0  # side of the front of the box of the highest resolution
_LEAST = 22.0  # px of a stage that has room for a box
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ShapeRail(QGraphicsItem):
    """A bracket for every resolution that the main column runs through."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._stages: tuple[Stage, ...] = ()
        self._bounds = QRectF()
        self.setZValue(-30)

    def show_stages(self, stages: tuple[Stage, ...], left: float) -> None:
        """Stand to the left of a place, with these stages."""
        x = left - _GAP
        bottom = stages[-1].bottom if stages else 0.0
        if stages == self._stages and x == self.x():
            return
        self.prepareGeometryChange()
        self._stages = stages
        self._bounds = QRectF(-_WIDE, -20, _WIDE + 4, bottom + 40) if stages else QRectF()
        self.setPos(x, 0)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink = self._ink
        largest = max((max(stage.side) for stage in self._stages), default=1)
        for stage in self._stages:
            painter.setPen(QPen(ink.colour["line2"], 2))
            painter.drawLine(QPointF(0, stage.top), QPointF(0, stage.bottom))
            if ink.zoom < NAMES:
                continue
            # beside the upper end: the middle of a long stage would often be out of sight
            middle = min((stage.top + stage.bottom) / 2, stage.top + 34)
            if stage.bottom - stage.top < 18:
                middle = (stage.top + stage.bottom) / 2
            self._paint_words(painter, stage, middle)
            if ink.zoom >= ALL and stage.bottom - stage.top >= _LEAST:
                self._paint_box(painter, stage, middle, largest)

    def _paint_words(self, painter: QPainter, stage: Stage, middle: float) -> None:
        ink = self._ink
        two = stage.bottom - stage.top >= 28
        side = f"{stage.side[0]} × {stage.side[1]}"
        painter.setFont(ink.strong_font)
        painter.setPen(ink.colour["text"])
        right = -14.0
        painter.drawText(QRectF(-_WIDE, middle - (17 if two else 8), _WIDE + right, 16), _RIGHT, side)
        if two and ink.zoom >= ALL:
            painter.setFont(ink.small_font)
            painter.setPen(ink.colour["text2"])
            painter.drawText(
                QRectF(-_WIDE, middle, _WIDE + right, 15), _RIGHT, f"{stage.channels:,} channels"
            )

    def _paint_box(self, painter: QPainter, stage: Stage, middle: float, largest: int) -> None:
        """A box whose front is the root of the side and whose depth the logarithm of the channels."""
        ink = self._ink
        room = min(1.0, (stage.bottom - stage.top + 14) / 52)
        front = max(5.0, room * (_LARGEST - 12) * math.sqrt(max(stage.side) / largest))
        depth = room * 1.5 * math.log2(max(1, stage.channels))
        left, top = -_WIDE + 34 - front / 2, middle - (front - depth) / 2
        fill = QColor(ink.colour["accentbg"])
        painter.setPen(QPen(ink.colour["accent"], 1))
        painter.setBrush(fill)
        painter.drawRect(QRectF(left, top, front, front))
        shade = QColor(ink.colour["accent"])
        shade.setAlphaF(0.30)
        painter.setBrush(shade)
        for corners in (
            ((0, 0), (depth, -depth), (front + depth, -depth), (front, 0)),
            ((front, 0), (front + depth, -depth), (front + depth, front - depth), (front, front)),
        ):
            painter.drawPolygon(QPolygonF([QPointF(left + x, top + y) for x, y in corners]))
