"""Which side a skip passes on and how far out: skips that overlap run in lanes of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.gui.canvas.skyline import Skyline, Spot

Port = tuple[str, int]
"""The end of an edge: the box it feeds, and which input."""

_BULGE, _SHORTEST = 0.35, 26.0  # of an arc, as a share of what it bypasses
_APART = 16.0  # between lanes
_BUCKET = 64.0  # height of one step in which lanes are looked up


@dataclass(frozen=True)
class Skip:
    """An edge that passes boxes of its own column, from the lower edge of one box to the side of another.

    `first` says that it arrives before the edge down the column, and so rather at the left.
    """

    port: Port
    spot: Spot
    top: float
    bottom: float
    first: bool


@dataclass(frozen=True)
class Swing:
    """How far out a skip passes (negative: to the left); `lane` where it runs straight down there."""

    reach: float
    lane: bool


def swing(skips: Iterable[Skip], sky: Skyline, farthest: float) -> dict[Port, Swing]:
    """A side and a reach for every skip; the short ones pass nearest."""
    placed: dict[Port, Swing] = {}
    sides: dict[tuple[int, bool], _Side] = {}
    ordered = sorted(skips, key=lambda skip: (skip.bottom - skip.top, skip.top))
    chosen = [(skip, *_choose(skip, sky)) for skip in ordered]
    for skip, to_left, _ in chosen:
        sides.setdefault((skip.spot.column, to_left), _Side()).count(skip)
    for skip, to_left, nearest in chosen:
        side = sides[skip.spot.column, to_left]
        high = skip.bottom - skip.top
        alone = side.alone(skip)
        if alone:
            reach = nearest + min(farthest, max(_SHORTEST, _BULGE * high))
        else:
            reach = max(nearest + _SHORTEST, side.outermost(skip) + _APART)
        side.take(skip, reach)
        placed[skip.port] = Swing(-reach if to_left else reach, lane=not alone or _BULGE * high > farthest)
    return placed


def _choose(skip: Skip, sky: Skyline) -> tuple[bool, float]:
    """Whether a skip goes to the left, and how far boxes reach there."""
    if skip.spot.column:  # beside a side column nothing is known to be nearer
        return False, skip.spot.x + max(skip.spot.left, skip.spot.right)
    right, left = sky.right(skip.top, skip.bottom), sky.left(skip.top, skip.bottom)
    to_left = left < right if left != right else skip.first
    return to_left, left if to_left else right


class _Side:
    """The skips at one side of one column, found by height."""

    def __init__(self) -> None:
        self._all: dict[int, list[Skip]] = {}
        self._taken: dict[int, list[tuple[Skip, float]]] = {}

    def count(self, skip: Skip) -> None:
        """One more will pass here."""
        for step in self._steps(skip):
            self._all.setdefault(step, []).append(skip)

    def alone(self, skip: Skip) -> bool:
        """Whether no other skip passes at the same height."""
        return not any(
            other is not skip and _meet(skip, other)
            for step in self._steps(skip)
            for other in self._all.get(step, ())
        )

    def outermost(self, skip: Skip) -> float:
        """How far out the skips reach that have a place at its height."""
        return max(
            (
                reach
                for step in self._steps(skip)
                for other, reach in self._taken.get(step, ())
                if _meet(skip, other)
            ),
            default=0.0,
        )

    def take(self, skip: Skip, reach: float) -> None:
        """It passes here."""
        for step in self._steps(skip):
            self._taken.setdefault(step, []).append((skip, reach))

    @staticmethod
    def _steps(skip: Skip) -> range:
        return range(int(skip.top // _BUCKET), int(skip.bottom // _BUCKET) + 1)


def _meet(one: Skip, other: Skip) -> bool:
    return other.top < one.bottom and one.top < other.bottom
