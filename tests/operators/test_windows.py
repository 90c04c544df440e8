"""Sliding windows against torch's own pooling and convolution, ceil_mode included."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from explorer.core.errors import ShapeError
from explorer.core.shapes import Window

sides = st.integers(1, 40)


@given(st.integers(1, 9), st.integers(1, 7), st.integers(0, 4), st.integers(1, 4), st.booleans(), sides)
def test_max_pooling(kernel: int, stride: int, padding: int, dilation: int, ceil: bool, side: int) -> None:
    padding = min(padding, kernel // 2)
    window = Window(kernel, stride, padding, dilation, ceil)
    layer = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil)
    picture = torch.empty(1, 2, side, side, device="meta")
    try:
        count = window.slide(side)
    except ShapeError:
        with pytest.raises(RuntimeError):
            layer(picture)
        return
    assert layer(picture).shape == (1, 2, count, count)


@given(st.integers(1, 9), st.integers(1, 7), st.integers(0, 12), st.integers(1, 4), sides)
def test_convolution(kernel: int, stride: int, padding: int, dilation: int, side: int) -> None:
    window = Window(kernel, stride, padding, dilation)
    layer = nn.Conv2d(2, 3, kernel, stride, padding, dilation, device="meta")
    picture = torch.empty(1, 2, side, side, device="meta")
    try:
        count = window.slide(side)
    except ShapeError:
        with pytest.raises(RuntimeError):
            layer(picture)
        return
    assert layer(picture).shape == (1, 3, count, count)


@pytest.mark.parametrize("side", range(1, 41))
def test_every_small_ceil_mode_window(side: int) -> None:
    """All of kernel 1 to 5, stride 1 to 5, legal paddings: nothing left to chance."""
    picture = torch.empty(1, 1, side, side, device="meta")
    for kernel in range(1, 6):
        for stride in range(1, 6):
            for padding in range(kernel // 2 + 1):
                layer = nn.MaxPool2d(kernel, stride, padding, ceil_mode=True)
                window = Window(kernel, stride, padding, ceil_mode=True)
                try:
                    count = window.slide(side)
                except ShapeError:
                    with pytest.raises(RuntimeError):
                        layer(picture)
                else:
                    assert layer(picture).shape[-1] == count
