"""Maps are coloured and summed up in pieces, as if it were done at once."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.errors import ExplorerError, UnknownName
from explorer.engine.drawing import tiles as module
from explorer.engine.drawing.colour_scales import NEUTRAL, palette_colours
from explorer.engine.drawing.map_colours import MAP, NETWORK, SIGNED, UNSIGNED, MapColours
from explorer.engine.drawing.tiles import one_coloured, tiles
from explorer.engine.looking.map_figures import histogram, likeness_to, map_figures


@pytest.fixture(params=[2**20, 50, 1])
def pieces(request, monkeypatch):
    """However large the pieces are that are worked on at once."""
    monkeypatch.setattr(module, "CHUNK", request.param)


def maps(signed=True, odd=False):
    values = np.random.default_rng(3).normal(0, 2, (7, 6, 9)).astype(np.float32)
    if not signed:
        values = np.maximum(values, 0)
        values[2] = 0
    if odd:
        values[1, 2, 3], values[4, 0, 0], values[5] = np.nan, -np.inf, np.nan
    return values


@pytest.mark.parametrize("signed", [True, False])
def test_each_number_has_the_colour_of_its_place_on_the_scale(pieces, signed):
    values = maps(signed)
    made = tiles(values, theme="dark", colours=MapColours(cut=0.0))
    assert made.signed is signed
    table = palette_colours(MapColours().palette(signed=signed))
    top = np.abs(values).max()
    for place in ((0, 0, 0), (3, 5, 8), (6, 2, 4)):
        share = (values[place] / top + 1) / 2 * 256 if signed else values[place] / top * 255 + 0.5
        assert tuple(made.pixels[place]) == tuple(table[min(255, int(share))])


def test_scales_reach_over_a_map_a_layer_or_the_network(pieces):
    values = maps()
    own = tiles(values, colours=MapColours(MAP, cut=0.0))
    assert own.highs == pytest.approx(np.abs(values).max((1, 2)).tolist())
    layer = tiles(values, colours=MapColours(cut=0.0))
    assert layer.highs == pytest.approx([np.abs(values).max()] * 7)
    network = tiles(values, colours=MapColours(NETWORK, cut=0.0), reach=50.0)
    assert set(network.highs) == {50.0}
    assert set(network.lows) == {-50.0}
    # ten times beyond, colours are near the neutral of zero
    assert np.abs(network.pixels.astype(int) - NEUTRAL["dark"]).max() < 40


@pytest.mark.parametrize("palette", [*UNSIGNED, *SIGNED])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_palettes_are_what_they_promise(palette, theme):
    table = palette_colours(palette, theme).astype(int)
    assert table.shape == (256, 3)
    light = table @ np.array([0.2126, 0.7152, 0.0722])
    if palette in UNSIGNED:
        assert (np.diff(light) > -0.8).all()  # ever brighter
        assert light[-1] - light[0] > 100
    else:
        assert tuple(table[128]) == NEUTRAL[theme]
        assert np.abs(table[0] - table[255]).max() > 80
    with pytest.raises(UnknownName, match="palette"):
        palette_colours("rainbow")


def test_of_large_maps_every_nth_number_is_drawn():
    values = np.random.default_rng(0).random((2, 40, 30), np.float32)
    made = tiles(values, most=15)
    assert made.step == 3
    assert made.pixels.shape == (2, 14, 10, 3)
    whole = tiles(values)
    assert np.array_equal(made.pixels, whole.pixels[:, ::3, ::3])
    ends = whole.lows[1], whole.highs[1]
    assert np.array_equal(one_coloured(values[1], ends, UNSIGNED[0], "dark", signed=False), whole.pixels[1])


@pytest.mark.parametrize(
    "values", [maps(), maps(signed=False), maps(odd=True), np.arange(-2.0, 8.0, dtype=np.float32)]
)
def test_figures_equal_those_of_numpy(pieces, values):
    found, whole = map_figures(values)
    flat = values.reshape(len(values), -1).astype(np.float64)
    for index, row in enumerate(flat):
        known = row[np.isfinite(row)]
        if not known.size:
            known = np.zeros(1)
        expected = known.min(), known.mean(), known.max(), known.var()
        got = (found.minimum, found.mean, found.maximum, found.variance)
        assert [column[index] for column in got] == pytest.approx(expected, abs=1e-9)
        if np.isfinite(row).any():
            assert found.zeros[index] == pytest.approx((known == 0).mean())
    known = flat[np.isfinite(flat)]
    assert (whole.minimum, whole.maximum) == (known.min(), known.max())
    assert (whole.mean, whole.deviation) == pytest.approx((known.mean(), known.std()))
    assert whole.zeros == pytest.approx((known == 0).mean())
    assert whole.dead == sum(not row.any() for row in flat)
    assert whole.not_finite == flat.size - known.size
    counts, low, high = histogram(values, 10)
    assert (low, high) == (known.min(), known.max())
    assert list(counts) == np.histogram(known.astype(np.float32), 10, (low, high))[0].tolist()


def test_likeness_is_the_cosine(pieces):
    values = maps(signed=False)
    found = likeness_to(values, 0)
    flat = values.reshape(7, -1).astype(np.float64)
    assert found[0] == pytest.approx(1.0)
    assert found[2] == 0.0  # a map of zeros
    assert found[5] == pytest.approx(flat[5] @ flat[0] / np.linalg.norm(flat[5]) / np.linalg.norm(flat[0]))
    assert likeness_to(-values, 0) == pytest.approx(found)


def test_what_are_no_maps_is_refused():
    with pytest.raises(ExplorerError, match="maps are"):
        tiles(np.zeros((2, 3)))
