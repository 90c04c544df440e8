"""Pictures and layers as they stand on the page of an inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.core.outline import Layer
from explorer.core.shapes import shape_text
from explorer.core.units import ordinal, probability_text
from explorer.engine.drawing.colour_scales import colour_texts, palette_colours
from explorer.engine.drawing.map_colours import MAP, MapColours
from explorer.engine.drawing.mosaic import Mosaic, bars, mosaic, to_png
from explorer.engine.drawing.tiles import Row, beyond_ends, finite_extremes, maps_of, scale_ends
from explorer.engine.looking.inspection import STOPS
from explorer.engine.looking.inspection_page import Scale, Section, Shown
from explorer.engine.looking.map_figures import map_figures
from explorer.engine.looking.map_files import data_uri, small_png
from explorer.engine.pictures.altering import resized
from explorer.engine.pictures.images import Pixels
from explorer.engine.running.activations import Values

_SIDE = 320
_MAP_SIDE, _GRID = 64, 1100
_NUMBERS = 1000
"""So many pixels of a map and numbers of a vector are drawn on a page; the .npz file has all."""

_MAPS, _FEWEST, _ALL = 64, 8, 512
_ROOM = 24_000_000
"""Pixels that the maps of all layers may take together: a page of some 40 MB at most."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """How the maps of a layer are coloured; `beyond` says at which ends numbers are cut."""

    colours: MapColours
    ends: tuple[Row, Row]
    beyond: tuple[bool, bool]
    signed: bool


def maps_each(layers: int) -> int:
    """How many maps of each layer are drawn on a page of so many layers, from 8 to 64."""
    return max(_FEWEST, min(_MAPS, _ROOM // (max(1, layers) * _MAP_SIDE**2)))


def picture_shown(pixels: Pixels, caption: str, scale: Scale | None = None) -> Shown:
    """A picture, at most 320 pixels a side; small ones are enlarged with their pixels seen."""
    high, wide, channels = pixels.shape
    factor = _SIDE / max(high, wide)
    if factor < 1:
        sides = max(1, round(wide * factor)), max(1, round(high * factor))
        pixels = np.asarray(resized(np.repeat(pixels, 3 // channels, axis=2), sides, grey=False), np.uint8)
        return Shown(data_uri(to_png(pixels)), caption, *sides, dots=False, scale=scale)
    whole = max(1, int(factor))
    pixels = np.repeat(pixels, 3 // channels, axis=2)
    return Shown(data_uri(to_png(pixels)), caption, wide * whole, high * whole, scale=scale)


def enlarged(light: Pixels, dark: Pixels, caption: str) -> Shown:
    """A picture of numbers, for both themes, enlarged with its pixels seen to some 1,100 pixels."""
    high, wide = light.shape[:2]
    zoom = max(1, min(_GRID // wide, _SIDE // max(1, high) or 1, 12) if high < _SIDE else _GRID // wide)
    other = "" if dark is light else data_uri(small_png(dark))
    return Shown(data_uri(small_png(light)), caption, wide * zoom, high * zoom, other)


def layer_section(
    layer: Layer,
    values: Values,
    colours: MapColours,
    *,
    most: int = _MAPS,
    whole: bool = False,
    reach: float = 0.0,
) -> Section:
    """Figures and maps of one layer, at most so many; where it is the `whole` page, all, and larger.

    The scale is that of all maps, or ends at `reach` where all layers share it.
    """
    extremes = finite_extremes(maps_of(values))
    _, all_of = map_figures(values, extremes)
    facts = {
        "min": figure(all_of.minimum),
        "mean": figure(all_of.mean),
        "max": figure(all_of.maximum),
        "deviation": figure(all_of.deviation),
        "zeros": probability_text(all_of.zeros),
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
    signed = bool((extremes[0] < 0).any())
    ends = scale_ends(values, extremes, colours, signed=signed, reach=reach)
    beyond = beyond_ends(extremes, *ends)
    many = min(_ALL if whole else most, len(values))
    drawn = _Drawn(colours, (ends[0][:many], ends[1][:many]), beyond, signed)
    return _grid((layer.name, about, facts), values, drawn, many, whole=whole)


def _vector(name: str, about: str, facts: Mapping[str, str], values: Values) -> Section:
    row = values.reshape(-1)[:_NUMBERS]
    pictures = [bars(row, theme=theme) for theme in ("light", "dark")]
    high, wide = pictures[0].shape[:2]
    note = "one bar for each number, from zero"
    if values.size > _NUMBERS:
        note += f"; the first {_NUMBERS:,} of {values.size:,} are drawn"
    addresses = [data_uri(small_png(picture)) for picture in pictures]
    shown = Shown(addresses[0], f"The numbers of {name} as bars", wide, high, addresses[1])
    return Section(name, about, facts, shown, None, note)


def _grid(
    told: tuple[str, str, Mapping[str, str]],
    values: Values,
    look: _Drawn,
    most: int,
    *,
    whole: bool,
) -> Section:
    name, about, facts = told
    step = -(-max(values.shape[1:]) // (_MAP_SIDE * (4 if whole else 1)))
    chosen = values[:most, ::step, ::step]
    shared = look.colours.scale != MAP
    drawn, dark = (
        mosaic(chosen, signed=look.signed, theme=theme, gap=2, colours=look.colours, ends=look.ends)
        for theme in ("light", "dark")
    )
    zoom = max(1, _GRID // drawn.pixels.shape[1])
    high, wide = (side * zoom for side in drawn.pixels.shape[:2])
    note = f"map 0 at the upper left, {drawn.columns} in a row"
    if most < len(values):
        note += f"; the first {most:,} of {len(values):,} are drawn, all are in the figures"
    if step > 1:
        note += f"; every {ordinal(step)} number along both sides is drawn"
    if not shared:
        note += "; each map has a scale of its own"
    if any(look.beyond):
        note += f"; the outermost {look.colours.cut:g} % of the numbers that are not zero are cut"
    # zero has the colour of the page, which differs; the palettes without a sign are the same on both
    other = data_uri(small_png(dark.pixels)) if look.signed else ""
    caption = f"Feature maps of {name}"
    shown = Shown(data_uri(small_png(drawn.pixels)), caption, wide, high, other)
    return Section(name, about, facts, shown, _scale(drawn, look) if shared else None, note)


def _scale(drawn: Mosaic, look: _Drawn) -> Scale:
    low, high = figure(drawn.lows[0]), figure(drawn.highs[0], signed=drawn.signed)
    low, high = f"≤ {low}" if look.beyond[0] else low, f"≥ {high}" if look.beyond[1] else high
    return ramp_between(low, high, look.colours.palette(signed=drawn.signed), signed=drawn.signed)


def ramp_between(low: str, high: str, palette: str, *, signed: bool) -> Scale:
    """The colours of a palette between two figures; zero has the colour of the page, which differs."""
    light, dark = (colour_texts(palette_colours(palette, theme), STOPS) for theme in ("light", "dark"))
    return Scale(light, low, high, dark if signed else ())


def figure(value: float, *, signed: bool = False) -> str:
    """A number with four telling digits and a true minus."""
    if value != value:
        return "NaN"
    text = f"{abs(value):.4g}"
    return f"−{text}" if value < 0 else f"+{text}" if signed and value > 0 else text
