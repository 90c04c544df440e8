"""Answers of an inspection as they stand on its page: why a class, one value taken apart, the kernels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.engine.causes.methods import DREAM_LIMIT, method_named
from explorer.engine.cells.cell_terms import Cell, Rule, Term
from explorer.engine.drawing.colour_scales import GAP, VIRIDIS, signed_colours
from explorer.engine.drawing.map_colours import MapColours
from explorer.engine.drawing.mosaic import bars, mosaic
from explorer.engine.looking.cause_findings import Cause, CauseReport, Dreamt, Excited
from explorer.engine.looking.cell_findings import CellStory, KernelSheet
from explorer.engine.looking.inspection_page import Grid, Scale, Section, Shown, Story
from explorer.engine.looking.inspection_sections import enlarged, figure, picture_shown, ramp_between
from explorer.engine.looking.map_files import data_uri, small_png
from explorer.engine.pictures.images import Pixels
from explorer.engine.running.activations import Values

_ABREAST, _BETWEEN = 3, 4
"""Pictures of a data set stand in rows of so many, so many pixels apart."""

_GRID, _LISTED, _BARS, _KERNELS = 11, 12, 1000, 256
"""Products are drawn in rows of so many, of more so many are listed; so many bars and kernels are drawn."""


def answers_shown(report: CauseReport, fed: Pixels) -> Iterator[Shown]:
    """What a method found, as pictures: heat over the picture that was fed, or pictures of its own."""
    if isinstance(report, Cause):
        method = method_named(report.found.method)
        where = f" (maps of {report.found.layer})" if report.found.layer else ""
        caption = f"{method.title} for {report.label}{where}. What it does not say: {method.limit}"
        scale = Scale(report.stops, figure(report.low), figure(report.high))
        yield picture_shown(laid_over(fed, report.pixels), caption, scale)
    elif isinstance(report, Dreamt):
        asked = report.request
        made = f"A picture made so that map {asked.channel} of {asked.look.layer} answers most"
        yield picture_shown(report.dream.pixels, f"{made} ({figure(report.dream.strength)}). {DREAM_LIMIT}")
    elif isinstance(report, Excited):
        asked_of = report.request
        for place, item in enumerate(report.pictures, 1):
            caption = (
                f"{place} of those of {asked_of.data} that excite map {asked_of.channel} of"
                f" {asked_of.look.layer} most: {item.label}, {figure(item.value)} at row {item.row},"
                f" column {item.column}"
            )
            yield picture_shown(item.fed, caption)


def answer_pixels(report: CauseReport, fed: Pixels) -> Pixels:
    """What a method found as one picture: heat over the picture that was fed, or pictures of its own."""
    if isinstance(report, Cause):
        return laid_over(fed, report.pixels)
    if isinstance(report, Dreamt):
        return np.repeat(report.dream.pixels, 3 // report.dream.pixels.shape[2], axis=2)
    pictures = [np.repeat(item.fed, 3 // item.fed.shape[2], axis=2) for item in report.pictures]
    return _sheet(np.stack(pictures), _ABREAST, _BETWEEN)


def laid_over(fed: Pixels, heat: Pixels, strength: float = 0.85) -> Pixels:
    """Heat (H, W, 4) over the picture (H, W, 1 or 3) that it explains."""
    below = np.repeat(fed, 3 // fed.shape[2], axis=2).astype(np.float32)
    cover = heat[:, :, 3:].astype(np.float32) / 255 * strength
    return np.rint(below * (1 - cover) + heat[:, :, :3] * cover).astype(np.uint8)


def story_told(story: CellStory) -> Story:
    """One value with the multiplications of the channel that gives most, and the layers that follow."""
    cell = story.cells[0]
    place = cell.place
    name = f"Number {place[0]}" if len(place) == 1 else f"Map {place[0]}, row {place[1]}, column {place[2]}"
    gives = [term.gives for term in cell.terms]
    largest = max(range(len(gives)), key=lambda index: abs(gives[index]), default=None)
    grids: tuple[Grid, ...] = ()
    lines: list[str] = []
    if largest is not None and cell.rule in (Rule.WEIGHTED, Rule.STRONGEST):
        term = cell.terms[largest]
        if max(term.patch.shape) <= _GRID:
            grids = _grids(term, signed=story.signed[term.port])
            lines = [_which(cell, term)]
        elif term.weights is not None:
            lines = _largest_products(term)
    bias = "" if cell.bias is None else f"; the bias adds {figure(cell.bias)}"
    steps = [
        (f"then {later.layer}", later.told, figure(later.activation, signed=True))
        for later in story.cells[1:]
    ]
    return Story(
        f"{name} of {cell.layer}",
        f"{cell.told}{bias if 'bias' not in cell.told else ''}",
        figure(cell.activation, signed=True),
        grids,
        lines,
        _gives_shown(gives) if len(gives) > 1 else None,
        steps,
    )


def kernels_section(sheet: KernelSheet) -> Section:
    """The kernels of a layer with their figures."""
    found = sheet.kernels
    count, depth, high, wide = found.values.shape
    facts = {
        "norms": f"{figure(float(found.norms.min()))} to {figure(float(found.norms.max()))}",
        "all zeros": f"{len(found.dead):,}",
        "maps that are nowhere above zero on this picture": f"{len(sheet.silent):,} of {count:,}",
    }
    if sheet.matrix is not None:
        facts["nearly equal pairs"] = f"{sheet.doubles:,}"
    numbers = sheet.numbers[:_KERNELS]
    if numbers.ndim == 4:
        light, dark = (_colour_sheet(sheet.pixels[:_KERNELS], theme) for theme in ("light", "dark"))
        note = "each in the colours that it answers to; grey is zero"
    else:
        light, dark = (mosaic(numbers, signed=True, theme=theme, gap=2).pixels for theme in ("light", "dark"))
        note = "one rectangle of all its channels for each" if sheet.folded else "what each does to channel 0"
    if count > _KERNELS:
        note += f"; the first {_KERNELS:,} of {count:,} are drawn"
    reach = figure(sheet.high)
    scale = None
    if numbers.ndim != 4:
        scale = ramp_between(f"−{reach}", f"+{reach}", MapColours().signed, signed=True)
    shown = enlarged(light, dark, f"Kernels of {found.layer}")
    return Section(found.layer, f"{count:,} kernels of {depth:,}×{high}×{wide}", facts, shown, scale, note)


def _which(cell: Cell, term: Term) -> str:
    one = len(cell.terms) == 1
    what = f"channel {term.channel}" if len({item.port for item in cell.terms}) == 1 else f"input {term.port}"
    if cell.rule == Rule.STRONGEST:
        row, column = term.strongest
        return f"the largest of the patch counts: row {row}, column {column}"
    most = "the only channel" if one else f"{what}, which gives most of {len(cell.terms):,}"
    return f"{most}: {figure(term.gives, signed=True)}"


def _largest_products(term: Term) -> list[str]:
    assert term.weights is not None  # noqa: S101  (asked by the caller)
    weights, values, products = (item.reshape(-1) for item in (term.weights, term.patch, term.products))
    best = np.argsort(-np.abs(products), kind="stable")[:_LISTED]
    lines = [f"the {len(best)} largest of {products.size:,} products:"]
    return lines + [
        f"input {index}: {figure(float(weights[index]))} × {figure(float(values[index]))}"
        f" = {figure(float(products[index]), signed=True)}"
        for index in best.tolist()
    ]


def _grids(term: Term, *, signed: bool) -> tuple[Grid, ...]:
    patch = _grid("patch", term.patch, term.inside, signed=signed)
    if term.weights is None:
        return (patch,)
    everywhere = np.ones_like(term.inside)
    kernel = _grid("kernel", term.weights, everywhere, signed=True)
    return kernel, patch, _grid("product", term.products, term.inside, signed=True)


def _grid(title: str, values: Values, inside: np.ndarray, *, signed: bool) -> Grid:
    """Numbers with their colours; what lies in the padding is empty."""
    colours = signed_colours("light") if signed else VIRIDIS
    known = np.abs(values[np.isfinite(values)])
    high = float(known.max()) if known.size else 0.0
    rows = []
    for row in range(values.shape[0]):
        cells = []
        for column in range(values.shape[1]):
            value = float(values[row, column])
            if not inside[row, column]:
                cells.append(("", ""))
                continue
            share = value / high if high and np.isfinite(value) else 0.0
            place = round(255 * ((share + 1) / 2 if signed else min(1.0, max(0.0, share))))
            cells.append((figure(value), _hex(colours[place])))
        rows.append(tuple(cells))
    return Grid(title, tuple(rows))


def _gives_shown(gives: list[float]) -> Shown:
    row = np.asarray(gives[:_BARS], np.float32)
    width = max(3, min(24, 480 // len(row)))
    pictures = [bars(row, theme=theme, height=64, width=width) for theme in ("light", "dark")]
    high, wide = pictures[0].shape[:2]
    said = f"what each of {len(gives):,} gives, one bar for each, from zero"
    return Shown(data_uri(small_png(pictures[0])), said, wide, high, data_uri(small_png(pictures[1])))


def _colour_sheet(pixels: Pixels, theme: str) -> Pixels:
    """Kernels in colour, in rows, with a line between."""
    count, high, wide, _ = pixels.shape
    across = max(1, min(count, round((count * high / wide) ** 0.5 * 1.4)))
    return _sheet(pixels, across, 1, theme)


def _sheet(pixels: Pixels, across: int, gap: int, theme: str = "light") -> Pixels:
    """Equally large pictures in rows of so many."""
    count, high, wide, _ = pixels.shape
    across = min(count, across)
    down = -(-count // across)
    made = np.empty((down * (high + gap) - gap, across * (wide + gap) - gap, 3), np.uint8)
    made[:] = GAP[theme]
    for index in range(count):
        row, column = divmod(index, across)
        top, left = row * (high + gap), column * (wide + gap)
        made[top : top + high, left : left + wide] = pixels[index]
    return made


def _hex(colour: np.ndarray) -> str:
    red, green, blue = (int(part) for part in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"
