"""The layout of a treemap: areas in proportion, nothing overlaps, any size of number."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.export.treemap import Rectangle, squarified

AMOUNTS = st.lists(st.integers(0, 10**30), max_size=40)
SIDES = st.floats(20.0, 3000.0)


def overlap(one: Rectangle, other: Rectangle) -> float:
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, wide) * max(0.0, high)


@given(AMOUNTS, SIDES, SIDES)
def test_areas_are_in_proportion_and_nothing_overlaps(
    amounts: list[int], width: float, height: float
) -> None:
    room = Rectangle(3.0, 5.0, width, height)
    found = squarified(amounts, room)
    assert len(found) == len(amounts)
    whole = sum(amounts)
    for amount, box in zip(amounts, found, strict=True):
        share = amount / whole if whole else 0.0
        assert box.area == pytest.approx(share * room.area, rel=1e-6, abs=1e-6 * room.area)
        assert box.width >= 0
        assert box.height >= 0
        assert room.x - 1e-6 <= box.x
        assert box.x + box.width <= room.x + room.width + 1e-6
        assert room.y - 1e-6 <= box.y
        assert box.y + box.height <= room.y + room.height + 1e-6
    for one, other in itertools.combinations(found, 2):
        assert overlap(one, other) <= 1e-6 * room.area


def test_the_example_of_the_paper() -> None:
    """Bruls, Huizing and van Wijk 2000, figure 5: 6, 6, 4, 3, 2, 2 and 1 in a room of 6 by 4."""
    first, second, third, fourth, *rest = squarified([6, 6, 4, 3, 2, 2, 1], Rectangle(0, 0, 6, 4))
    assert (first.width, first.height) == (second.width, second.height) == (3, 2)
    assert third.height == fourth.height == pytest.approx(7 / 3)
    assert third.width == pytest.approx(12 / 7)
    assert [box.height for box in rest] == pytest.approx([5 / 3] * 3)
    assert [box.width for box in rest] == pytest.approx([1.2, 1.2, 0.6])


def test_shapes_are_nearly_square() -> None:
    boxes = squarified([100 - index for index in range(30)], Rectangle(0, 0, 900, 400))
    worst = max(max(box.width / box.height, box.height / box.width) for box in boxes)
    assert worst < 2


@pytest.mark.parametrize("amounts", [[], [0], [0, 0, 0]])
def test_nothing_has_no_area(amounts: list[int]) -> None:
    assert all(box.area == 0 for box in squarified(amounts, Rectangle(0, 0, 10, 10)))


def test_numbers_that_no_float_can_hold() -> None:
    huge, small, zero = squarified([10**400, 1, 0], Rectangle(0, 0, 10, 10))
    assert huge.area == pytest.approx(100)
    assert small.area == zero.area == 0
    one, other = squarified([10**400, 10**400], Rectangle(0, 0, 10, 10))
    assert one.area == other.area == pytest.approx(50)


def test_a_room_without_area_and_a_negative_amount() -> None:
    assert squarified([1, 2], Rectangle(0, 0, 0, 10))[0].area == 0
    with pytest.raises(ValueError, match="negative"):
        squarified([1, -1], Rectangle(0, 0, 10, 10))
