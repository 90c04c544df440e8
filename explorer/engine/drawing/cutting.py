"""Where a scale of colours ends when the outermost of its numbers are cut off.

Zeros do not count: what a ReLU took away says nothing about how strong the rest is. Of many numbers
every so-manyth is looked at, so that a hand does not wait.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]

SAMPLE = 2**17
"""So many numbers are looked at where all maps share one scale; so many times four where they do not."""

_LEAST_EACH = 256


def cut_size(values: NDArray[Any], percent: float, most: float) -> float:
    """The size that at most so many percent of the numbers exceed; `most` where they are too few.

    Source: the empirical quantile of the sizes, of finite numbers other than zero (Hyndman and Fan 1996,
    definition 1).
    """
    return quantile(sampled(values, math.ceil(values.size / SAMPLE)), percent, most)


def sampled(values: NDArray[Any], step: int) -> NDArray[Any]:
    """The size of every `step`-th number that is finite and not zero, or of a few less."""
    if step > 1:  # no step may fall on the same columns in each row
        while math.gcd(step, values.shape[-1]) > 1:
            step += 1
    sizes = np.abs(values.reshape(-1)[::step])
    found: NDArray[Any] = sizes[(sizes > 0) & (sizes < np.inf)]
    return found


def quantile(sizes: NDArray[Any], percent: float, most: float) -> float:
    """The size that at most so many percent of these exceed; `most` where that is less than one of them."""
    beyond = int(len(sizes) * percent / 100)
    if not beyond:
        return most
    place = len(sizes) - 1 - beyond
    return min(most, float(np.partition(sizes, place)[place]))


def cut_sizes(maps: NDArray[Any], percent: float, most: Row) -> Row:
    """As `cut_size`, for each of the maps (C, H, W) by itself."""
    rows = maps.reshape(len(maps), -1)
    each = max(_LEAST_EACH, 4 * SAMPLE // len(rows))
    step = math.ceil(rows.shape[1] / each)
    while step > 1 and math.gcd(step, maps.shape[-1]) > 1:
        step += 1
    sizes = np.abs(rows[:, ::step])
    sizes[~(sizes < np.inf)] = 0
    wide = sizes.shape[1]
    beyond = np.floor(np.count_nonzero(sizes, axis=1) * percent / 100).astype(np.intp)
    farthest = int(beyond.max())
    if not farthest:
        return most
    tail = np.sort(np.partition(sizes, wide - 1 - farthest, axis=1)[:, wide - 1 - farthest :], axis=1)
    ends = tail[np.arange(len(rows)), farthest - beyond].astype(np.float64)
    return np.where(beyond > 0, np.minimum(ends, most), most)
