"""Figures of all maps of a layer in one walk over its numbers, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.engine.drawing.tiles import Row, chunks, finite_extremes, maps_of
from explorer.engine.looking.findings import MapFigures
from explorer.engine.running.activations import Statistics

_BINS = 48
_LEAST = 1e-300


def map_figures(
    values: NDArray[Any],
    extremes: tuple[Row, Row] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[MapFigures, Statistics]:
    """The figures of each map (C, H, W), or number of a vector, and those of the whole layer.

    `extremes` are the lowest and highest number of each map, where they are known. Stopped, the
    figures are those of the maps until then.
    """
    maps = maps_of(values)
    lows, highs = extremes or finite_extremes(maps)
    sums, squares, zeros, known, dead = (np.zeros(len(maps)) for _ in range(5))
    for part in chunks(maps):
        if should_stop():
            break
        chunk = maps[part].reshape(part.stop - part.start, -1).astype(np.float64)
        # the numbers may be a part of those that the extremes are of
        dead[part] = ~chunk.any(1) & (lows[part] == 0) & (highs[part] == 0)
        finite = np.isfinite(chunk)
        known[part] = finite.sum(1)
        if not finite.all():
            chunk[~finite] = 0.0
        zeros[part] = (chunk == 0).sum(1) - (chunk.shape[1] - known[part])
        sums[part] = chunk.sum(1)
        chunk -= (sums[part] / np.maximum(known[part], 1))[:, None]
        chunk *= finite
        squares[part] = np.einsum("ij,ij->i", chunk, chunk)
    counts = np.maximum(known, 1)
    means, total = sums / counts, max(1.0, known.sum())
    mean = sums.sum() / total
    # the spread of all: that within maps and that between their means
    spread = (squares.sum() + (known * (means - mean) ** 2).sum()) / total
    there = known > 0
    whole = Statistics(
        minimum=float(lows[there].min(initial=np.inf)) if there.any() else 0.0,
        maximum=float(highs[there].max(initial=-np.inf)) if there.any() else 0.0,
        mean=float(mean),
        deviation=float(np.sqrt(spread)),
        zeros=float(zeros.sum() / total),
        dead=int(dead.sum()),
        channels=len(maps),
        not_finite=int(maps.size - known.sum()),
    )
    columns = lows, means, highs, squares / counts, zeros / counts
    return MapFigures(*(tuple(column.tolist()) for column in columns)), whole


def histogram(
    values: NDArray[Any],
    bins: int = _BINS,
    extremes: tuple[Row, Row] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[tuple[int, ...], float, float]:
    """Counts in equally wide bins from the lowest to the highest finite value, and these two.

    `extremes` are the lowest and highest number of each map, where they are known. Stopped, the
    counts are those of the numbers until then.
    """
    if not values.size:
        return (0,) * bins, 0.0, 0.0
    maps = maps_of(values if values.ndim in (1, 3) else values.reshape(1, 1, -1))
    lows, highs = extremes or finite_extremes(maps)
    known = np.ones(len(maps), bool)
    for part in chunks(maps):  # a map without a finite number has no extremes
        if (lows[part] == highs[part]).any():
            known[part] = np.isfinite(maps[part]).any((1, 2))
    if not known.any():
        return (0,) * bins, 0.0, 0.0
    low, high = float(lows[known].min()), float(highs[known].max())
    if high - low < _LEAST:  # one value: a bin of its own in the middle
        low, high = low - 0.5, high + 0.5
    counts = np.zeros(bins, np.int64)
    for part in chunks(maps):
        if should_stop():
            break
        chunk = maps[part].reshape(-1).astype(np.float64)
        finite = np.isfinite(chunk)
        if not finite.all():
            chunk = chunk[finite]
        chunk -= low
        chunk *= bins / (high - low)
        places = chunk.astype(np.intp)
        counts += np.bincount(np.minimum(places, bins - 1, out=places), minlength=bins)
    return tuple(int(count) for count in counts), low, high


def likeness_to(values: NDArray[Any], index: int) -> tuple[float, ...]:
    """Cosine similarity of every map to one of them, from −1 to 1; a map of zeros is like no other.

    For a vector the maps are numbers: 1 for the same sign, −1 for the other.
    """
    maps = maps_of(values)
    one = np.nan_to_num(maps[index].reshape(-1).astype(np.float64), posinf=0.0, neginf=0.0)
    found = np.zeros(len(maps))
    for part in chunks(maps):
        chunk = maps[part].reshape(part.stop - part.start, -1).astype(np.float64)
        chunk = np.nan_to_num(chunk, copy=False, posinf=0.0, neginf=0.0)
        sizes = np.sqrt(np.einsum("ij,ij->i", chunk, chunk)) * np.sqrt(one @ one)
        found[part] = np.where(sizes > 0, chunk @ one / np.where(sizes > 0, sizes, 1.0), 0.0)
    return tuple(found.tolist())
