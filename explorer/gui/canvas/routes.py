"""The lines that edges follow, as points: straight in a column, smooth beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

_TAP = 7.0  # from a box down to the dot where a skip leaves the edge
_ROUND = 44.0  # the largest corner of a lane
_TURN = 0.55228  # of a quarter circle by a cubic


@dataclass(frozen=True)
class Route:
    """A line: where it starts, and its segments, each one point (straight) or three (cubic).

    `dot` is where a skip leaves another edge; `arrow` the direction in which the end points,
    None where the line is too short for a head.
    """

    start: Point
    segments: tuple[tuple[Point, ...], ...]
    dot: Point | None = None
    arrow: Point | None = None

    @property
    def end(self) -> Point:
        """The port at which the line arrives."""
        return self.segments[-1][-1]

    def shift_from(self, other: Route) -> Point | None:
        """How far this line is from an equal one elsewhere; None where their forms differ."""
        if self.arrow != other.arrow or (self.dot is None) != (other.dot is None):
            return None
        dx, dy = self.start[0] - other.start[0], self.start[1] - other.start[1]
        if len(self.segments) != len(other.segments):
            return None
        for mine, its in zip(self.segments, other.segments, strict=True):
            if len(mine) != len(its):
                return None
            for (x, y), (a, b) in zip(mine, its, strict=True):
                if abs(x - a - dx) > 1e-6 or abs(y - b - dy) > 1e-6:
                    return None
        return dx, dy

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom; control points included."""
        points = [self.start, *(point for segment in self.segments for point in segment)]
        across, down = [x for x, _ in points], [y for _, y in points]
        return min(across), min(down), max(across), max(down)

    def moved(self, dx: float, dy: float) -> Route:
        """The same line elsewhere."""
        if not dx and not dy:
            return self

        def shift(point: Point) -> Point:
            return point[0] + dx, point[1] + dy

        segments = tuple(tuple(shift(point) for point in segment) for segment in self.segments)
        return Route(shift(self.start), segments, self.dot and shift(self.dot), self.arrow)

    def turned(self) -> Route:
        """The same line where down and right have changed places."""
        segments = tuple(tuple((y, x) for x, y in segment) for segment in self.segments)
        dot = self.dot and (self.dot[1], self.dot[0])
        arrow = self.arrow and (self.arrow[1], self.arrow[0])
        return Route((self.start[1], self.start[0]), segments, dot, arrow)

    def samples(self, steps: int = 8) -> list[Point]:
        """Points along the line, close enough together to find it under a pointer."""
        points = [self.start]
        for segment in self.segments:
            first = points[-1]
            if len(segment) == 1:
                points.append(segment[0])
                continue
            one, other, last = segment
            for step in range(1, steps + 1):
                t = step / steps
                s = 1 - t
                a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
                points.append(
                    (
                        a * first[0] + b * one[0] + c * other[0] + d * last[0],
                        a * first[1] + b * one[1] + c * other[1] + d * last[1],
                    )
                )
        return points

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the line."""
        points = self.samples()
        return min(_distance(x, y, one, other) for one, other in pairwise(points))


def straight(start: Point, end: Point, head: bool) -> Route:
    """Down a column."""
    return Route(start, ((end,),), None, (0.0, 1.0) if head else None)


def arc(start: Point, side: float, reach: float, end: Point) -> Route:
    """From a dot below a box, out past `side`, around to the side of a box further down."""
    dot = (start[0], start[1] + _TAP)
    pull = side + (reach - side) / 0.75  # a cubic swings out by three quarters of its handles
    curve = ((pull, dot[1]), (pull + end[0] - side, end[1]), end)
    return Route(dot, (((side, dot[1]),), curve), dot, (-1.0 if reach > side else 1.0, 0.0))


def lane(start: Point, side: float, reach: float, end: Point) -> Route:
    """As `arc`, but straight down out there: so many skips pass beside each other."""
    dot = (start[0], start[1] + _TAP)
    out = 1.0 if reach > side else -1.0
    across = max(8.0, min(_ROUND, abs(reach - side)))
    turn = min(across, (end[1] - dot[1]) / 2)
    corner, low = reach - out * across, end[1] - turn
    first = ((reach - out * across * (1 - _TURN), dot[1]), (reach, dot[1] + turn * (1 - _TURN)))
    last = ((reach, low + turn * _TURN), (reach - out * across * (1 - _TURN), end[1]))
    segments = (
        ((corner, dot[1]),),
        (*first, (reach, dot[1] + turn)),
        ((reach, low),),
        (*last, (corner, end[1])),
        (end,),
    )
    return Route(dot, segments, dot, (-out, 0.0))


def outward(start: Point, end: Point, turn: float, dot: bool, *, tight: bool = False) -> Route:
    """From a dot below a box to the top of one in another column; `tight` curves soon go straight."""
    first = (start[0], start[1] + _TAP) if dot else start
    away = 1.0 if end[0] > first[0] else -1.0
    bend = min(abs(end[0] - first[0]), turn)
    down = end[1] - first[1]
    round_ = min(down, bend) if tight else down
    corner, low = end[0] - away * bend, (end[0], first[1] + round_)
    curve = ((end[0] - away * bend * (1 - _TURN), first[1]), (end[0], first[1] + round_ * (1 - _TURN)), low)
    if dot:
        straight_on = ((end,),) if round_ < down else ()
        segments = (((corner, first[1]),), curve, *straight_on)
        return Route(first, segments, first, (0.0, 1.0) if down >= 14 else None)
    return sweep(first, end)


def inward(start: Point, end: Point, turn: float, *, tight: bool = False) -> Route:
    """From below a box in another column to the side of a box; `tight` curves begin late."""
    back = 1.0 if start[0] > end[0] else -1.0
    bend = min(abs(start[0] - end[0]) - 8, turn)
    corner = (start[0] - back * bend, end[1])
    down = end[1] - start[1]
    round_ = min(down, bend) if tight else down
    high = end[1] - round_
    curve = ((start[0], high + round_ * _TURN), (start[0] - back * bend * (1 - _TURN), end[1]), corner)
    straight_on = (((start[0], high),),) if round_ < down else ()
    return Route(start, (*straight_on, curve, (end,)), None, (-back, 0.0))


def sweep(start: Point, end: Point) -> Route:
    """Freely from a lower edge to an upper one: where a person put the boxes."""
    pull = max(24.0, abs(end[1] - start[1]) / 2)
    return Route(start, (((start[0], start[1] + pull), (end[0], end[1] - pull), end),), None, (0.0, 1.0))


def sweep_aside(start: Point, end: Point) -> Route:
    """Freely from a lower edge to the side of a box."""
    back = 1.0 if start[0] > end[0] else -1.0
    pull = max(24.0, abs(end[0] - start[0]) / 2)
    down = max(24.0, (end[1] - start[1]) / 2)
    curve = ((start[0], start[1] + down), (end[0] + back * pull, end[1]), end)
    return Route(start, (curve,), None, (-back, 0.0))


def _distance(x: float, y: float, one: Point, other: Point) -> float:
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((x - one[0]) * dx + (y - one[1]) * dy) / length)) if length else 0.0
    return float(((x - one[0] - t * dx) ** 2 + (y - one[1] - t * dy) ** 2) ** 0.5)
