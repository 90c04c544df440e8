"""Pictures are shifted, turned, scaled, covered and disturbed as the alteration says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer.engine.pictures.alteration import Alteration
from explorer.engine.pictures.altering import altered, preview
from explorer.engine.pictures.images import Picture, fitted


def spot(row, column, size=(40, 60)):
    """A white square of 4 pixels on black, its middle at (row, column)."""
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[row - 2 : row + 2, column - 2 : column + 2] = 255
    return pixels


def middle(image):
    values = np.asarray(image, np.float64)[..., 0]
    rows, columns = np.mgrid[0 : values.shape[0], 0 : values.shape[1]] + 0.5
    return (values * rows).sum() / values.sum(), (values * columns).sum() / values.sum()


@pytest.mark.parametrize(
    ("alteration", "row", "column"),
    [
        (Alteration(across=0.25), 10, 50),  # a quarter of 40
        (Alteration(down=-0.125), 5, 40),
        (Alteration(turn=90), 10, 20),  # (−10 down, +10 right) of the middle, a quarter turn to the left
        (Alteration(scale=0.5), 15, 35),
        (Alteration(scale=1.5), 5, 45),
        (Alteration(turn=180, across=0.25), 30, 30),
    ],
)
def test_a_spot_comes_to_lie_where_the_alteration_says(alteration, row, column):
    made = altered(Image.fromarray(spot(10, 40)), alteration)
    assert made.size == (60, 40)
    assert middle(made) == pytest.approx((row, column), abs=0.6)


def test_outside_has_the_colour_of_the_rim():
    pixels = np.full((20, 20, 3), 40, np.uint8)
    pixels[5:15, 5:15] = 200
    made = np.asarray(altered(Image.fromarray(pixels), Alteration(across=0.5)))
    assert (made[:, :9] == 40).all()


def test_a_part_is_covered_in_grey():
    cover = Alteration(cover=0.5, cover_across=0.25, cover_down=0.5)
    made = np.asarray(altered(Image.fromarray(np.zeros((40, 80, 3), np.uint8)), cover))
    assert (made[10:30, 10:30] == 128).all()
    assert made.sum() == 20 * 20 * 3 * 128


def test_noise_is_as_strong_as_said_and_always_the_same():
    grey = Image.fromarray(np.full((200, 200), 128, np.uint8))
    one, other = (np.asarray(altered(grey, Alteration(noise=0.1)), np.float64) for _ in range(2))
    assert np.array_equal(one, other)
    assert one.std() == pytest.approx(25.5, rel=0.03)
    assert one.mean() == pytest.approx(128, abs=0.5)


def test_the_network_is_fed_the_altered_picture():
    picture = Picture("spot", spot(10, 40), "RGB", (60, 40))
    moved = replace(picture, alteration=Alteration(across=-0.5))
    assert np.array_equal(fitted(replace(picture), (3, 40, 40)), fitted(picture, (3, 40, 40)))
    # the middle 40 of 60 columns are fed: the spot comes from column 40 to 20, which is 10 of these
    assert middle(fitted(moved, (3, 40, 40))) == pytest.approx((10, 10), abs=0.6)
    assert fitted(moved, (1, 20, 20)).shape == (20, 20, 1)


def test_a_preview_is_small_and_shows_the_same():
    pixels = np.repeat(np.repeat(spot(10, 40), 20, axis=0), 20, axis=1)
    small = preview(pixels, Alteration(across=0.25), most=300)
    assert small.shape == (200, 300, 3)
    assert middle(small) == pytest.approx((50, 250), abs=2)


def test_an_alteration_says_what_it_does():
    assert not Alteration().alters
    assert Alteration().told() == ""
    told = Alteration(across=-0.1, turn=10, noise=0.2, cover=0.3).told()
    assert told == "shifted −10 %, +0 %, turned 10°, partly covered, noise of 20 %"
