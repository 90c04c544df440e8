"""Shapes and windows against their definitions, place by place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import ExplorerError, ShapeError
from explorer.core.shapes import Window, elements, pair, parse_shape, shape_text, side_text

windows = st.builds(
    Window,
    kernel=st.integers(1, 7),
    stride=st.integers(1, 5),
    padding=st.integers(0, 6),
    dilation=st.integers(1, 4),
)


@given(windows, st.integers(1, 30))
def test_a_window_slides_to_every_place_where_it_fits(window: Window, side: int) -> None:
    room = range(-window.padding, side + window.padding - window.span + 1, window.stride)
    if len(room):
        assert window.slide(side) == len(room)
    else:
        with pytest.raises(ShapeError, match="does not fit"):
            window.slide(side)


@given(st.integers(1, 200))
def test_same_padding_keeps_the_side(side: int) -> None:
    for kernel in (1, 3, 5, 7):
        assert Window(kernel, 1, kernel // 2).slide(side) == side


@given(windows, st.integers(1, 30))
def test_ceil_mode_adds_at_most_one_place_and_starts_inside(window: Window, side: int) -> None:
    window = replace(window, padding=min(window.padding, window.kernel // 2))  # as pooling demands
    hanging = replace(window, ceil_mode=True)
    try:
        count = hanging.slide(side)
    except ShapeError:
        with pytest.raises(ShapeError):
            window.slide(side)
        return
    assert (count - 1) * window.stride < side + window.padding
    try:
        plain = window.slide(side)
    except ShapeError:
        plain = 0
    assert plain <= count <= plain + 1


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=3).map(tuple))
def test_shape_text_is_read_back(shape: tuple[int, ...]) -> None:
    assert parse_shape(shape_text(shape)) == shape
    assert parse_shape("x".join(map(str, shape))) == shape


@pytest.mark.parametrize("text", ["", "x", "3x", "3x4", "0x4x4", "-1x2x3", "3x4x5x6", "a", "1e3", "9" * 400])
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ExplorerError, match="channels x height x width"):
        parse_shape(text)


def test_words_for_sides() -> None:
    assert (side_text(3), side_text((1, 7))) == ("3×3", "1×7")
    assert (pair(3), pair((1, 7))) == ((3, 3), (1, 7))
    assert elements((3, 224, 224)) == 150_528
