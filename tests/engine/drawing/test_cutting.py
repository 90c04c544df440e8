"""A scale of colours that is cut ends where so many percent of the numbers other than zero lie beyond."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.outline import flatten
from explorer.engine.drawing import cutting
from explorer.engine.drawing.colour_scales import palette_colours
from explorer.engine.drawing.map_colours import CUTS, MAP, MapColours
from explorer.engine.drawing.tiles import finite_extremes, one_coloured, tiles
from explorer.engine.looking.findings import Maps, Request, WeightsSource, beyond_scale
from explorer.engine.looking.inspection import inspect
from explorer.engine.looking.inspection_sections import layer_section
from explorer.engine.looking.map_files import maps_png, to_svg


def maps(relu=False, shape=(6, 40, 50)):
    values = np.random.default_rng(1).standard_cauchy(shape).astype(np.float32)  # far outliers
    return np.maximum(values, 0) if relu else values


def share_beyond(values, ends):
    sizes = np.abs(values[(values != 0) & np.isfinite(values)])
    return 100 * float((sizes > ends).mean())


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("percent", [cut for cut in CUTS if cut])
def test_so_many_numbers_lie_beyond_and_zeros_do_not_count(relu, percent):
    values = maps(relu)
    values[0] = 0
    made = tiles(values, colours=MapColours(cut=percent))
    assert len(set(made.highs)) == 1
    assert share_beyond(values, made.highs[0]) == pytest.approx(percent, abs=0.02)
    assert share_beyond(values, made.highs[0]) <= percent
    assert made.lows[0] == (0.0 if relu else -made.highs[0])  # about zero
    assert made.beyond == (not relu, True)
    own = tiles(values, colours=MapColours(MAP, cut=percent))
    for index in range(1, 6):
        assert share_beyond(values[index], own.highs[index]) <= percent
        assert share_beyond(values[index], own.highs[index]) == pytest.approx(percent, abs=0.15)
    assert own.highs[0] == 0.0


def test_what_is_beyond_has_the_colour_of_the_end():
    values = maps()
    made = tiles(values, colours=MapColours(cut=1.0))
    table = palette_colours(MapColours().signed)
    for far, end in ((values > made.highs[0], 255), (values < made.lows[0], 0)):
        assert far.any()
        assert (made.pixels[far] == table[end]).all()
    alone = one_coloured(values[2], (made.lows[2], made.highs[2]), MapColours().signed, "dark", signed=True)
    assert np.array_equal(alone, made.pixels[2])


def test_few_numbers_one_value_and_what_is_no_number_are_not_cut():
    few = np.zeros((2, 20, 20), np.float32)
    few[0, 3, 4], few[1, 1, 1] = 5.0, 2.0
    assert tiles(few, colours=MapColours(cut=1.0)).highs == (5.0, 5.0)
    assert tiles(few, colours=MapColours(MAP, cut=1.0)).highs == (5.0, 2.0)
    assert set(tiles(np.full((2, 30, 30), 3.0), colours=MapColours(cut=1.0)).highs) == {3.0}
    odd = maps()
    odd[0, 0, :3], odd[1] = (np.nan, np.inf, -np.inf), np.nan
    for scale in (MAP, "layer"):
        highs = tiles(odd, colours=MapColours(scale, cut=1.0)).highs
        assert np.isfinite(highs).all()
        assert highs[1] == (0.0 if scale == MAP else highs[0])
    assert tiles(np.arange(5.0), colours=MapColours(MAP, cut=1.0)).highs == (0.0, 1.0, 2.0, 3.0, 4.0)


@pytest.mark.parametrize("wide", [64, 224, 225])
def test_a_sample_stands_for_many_numbers(monkeypatch, wide):
    """Also where columns differ: a step that fell on the same ones would see some of them only."""
    monkeypatch.setattr(cutting, "SAMPLE", 2**14)
    values = np.random.default_rng(0).normal(size=(4, 300, wide)) * np.linspace(0.1, 5, wide)
    most = float(np.abs(values).max())
    end = cutting.cut_size(values, 1.0, most)
    assert share_beyond(values, end) == pytest.approx(1.0, abs=0.3)
    ends = cutting.cut_sizes(values, 1.0, finite_extremes(np.abs(values))[1])
    for one, high in zip(values, ends, strict=True):
        assert share_beyond(one, high) == pytest.approx(1.0, abs=0.3)
    # the same numbers have the same ends, always
    assert cutting.cut_size(values.copy(), 1.0, most) == end


def looked(picture, colours):
    graph = catalog.build("lenet5")
    request = Request(graph, WeightsSource(), picture, "c1", colours=colours)
    return graph, next(item for item in inspect(request) if isinstance(item, Maps))


@pytest.mark.usefixtures("nothing_kept")
def test_window_drawing_page_and_picture_end_at_the_same_figure(picture):
    graph, found = looked(picture, MapColours(cut=1.0))
    assert beyond_scale(found)[1]
    high = found.highs[0]
    drawing = to_svg(found.values, "c1", "", colours=found.request.colours)
    assert f">≥ {high:.3g}<" in drawing
    assert "<polygon" in drawing
    layer = next(layer for layer in flatten(analyze(graph)) if layer.name == "c1")
    # of the first two maps alone the scale would be another
    section = layer_section(layer, found.values, found.request.colours, most=2)
    assert section.scale.high == f"≥ +{high:.4g}"
    assert "outermost 1 %" in section.note
    assert section.picture.address
    assert maps_png(found).startswith(b"\x89PNG")
    plain = looked(picture, MapColours(cut=0.0))[1]
    assert beyond_scale(plain) == (False, False)
    assert "≥" not in to_svg(plain.values, "c1", "", colours=plain.request.colours)
    assert layer_section(layer, plain.values, plain.request.colours).scale.high == f"+{plain.highs[0]:.4g}"
