"""The rail beside the network (or over it): resolution and channels of each stage, with a box to scale."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.gui.canvas.ink import ALL, SMALLEST_TEXT, Ink
from explorer.gui.canvas.picture import Stage

WIDE, HIGH = 170.0, 92.0  # what it takes beside a network, and over one
_GAP = 40.0
_LARGEST = 46.0  # side of the front of the box of the highest resolution
_LEAST = 22.0  # px of a stage that has room for a box
_BESIDE_BOX = 40.0  # px that words and box may stand over and below their stage
_WORDS = 14.0  # px between the bracket and its words
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ShapeRail(QGraphicsItem):
    """A bracket for every resolution that the main column runs through.

    From far away the words keep their size on the screen, and stand where there is room.
    """

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._stages: tuple[Stage, ...] = ()
        self._bounds = QRectF()
        self._across = False
        self.setZValue(-30)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # says what is exposed

    def show_stages(self, stages: tuple[Stage, ...], edge: float, *, across: bool = False) -> None:
        """Stand to the left of a network, or `across` over one that runs to the right."""
        place = QPointF(0, edge - _GAP) if across else QPointF(edge - _GAP, 0)
        if place == self.pos() and across == self._across and _extents(stages) == _extents(self._stages):
            self._show_channels(stages)
            return
        self.prepareGeometryChange()
        self._stages, self._across = stages, across
        # wider than it is at 100 %: from far away the words are larger beside the network
        self._bounds = self._area(WIDE / 0.2) if stages else QRectF()
        self.setPos(place)
        self.update()

    def _show_channels(self, stages: tuple[Stage, ...]) -> None:
        """Say other channels where they stand: the rail is as long as the network."""
        old, self._stages = self._stages, stages
        for before, stage in zip(old, stages, strict=True):
            if before == stage:
                continue
            box = QRectF(self._bounds)
            if not self._across:
                box.setLeft(-max(WIDE / self._ink.zoom, WIDE + _BESIDE_BOX))
                box.setTop(stage.top - _BESIDE_BOX)
                box.setBottom(stage.bottom + _BESIDE_BOX)
            self.update(box)

    def drawn(self) -> QRectF:
        """What the rail takes of the page at 100 %."""
        if not self._stages or not self.isVisible():
            return QRectF()
        return self._area(HIGH if self._across else WIDE).translated(self.pos())

    def _area(self, wide: float) -> QRectF:
        top, bottom = self._stages[0].top, self._stages[-1].bottom
        if self._across:
            return QRectF(top - 4, -wide, bottom - top + 60, wide + 4)
        return QRectF(-wide, top - 20, wide + 4, bottom - top + 40)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = self._ink.zoom
        largest = max((max(stage.side) for stage in self._stages), default=1)
        line = QPen(self._ink.colour["line2"], 2)
        if zoom < 0.5:
            line = QPen(self._ink.colour["line2"], 1)
            line.setCosmetic(True)
        free = -math.inf
        exposed: QRectF = option.exposedRect  # type: ignore[attr-defined]
        for stage in self._stages:
            if not self._across and exposed.isValid():
                if exposed.bottom() < stage.top - _BESIDE_BOX:
                    return
                if exposed.top() > max(stage.bottom, stage.top + _BESIDE_BOX) + 2 * _BESIDE_BOX / zoom:
                    continue  # its words end long before what is painted begins
            painter.setPen(line)
            if self._across:
                painter.drawLine(QPointF(stage.top, 0), QPointF(stage.bottom, 0))
                free = self._paint_over(painter, stage, largest, free)
            else:
                painter.drawLine(QPointF(0, stage.top), QPointF(0, stage.bottom))
                free = self._paint_beside(painter, stage, largest, free)

    def paint_far(self, painter: QPainter, shift: float) -> None:
        """Draw from far away, `shift` away from where the rail stands at 100 %."""
        if self.isVisible() and self._stages:
            painter.save()
            painter.translate(self.pos() - (QPointF(0, shift) if self._across else QPointF(shift, 0)))
            self.paint(painter, QStyleOptionGraphicsItem())
            painter.restore()

    def _paint_beside(self, painter: QPainter, stage: Stage, largest: int, free: float) -> float:
        """Words and box of a stage where there is room below `free`; what is free below them."""
        zoom = self._ink.zoom
        # beside the upper end: the middle of a long stage would often be out of sight
        middle = (stage.top + stage.bottom) / 2
        if stage.bottom - stage.top >= 18:
            middle = min(middle, stage.top + max(34.0, 9 / zoom))
        if middle - 0.6 * SMALLEST_TEXT / zoom < free:
            return free
        two = zoom >= ALL and stage.bottom - stage.top >= 28
        self._paint_words(painter, stage, middle, two)
        if zoom >= ALL and stage.bottom - stage.top >= _LEAST:
            room = min(1.0, (stage.bottom - stage.top + 14) / 52)
            words = self._ink.small_metrics.horizontalAdvance(f"{stage.channels:,} channels")
            left = min(34.0 - WIDE, -words - _WORDS - 36)
            self._paint_box(painter, stage, QPointF(left, middle), room, largest)
        return middle + (17 if two else 0.6 * SMALLEST_TEXT / zoom)

    def _paint_over(self, painter: QPainter, stage: Stage, largest: int, free: float) -> float:
        """As `_paint_beside`, over a network that runs to the right."""
        ink = self._ink
        if stage.top < free:
            return free
        side, channels = f"{stage.side[0]} × {stage.side[1]}", f"{stage.channels:,} channels"
        two = ink.zoom >= ALL
        if not two:
            side += f" · {stage.channels:,}"
        gap, high = max(8.0, 4 / ink.zoom), float(ink.strong_font.pixelSize())
        painter.setFont(ink.strong_font)
        painter.setPen(ink.colour["text"])
        painter.drawText(QPointF(stage.top, -gap - (high + 3 if two else 0)), side)
        wide = QFontMetricsF(ink.strong_font).horizontalAdvance(side)
        if two:
            painter.setFont(ink.small_font)
            painter.setPen(ink.colour["text2"])
            painter.drawText(QPointF(stage.top, -gap), channels)
            wide = max(wide, ink.small_metrics.horizontalAdvance(channels))
            self._paint_box(painter, stage, QPointF(stage.top + 20, -62 - (high - 12)), 0.8, largest)
        return stage.top + wide + 10 / ink.zoom

    def _paint_words(self, painter: QPainter, stage: Stage, middle: float, two: bool) -> None:
        ink, gap = self._ink, max(_WORDS, 6 / self._ink.zoom)
        side = f"{stage.side[0]} × {stage.side[1]}"
        if ink.zoom < ALL:
            side += f" · {stage.channels:,}"
        high = float(ink.strong_font.pixelSize()) + 4
        wide = WIDE / min(1.0, ink.zoom)
        painter.setFont(ink.strong_font)
        painter.setPen(ink.colour["text"])
        top = middle - high - 1 if two else middle - high / 2
        painter.drawText(QRectF(-wide, top, wide - gap, high), _RIGHT, side)
        if two:
            painter.setFont(ink.small_font)
            painter.setPen(ink.colour["text2"])
            channels = f"{stage.channels:,} channels"
            painter.drawText(QRectF(-wide, middle, wide - gap, high - 1), _RIGHT, channels)

    def _paint_box(self, painter: QPainter, stage: Stage, centre: QPointF, room: float, largest: int) -> None:
        """A box whose front is the root of the side and whose depth the logarithm of the channels."""
        ink = self._ink
        front = max(5.0, room * (_LARGEST - 12) * math.sqrt(max(stage.side) / largest))
        depth = room * 1.5 * math.log2(max(1, stage.channels))
        left, top = centre.x() - front / 2, centre.y() - (front - depth) / 2
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


def _extents(stages: tuple[Stage, ...]) -> list[tuple[tuple[int, int], float, float]]:
    """Where the stages begin and end, and the sides that say how large their boxes are."""
    return [(stage.side, stage.top, stage.bottom) for stage in stages]
