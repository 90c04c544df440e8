"""Rectangles with areas in proportion to amounts, as square as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LEAST = 1e-12  # of the whole: less would be no point on any screen, and its square no float


@dataclass(frozen=True)
class Rectangle:
    """Left upper corner, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    @property
    def shorter(self) -> float:
        """The shorter side."""
        return min(self.width, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it; its right and lower borders belong to its neighbours."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


def squarified(amounts: Sequence[int], room: Rectangle) -> list[Rectangle]:
    """One rectangle for each amount, in their order; together they fill the room.

    Amounts may be of any size; one of 0, or of less than 10⁻¹² of the whole, gets a rectangle
    without area. Rows are filled from
    the largest amount on, each along the shorter side of what is left, as long as the
    squarest shape of its rectangles does not get worse.

    Source: Bruls, Huizing and van Wijk 2000, Squarified Treemaps, sec. 3, algorithm squarify.

    Raises:
        ValueError: an amount is negative.
    """
    if any(amount < 0 for amount in amounts):
        raise ValueError("an amount is negative: areas cannot be")
    found = [Rectangle(room.x, room.y, 0.0, 0.0)] * len(amounts)
    whole = sum(amounts)
    if not whole or room.area <= 0:
        return found
    # shares of whole numbers of any size; a float could not hold the numbers themselves
    shares = {place: amount / whole for place, amount in enumerate(amounts)}
    left = sorted((at for at, share in shares.items() if share > _LEAST), key=lambda at: -amounts[at])
    areas = {place: shares[place] * room.area for place in left}
    while left:
        row = _row([areas[place] for place in left], room.shorter)
        chosen, left = left[:row], left[row:]
        placed, room = _placed([areas[place] for place in chosen], room, last=not left)
        for place, rectangle in zip(chosen, placed, strict=True):
            found[place] = rectangle
    return found


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the areas, from the first, make the best row along a side."""
    if side <= 0:
        return len(areas)
    total, best, count = 0.0, float("inf"), 0
    for area in areas:
        total += area
        worst = max(side * side * areas[0] / (total * total), total * total / (side * side * area))
        if worst > best:
            break
        best, count = worst, count + 1
    return max(count, 1)


def _placed(areas: Sequence[float], room: Rectangle, *, last: bool) -> tuple[list[Rectangle], Rectangle]:
    """A row of rectangles at the left or upper border of a room, and what is left of the room."""
    total = sum(areas)
    upright = room.width >= room.height  # the row stands at the left border
    side = room.height if upright else room.width
    thick = (room.width if upright else room.height) if last else total / side if side else 0.0
    found, at = [], 0.0
    for number, area in enumerate(areas):
        long = side - at if number == len(areas) - 1 else area / total * side
        if upright:
            found.append(Rectangle(room.x, room.y + at, thick, long))
        else:
            found.append(Rectangle(room.x + at, room.y, long, thick))
        at += long
    if upright:
        return found, Rectangle(room.x + thick, room.y, max(0.0, room.width - thick), room.height)
    return found, Rectangle(room.x, room.y + thick, room.width, max(0.0, room.height - thick))
