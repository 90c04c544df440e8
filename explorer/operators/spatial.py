"""Rearranging: enlarge, pad, crop and shuffle without weights."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT, WIDTH
from explorer.core.errors import ShapeError
from explorer.core.keeping import Extra, Keeping
from explorer.core.operator import Operator, Repair, TorchCall, attribute, map_shape, operator
from explorer.core.receptive_field import Field, Reach, enlarging, shifted
from explorer.core.shapes import Shape, Side, elements, pair, side_text
from explorer.operators.pooling import keeping_places


@operator("Pooling", paper="Odena et al. 2016, Deconvolution and checkerboard artifacts")
class Upsample(Operator):
    """Enlarge a map by repeating every number.

    Shape: (C, H, W) to (C, factor · H, factor · W).
    Parameters, MACs: none.
    """

    factor: int = attribute(2, low=1, high=1_000, help="How many times larger each side becomes.")

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape("Upsample", x[0])
        return (channels, self.factor * high, self.factor * wide)

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return ((enlarging(self.factor), enlarging(self.factor)),)

    def keeping(self, *x: Shape) -> Keeping:
        copies = Extra(
            "copies of input and output, channels last", elements(x[0]) * (1 + self.factor**2), gpu_bits=0
        )
        return Keeping(forward=(copies,))

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.Upsample", (), {"scale_factor": self.factor})

    def telling(self) -> str:
        return f"×{self.factor}"


@operator("Pooling")
class ZeroPad2d(Operator):
    """Add a border of zeros, each side on its own.

    Shape: (C, H, W) to (C, top + H + bottom, left + W + right).
    Parameters, MACs: none.
    """

    left: int = attribute(1, low=0, high=10_000, help="Columns before the first.", unit="px")
    right: int = attribute(1, low=0, high=10_000, help="Columns after the last.", unit="px")
    top: int = attribute(1, low=0, high=10_000, help="Rows above the first.", unit="px")
    bottom: int = attribute(1, low=0, high=10_000, help="Rows below the last.", unit="px")

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape("ZeroPad2d", x[0])
        return (channels, self.top + high + self.bottom, self.left + wide + self.right)

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return ((shifted(-self.top), shifted(-self.left)),)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.ZeroPad2d", ((self.left, self.right, self.top, self.bottom),))

    def telling(self) -> str:
        return f"{self.left}, {self.right}, {self.top}, {self.bottom}"


@operator("Pooling", paper="He et al., arXiv:1512.03385, sec. 3.3, option A")
class Subsample(Operator):
    """Keep every n-th row and column, drop the rest.

    Shape: (C, H, W) to (C, ⌈H / stride⌉, ⌈W / stride⌉).
    Parameters, MACs: none.
    Built as a pooling window of 1, which is the same.
    """

    stride: Side = attribute(2, low=1, high=10_000, help="Of how many rows and columns one is kept.")

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape("Subsample", x[0])
        down, across = pair(self.stride)
        return (channels, -(-high // down), -(-wide // across))

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        down, across = pair(self.stride)
        return ((Reach((0,), (0,), down), Reach((0,), (0,), across)),)

    def keeping(self, *x: Shape) -> Keeping:
        return keeping_places(self.infer(*x))

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.MaxPool2d", (1,), {"stride": self.stride})

    def telling(self) -> str:
        return f"/{self.stride}" if isinstance(self.stride, int) else "/" + side_text(self.stride)


@operator("Merge", paper="He et al., arXiv:1512.03385, sec. 3.3, option A")
class PadChannels(Operator):
    """Add maps of zeros before and after the channels.

    Shape: (C, H, W) to (before + C + after, H, W).
    Parameters, MACs: none.
    """

    before: int = attribute(0, low=0, high=COUNT_LIMIT, help="Empty maps put before the first.", scales=WIDTH)
    after: int = attribute(0, low=0, high=COUNT_LIMIT, help="Empty maps put after the last.", scales=WIDTH)

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape("PadChannels", x[0])
        return (self.before + channels + self.after, high, wide)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.ZeroPad3d", ((0, 0, 0, 0, self.before, self.after),))

    def telling(self) -> str:
        return f"+{self.before + self.after}"


@operator("Merge")
class SliceChannels(Operator):
    """Take a run of channels out of a map (or of numbers out of a vector).

    Shape: (C, H, W) to (length, H, W).
    Parameters, MACs: none.
    """

    start: int = attribute(0, low=0, high=COUNT_LIMIT, help="The first channel that is taken.", scales=WIDTH)
    length: int = attribute(1, low=1, high=COUNT_LIMIT, help="How many channels are taken.", scales=WIDTH)

    def infer(self, *x: Shape) -> Shape:
        if self.start + self.length > x[0][0]:
            raise ShapeError(
                f"channels {self.start} to {self.start + self.length - 1} are wanted, but only"
                f" {x[0][0]} come in (0 to {x[0][0] - 1}); take fewer"
            )
        return (self.length, *x[0][1:])

    def keeping(self, *x: Shape) -> Keeping:
        return Keeping(view=True)

    def torch(self, *x: Shape) -> TorchCall:
        settings = {"dim": 1, "start": self.start, "length": self.length}
        return TorchCall("torch.narrow", (), settings)

    def telling(self) -> str:
        return f"{self.start} to {self.start + self.length - 1}"


@operator("Merge", paper="Zhang et al., arXiv:1707.01083, sec. 3.1")
class ChannelShuffle(Operator):
    """Deal the channels of the groups out in turn, so that the next groups see all of them.

    Shape: unchanged. Parameters, MACs: none.
    """

    groups: int = attribute(2, low=1, high=COUNT_LIMIT, help="How many groups are mixed.")

    def infer(self, *x: Shape) -> Shape:
        if map_shape("ChannelShuffle", x[0])[0] % self.groups:
            raise ShapeError(
                f"{self.groups} groups do not divide {x[0][0]} channels; choose a divisor",
                Repair("Set groups to 1", "groups", 1),
            )
        return x[0]

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.ChannelShuffle", (self.groups,))

    def telling(self) -> str:
        return f"{self.groups} groups"


@operator("Pooling", paper="Shi et al., arXiv:1609.05158, eq. 4")
class PixelShuffle(Operator):
    """Enlarge a map by laying channels out as pixels.

    Shape: (C · factor², H, W) to (C, factor · H, factor · W).
    Parameters, MACs: none.
    """

    factor: int = attribute(2, low=1, high=1_000, help="How many times larger each side becomes.")

    def infer(self, *x: Shape) -> Shape:
        channels, high, wide = map_shape("PixelShuffle", x[0])
        if channels % self.factor**2:
            raise ShapeError(
                f"{channels} channels cannot be laid out {self.factor} by {self.factor};"
                f" they must be a multiple of {self.factor**2}"
            )
        return (channels // self.factor**2, self.factor * high, self.factor * wide)

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return ((enlarging(self.factor), enlarging(self.factor)),)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.PixelShuffle", (self.factor,))

    def telling(self) -> str:
        return f"×{self.factor}"
