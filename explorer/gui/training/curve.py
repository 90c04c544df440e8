"""The points of one curve: all of them kept, in order, and smoothed on the way in."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable

BLOCK = 64
"""So many points have one lowest and one highest value in common, for drawing from afar."""

_FEW = 2000
_SMALLEST = 1e-100


class Curve:
    """Values over steps, in the order they came.

    Smoothing is an exponential mean that starts without bias (Kingma and Ba 2015, section 3); where a
    value is no number, the mean stays what it was. `lows` and `highs` are those of every `BLOCK` points.
    """

    def __init__(self, smoothing: float = 0.0) -> None:
        self.xs = array("d")
        self.ys = array("d")
        self.means = array("d")
        self.lows = array("d")
        self.highs = array("d")
        self._smoothing = smoothing
        self._mean = self._weight = 0.0

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
        finite = math.isfinite(y)
        if len(self.xs) % BLOCK == 0:
            self.lows.append(y if finite else math.inf)
            self.highs.append(y if finite else -math.inf)
        elif finite:
            self.lows[-1] = min(self.lows[-1], y)
            self.highs[-1] = max(self.highs[-1], y)
        if finite:
            self._mean = self._smoothing * self._mean + (1 - self._smoothing) * y
            self._weight = self._smoothing * self._weight + (1 - self._smoothing)
        self.xs.append(x)
        self.ys.append(y)
        self.means.append(self._mean / self._weight if self._weight else math.nan)

    def extend(self, points: Iterable[tuple[float, float]]) -> None:
        """More points."""
        for x, y in points:
            self.add(x, y)

    def at(self, x: float) -> tuple[float, float, float] | None:
        """The point at x, or the last one before it: where it is, its value and the smoothed one."""
        place = bisect_right(self.xs, x) - 1
        return None if place < 0 else (self.xs[place], self.ys[place], self.means[place])

    def cut(self, x: float) -> None:
        """Forget what comes after x."""
        place = bisect_right(self.xs, x)
        if place < len(self.xs):
            points = list(zip(self.xs[:place], self.ys[:place], strict=True))
            self._clear()
            self.extend(points)

    def smooth(self, smoothing: float) -> None:
        """Smooth all points anew."""
        if smoothing == self._smoothing:
            return
        self._smoothing = smoothing
        if len(self) > _FEW:
            self._smooth_many()
            return
        points = list(zip(self.xs, self.ys, strict=True))
        self._clear()
        self.extend(points)

    def _clear(self) -> None:
        for part in (self.xs, self.ys, self.means, self.lows, self.highs):
            del part[:]
        self._mean = self._weight = 0.0

    def _smooth_many(self) -> None:
        """The same means as one by one, but for rounding: a million in some hundredths of a second."""
        import numpy as np  # not at the start of the window

        values = np.frombuffer(self.ys, dtype=np.float64)
        share = self._smoothing
        finite = np.isfinite(values)
        kept = values[finite]
        means = _means(kept, share) if share else kept.copy()
        places = np.cumsum(finite) - 1
        whole = np.where(places < 0, np.nan, means[np.maximum(places, 0)] if len(means) else np.nan)
        self.means = array("d", whole.tobytes())
        if len(means):
            self._weight = 1 - share ** len(means)
            self._mean = float(means[-1]) * self._weight


def _means(values: object, share: float) -> object:
    """Exponential means of finite values, without bias."""
    import numpy as np  # as above

    given = np.asarray(values)
    # within a row, powers of the share stay far from the smallest numbers there are
    wide = int(min(4096, max(1, math.log(_SMALLEST) / math.log(share))))
    rows = -(-len(given) // wide)
    table = np.zeros((rows, wide))
    table.reshape(-1)[: len(given)] = given
    powers = share ** np.arange(1, wide + 1)
    inner = np.cumsum(table * ((1 - share) / powers), axis=1) * powers
    before = np.zeros(rows)
    for row in range(1, rows):
        before[row] = inner[row - 1, -1] + powers[-1] * before[row - 1]
    raw = (inner + before[:, None] * powers).reshape(-1)[: len(given)]
    weights = 1 - share ** np.arange(1, len(given) + 1)
    return raw / weights
