"""Maps become pictures: the right colours, zero in the middle, every map in its place."""

import io

import numpy as np
import pytest
from PIL import Image

from explorer.core.errors import ExplorerError
from explorer.engine.drawing.colour_scales import (
    BLUE,
    GAP,
    NEUTRAL,
    NOT_FINITE,
    ORANGE,
    VIRIDIS,
    signed_colours,
)
from explorer.engine.drawing.mosaic import bars, mosaic, save_png, suiting_columns, to_png


def test_viridis_is_viridis():
    assert VIRIDIS.shape == (256, 3)
    assert VIRIDIS[0].tolist() == [68, 1, 84]
    assert VIRIDIS[128].tolist() == [33, 145, 140]
    assert VIRIDIS[255].tolist() == [253, 231, 37]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_signed_scale_has_the_neutral_in_its_middle(theme):
    scale = signed_colours(theme)
    assert scale.shape == (256, 3)
    assert tuple(scale[0]) == BLUE
    assert tuple(scale[128]) == NEUTRAL[theme]
    assert tuple(scale[255]) == ORANGE


def test_maps_without_sign_begin_at_zero():
    values = np.array([[[0.0, 1.0]], [[2.0, 4.0]]])
    made = mosaic(values, columns=2)
    assert made.pixels.shape == (1, 5, 3)
    assert made.pixels[0, 0].tolist() == VIRIDIS[0].tolist()
    assert made.pixels[0, 1].tolist() == VIRIDIS[64].tolist()
    assert made.pixels[0, 2].tolist() == list(GAP["dark"])
    assert made.pixels[0, 4].tolist() == VIRIDIS[255].tolist()
    assert (made.lows, made.highs, made.signed) == ((0.0, 0.0), (4.0, 4.0), False)


def test_signed_maps_have_zero_in_the_middle():
    made = mosaic(np.array([[[-4.0, 0.0, 2.0]]]))
    scale = signed_colours("dark")
    assert made.pixels[0].tolist() == [scale[0].tolist(), scale[128].tolist(), scale[192].tolist()]
    assert (made.lows, made.highs, made.signed) == ((-4.0,), (4.0,), True)


def test_each_map_on_a_scale_of_its_own():
    values = np.array([[[0.0, 1.0]], [[0.0, 100.0]]])
    made = mosaic(values, columns=1, shared=False)
    assert made.pixels[0, 1].tolist() == made.pixels[2, 1].tolist() == VIRIDIS[255].tolist()
    assert made.highs == (1.0, 100.0)


def test_what_is_no_number_has_the_colour_of_a_problem():
    made = mosaic(np.array([[[np.nan, np.inf, -np.inf, 1.0]]]))
    assert [tuple(colour) for colour in made.pixels[0, :3]] == [NOT_FINITE["dark"]] * 3
    assert made.highs == (1.0,)
    assert mosaic(np.full((1, 2, 2), np.nan)).highs == (0.0,)


@pytest.mark.parametrize("signed", [True, False])
def test_maps_of_zeros_have_the_colour_of_zero(signed):
    made = mosaic(np.zeros((2, 3, 3)), signed=signed)
    colour = NEUTRAL["dark"] if signed else tuple(VIRIDIS[0])
    assert tuple(made.pixels[0, 0]) == colour


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 64, 96, 512, 1000])
@pytest.mark.parametrize("zoom", [1, 3])
def test_every_map_is_where_the_mosaic_says(count, zoom):
    values = np.arange(1, count + 1)[:, None, None] * np.ones((1, 4, 6)) / count
    made = mosaic(values, zoom=zoom)
    for index in range(count):
        left, top = made.corner(index)
        inside = made.pixels[top : top + 4 * zoom, left : left + 6 * zoom]
        assert (inside == VIRIDIS[int(np.floor(values[index, 0, 0] * 255 + 0.5))]).all()
        assert made.at(left, top) == made.at(left + 6 * zoom - 1, top + 4 * zoom - 1) == index
        assert made.at(left + 6 * zoom, top) is None
    assert made.at(-1, 0) is None
    assert made.at(made.pixels.shape[1] + 5, 0) is None


@pytest.mark.parametrize(
    ("count", "columns"),
    [(1, 1), (2, 2), (6, 3), (7, 3), (16, 4), (64, 8), (96, 12), (512, 32), (1000, 40), (1009, 32)],
)
def test_grids_suit(count, columns):
    assert suiting_columns(count, 10, 10) == columns


def test_grids_of_long_maps_stay_near_a_square():
    assert suiting_columns(64, 40, 10) == 16
    assert suiting_columns(64, 10, 40) == 4


def test_a_vector_is_shown_as_cells_and_as_bars():
    values = np.array([0.0, -1.0, 2.0, np.nan])
    cells = mosaic(values)
    assert cells.pixels.shape == (16, 16, 3)
    assert tuple(cells.pixels[0, 0]) == NEUTRAL["dark"]
    picture = bars(values, height=9, width=1)
    assert picture.shape == (9, 7, 3)
    drawn = (picture != GAP["dark"]).any(axis=2).sum(axis=0)
    assert drawn.tolist() == [1, 0, 3, 0, 5, 0, 9]
    assert tuple(picture[0, 6]) == NOT_FINITE["dark"]


def test_what_makes_no_picture_is_refused():
    for values in (np.zeros((2, 2)), np.zeros((0, 3, 3)), np.zeros(0), np.zeros((1, 2, 3, 3))):
        with pytest.raises(ExplorerError, match="choose one picture"):
            mosaic(values)
    with pytest.raises(ExplorerError, match="more than 16,384 a side"):
        mosaic(np.zeros((300, 1, 1)), zoom=2000)
    with pytest.raises(ExplorerError, match="show them as cells"):
        bars(np.zeros(5000))


def test_the_png_holds_the_pixels(tmp_path):
    made = mosaic(np.random.default_rng(0).normal(size=(6, 5, 5)), theme="light")
    save_png(made.pixels, tmp_path / "maps.png")
    with Image.open(tmp_path / "maps.png") as image:
        assert np.array_equal(np.asarray(image), made.pixels)
    with Image.open(io.BytesIO(to_png(made.pixels))) as image:
        assert image.format == "PNG"
    assert [path.name for path in tmp_path.iterdir()] == ["maps.png"]
