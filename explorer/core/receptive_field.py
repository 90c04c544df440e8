"""What each output position of a node sees of the picture, exactly, one axis at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import gcd, lcm

from explorer.core.shapes import Window

_LONGEST_PERIOD = 4096


@dataclass(frozen=True)
class Reach:
    """Which stretch of one axis each output position reads.

    Position `q · period + r` reads from `lows[r] + q · step` to `highs[r] + q · step`, both
    included. A sliding window has period 1; enlarging by 2 has period 2 and step 1; pooling
    13 positions to 6 has period 6 and step 13. `step` 0 means that all positions read the
    same stretch: they see the whole side. Positions below 0 or beyond the side lie in the
    padding.

    Reaches compose along a path (`through`) and unite over parallel paths (`union`), the
    rule of Araujo, Norris and Sim (2019), "Computing Receptive Fields of Convolutional
    Neural Networks", Distill, sections 2 and 3; exact where they use real numbers, because
    starts and ends are kept as integers per residue.
    """

    lows: tuple[int, ...] = (0,)
    highs: tuple[int, ...] = (0,)
    step: int = 1

    def at(self, position: int) -> tuple[int, int]:
        """First and last position read by one output position."""
        turn, residue = divmod(position, len(self.lows))
        return self.lows[residue] + turn * self.step, self.highs[residue] + turn * self.step

    @property
    def size(self) -> int:
        """Side of what one position sees, in pixels; the largest where positions differ."""
        if len(self.lows) == 1:  # nearly all, and tables ask thousands
            return self.highs[0] - self.lows[0] + 1
        return max(high - low for low, high in zip(self.lows, self.highs, strict=True)) + 1

    @property
    def stride(self) -> Fraction:
        """Pixels between what two neighbouring positions see; 0 where all see the same."""
        return Fraction(self.step, len(self.lows))

    @property
    def offset(self) -> Fraction:
        """Where the middle of what position 0 sees lies, in pixels."""
        return Fraction(self.lows[0] + self.highs[0], 2)

    def through(self, later: Reach) -> Reach:
        """This reach seen through a later node: positions of `later` in terms of our axis."""
        if later is SAME:
            return self
        return later if self is SAME else _compose(self, later)

    @cached_property
    def _hash(self) -> int:
        return hash((self.lows, self.highs, self.step))

    def __hash__(self) -> int:  # asked for at every node of every analysis
        return self._hash


SAME = Reach()
"""Each position reads its own place."""

Field = tuple[Reach, Reach]
"""Receptive field along height and width."""

SAME_FIELD: Field = (SAME, SAME)


def whole(side: int) -> Reach:
    """All positions read the whole side (global pooling, dense layers)."""
    return Reach((0,), (side - 1,), 0)


def sliding(window: Window) -> Reach:
    """The reach of a window that slides."""
    return Reach((-window.padding,), (window.span - 1 - window.padding,), window.stride)


def scattering(window: Window) -> Reach:
    """The reach of a transposed window: which inputs write to each output position."""
    lows, highs = [], []
    for position in range(window.stride):
        reach = position + window.padding
        lows.append(-((window.span - 1 - reach) // window.stride))
        highs.append(reach // window.stride)
    return _reduced(tuple(lows), tuple(highs), 1)


def adaptive(side: int, positions: int) -> Reach:
    """The reach of adaptive pooling from `side` to `positions`."""
    if positions == 1:
        return whole(side)
    lows = tuple(index * side // positions for index in range(positions))
    highs = tuple(-(-(index + 1) * side // positions) - 1 for index in range(positions))
    return _reduced(lows, highs, side)


def enlarging(factor: int) -> Reach:
    """The reach of nearest-neighbour enlargement by a whole factor."""
    return Reach((0,) * factor, (0,) * factor, 1)


def shifted(by: int) -> Reach:
    """Position j reads position j + `by` (cropping; padding where `by` is negative)."""
    return Reach((by,), (by,), 1)


def union(one: Reach, other: Reach, positions: int) -> Reach:
    """What is seen over two parallel paths that end on the same axis of `positions`.

    Where the paths advance at different rates (a gate that saw the whole picture times a
    map), every position is given all that any position sees.
    """
    if one == other:
        return one
    if one.step == other.step and len(one.lows) == len(other.lows) == 1:  # nearly all
        low, high = min(one.lows[0], other.lows[0]), max(one.highs[0], other.highs[0])
        for reach in (one, other):  # mostly the longer path sees all that the shorter one does
            if reach.lows[0] == low and reach.highs[0] == high:
                return reach
        return Reach((low,), (high,), one.step)
    if one.step * len(other.lows) == other.step * len(one.lows):
        period = lcm(len(one.lows), len(other.lows))
        if period <= _LONGEST_PERIOD:
            ends = [(one.at(index), other.at(index)) for index in range(period)]
            lows = tuple(min(a[0], b[0]) for a, b in ends)
            highs = tuple(max(a[1], b[1]) for a, b in ends)
            return _reduced(lows, highs, one.step * (period // len(one.lows)))
    return _hull((one, other), positions)


def _hull(reaches: Iterable[Reach], positions: int) -> Reach:
    ends = [reach.at(index) for reach in reaches for index in (0, positions - 1)]
    return Reach((min(low for low, _ in ends),), (max(high for _, high in ends),), 0)


@lru_cache(maxsize=16384)
def _compose(field: Reach, later: Reach) -> Reach:
    period = len(later.lows)
    if period == 1 and len(field.lows) == 1:  # nearly all, and the rest of the rule agrees
        step = field.step
        low, high = field.lows[0] + later.lows[0] * step, field.highs[0] + later.highs[0] * step
        return Reach((low,), (high,), step * later.step)
    if later.step:
        period *= len(field.lows) // gcd(len(field.lows), later.step)
    if period > _LONGEST_PERIOD:  # absurd ratios of adaptive pooling: bounded by their hull
        return _compose(_flattened(field), later)
    turns = later.step * (period // len(later.lows)) // len(field.lows) if later.step else 0
    ends = [later.at(index) for index in range(period)]
    lows = tuple(field.at(low)[0] for low, _ in ends)
    highs = tuple(field.at(high)[1] for _, high in ends)
    return _reduced(lows, highs, field.step * turns)


def _flattened(field: Reach) -> Reach:
    step = max(1, field.step // len(field.lows))
    low = min(low - index * step for index, low in enumerate(field.lows))
    high = max(high - index * step for index, high in enumerate(field.highs))
    return Reach((low,), (high,), step)


def _reduced(lows: tuple[int, ...], highs: tuple[int, ...], step: int) -> Reach:
    """The same reach with the shortest period."""
    period = len(lows)
    for short in range(1, period):
        parts = period // short
        if period % short or step % parts:
            continue
        part = step // parts
        if all(
            ends[index] == ends[index - short] + part
            for ends in (lows, highs)
            for index in range(short, period)
        ):
            return Reach(lows[:short], highs[:short], part)
    return Reach(lows, highs, step)
