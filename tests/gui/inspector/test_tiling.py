"""Maps fill the space they have, in tiles that can be hit."""

from __future__ import annotations

import pytest

from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.tiling import GAP, LABEL, SMALLEST, tile
from explorer.gui.inspector.pictures.picture_view import crop_of


@pytest.mark.parametrize("count", [1, 2, 6, 16, 64, 128, 512, 2048])
@pytest.mark.parametrize("side", [(28, 28), (7, 7), (112, 112), (1, 30), (30, 1), (13, 20)])
@pytest.mark.parametrize("room", [(620, 700), (1800, 1300), (300, 200)])
def test_tiles_are_inside_apart_and_found_again(count, side, room):
    tiling = tile(count, side, room)
    assert tiling.columns >= 1
    assert tiling.rows * tiling.columns >= count > (tiling.rows - 1) * tiling.columns
    for place in {0, count // 2, count - 1}:
        left, top = tiling.corner(place)
        assert left >= 0
        assert left + tiling.wide <= room[0]
        assert tiling.place_at(left, top) == place
        assert tiling.place_at(left + tiling.wide - 1, top + tiling.high + LABEL - 1) == place
        assert tiling.place_at(left - 1, top) is None
        assert tiling.place_at(left + tiling.wide, top) is None
    assert tiling.place_at(-5, -5) is None
    if tiling.wide < SMALLEST * 0.85:
        assert tiling.high >= SMALLEST * 0.85 or tiling.wide + 2 * GAP >= SMALLEST


@pytest.mark.parametrize("count", [6, 16, 64])
def test_all_maps_fit_where_they_can_be_large_enough(count):
    tiling = tile(count, (28, 28), (1200, 900))
    assert tiling.height <= 900
    assert tiling.wide * tiling.high * count > 0.4 * 1200 * 900


def test_many_maps_scroll_rather_than_shrink():
    tiling = tile(512, (14, 14), (620, 700))
    assert tiling.wide >= SMALLEST * 0.85
    assert tiling.height > 700


def test_cells_are_whole_pixels_where_that_costs_little():
    assert tile(128, (28, 28), (620, 700)).wide % 28 == 0
    # a number that is seven pixels large may be eight
    assert tile(6, (8, 8), (620, 700)).wide % 8 != 0 or tile(6, (8, 8), (620, 701)).wide % 8 != 0


@pytest.mark.parametrize("room", [(622, 560), (900, 820), (1880, 1240)])
def test_a_grid_that_scrolls_or_nearly_fills_reaches_both_edges(room):
    tiling = tile(128, (28, 28), room)
    left, right = tiling.corner(0)[0], tiling.corner(tiling.columns - 1)[0] + tiling.wide
    assert left <= 28
    assert room[0] - right <= 28


def test_the_crop_is_the_middle_of_the_picture():
    crop = crop_of((640, 427), (224, 224), 1.0)
    assert crop.scale == pytest.approx(427 / 224)
    assert (crop.left, crop.top) == (pytest.approx(106.5), pytest.approx(0))
    smaller = crop_of((256, 256), (224, 224), 224 / 256)
    assert smaller.scale == pytest.approx(1.0)
    assert (smaller.left, smaller.top) == (pytest.approx(16), pytest.approx(16))


def test_numbers_are_short_and_honest():
    values = (0.0, 1.0, -0.5, 123.4, 1e-7, -25.21, float("nan"), float("inf"), 123_456.0)
    assert [number(value) for value in values] == [
        "0", "1", "−0.5", "123", "1.00e−7", "−25.2", "NaN", "∞", "1.23e5",
    ]  # fmt: skip
    assert number(3.29, signed=True) == "+3.29"
