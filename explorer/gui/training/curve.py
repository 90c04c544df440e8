"""The points of one curve: all of them kept, few enough drawn, smoothed on the way in."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable

DRAWN = 1200
"""Most stretches that are drawn; a longer curve is drawn by what it reaches in each stretch."""


class Curve:
    """Values over steps, in the order they came.

    A stretch of neighbouring points is drawn by its lowest and highest value, so that no spike
    is lost; stretches double in length when there are too many, so that adding stays cheap.
    Smoothing is an exponential mean that starts without bias (Kingma and Ba 2015, section 3).
    """

    def __init__(self, smoothing: float = 0.0) -> None:
        self.xs = array("d")
        self.ys = array("d")
        self._smoothing = smoothing
        self._restart()

    def __len__(self) -> int:
        return len(self.xs)

    @property
    def smoothing(self) -> float:
        """Share of the past in the smoothed value: 0 is none."""
        return self._smoothing

    @property
    def last(self) -> float | None:
        """The newest smoothed value; None before the first finite one."""
        return self._mean / self._weight if self._weight else None

    @property
    def end(self) -> tuple[float, float] | None:
        """Where the smoothed line ends; None for an empty curve."""
        value = self.last
        return None if value is None else (self.xs[-1], value)

    def add(self, x: float, y: float) -> None:
        """One more point; a value that is no number is kept but not drawn."""
        self.xs.append(x)
        self.ys.append(y)
        self._take(x, y)

    def extend(self, points: Iterable[tuple[float, float]]) -> None:
        """More points."""
        for x, y in points:
            self.add(x, y)

    def smooth(self, smoothing: float) -> None:
        """Smooth all points anew."""
        if smoothing != self._smoothing:
            self._smoothing = smoothing
            self._restart()
            for x, y in zip(self.xs, self.ys, strict=True):
                self._take(x, y)

    def raw(self) -> tuple[list[float], list[float]]:
        """The points to draw: every one, or lowest and highest of each stretch."""
        if self._length == 1:
            finite = [(x, y) for x, y in zip(self.xs, self.ys, strict=True) if math.isfinite(y)]
            return [x for x, _ in finite], [y for _, y in finite]
        xs, ys = [], []
        for first, _, low, high, _ in self._stretches:
            xs += (first, first)
            ys += (low, high)
        return xs, ys

    def smoothed(self) -> tuple[list[float], list[float]]:
        """The smoothed line, one point a stretch."""
        return [item[1] for item in self._stretches], [item[4] for item in self._stretches]

    def _restart(self) -> None:
        self._stretches: list[tuple[float, float, float, float, float]] = []
        self._length = 1
        self._filled = 0
        self._mean = self._weight = 0.0

    def _take(self, x: float, y: float) -> None:
        if not math.isfinite(y):
            return
        self._mean = self._smoothing * self._mean + (1 - self._smoothing) * y
        self._weight = self._smoothing * self._weight + (1 - self._smoothing)
        value = self._mean / self._weight
        if self._filled and self._filled < self._length:
            first, _, low, high, _ = self._stretches[-1]
            self._stretches[-1] = first, x, min(low, y), max(high, y), value
            self._filled += 1
            return
        if len(self._stretches) >= DRAWN:
            self._stretches = [
                (one[0], two[1], min(one[2], two[2]), max(one[3], two[3]), two[4])
                for one, two in zip(self._stretches[::2], self._stretches[1::2], strict=True)
            ]
            self._length *= 2
        self._stretches.append((x, x, y, y, value))
        self._filled = 1
