"""What of a curve can be seen: lowest and highest value of each column of pixels, and the smoothed line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.gui.training.curve import BLOCK, Curve

Values = NDArray[np.float64]

_PER_COLUMN = 2 * BLOCK
"""From so many points per column on, blocks of them are looked at instead of each."""


@dataclass(frozen=True)
class Seen:
    """Points to draw: the raw line through the lowest and highest of each column, and the means."""

    xs: Values
    ys: Values
    mean_xs: Values
    means: Values


def seen(curve: Curve, low: float, high: float, columns: int) -> Seen:
    """What can be seen of a curve from x = `low` to `high` in so many columns of pixels.

    Every point where there are few; one point more at either side, so that lines leave the view.
    """
    if not len(curve):
        nothing = np.empty(0)
        return Seen(nothing, nothing, nothing, nothing)
    xs, ys = np.frombuffer(curve.xs), np.frombuffer(curve.ys)
    means = np.frombuffer(curve.means)
    first = max(0, int(np.searchsorted(xs, low, "left")) - 1)
    last = min(len(xs), int(np.searchsorted(xs, high, "right")) + 1)
    count = last - first
    columns = max(1, columns)
    if count <= 2 * columns:
        part = slice(first, last)
        return Seen(*_finite(xs[part], ys[part]), *_finite(xs[part], means[part]))
    each = -(-count // columns)
    if each >= _PER_COLUMN:
        each = each // BLOCK * BLOCK
        first -= first % BLOCK
    starts = np.arange(first, last, each)
    ends = np.minimum(starts + each, last) - 1
    lows, highs = _extremes(curve, ys, starts, last, each)
    places = np.repeat(xs[starts], 2)
    heights = np.stack([lows, highs], axis=1).reshape(-1)
    return Seen(*_finite(places, heights), *_finite(xs[ends], means[ends]))


def _extremes(curve: Curve, ys: Values, starts: Values, last: int, each: int) -> tuple[Values, Values]:
    """Lowest and highest value of each stretch."""
    if each >= _PER_COLUMN:
        blocks = slice(0, -(-last // BLOCK))
        lows, highs = np.frombuffer(curve.lows)[blocks], np.frombuffer(curve.highs)[blocks]
        return np.minimum.reduceat(lows, starts // BLOCK), np.maximum.reduceat(highs, starts // BLOCK)
    part, places = ys[starts[0] : last], starts - starts[0]
    finite = np.isfinite(part)
    lows = np.minimum.reduceat(np.where(finite, part, np.inf), places)
    return lows, np.maximum.reduceat(np.where(finite, part, -np.inf), places)


def _finite(xs: Values, ys: Values) -> tuple[Values, Values]:
    good = np.isfinite(ys)
    return (xs.copy(), ys.copy()) if good.all() else (xs[good], ys[good])
