"""Where the maps of a layer stand: the largest tiles that fit, in rows."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST, GAP, LABEL = 56, 10, 17
_FINE = 7
"""With so many pixels for each number nobody sees that some have one more."""


@dataclass(frozen=True)
class Tiling:
    """`count` tiles of `wide` × `high` pixels in rows of `columns`, each with a label below.

    `gap` is that between columns.
    """

    count: int
    columns: int
    wide: int
    high: int
    left: int
    top: int
    gap: int = GAP

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Height of the whole, margins included."""
        return 2 * self.top + self.rows * (self.high + LABEL + GAP) - GAP

    def corner(self, place: int) -> tuple[int, int]:
        """Left and upper edge of one tile."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.wide + self.gap), self.top + row * (self.high + LABEL + GAP)

    def place_at(self, x: float, y: float) -> int | None:
        """Which tile, its label included, lies at a point; None between tiles."""
        column, across = divmod(int(x) - self.left, self.wide + self.gap)
        row, down = divmod(int(y) - self.top, self.high + LABEL + GAP)
        place = row * self.columns + column
        inside = across < self.wide and down < self.high + LABEL
        if inside and 0 <= column < self.columns and row >= 0 and 0 <= place < self.count:
            return place
        return None


def tile(
    count: int, side: tuple[int, int], room: tuple[int, int], margin: int = 16, fewer: int = 0
) -> Tiling:
    """The tiling with the largest tiles that shows all in `room` (width, height).

    `side` is (height, width) of a map and gives the proportion. Where all would be smaller
    than 56 pixels they are 56 wide, or more to fill the width, and the height overflows. `fewer`
    takes columns away, for larger tiles.
    """
    wide_room, high_room = room[0] - 2 * margin, room[1] - 2 * margin
    ratio = min(8.0, max(0.125, side[0] / side[1]))
    best = 0, 1
    for columns in range(1, count + 1):
        wide = (wide_room + GAP) // columns - GAP
        if wide < SMALLEST:
            break
        rows = -(-count // columns)
        by_height = int(((high_room + GAP) / rows - GAP - LABEL) / ratio)
        best = max(best, (min(wide, by_height), columns), key=lambda item: item[0])
    wide, columns = best
    if wide < SMALLEST:
        columns = max(1, min(count, (wide_room + GAP) // (SMALLEST + GAP)))
        wide = max(1, (wide_room + GAP) // columns - GAP)
    if fewer and columns > 1:
        columns = max(1, columns - fewer)
        wide = (wide_room + GAP) // columns - GAP
    # whole pixels, where they cost little and are seen: all cells equally large
    if wide < _FINE * side[1] and wide % side[1] <= 0.15 * wide:
        wide -= wide % side[1]
    spare = max(0, wide_room - columns * wide)
    # what is left goes between the columns, so that the outer ones stand at the edges
    gap = max(GAP, min(2 * GAP + 4, spare // (columns - 1))) if columns > 1 else GAP
    left = margin + max(0, spare - gap * (columns - 1)) // 2
    return Tiling(count, columns, wide, max(1, round(wide * ratio)), left, margin, gap)
