"""Accuracy against operations, the area of a circle for the parameters: the catalogue and one's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.units import count_text
from explorer.export.landscape import Point, families
from explorer.export.side_by_side import brief
from explorer.gui.comparison.labels import Wanted, placed
from explorer.gui.comparison.plate import LEFT, MIDDLE, RIGHT, Plate, put_text, slot_colour, text_width
from explorer.gui.comparison.ticks import operations_tick, tick_step
from explorer.gui.fonts import NORMAL, SEMIBOLD
from explorer.gui.theme import Theme

_LEFT, _RIGHT, _TOP, _BOTTOM, _RUG = 52.0, 16.0, 10.0, 40.0, 22.0
_LARGEST = 28.0
"""Radius of a circle for `_LARGEST_PARAMETERS`, in pixels."""
_LARGEST_PARAMETERS = 150e6
_LEGEND = (10_000_000, 100_000_000)
_LEAST_HEIGHT = 190.0


class Scatter(Plate):
    """A circle for each network; those compared have their colours, others can be added by a click.

    Networks without a known accuracy stand as strokes at the lower edge.

    Signals:
        network_chosen(name): a network of the catalogue was clicked, or chosen with Enter.
    """

    network_chosen = Signal(str)
    clickable = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("comparisonScatter", parent)
        self.setAccessibleName("Accuracy against operations")
        self.setToolTip("Every network whose accuracy is published; click one to compare it")
        self._points: tuple[Point, ...] = ()
        self._own: Mapping[int, Point] = {}
        self._best_five = False
        self._word, self._said = DEFAULT.operations_word, DEFAULT.operations_said
        self.row_chosen.connect(self._choose)

    @property
    def points(self) -> tuple[Point, ...]:
        """All that is drawn with an accuracy, from the cheapest to the dearest."""
        drawn = {item.name: item for item in self._points}
        drawn |= {f"\n{at}": item for at, item in self._own.items() if item.name not in drawn}
        known = [item for item in drawn.values() if self._height_of(item) is not None]
        return tuple(sorted(known, key=lambda item: item.operations))

    @property
    def row_count(self) -> int:
        return len(self.points)

    def show_points(
        self, points: Sequence[Point], own: Mapping[int, Point], by: Conventions, *, best_five: bool
    ) -> None:
        """Show the catalogue's points, and those compared by their place, counted by these conventions."""
        self._points, self._own, self._best_five = tuple(points), dict(own), best_five
        self._word, self._said = by.operations_word, by.operations_said
        self.setAccessibleDescription("; ".join(map(self._told, self.points)))
        self.refit()

    def plate_height(self, width: float) -> float:
        return _LEAST_HEIGHT

    def row_box(self, row: int) -> QRectF:
        middle, radius = self._circle(self.points[row], self._frame(self.width(), self.height()))
        reach = max(radius, 7.0)
        return QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach)

    def row_at(self, where: QPointF) -> int:
        """The smallest circle under a place: large ones lie below."""
        found = [row for row in range(self.row_count) if self.row_box(row).contains(where)]
        points = self.points
        return min(found, key=lambda row: points[row].parameters, default=-1)

    def row_tip(self, row: int) -> str:
        return self._told(self.points[row])

    def _told(self, item: Point) -> str:
        known = item.accuracy
        figures = f"{count_text(item.operations)} {self._word}, {count_text(item.parameters)} parameters"
        text = f"{item.title}: {figures}"
        if known is None:
            return f"{text}, accuracy not known"
        five = "" if known.top5 is None else f", top-5 {known.top5:.3f} %"
        return f"{text}, top-1 {known.top1:.3f} %{five} ({known.source})"

    def paint_plate(self, painter: QPainter, theme: Theme, width: float, height: float) -> None:
        frame = self._frame(width, height)
        points = self.points
        if not points:
            put_text(
                painter, frame, "No network with a known accuracy yet", theme["text3"], 12, NORMAL, MIDDLE
            )
            return
        self._paint_axes(painter, theme, frame)
        self._paint_legend(painter, theme, frame)
        self._paint_families(painter, theme, frame)
        places = {id(item): at for at, item in self._compared_points().items()}
        for item in sorted(points, key=lambda item: -item.parameters):
            if id(item) not in places:
                self._paint_circle(painter, theme, frame, item, None)
        for item in points:
            if id(item) in places:
                self._paint_circle(painter, theme, frame, item, places[id(item)])
        self._paint_labels(painter, theme, frame, points, places)
        self._paint_rug(painter, theme, frame)

    def _compared_points(self) -> dict[int, Point]:
        """Which of the points are compared, by place."""
        by_name = {item.name: item for item in self.points}
        return {at: by_name.get(item.name, item) for at, item in self._own.items()}

    def _height_of(self, item: Point) -> float | None:
        if item.accuracy is None:
            return None
        return item.accuracy.top5 if self._best_five else item.accuracy.top1

    def _frame(self, width: float, height: float) -> QRectF:
        return QRectF(_LEFT, _TOP, max(60.0, width - _LEFT - _RIGHT), max(60.0, height - _TOP - _BOTTOM))

    def _span(self) -> tuple[float, float, float, float]:
        """Left and right as logarithms, lower and upper in percent, with room for circles and labels."""
        points = self.points
        every = [item.operations for item in points if item.operations]
        heights = [height for item in points if (height := self._height_of(item)) is not None]
        left, right = (math.log10(limit) for limit in (min(every, default=1), max(every, default=10)))
        low, high = min(heights, default=0.0), max(heights, default=100.0)
        step = tick_step(high - low)
        low, high = step * math.floor((low - step * 0.3) / step), step * math.ceil((high + step * 0.3) / step)
        return left - 0.12, right + 0.22, max(0.0, low), min(100.0, high)

    def _circle(self, item: Point, frame: QRectF) -> tuple[QPointF, float]:
        left, right, low, high = self._span()
        height = self._height_of(item) or 0.0
        x = frame.left() + (math.log10(max(1, item.operations)) - left) / (right - left) * frame.width()
        y = frame.bottom() - _RUG - (height - low) / (high - low) * (frame.height() - _RUG)
        return QPointF(x, y), self._radius(item.parameters, frame)

    def _radius(self, parameters: int, frame: QRectF) -> float:
        """The radius of a circle whose area is in proportion to a count; smaller where room is scarce."""
        largest = _LARGEST * min(1.0, max(0.6, frame.height() / 300))
        return max(2.5, largest * math.sqrt(parameters / _LARGEST_PARAMETERS))

    def _legend_box(self, frame: QRectF) -> QRectF:
        high = 2 * self._radius(_LEGEND[-1], frame)
        return QRectF(frame.right() - 190, frame.bottom() - _RUG - high - 6, 190, high)

    def _paint_axes(self, painter: QPainter, theme: Theme, frame: QRectF) -> None:
        left, right, low, high = self._span()
        step = tick_step(high - low)
        for tick in (low + step * at for at in range(round((high - low) / step) + 1)):
            y = frame.bottom() - _RUG - (tick - low) / (high - low) * (frame.height() - _RUG)
            painter.fillRect(QRectF(frame.left(), y, frame.width(), 1), theme["line"])
            text = f"{tick:.0f} %"
            put_text(painter, QRectF(0, y - 8, _LEFT - 8, 16), text, theme["text3"], 11, NORMAL, RIGHT)
        painter.fillRect(QRectF(frame.left(), frame.bottom(), frame.width(), 1), theme["line2"])
        for decade in range(math.floor(left), math.ceil(right) + 1):
            for part in (1, 3):
                place = decade + math.log10(part)
                if not left <= place <= right:
                    continue
                x = frame.left() + (place - left) / (right - left) * frame.width()
                painter.fillRect(QRectF(x, frame.bottom(), 1, 4), theme["line2"])
                text = operations_tick(part * 10**decade)
                box = QRectF(x - 30, frame.bottom() + 5, 60, 15)
                put_text(painter, box, text, theme["text3"], 11, NORMAL, MIDDLE)
        below = QRectF(frame.left(), frame.bottom() + 21, frame.width(), 16)
        put_text(painter, below, self._said, theme["text3"], 11, NORMAL, RIGHT)

    def _paint_legend(self, painter: QPainter, theme: Theme, frame: QRectF) -> None:
        """Circles for two counts of parameters, at the lower right."""
        y, x = self._legend_box(frame).center().y(), frame.right() - 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for count in reversed(_LEGEND):
            radius, text = self._radius(count, frame), f"{count // 10**6} M"
            wide = text_width(text, 11)
            put_text(painter, QRectF(x - wide, y - 8, wide + 1, 16), text, theme["text3"], 11)
            x -= wide + 5 + radius
            painter.setPen(QPen(theme["line2"], 1))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            x -= radius + 12
        wide = text_width("parameters", 11)
        put_text(painter, QRectF(x - wide, y - 8, wide + 1, 16), "parameters", theme["text3"], 11)

    def _paint_families(self, painter: QPainter, theme: Theme, frame: QRectF) -> None:
        line = QColor(theme["edge"])
        line.setAlphaF(0.6)
        painter.setPen(QPen(line, 1.2))
        for members in families(
            [item for item in self._points if self._height_of(item) is not None]
        ).values():
            places = [self._circle(item, frame)[0] for item in members]
            painter.drawPolyline(places)

    def _paint_circle(
        self, painter: QPainter, theme: Theme, frame: QRectF, item: Point, place: int | None
    ) -> None:
        middle, radius = self._circle(item, frame)
        ink = theme["edge"] if place is None else slot_colour(theme, place)
        fill = QColor(ink)
        fill.setAlphaF(0.16 if place is None else 0.30)
        marked = self.points.index(item) == self.hovered
        pen = QPen(theme["accent"] if marked else ink, 2.0 if place is not None or marked else 1.0)
        if item.accuracy is not None and not item.accuracy.on_imagenet:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(middle, 1.5, 1.5)

    def _paint_labels(
        self,
        painter: QPainter,
        theme: Theme,
        frame: QRectF,
        points: Sequence[Point],
        places: Mapping[int, int],
    ) -> None:
        """Names beside circles, the compared ones first; those that find no room show on hover."""
        hovered = points[self.hovered] if 0 <= self.hovered < len(points) else None
        ordered = sorted(
            points, key=lambda item: (item is not hovered, id(item) not in places, -item.operations)
        )
        wanted, circles = [], []
        for item in ordered:
            middle, radius = self._circle(item, frame)
            strong = id(item) in places
            wide = text_width(item.title, 11.5 if strong else 11, SEMIBOLD if strong else NORMAL)
            wanted.append(Wanted(middle.x(), middle.y(), radius, wide, 14.0, must=strong or item is hovered))
            circles.append((middle.x(), middle.y(), min(radius, 9.0)))
        legend = self._legend_box(frame)
        reserved = [(legend.left(), legend.top(), legend.width(), legend.height())]
        bounds = (frame.left(), 0.0, frame.right() + _RIGHT, frame.bottom() - 2)
        for item, spot in zip(ordered, placed(wanted, circles, bounds, reserved), strict=True):
            if spot is None:
                continue
            strong = id(item) in places
            ink = (
                slot_colour(theme, places[id(item)])
                if strong
                else theme["text" if item is hovered else "text2"]
            )
            box = QRectF(spot[0], spot[1], spot[2] + 1, 14)
            put_text(
                painter, box, item.title, ink, 11.5 if strong else 11, SEMIBOLD if strong else NORMAL, LEFT
            )

    def _paint_rug(self, painter: QPainter, theme: Theme, frame: QRectF) -> None:
        """Networks without an accuracy, by what they cost."""
        left, right, _, _ = self._span()
        taken = frame.left()
        for place, item in sorted(self._own.items(), key=lambda pair: pair[1].operations):
            if self._height_of(item) is not None or not item.operations:
                continue
            share = (math.log10(item.operations) - left) / (right - left)
            beyond = "◂ " if share < 0 else "▸ " if share > 1 else ""
            x = frame.left() + min(1.0, max(0.0, share)) * frame.width()
            ink = slot_colour(theme, place)
            painter.fillRect(QRectF(x - 1, frame.bottom() - 12, 3, 12), ink)
            text = f"{beyond}{item.title}, {brief(item.operations)}, accuracy not known"
            wide = text_width(text, 11)
            start = x + 6 if x + 6 + wide < frame.right() else x - 6 - wide
            start = max(taken, start)
            put_text(painter, QRectF(start, frame.bottom() - 17, wide + 1, 15), text, ink, 11)
            taken = start + wide + 12

    def _choose(self, row: int) -> None:
        name = self.points[row].name
        if name in {item.name for item in self._points}:
            self.network_chosen.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: Qt.Key.Key_Down, Qt.Key.Key_Left: Qt.Key.Key_Up}
        key = steps.get(Qt.Key(event.key()))
        if key is not None:
            event = QKeyEvent(event.type(), key, event.modifiers())
        super().keyPressEvent(event)
        self.hover(self.current)
