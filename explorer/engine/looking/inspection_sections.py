"""Pictures and layers as they stand on the page of an inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.core.outline import Layer
from explorer.core.shapes import shape_text
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import MapColours
from explorer.engine.drawing.mosaic import Mosaic, bars, mosaic, to_png
from explorer.engine.looking.inspection import STOPS
from explorer.engine.looking.inspection_page import Section, Shown
from explorer.engine.looking.map_figures import map_figures
from explorer.engine.looking.map_files import data_uri
from explorer.engine.pictures.altering import resized
from explorer.engine.pictures.images import Pixels
from explorer.engine.running.activations import Values

_SIDE = 320
_MAPS, _MAP_SIDE, _GRID = 64, 64, 880
_NUMBERS = 1000
"""So many maps, pixels of a map and numbers of a vector are drawn on a page; the .npz file has all."""


def picture_shown(pixels: Pixels, caption: str) -> Shown:
    """A picture, at most 320 pixels a side; small ones are enlarged with their pixels seen."""
    high, wide, channels = pixels.shape
    factor = _SIDE / max(high, wide)
    if factor < 1:
        sides = max(1, round(wide * factor)), max(1, round(high * factor))
        pixels = np.asarray(resized(np.repeat(pixels, 3 // channels, axis=2), sides, grey=False), np.uint8)
        return Shown(data_uri(to_png(pixels)), caption, *sides, dots=False)
    whole = max(1, int(factor))
    pixels = np.repeat(pixels, 3 // channels, axis=2)
    return Shown(data_uri(to_png(pixels)), caption, wide * whole, high * whole)


def layer_section(layer: Layer, values: Values, *, whole: bool) -> Section:
    """Figures and maps of one layer; where it is the `whole` page, all of its maps."""
    _, all_of = map_figures(values)
    facts = {
        "min": f"{all_of.minimum:.4g}",
        "mean": f"{all_of.mean:.4g}",
        "max": f"{all_of.maximum:.4g}",
        "deviation": f"{all_of.deviation:.4g}",
        "zeros": f"{100 * all_of.zeros:.1f} %",
    }
    if values.ndim == 3:
        facts["maps zero everywhere"] = f"{all_of.dead:,} of {all_of.channels:,}"
    if all_of.not_finite:
        facts["NaN or infinite"] = f"{all_of.not_finite:,}"
    kind = f"{layer.operator.kind()} {layer.operator.telling()}".strip()
    about = f"{kind}, gives {shape_text(layer.output)}"
    vector = values.ndim == 1 or values.shape[1:] == (1, 1)
    if vector:
        return _vector(layer.name, about, facts, values)
    return _grid(layer.name, about, facts, values, whole=whole)


def _vector(name: str, about: str, facts: Mapping[str, str], values: Values) -> Section:
    row = values.reshape(-1)[:_NUMBERS]
    pictures = [bars(row, theme=theme) for theme in ("light", "dark")]
    high, wide = pictures[0].shape[:2]
    note = "one bar for each number, from zero"
    if values.size > _NUMBERS:
        note += f"; the first {_NUMBERS:,} of {values.size:,} are drawn"
    shown = Shown(data_uri(to_png(pictures[0])), name, wide, high, data_uri(to_png(pictures[1])))
    return Section(name, about, facts, shown, None, note)


def _grid(name: str, about: str, facts: Mapping[str, str], values: Values, *, whole: bool) -> Section:
    most = len(values) if whole else min(_MAPS, len(values))
    step = -(-max(values.shape[1:]) // (_MAP_SIDE * (4 if whole else 1)))
    chosen = values[:most, ::step, ::step]
    signed = bool((values[np.isfinite(values)] < 0).any())
    drawn = mosaic(chosen, signed=signed, theme="light", gap=2)
    # zero has the colour of the page, which differs; the other palette is the same on both
    dark = data_uri(to_png(mosaic(chosen, signed=True, theme="dark", gap=2).pixels)) if signed else ""
    zoom = max(1, _GRID // drawn.pixels.shape[1])
    high, wide = (side * zoom for side in drawn.pixels.shape[:2])
    note = f"map 0 at the upper left, {drawn.columns} in a row"
    if most < len(values):
        note += f"; the first {most:,} of {len(values):,} are drawn, all are in the figures"
    if step > 1:
        note += f"; every {step}th number along both sides is drawn"
    shown = Shown(data_uri(to_png(drawn.pixels)), name, wide, high, dark)
    return Section(name, about, facts, shown, _scale(drawn), note)


def _scale(drawn: Mosaic) -> tuple[Sequence[str], str, str]:
    colours = palette_colours(MapColours().palette(signed=drawn.signed), "light")
    return colour_texts(colours, STOPS), f"{drawn.lows[0]:.4g}", f"{drawn.highs[0]:.4g}"
