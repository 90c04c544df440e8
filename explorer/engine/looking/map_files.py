"""Maps as files that others can read: all numbers as `.npz`, one layer's grid as SVG."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from PIL import Image

from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import MapColours
from explorer.engine.drawing.mosaic import mosaic, suiting_columns, to_png
from explorer.engine.drawing.tiles import tiles
from explorer.engine.looking.findings import Maps

ABOUT = "about/inspection"
"""The member that says where the numbers come from; no layer can have a name with a stroke inside."""

_SMALLEST, _MOST = 56, 512
_GAP, _LABEL, _EDGE, _HEAD = 10, 16, 16, 58
_STOPS = 17
_PALETTE = 256
_PAPER: Mapping[str, tuple[str, str, str]] = {
    "light": ("#FAFBFC", "#191D24", "#48515E"),
    "dark": ("#1F2329", "#E9ECF1", "#B1B8C4"),
}
"""Background, text and second text by theme."""


class NumbersFile:
    """An `.npz` file in the making: arrays by the full names of their layers, packed as they come.

    `numpy.load` reads it with `allow_pickle=False`. Equal arrays make equal bytes.
    """

    def __init__(self) -> None:
        self._data = io.BytesIO()
        self._packed = zipfile.ZipFile(self._data, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Pack one array."""
        # the date of a file in the archive would make two equal files differ
        member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        with self._packed.open(member, "w", force_zip64=True) as file:
            npy.write_array(file, np.asarray(values, order="C"), allow_pickle=False)

    def finish(self, about: Mapping[str, Any]) -> bytes:
        """The whole file; `about` is kept as JSON under `ABOUT`."""
        self.add(ABOUT, np.array(json.dumps(dict(about), ensure_ascii=False, allow_nan=False)))
        self._packed.close()
        return self._data.getvalue()


def maps_png(maps: Maps) -> bytes:
    """The maps of a layer, or the numbers of a vector as cells, as a PNG file with every number drawn."""
    ends = np.array(maps.lows), np.array(maps.highs)
    colours = maps.request.colours
    return to_png(mosaic(maps.values, signed=maps.signed, colours=colours, ends=ends).pixels)


def to_svg(
    values: NDArray[Any],
    title: str,
    detail: str,
    *,
    colours: MapColours | None = None,
    theme: str = "light",
    reach: float = 0.0,
) -> str:
    """The maps (C, H, W) of a layer, or the numbers of a vector, as an SVG with the index below each.

    Every map is a picture of its own inside the file, a pixel for each number; the scale says
    what its colours mean; a `reach` is its end where more than these maps share it. All
    texts are escaped; nothing is loaded or run.
    """
    made = tiles(values, theme=theme, colours=colours, most=_MOST, reach=reach)
    paper, ink, second = _PAPER[theme]
    count, high, wide = made.pixels.shape[:3]
    zoom = max(1.0, _SMALLEST / wide)
    side = round(wide * zoom), round(high * zoom)
    columns = suiting_columns(count, side[1] + _LABEL + _GAP, side[0] + _GAP)
    rows = -(-count // columns)
    width = max(440, 2 * _EDGE + columns * (side[0] + _GAP) - _GAP)
    height = _HEAD + rows * (side[1] + _LABEL + _GAP) + _EDGE
    ends = (min(made.lows), max(made.highs)) if len(set(made.highs)) == 1 else None
    scale = palette_colours((colours or MapColours()).palette(signed=made.signed), theme)
    font = "Inter, 'Segoe UI', 'DejaVu Sans', sans-serif"
    frame = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} font-family="{font}">',
        f"<title>{plain_text(title)}</title>",
        f'<rect width="100%" height="100%" fill="{paper}"/>',
        f'<text x="{_EDGE}" y="24" font-size="14" font-weight="600" fill="{ink}">{plain_text(title)}</text>',
        f'<text x="{_EDGE}" y="42" font-size="11" fill="{second}">{plain_text(detail)}</text>',
        *_scale(scale, ends, made.beyond, width, second),
    ]
    for index in range(count):
        row, column = divmod(index, columns)
        left, top = _EDGE + column * (side[0] + _GAP), _HEAD + row * (side[1] + _LABEL + _GAP)
        place = f'x="{left}" y="{top}" width="{side[0]}" height="{side[1]}" preserveAspectRatio="none"'
        picture = data_uri(to_png(made.pixels[index]))
        below = f'x="{left + side[0] / 2:g}" y="{top + side[1] + 12}" font-size="11" text-anchor="middle"'
        lines.append(f'<image {place} style="image-rendering:pixelated" href="{picture}"/>')
        lines.append(f'<text {below} fill="{second}">{index}</text>')
    return "\n".join((*lines, "</svg>", ""))


def _scale(
    scale: NDArray[np.uint8],
    ends: tuple[float, float] | None,
    beyond: tuple[bool, bool],
    width: int,
    second: str,
) -> Iterable[str]:
    """The bar of colours between its figures; words where every map has a scale of its own.

    It has a tip where numbers lie beyond an end, and the figure says so.
    """
    low, high = (f"{ends[0]:.3g}", f"{ends[1]:.3g}") if ends else ("lowest", "highest of each map")
    if not ends and any(beyond):
        high = "end of each map"
    low, high = f"≤ {low}" if beyond[0] else low, f"≥ {high}" if beyond[1] else high
    wide, right = 96, width - _EDGE - (44 if ends else 110)
    left, inner, outer = right - wide, right - wide + 7 * beyond[0], right - 7 * beyond[1]
    corners = f"{inner},15 {outer},15 {right},20 {outer},25 {inner},25 {left},20"
    stops = "".join(
        f'<stop offset="{place / (_STOPS - 1):.4f}" stop-color="{colour}"/>'
        for place, colour in enumerate(colour_texts(scale, _STOPS))
    )
    return (
        f'<defs><linearGradient id="scale">{stops}</linearGradient></defs>',
        f'<polygon points="{corners}" fill="url(#scale)"/>',
        f'<text x="{left - 6}" y="24" font-size="11" fill="{second}" text-anchor="end">{low}</text>',
        f'<text x="{right + 6}" y="24" font-size="11" fill="{second}">{high}</text>',
    )


def small_png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (height, width, 3) as a PNG file; of few colours it takes a third of the room."""
    flat = np.ascontiguousarray(pixels).reshape(-1, 3).astype(np.uint32)
    colours, places = np.unique(flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2], return_inverse=True)
    if len(colours) > _PALETTE:
        return to_png(pixels)
    image = Image.fromarray(places.reshape(pixels.shape[:2]).astype(np.uint8), "P")
    image.putpalette(
        np.stack((colours >> 16, colours >> 8 & 255, colours & 255), 1).astype(np.uint8).tobytes()
    )
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def data_uri(png: bytes) -> str:
    """A PNG file as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def plain_text(text: str, most: int = 300) -> str:
    """A text of anybody's, escaped; characters that are not seen, or turn the others round, are replaced."""
    shown = "".join(character if character.isprintable() else "�" for character in text[:most])
    return escape(shown, quote=True)
