"""Convolutions: a small kernel that slides over all input channels of its group."""

from __future__ import annotations

from typing import Any

from explorer.core.attribute import COUNT_LIMIT, WIDTH
from explorer.core.errors import ShapeError
from explorer.core.formula import NONE, Formula, given, plain, setting
from explorer.core.keeping import INPUT, Extra, Keeping
from explorer.core.operator import Operator, Repair, TorchCall, attribute, map_shape, operator
from explorer.core.receptive_field import Field, scattering, sliding
from explorer.core.shapes import Shape, Side, Window, pair, side_text

KERNEL_LIMIT = 10_000
_BLOCK, _FEW = 16, 4


def windowed_sides(
    shape: Shape, windows: tuple[Window, Window], names: tuple[str, str, str]
) -> tuple[Formula, ...]:
    """Output height and width as ⌊(side + 2 · padding − kernel) / stride⌋ + 1.

    `names` are the attributes that hold padding, kernel and stride.
    Source: Dumoulin and Visin, arXiv:1603.07285, relationships 6 and 15.
    """
    padding, kernel, stride = names
    formulas = []
    for side, window in zip(shape[1:], windows, strict=True):
        room = given("side", side) + plain(2) * setting("padding", window.padding, padding)
        taps = setting("kernel", window.kernel, kernel)
        if window.dilation > 1:
            spread = setting("dilation", window.dilation, "dilation")
            taps = spread * (taps - 1) + 1
        room = room - taps
        step = setting("stride", window.stride, stride)
        if window.ceil_mode:
            # rounded up, and the last window must start inside: say it by what it gives
            room = room + plain((window.slide(side) - 1) * window.stride - room.value)
        formulas.append(room // step + 1)
    return tuple(formulas)


def _blocked(shape: Shape) -> int:
    """Numbers of a map whose channels are rearranged in blocks, as oneDNN and cuDNN compute on them.

    A map of very few channels, such as the picture, is taken as it is.
    Source: measured; oneDNN 3, developer guide, "Understanding memory formats".
    """
    channels, high, wide = shape
    return -(-channels // _BLOCK) * _BLOCK * high * wide if channels > _FEW else 0


class _Convolution(Operator):
    """What all convolutions share: windows, parameters and multiplications."""

    def _windows(self) -> tuple[Window, Window]:
        of: Any = self
        high, wide = (
            Window(*figures)
            for figures in zip(
                pair(of.kernel_size),
                pair(of.stride),
                pair(of.padding),
                pair(getattr(of, "dilation", 1)),
                strict=True,
            )
        )
        return high, wide

    def infer(self, *x: Shape) -> Shape:
        _, high, wide = map_shape(self.kind(), x[0])
        down, across = self._windows()
        return (self._channels(x[0][0]), down.slide(high), across.slide(wide))

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        down, across = self._windows()
        return ((sliding(down), sliding(across)),)

    def sides(self, *x: Shape) -> tuple[Formula, ...]:
        return windowed_sides(x[0], self._windows(), ("padding", "kernel_size", "stride"))

    def keeping(self, *x: Shape) -> Keeping:
        if all(window == Window(1) for window in self._windows()):
            return INPUT  # a plain product of matrices
        entering, leaving = _blocked(x[0]), _blocked(self.infer(*x))
        weights = Extra("weights in blocks of channels", self._weights(x[0][0]).value, per_picture=False)
        forward: tuple[Extra, ...] = (Extra("output in blocks of channels", leaving),)
        if entering >= leaving:
            forward = (Extra("input in blocks of channels", entering), weights)
        backward = (Extra("input and gradient in blocks of channels", entering + leaving), weights)
        return Keeping(inputs=(0,), forward=forward, backward=backward)

    def parameters(self, *x: Shape) -> Formula:
        weights = self._weights(x[0][0])
        if not getattr(self, "bias", False):
            return weights
        return weights + self._out(x[0][0])

    def macs(self, *x: Shape) -> Formula:
        _, high, wide = self.infer(*x)
        return given("height", high) * given("width", wide) * self._weights(x[0][0])

    def bias_additions(self, *x: Shape) -> Formula:
        if not getattr(self, "bias", False):
            return NONE
        _, high, wide = self.infer(*x)
        return given("height", high) * given("width", wide) * self._out(x[0][0])

    def _kernel(self) -> Formula:
        high, wide = pair(getattr(self, "kernel_size"))  # noqa: B009  (declared by subclasses)
        return setting("kernel", high, "kernel_size") * setting("kernel", wide, "kernel_size")

    def _channels(self, arriving: int) -> int:
        raise NotImplementedError

    def _out(self, arriving: int) -> Formula:
        raise NotImplementedError

    def _weights(self, arriving: int) -> Formula:
        raise NotImplementedError

    def telling(self) -> str:
        of: Any = self
        parts = [side_text(of.kernel_size)]
        if hasattr(self, "out_channels"):
            parts.append(str(of.out_channels))
        if of.stride != 1:
            parts.append(f"/{of.stride}" if isinstance(of.stride, int) else "/" + side_text(of.stride))
        return ", ".join(parts)


@operator("Convolution", paper="LeCun et al. 1998, Gradient-based learning, sec. II.A")
class Conv2d(_Convolution):
    """Slide a kernel over the map and sum its products over all channels.

    Shape: (in, H, W) to (out, ⌊(H + 2·padding − kernel)/stride⌋ + 1, the same for W).
    Parameters: out · in/groups · kernel · kernel, and out more with a bias.
    MACs: height · width · out · in/groups · kernel · kernel.
    """

    out_channels: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="How many kernels, so how many maps leave.", scales=WIDTH
    )
    kernel_size: Side = attribute(3, low=1, high=KERNEL_LIMIT, help="Side of the kernel.", unit="px")
    stride: Side = attribute(1, low=1, high=KERNEL_LIMIT, help="Step between windows.", unit="px")
    padding: Side = attribute(
        0, low=0, high=KERNEL_LIMIT, help="Border of zeros on each side.", unit="px of zeros"
    )
    dilation: Side = attribute(
        1, low=1, high=KERNEL_LIMIT, help="Distance between the taps of the kernel.", unit="px", advanced=True
    )
    groups: int = attribute(
        1, low=1, high=COUNT_LIMIT, help="Parts that the channels are split into; each sees only its own."
    )
    bias: bool = attribute(True, help="Add a learned number to every map; off where a BatchNorm follows.")

    def infer(self, *x: Shape) -> Shape:
        arriving = map_shape("Conv2d", x[0])[0]
        if arriving % self.groups or self.out_channels % self.groups:
            raise ShapeError(
                f"groups = {self.groups} must divide the {arriving} channels that come in"
                f" and the {self.out_channels} that leave; set groups to 1, or change the channels",
                Repair("Set groups to 1", "groups", 1),
            )
        return super().infer(*x)

    def torch(self, *x: Shape) -> TorchCall:
        defaults = self.unlike(stride=1, padding=0, dilation=1, groups=1, bias=True)
        return TorchCall("nn.Conv2d", (x[0][0], self.out_channels, self.kernel_size), defaults)

    def _channels(self, arriving: int) -> int:
        return self.out_channels

    def _out(self, arriving: int) -> Formula:
        return setting("out", self.out_channels, "out_channels")

    def _weights(self, arriving: int) -> Formula:
        each = given("in", arriving)
        if self.groups > 1:
            each = each // setting("groups", self.groups, "groups")
        return self._out(arriving) * each * self._kernel()


@operator("Convolution", paper="Howard et al., arXiv:1704.04861, sec. 3.1")
class DepthwiseConv2d(_Convolution):
    """Filter every channel on its own; a 1×1 convolution usually mixes them after it.

    Shape: channels are multiplied by `multiplier`; sides as Conv2d.
    Parameters: in · multiplier · kernel · kernel, and in · multiplier more with a bias.
    MACs: height · width · in · multiplier · kernel · kernel.
    """

    kernel_size: Side = attribute(3, low=1, high=KERNEL_LIMIT, help="Side of the kernel.", unit="px")
    stride: Side = attribute(1, low=1, high=KERNEL_LIMIT, help="Step between windows.", unit="px")
    padding: Side = attribute(
        1, low=0, high=KERNEL_LIMIT, help="Border of zeros on each side.", unit="px of zeros"
    )
    dilation: Side = attribute(
        1, low=1, high=KERNEL_LIMIT, help="Distance between the taps of the kernel.", unit="px", advanced=True
    )
    multiplier: int = attribute(1, low=1, high=10**6, help="Maps made of each channel.", advanced=True)
    bias: bool = attribute(False, help="Add a learned number to every map; off where a BatchNorm follows.")

    def torch(self, *x: Shape) -> TorchCall:
        arriving = x[0][0]
        defaults = self.unlike(stride=1, padding=0, dilation=1, bias=True)
        call = (arriving, arriving * self.multiplier, self.kernel_size)
        return TorchCall("nn.Conv2d", call, defaults | {"groups": arriving})

    def _channels(self, arriving: int) -> int:
        return arriving * self.multiplier

    def _out(self, arriving: int) -> Formula:
        out = given("in", arriving)
        if self.multiplier > 1:
            out = out * setting("multiplier", self.multiplier, "multiplier")
        return out

    def _weights(self, arriving: int) -> Formula:
        return self._out(arriving) * self._kernel()


@operator(
    "Convolution",
    paper="Zeiler et al. 2010, Deconvolutional networks; Dumoulin and Visin, arXiv:1603.07285, ch. 4",
)
class ConvTranspose2d(_Convolution):
    """Enlarge a map: every input position writes a weighted kernel, and overlaps add up.

    Shape: (in, H, W) to (out, (H − 1)·stride − 2·padding + kernel + output_padding, same for W).
    Parameters: in · out/groups · kernel · kernel, and out more with a bias.
    MACs: input height · input width · in · out/groups · kernel · kernel.
    """

    out_channels: int = attribute(64, low=1, high=COUNT_LIMIT, help="How many maps leave.", scales=WIDTH)
    kernel_size: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="Side of the kernel.", unit="px")
    stride: Side = attribute(2, low=1, high=KERNEL_LIMIT, help="By how much the map grows.", unit="px")
    padding: Side = attribute(0, low=0, high=KERNEL_LIMIT, help="Border cut off on each side.", unit="px")
    output_padding: Side = attribute(
        0, low=0, high=KERNEL_LIMIT, help="Rows and columns added at the end.", unit="px", advanced=True
    )
    groups: int = attribute(1, low=1, high=COUNT_LIMIT, help="Parts that the channels are split into.")
    bias: bool = attribute(True, help="Add a learned number to every map.")

    def infer(self, *x: Shape) -> Shape:
        arriving = map_shape("ConvTranspose2d", x[0])[0]
        if arriving % self.groups or self.out_channels % self.groups:
            raise ShapeError(
                f"groups = {self.groups} must divide the {arriving} channels that come in"
                f" and the {self.out_channels} that leave; set groups to 1, or change the channels",
                Repair("Set groups to 1", "groups", 1),
            )
        if any(more >= step for more, step in zip(pair(self.output_padding), pair(self.stride), strict=True)):
            raise ShapeError(
                f"output padding must be smaller than the stride {side_text(self.stride)},"
                f" got {side_text(self.output_padding)}",
                Repair("Set output padding to 0", "output_padding", 0),
            )
        high, wide = (formula.value for formula in self.sides(*x))
        if min(high, wide) < 1:
            raise ShapeError(
                f"nothing is left of the map: padding {side_text(self.padding)} cuts more than"
                " the kernel writes; use less padding",
                Repair("Set padding to 0", "padding", 0),
            )
        return (self.out_channels, high, wide)

    def sides(self, *x: Shape) -> tuple[Formula, ...]:
        return tuple(
            (given("side", side) - 1) * setting("stride", window.stride, "stride")
            - plain(2) * setting("padding", window.padding, "padding")
            + setting("kernel", window.kernel, "kernel_size")
            + setting("output padding", more, "output_padding")
            for side, window, more in zip(x[0][1:], self._windows(), pair(self.output_padding), strict=True)
        )

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        down, across = self._windows()
        return ((scattering(down), scattering(across)),)

    def macs(self, *x: Shape) -> Formula:
        arriving, high, wide = x[0]
        positions = given("input height", high) * given("input width", wide)
        return positions * self._weights(arriving)

    def torch(self, *x: Shape) -> TorchCall:
        defaults = self.unlike(stride=1, padding=0, output_padding=0, groups=1, bias=True)
        call = (x[0][0], self.out_channels, self.kernel_size)
        return TorchCall("nn.ConvTranspose2d", call, defaults)

    def _channels(self, arriving: int) -> int:
        return self.out_channels

    def _out(self, arriving: int) -> Formula:
        return setting("out", self.out_channels, "out_channels")

    def _weights(self, arriving: int) -> Formula:
        each = self._out(arriving)
        if self.groups > 1:
            each = each // setting("groups", self.groups, "groups")
        return given("in", arriving) * each * self._kernel()
