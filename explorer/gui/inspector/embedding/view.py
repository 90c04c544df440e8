"""Which part of a plane of points is seen, and which point lies where on the screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

Point = tuple[float, float]

_MARGIN = 28.0
_LARGEST, _SMALLEST = 60.0, 0.5
_REACH = 12.0
_ASIDE = 0.8


class PlaneView:
    """Places in the plane, on a screen of some size; both axes have one scale."""

    def __init__(self) -> None:
        self.places: list[Point] = []
        self.width = self.height = 1.0
        self.zoom = 1.0
        self.centre = (0.0, 0.0)
        self._unit = 1.0
        self._middle = (0.0, 0.0)
        self.on_screen: list[Point] = []

    def show(self, places: Sequence[Point]) -> None:
        """Take other places; what is seen of them stays."""
        self.places = list(places)
        self.resize(self.width, self.height)

    def resize(self, width: float, height: float) -> None:
        """Fit all places into this room, at zoom 1."""
        self.width, self.height = max(1.0, width), max(1.0, height)
        if self.places:
            xs, ys = zip(*self.places, strict=True)
            low, high = (min(xs), min(ys)), (max(xs), max(ys))
            self._middle = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
            span = (high[0] - low[0] or 1e-12), (high[1] - low[1] or 1e-12)
            self._unit = min(
                max(1.0, self.width - 2 * _MARGIN) / span[0], max(1.0, self.height - 2 * _MARGIN) / span[1]
            )
        self._place()

    def fit(self) -> None:
        """See all of it."""
        self.zoom, self.centre = 1.0, (0.0, 0.0)
        self._place()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Come nearer, or go away; what lies below the point stays there."""
        zoom = max(_SMALLEST, min(_LARGEST, self.zoom * factor))
        ratio = zoom / self.zoom
        x, y = point.x() - self.width / 2, point.y() - self.height / 2
        self.centre = x - (x - self.centre[0]) * ratio, y - (y - self.centre[1]) * ratio
        self.zoom = zoom
        self._place()

    def move(self, by: QPointF) -> None:
        """Shift what is seen, in pixels."""
        self.centre = self.centre[0] + by.x(), self.centre[1] + by.y()
        self._place()

    def nearest(self, point: QPointF, among: Iterable[int], reach: float = _REACH) -> int | None:
        """The point that lies nearest below the pointer; None where none is near."""
        best, found = reach * reach, None
        for index in among:
            x, y = self.on_screen[index]
            away = (x - point.x()) ** 2 + (y - point.y()) ** 2
            if away <= best:
                best, found = away, index
        return found

    def beside(self, index: int, key: Qt.Key, among: Iterable[int]) -> int | None:
        """The nearest point to the left, right, above or below another."""
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1)}
        along, down = steps.get(key, (0, 1))
        here, best, found = self.on_screen[index], float("inf"), None
        for other in among:
            x, y = self.on_screen[other][0] - here[0], self.on_screen[other][1] - here[1]
            ahead, aside = x * along + y * down, abs(x * down) + abs(y * along)
            if other != index and ahead > 0 and aside <= ahead / _ASIDE:
                away = ahead + aside
                if away < best:
                    best, found = away, other
        return found

    def within(self, line: QPolygonF, among: Collection[int]) -> tuple[int, ...]:
        """The points inside a closed line on the screen."""
        box: QRectF = line.boundingRect()
        rule = Qt.FillRule.OddEvenFill
        found = []
        for index in among:
            x, y = self.on_screen[index]
            if box.contains(x, y) and line.containsPoint(QPointF(x, y), rule):
                found.append(index)
        return tuple(found)

    def _place(self) -> None:
        scale = self._unit * self.zoom
        left = self.width / 2 + self.centre[0] - self._middle[0] * scale
        # upwards is positive in the plane
        top = self.height / 2 + self.centre[1] + self._middle[1] * scale
        self.on_screen = [(left + x * scale, top - y * scale) for x, y in self.places]
