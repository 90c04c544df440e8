"""Each map of a layer becomes a picture of its own, a pixel for each number, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.drawing.colour_scales import NOT_FINITE, palette_colours
from explorer.engine.drawing.cutting import cut_size, cut_sizes
from explorer.engine.drawing.map_colours import LAYER, MAP, MapColours

Pixels = NDArray[np.uint8]
Row = NDArray[np.float64]

CHUNK = 2**16
"""So many numbers are worked on at once: maps are copied in pieces, which a processor's cache holds."""

_DRAWN, _LEAST_SIDE = 2**23, 64


@dataclass(frozen=True, eq=False)
class Tiles:
    """Each map as a picture of its own: (maps, height, width, 3), a pixel for each number.

    `lows` and `highs` are the ends of each map's colour scale, equal for all where it is
    shared. Of large maps only every `step`-th number along both sides is drawn. `beyond` says whether
    numbers lie below and above the ends.
    """

    pixels: Pixels
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    signed: bool
    step: int = 1
    beyond: tuple[bool, bool] = (False, False)


def tiles(
    values: NDArray[Any],
    *,
    shared: bool = True,
    signed: bool | None = None,
    theme: str = "dark",
    colours: MapColours | None = None,
    reach: float = 0.0,
    most: int = 0,
    extremes: tuple[Row, Row] | None = None,
) -> Tiles:
    """The maps (C, H, W) of one picture, or a vector (F,), coloured but not laid out.

    Args:
        values: the numbers.
        shared: one scale for all maps; of no account where `colours` say more.
        signed: whether zero is in the middle; left out, the numbers say.
        theme: "dark" or "light".
        colours: scale and palettes.
        reach: where a scale ends that is that of more than these maps.
        most: the longest side of a drawn map in pixels; 0 draws every number.
        extremes: lowest and highest number of each map, where they are known.

    Raises:
        ExplorerError: no maps.
    """
    maps = maps_of(values)
    chosen = colours or MapColours(LAYER if shared else MAP, cut=0.0)
    extremes = extremes or finite_extremes(maps)
    if signed is None:
        signed = bool((extremes[0] < 0).any())
    lows, highs = scale_ends(maps, extremes, chosen, signed=signed, reach=reach)
    step = -(-max(maps.shape[1:]) // most) if most else 1
    drawn = maps[:, ::step, ::step]
    pixels = coloured(drawn, lows, highs, chosen.palette(signed=signed), theme, signed=signed)
    pixels.setflags(write=False)
    ends = tuple(lows.tolist()), tuple(highs.tolist())
    return Tiles(pixels, *ends, signed, step, beyond_ends(extremes, lows, highs))


def drawn_side(values: NDArray[Any]) -> int:
    """The longest side of each map's picture that is drawn of maps in a grid.

    So many numbers are as many as all screens show; of more maps, each is smaller on the screen.
    """
    return max(_LEAST_SIDE, math.isqrt(_DRAWN // max(1, len(values))))


def maps_of(values: NDArray[Any]) -> NDArray[Any]:
    """Values as maps; the numbers of a vector are maps of one number.

    Raises:
        ExplorerError: they are neither.
    """
    if values.ndim not in (1, 3) or not values.size:
        raise ExplorerError(
            f"maps are (channels, height, width) or (features,), got {values.shape}; choose one picture"
        )
    return values if values.ndim == 3 else values.reshape(-1, 1, 1)


def chunks(maps: NDArray[Any]) -> Iterator[slice]:
    """Maps in groups of so many numbers, at least one at a time."""
    many = max(1, CHUNK // max(1, maps[0].size))
    for start in range(0, len(maps), many):
        yield slice(start, min(len(maps), start + many))


def finite_extremes(maps: NDArray[Any]) -> tuple[Row, Row]:
    """Lowest and highest finite number of each map; 0 where it has none."""
    lows, highs = np.zeros(len(maps)), np.zeros(len(maps))
    for part in chunks(maps):
        chunk = maps[part].reshape(part.stop - part.start, -1)
        lows[part], highs[part] = chunk.min(1), chunk.max(1)
        if not (np.isfinite(lows[part]).all() and np.isfinite(highs[part]).all()):
            known = np.isfinite(chunk)
            some = known.any(1)
            lows[part] = np.where(some, np.where(known, chunk, np.inf).min(1), 0.0)
            highs[part] = np.where(some, np.where(known, chunk, -np.inf).max(1), 0.0)
    return lows, highs


def scale_ends(
    maps: NDArray[Any], extremes: tuple[Row, Row], colours: MapColours, *, signed: bool, reach: float = 0.0
) -> tuple[Row, Row]:
    """Both ends of every map's scale; signed ones have zero in the middle, others begin at zero.

    Where the scale is not cut, no number lies beyond it. A `reach` ends one that is shared by more than
    these maps.
    """
    lows, highs = extremes
    highs = np.maximum(np.maximum(highs, -lows) if signed else highs, 0.0)
    if colours.scale == MAP:
        highs = cut_sizes(maps, colours.cut, highs) if colours.cut else highs
    else:
        most = float(highs.max())
        most = (reach or cut_size(maps, colours.cut, most)) if colours.cut else max(most, reach)
        highs = np.full_like(highs, most)
    return (-highs if signed else np.zeros_like(highs)), highs


def beyond_ends(extremes: tuple[Row, Row], lows: Row, highs: Row) -> tuple[bool, bool]:
    """Whether any map has numbers below and above the ends of its scale."""
    return bool((extremes[0] < lows).any()), bool((extremes[1] > highs).any())


def coloured(maps: NDArray[Any], lows: Row, highs: Row, palette: str, theme: str, *, signed: bool) -> Pixels:
    """The maps in colours: (maps, height, width, 3). What is no finite number has the colour of a problem."""
    table = palette_colours(palette, theme)
    spans = highs - lows
    # a map of zeros has no span: all of it is the colour of zero
    factors = np.where(spans > 0, (256 if signed else 255) / np.where(spans > 0, spans, 1.0), 0.0)
    begin = np.where(spans > 0, 0.0 if signed else 0.5, 128.0 if signed else 0.5)
    pixels = np.empty((*maps.shape, 3), np.uint8)
    for part in chunks(maps):
        chunk = maps[part].astype(np.float64)
        known = np.isfinite(chunk)
        whole = bool(known.all())
        if not whole:
            chunk[~known] = 0.0
        chunk -= lows[part, None, None]
        chunk *= factors[part, None, None]
        chunk += begin[part, None, None]
        np.clip(chunk, 0, 255, out=chunk)
        # levels are never out of range, and to raise where they were costs a copy
        np.take(table, chunk.astype(np.uint8), axis=0, out=pixels[part], mode="clip")
        if not whole:
            pixels[part][~known] = NOT_FINITE[theme]
    return pixels


def one_coloured(
    values: NDArray[Any], ends: tuple[float, float], palette: str, theme: str, *, signed: bool
) -> Pixels:
    """One map (H, W) in colours, every number of it."""
    low, high = (np.array([end]) for end in ends)
    drawn: Pixels = coloured(values[None], low, high, palette, theme, signed=signed)[0]
    return drawn
