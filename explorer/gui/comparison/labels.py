"""Where names stand beside circles so that none lies over another; the most important come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, width, height."""

_GAP = 3.0


@dataclass(frozen=True)
class Wanted:
    """A name for a circle: its middle, its radius, and the size of the text; `must` ones always stand."""

    x: float
    y: float
    radius: float
    width: float
    height: float
    must: bool = False


def placed(
    wanted: Sequence[Wanted],
    circles: Sequence[tuple[float, float, float]],
    bounds: Box,
    reserved: Sequence[Box] = (),
) -> list[Box | None]:
    """A place for each name in turn, None where there is no free one.

    `circles` are the places (x, y, radius) that no name may cover; `bounds` are left, top, right
    and bottom of where names may stand, `reserved` are boxes in it that are taken.
    """
    taken = list(reserved)
    found: list[Box | None] = []
    for place, item in enumerate(wanted):
        others = [circle for at, circle in enumerate(circles) if at != place]
        spots = [spot for spot in _spots(item) if _within(spot, bounds)]
        free = [spot for spot in spots if not any(_overlap(spot, other) for other in taken)]
        clear = [spot for spot in free if not any(_covers(spot, circle) for circle in others)]
        choice = next(iter(clear), None)
        if choice is None and item.must:
            choice = next(iter((*free, *spots)), None)
        if choice is not None:
            taken.append(choice)
        found.append(choice)
    return found


def _spots(item: Wanted) -> list[Box]:
    """Right, left, above, below, and the corners, in the order of preference."""
    away = item.radius + _GAP
    slant = item.radius * 0.75 + _GAP
    right, left = item.x + away, item.x - away - item.width
    above, below, level = item.y - away - item.height, item.y + away, item.y - item.height / 2
    middle = item.x - item.width / 2
    corners = [
        (item.x + slant, item.y - slant - item.height),
        (item.x - slant - item.width, item.y - slant - item.height),
        (item.x + slant, item.y + slant),
        (item.x - slant - item.width, item.y + slant),
    ]
    places = [(right, level), (left, level), (middle, above), (middle, below), *corners]
    return [(x, y, item.width, item.height) for x, y in places]


def _within(spot: Box, bounds: Box) -> bool:
    left, top, width, height = spot
    return left >= bounds[0] and top >= bounds[1] and left + width <= bounds[2] and top + height <= bounds[3]


def _overlap(one: Box, two: Box) -> bool:
    return (
        one[0] < two[0] + two[2] + _GAP
        and two[0] < one[0] + one[2] + _GAP
        and one[1] < two[1] + two[3]
        and two[1] < one[1] + one[3]
    )


def _covers(spot: Box, circle: tuple[float, float, float]) -> bool:
    x, y, radius = circle
    nearest = min(max(x, spot[0]), spot[0] + spot[2]), min(max(y, spot[1]), spot[1] + spot[3])
    return (nearest[0] - x) ** 2 + (nearest[1] - y) ** 2 < radius**2
