"""Pooling: one figure for each window of a map, channel by channel, nothing learned."""

from __future__ import annotations

from typing import Any

from explorer.core.errors import ShapeError
from explorer.core.formula import Formula
from explorer.core.keeping import INPUT, INT64, NOTHING, Extra, Keeping
from explorer.core.operator import Operator, Repair, TorchCall, attribute, map_shape, operator
from explorer.core.receptive_field import Field, adaptive, sliding
from explorer.core.shapes import Shape, Side, Window, elements, pair, side_text
from explorer.operators.convolution import KERNEL_LIMIT, windowed_sides


def keeping_places(output: Shape) -> Keeping:
    """The input, and for every output the place of the input that was the strongest."""
    return Keeping(inputs=(0,), extra=(Extra("places of the strongest", elements(output), INT64),))


class _Pooling(Operator):
    """A window that slides over each channel on its own."""

    def _windows(self) -> tuple[Window, Window]:
        of: Any = self
        high, wide = (
            Window(*figures, dilation=1, ceil_mode=of.ceil_mode)
            for figures in zip(pair(of.kernel_size), pair(of.stride), pair(of.padding), strict=True)
        )
        return high, wide

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape(self.kind(), x[0])
        down, across = self._windows()
        halves = (min(down.padding, down.kernel // 2), min(across.padding, across.kernel // 2))
        less: Side = halves if halves[0] != halves[1] else halves[0]
        for window in (down, across):
            if 2 * window.padding > window.kernel:
                raise ShapeError(
                    f"padding {window.padding} is more than half of the kernel {window.kernel}:"
                    " some windows would hold nothing but border; use less padding",
                    Repair(f"Set padding to {side_text(less) if halves == less else less}", "padding", less),
                )
        return (channels, down.slide(high), across.slide(wide))

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        down, across = self._windows()
        return ((sliding(down), sliding(across)),)

    def sides(self, *x: Shape) -> tuple[Formula, ...]:
        return windowed_sides(x[0], self._windows(), ("padding", "kernel_size", "stride"))

    def telling(self) -> str:
        of: Any = self
        step = f"/{of.stride}" if isinstance(of.stride, int) else "/" + side_text(of.stride)
        return side_text(of.kernel_size) + (f", {step}" if of.stride != 1 else "")


@operator("Pooling", paper="Krizhevsky et al. 2012, sec. 3.4")
class MaxPool2d(_Pooling):
    """Keep the strongest response in each window.

    Shape: (C, H, W) to (C, ⌊(H + 2·padding − kernel)/stride⌋ + 1, the same for W); rounded up
    with ceil_mode, where the last window must start inside the map or its upper padding.
    Parameters, MACs: none.
    """

    kernel_size: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="Side of the window.", unit="px")
    stride: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="Step between windows.", unit="px")
    padding: Side = attribute(
        0, low=0, high=KERNEL_LIMIT, help="Border added on each side; never the strongest.", unit="px"
    )
    ceil_mode: bool = attribute(
        False, help="Let the last window hang over the edge instead of leaving it out.", advanced=True
    )

    def keeping(self, *x: Shape) -> Keeping:
        return keeping_places(self.infer(*x))

    def torch(self, *x: Shape) -> TorchCall:
        settings = self.unlike(padding=0, ceil_mode=False)
        return TorchCall("nn.MaxPool2d", (self.kernel_size,), {"stride": self.stride} | settings)


@operator("Pooling", paper="LeCun et al. 1998, Gradient-based learning, sec. II.B")
class AvgPool2d(_Pooling):
    """Average each window.

    Shape: as MaxPool2d.
    Parameters, MACs: none (additions are no multiply-accumulates).
    """

    kernel_size: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="Side of the window.", unit="px")
    stride: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="Step between windows.", unit="px")
    padding: Side = attribute(0, low=0, high=KERNEL_LIMIT, help="Border of zeros on each side.", unit="px")
    ceil_mode: bool = attribute(
        False, help="Let the last window hang over the edge instead of leaving it out.", advanced=True
    )
    count_include_pad: bool = attribute(
        True, help="Count the zeros of the border in the average.", advanced=True
    )

    def keeping(self, *x: Shape) -> Keeping:
        return INPUT

    def torch(self, *x: Shape) -> TorchCall:
        settings = self.unlike(padding=0, ceil_mode=False, count_include_pad=True)
        return TorchCall("nn.AvgPool2d", (self.kernel_size,), {"stride": self.stride} | settings)


class _AdaptivePooling(Operator):
    """Windows chosen so that a given number of them covers the map.

    Window i reads from ⌊i · side / out⌋ to ⌈(i + 1) · side / out⌉ − 1.
    """

    def infer(self, *x: Shape) -> Shape:
        of: Any = self
        return (map_shape(self.kind(), x[0])[0], *pair(of.output_size))

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        high, wide = self.infer(*x)[1:]
        return ((adaptive(x[0][1], high), adaptive(x[0][2], wide)),)

    def torch(self, *x: Shape) -> TorchCall:
        of: Any = self
        return TorchCall(f"nn.{self.kind()}", (of.output_size,))

    def telling(self) -> str:
        of: Any = self
        return "to " + side_text(of.output_size)


@operator("Pooling")
class AdaptiveAvgPool2d(_AdaptivePooling):
    """Average to a map of a given side, whatever comes in.

    Shape: (C, H, W) to (C, output, output).
    Parameters, MACs: none.
    Source: torch.nn.AdaptiveAvgPool2d; torchvision puts it before the dense layers of VGG.
    """

    output_size: Side = attribute(7, low=1, high=KERNEL_LIMIT, help="Side of the map that leaves.", unit="px")

    def keeping(self, *x: Shape) -> Keeping:
        # a single figure per map is a plain mean to torch, whose gradient needs no input
        return NOTHING if pair(self.output_size) == (1, 1) else INPUT


@operator("Pooling")
class AdaptiveMaxPool2d(_AdaptivePooling):
    """Keep the strongest responses in a map of a given side, whatever comes in.

    Shape: (C, H, W) to (C, output, output).
    Parameters, MACs: none.
    """

    output_size: Side = attribute(7, low=1, high=KERNEL_LIMIT, help="Side of the map that leaves.", unit="px")

    def keeping(self, *x: Shape) -> Keeping:
        return keeping_places(self.infer(*x))


@operator("Pooling", paper="Lin et al., arXiv:1312.4400, sec. 3.2")
class GlobalAvgPool(Operator):
    """Average every map to one figure, so that any picture size fits.

    Shape: (C, H, W) to (C, 1, 1).
    Parameters, MACs: none.
    """

    def infer(self, *x: Shape) -> Shape:
        return (map_shape("GlobalAvgPool", x[0])[0], 1, 1)

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return ((adaptive(x[0][1], 1), adaptive(x[0][2], 1)),)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.AdaptiveAvgPool2d", (1,))
