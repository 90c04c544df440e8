"""Which parts of a tree of costs are tiles: blocks are opened where there is room for their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from explorer.export.cost_tree import Cost
from explorer.export.treemap import Rectangle, squarified

LEFT, RIGHT, UP, DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)

_LEAST_SIDE, _LEAST_AREA = 26.0, 1_500.0  # of a block whose parts are shown, in pixels
_MOST_TILES = 4_000


@dataclass(frozen=True)
class Tile:
    """A layer, or a block that is too small to show its parts. `depth` counts the blocks around it."""

    cost: Cost
    box: Rectangle
    depth: int


@dataclass(frozen=True)
class Frame:
    """A block whose parts are tiles, or frames again."""

    cost: Cost
    box: Rectangle
    depth: int


@dataclass(frozen=True)
class Tiles:
    """What a treemap shows; frames come before what is in them."""

    tiles: tuple[Tile, ...] = ()
    frames: tuple[Frame, ...] = ()

    def at(self, x: float, y: float) -> Tile | None:
        """The tile under a point."""
        return next((tile for tile in self.tiles if tile.box.holds(x, y)), None)

    def showing(self, name: str) -> Tile | Frame | None:
        """The tile or frame of a part of the network, or the tile of the block that hides it."""
        for tile in self.tiles:
            if tile.cost.name == name or tile.cost.found(name) is not None:
                return tile
        return next((frame for frame in self.frames if frame.cost.name == name), None)

    def beside(self, tile: Tile | Frame, way: tuple[int, int]) -> Tile | None:
        """The nearest tile in a direction; None at the border."""
        x, y = tile.box.centre
        across = way[0] != 0

        def ahead(other: Tile) -> float:
            ox, oy = other.box.centre
            return (ox - x) * way[0] + (oy - y) * way[1]

        def distance(other: Tile) -> float:
            ox, oy = other.box.centre
            return ahead(other) + 2 * abs(oy - y if across else ox - x)

        found = [other for other in self.tiles if other is not tile and ahead(other) > 0.5]
        level = [other for other in found if _overlaps(tile.box, other.box, across=across)]
        return min(level or found, key=distance, default=None)


def tiles(root: Cost, room: Rectangle) -> Tiles:
    """The tiles of the parts of a network or a block that fill a room, areas in proportion."""
    found: list[Tile] = []
    frames: list[Frame] = []
    _fill(root.parts or (root,), room, 0, found.append, frames.append)
    return Tiles(tuple(found[:_MOST_TILES]), tuple(frames))


def _fill(
    parts: Iterable[Cost],
    room: Rectangle,
    depth: int,
    add: Callable[[Tile], object],
    frame: Callable[[Frame], object],
) -> None:
    parts = tuple(parts)
    for part, box in zip(parts, squarified([item.amount for item in parts], room), strict=True):
        if box.area <= 0:
            continue
        if part.parts and box.shorter >= _LEAST_SIDE and box.area >= _LEAST_AREA:
            frame(Frame(part, box, depth))
            _fill(part.parts, box, depth + 1, add, frame)
        else:
            add(Tile(part, box, depth))


def _overlaps(one: Rectangle, other: Rectangle, *, across: bool) -> bool:
    """Whether two boxes share some height (or, going up and down, some width)."""
    if across:
        return one.y < other.y + other.height and other.y < one.y + one.height
    return one.x < other.x + other.width and other.x < one.x + one.width
