"""All maps of one layer become one picture, with one colour scale or one for each map."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.engine.drawing.colour_scales import GAP
from explorer.engine.drawing.map_colours import LAYER, MAP, MapColours
from explorer.engine.drawing.tiles import Row, coloured, finite_extremes, maps_of, scale_ends

Pixels = NDArray[np.uint8]

LARGEST_SIDE = 16_384
_CELL = 8
_BARS_HEIGHT = 96
_USUAL = MapColours(cut=0.0)


@dataclass(frozen=True, eq=False)
class Mosaic:
    """A picture of maps (or of the cells of a vector) in rows.

    `lows` and `highs` are the ends of each map's colour scale, equal for all where the
    scale is shared. `tile` is (height, width) of one map in pixels, without the gap.
    """

    pixels: Pixels
    columns: int
    count: int
    tile: tuple[int, int]
    gap: int
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    signed: bool

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top pixel of a map."""
        row, column = divmod(index, self.columns)
        return column * (self.tile[1] + self.gap), row * (self.tile[0] + self.gap)

    def at(self, x: float, y: float) -> int | None:
        """Which map lies under a pixel; None in a gap or outside."""
        column, across = divmod(int(x), self.tile[1] + self.gap)
        row, down = divmod(int(y), self.tile[0] + self.gap)
        index = row * self.columns + column
        inside = across < self.tile[1] and down < self.tile[0] and 0 <= column < self.columns and row >= 0
        return index if inside and index < self.count else None


def mosaic(
    values: NDArray[Any],
    *,
    shared: bool = True,
    signed: bool | None = None,
    theme: str = "dark",
    gap: int = 1,
    zoom: int = 1,
    columns: int | None = None,
    colours: MapColours | None = None,
    ends: tuple[Row, Row] | None = None,
) -> Mosaic:
    """The maps (C, H, W) of one picture, or a vector (F,) as cells, in a grid that suits.

    Maps without negative numbers are viridis from 0 (dark) to the largest; others go from
    blue over neutral (zero) to orange, unless `colours` names other palettes. `signed` chooses;
    left out, the numbers do. With `shared` off each map has a scale of its own; of no account where
    `colours` say more. `ends` are those of each map's scale, where they are known. What is no finite
    number has the colour of a problem. `zoom` repeats every pixel.

    Raises:
        ExplorerError: no maps, or the picture would be too large.
    """
    maps = maps_of(np.asarray(values, np.float64))
    if values.ndim == 1:
        gap, zoom = 0, zoom * _CELL
    extremes = finite_extremes(maps)
    if signed is None:
        signed = bool((extremes[0] < 0).any())
    count, high, wide = maps.shape
    across = columns or suiting_columns(count, high * zoom + gap, wide * zoom + gap)
    down = math.ceil(count / across)
    sides = down * (high * zoom + gap) - gap, across * (wide * zoom + gap) - gap
    if max(sides) > LARGEST_SIDE:
        raise ExplorerError(
            f"{count} maps of {high}×{wide} make a picture of {sides[1]:,}×{sides[0]:,} pixels,"
            f" more than {LARGEST_SIDE:,} a side; choose fewer maps or another number of columns"
        )
    chosen = colours or MapColours(LAYER if shared else MAP, cut=0.0)
    lows, highs = ends or scale_ends(maps, extremes, chosen, signed=signed)
    drawn = coloured(maps, lows, highs, chosen.palette(signed=signed), theme, signed=signed)
    drawn = drawn.repeat(zoom, axis=1).repeat(zoom, axis=2)
    pixels = np.empty((*sides, 3), np.uint8)
    pixels[:] = GAP[theme]
    for index in range(count):
        row, column = divmod(index, across)
        top, left = row * (high * zoom + gap), column * (wide * zoom + gap)
        pixels[top : top + high * zoom, left : left + wide * zoom] = drawn[index]
    told = tuple(float(low) for low in lows), tuple(float(top) for top in highs)
    return Mosaic(pixels, across, count, (high * zoom, wide * zoom), gap, *told, signed)


def bars(values: NDArray[Any], *, theme: str = "dark", height: int = _BARS_HEIGHT, width: int = 3) -> Pixels:
    """A vector (F,) as bars from the zero line, in the colours of `mosaic`.

    A number that is not finite is a bar of full height in the colour of a problem.

    Raises:
        ExplorerError: no vector, or too long for one picture.
    """
    row = np.asarray(values, np.float64)
    if row.ndim != 1 or not row.size or row.size * (width + 1) > LARGEST_SIDE:
        most = LARGEST_SIDE // (width + 1)
        raise ExplorerError(f"bars need 1 to {most:,} numbers, got {row.size:,}; show them as cells")
    maps = row.reshape(1, 1, -1)
    signed = bool((row[np.isfinite(row)] < 0).any())
    lows, highs = scale_ends(maps, finite_extremes(maps), _USUAL, signed=signed)
    colours = _drawn(maps, lows, highs, theme, signed=signed)[0, 0]
    low, span = float(lows[0]), float(highs[0] - lows[0]) or 1.0
    zero = height - 1 - round((0.0 - low) / span * (height - 1))
    pixels = np.empty((height, row.size * (width + 1) - 1, 3), np.uint8)
    pixels[:] = GAP[theme]
    for index, value in enumerate(row):
        end = height - 1 - round((float(value) - low) / span * (height - 1)) if np.isfinite(value) else 0
        top, bottom = (min(zero, end), max(zero, end)) if np.isfinite(value) else (0, height - 1)
        left = index * (width + 1)
        pixels[top : bottom + 1, left : left + width] = colours[index]
    return pixels


def suiting_columns(count: int, high: int, wide: int) -> int:
    """How many columns make the grid nearest to a square, without a ragged row where that is near."""
    ideal = math.sqrt(count * high / wide)
    low, top = max(1, math.ceil(ideal * 0.7)), min(count, math.floor(ideal * 1.5))
    even = [columns for columns in range(low, top + 1) if count % columns == 0]
    if not even:
        return min(count, max(1, round(ideal)))
    # as many times too wide as too high is the same; then the wider fits a screen better
    return min(even, key=lambda columns: (round(max(columns / ideal, ideal / columns), 6), -columns))


def to_png(pixels: Pixels) -> bytes:
    """A picture (height, width, 3) as the bytes of a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG")
    return stream.getvalue()


def save_png(pixels: Pixels, path: Path) -> None:
    """Write a picture as a PNG file, whole or not at all.

    Raises:
        OSError: the file cannot be written; the older one is untouched.
    """
    atomic_write(Path(path), to_png(pixels))


def _drawn(maps: NDArray[np.float64], lows: Row, highs: Row, theme: str, *, signed: bool) -> Pixels:
    """The maps in the usual palettes."""
    return coloured(maps, lows, highs, _USUAL.palette(signed=signed), theme, signed=signed)
