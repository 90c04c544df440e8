"""Residual blocks: a few convolutions, and a shortcut around them."""

from __future__ import annotations

import enum

from explorer.core.attribute import COUNT_LIMIT, WIDTH, replaced
from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator, Repair, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.sketch import Sketch
from explorer.operators.spatial import PadChannels, Subsample

_STRIDE_LIMIT = 10_000


class Normalization(enum.StrEnum):
    """What follows a convolution before its activation."""

    NONE = "none"
    BATCH = "batch"


class Shortcut(enum.StrEnum):
    """How the input passes by the convolutions where its shape must change on the way.

    Where the shape stays, the input itself passes, unless there is no shortcut at all.
    """

    PROJECTION = "projection"
    ZERO_PADDING = "zero padding"
    NONE = "none"


class StrideIn(enum.StrEnum):
    """Which convolution of a bottleneck takes the stride."""

    SPATIAL = "3x3"
    FIRST = "1x1"


class _ResidualBlock(Composite):
    """What the residual blocks share: the branch comes from a subclass, the shortcut from here."""

    # declared as attributes by the subclasses, which want them in an order of their own
    stride: int
    shortcut: Shortcut
    normalization: Normalization

    def following(self) -> Composite:
        after: Composite = replaced(self, "stride", 1)
        return after

    def expand(self, *x: Shape) -> Graph:
        arriving = map_shape(self.kind(), x[0])[0]
        sketch = Sketch()
        start = sketch.input(x[0])
        last = sketch.chain(start, *self._branch())
        if self.shortcut is not Shortcut.NONE:
            passing = self._passing(sketch, start, arriving)
            last = sketch.add("add", Add(), last, passing)
        sketch.add("relu_out", ReLU(), last)
        return sketch.graph()

    def _passing(self, sketch: Sketch, start: NodeId, arriving: int) -> NodeId:
        """Write the shortcut down; the id of what is added to the branch."""
        leaving = self._leaving()
        if self.stride == 1 and arriving == leaving:
            return start
        if self.shortcut is Shortcut.PROJECTION:
            projection = _convolution(leaving, 1, self.stride, self.normalization)
            steps = _normalized("downsample.0", projection, "downsample.1", self.normalization)
            return sketch.chain(start, *steps)
        if arriving > leaving:
            raise ShapeError(
                f"zero padding cannot make {leaving} channels of {arriving}, only add some;"
                " use a projection for the shortcut",
                Repair("Use a projection", "shortcut", Shortcut.PROJECTION.value),
            )
        steps = []
        if self.stride > 1:
            steps.append(("subsample", Subsample(stride=self.stride)))
        if more := leaving - arriving:
            steps.append(("pad", PadChannels(before=more // 2, after=more - more // 2)))
        return sketch.chain(start, *steps)

    def _leaving(self) -> int:
        raise NotImplementedError

    def _branch(self) -> list[tuple[NodeId, Operator]]:
        raise NotImplementedError


@operator("Blocks", paper="He et al., arXiv:1512.03385, fig. 2 and sec. 3.3")
class BasicBlock(_ResidualBlock):
    """Two 3×3 convolutions with a shortcut around them.

    Shape: (in, H, W) to (channels, ⌈H / stride⌉, ⌈W / stride⌉).
    Parameters: 9 · channels · (in + channels), the BatchNorms', and in · channels for a projection.
    MACs: the sum over its layers.
    Source: He et al. 2015; the shortcut is their option B (projection) or A (zero padding).
    Departs from the paper, which does not say where option A's empty maps go: one half of them
    comes before the channels and one half after.
    """

    channels: int = attribute(64, low=1, high=COUNT_LIMIT, help="How many maps leave.", scales=WIDTH)
    stride: int = attribute(1, low=1, high=_STRIDE_LIMIT, help="Step of the first convolution.", unit="px")
    shortcut: Shortcut = attribute(Shortcut.PROJECTION, help="How the input passes where its shape changes.")
    normalization: Normalization = attribute(
        Normalization.BATCH, help="What follows each convolution; without it they have a bias."
    )

    def telling(self) -> str:
        return _telling(str(self.channels), self.stride)

    def _leaving(self) -> int:
        return self.channels

    def _branch(self) -> list[tuple[NodeId, Operator]]:
        return _two_convolutions(self.channels, self.stride, self.normalization)


@operator("Blocks", paper="He et al., arXiv:1512.03385, sec. 3.3, plain network")
class PlainBlock(Composite):
    """Two 3×3 convolutions without a shortcut: a basic block to compare with.

    Shape: (in, H, W) to (channels, ⌈H / stride⌉, ⌈W / stride⌉).
    Parameters: 9 · channels · (in + channels) and the BatchNorms'.
    MACs: the sum over its layers.
    """

    channels: int = attribute(64, low=1, high=COUNT_LIMIT, help="How many maps leave.", scales=WIDTH)
    stride: int = attribute(1, low=1, high=_STRIDE_LIMIT, help="Step of the first convolution.", unit="px")
    normalization: Normalization = attribute(
        Normalization.BATCH, help="What follows each convolution; without it they have a bias."
    )

    def following(self) -> Composite:
        after: Composite = replaced(self, "stride", 1)
        return after

    def expand(self, *x: Shape) -> Graph:
        map_shape(self.kind(), x[0])
        sketch = Sketch()
        last = sketch.chain(
            sketch.input(x[0]), *_two_convolutions(self.channels, self.stride, self.normalization)
        )
        sketch.add("relu_out", ReLU(), last)
        return sketch.graph()

    def telling(self) -> str:
        return _telling(str(self.channels), self.stride)


@operator("Blocks", paper="He et al., arXiv:1512.03385, fig. 5; Xie et al., arXiv:1611.05431, fig. 3c")
class Bottleneck(_ResidualBlock):
    """1×1 to few channels, 3×3 there, 1×1 back to many, with a shortcut around them.

    Shape: (in, H, W) to (expansion · channels, ⌈H / stride⌉, ⌈W / stride⌉).
    Parameters: in · w + 9 · w · w / groups + w · expansion · channels with
    w = ⌊channels · width_per_group / 64⌋ · groups, the BatchNorms', and in · expansion · channels
    for a projection.
    MACs: the sum over its layers.
    Source: He et al. 2015; groups from ResNeXt (Xie et al. 2016), a wider middle from Wide ResNets
    (Zagoruyko and Komodakis 2016).
    Departs from the paper by default as torchvision does: the 3×3 convolution takes the stride
    (known as v1.5); the paper's is in the first 1×1.
    """

    channels: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="Maps in the middle; `expansion` times as many leave.", scales=WIDTH
    )
    stride: int = attribute(1, low=1, high=_STRIDE_LIMIT, help="Step of the block.", unit="px")
    shortcut: Shortcut = attribute(Shortcut.PROJECTION, help="How the input passes where its shape changes.")
    normalization: Normalization = attribute(
        Normalization.BATCH, help="What follows each convolution; without it they have a bias."
    )
    stride_in: StrideIn = attribute(
        StrideIn.SPATIAL, help="Which convolution takes the stride: 3x3 (v1.5) or the first 1x1 (v1)."
    )
    groups: int = attribute(
        1, low=1, high=COUNT_LIMIT, help="Groups of the 3×3 convolution (ResNeXt).", advanced=True
    )
    width_per_group: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="Middle maps per group for every 64 channels.", advanced=True
    )
    expansion: int = attribute(
        4, low=1, high=1_000, help="How many times more maps leave than `channels`.", advanced=True
    )

    def telling(self) -> str:
        return _telling(f"{self._middle()} → {self._leaving()}", self.stride)

    def _middle(self) -> int:
        return self.channels * self.width_per_group // 64 * self.groups

    def _leaving(self) -> int:
        return self.channels * self.expansion

    def _branch(self) -> list[tuple[NodeId, Operator]]:
        middle, kind = self._middle(), self.normalization
        if not middle:
            raise ShapeError(
                f"{self.channels} channels with {self.width_per_group} maps per group for every 64"
                " leave no map in the middle; use more of either",
                Repair("Set width per group to 64", "width_per_group", 64),
            )
        first = self.stride if self.stride_in is StrideIn.FIRST else 1
        reduce = _convolution(middle, 1, first, kind)
        spatial = _convolution(middle, 3, self.stride // first, kind, self.groups)
        restore = _convolution(self._leaving(), 1, 1, kind)
        return [
            *_normalized("conv1", reduce, "bn1", kind),
            ("relu1", ReLU()),
            *_normalized("conv2", spatial, "bn2", kind),
            ("relu2", ReLU()),
            *_normalized("conv3", restore, "bn3", kind),
        ]


def _telling(channels: str, stride: int) -> str:
    return channels + (f", /{stride}" if stride > 1 else "")


def _convolution(out: int, kernel: int, stride: int, kind: Normalization, groups: int = 1) -> Conv2d:
    """A convolution that keeps the side at stride 1; it has a bias where no BatchNorm follows."""
    return Conv2d(
        out_channels=out,
        kernel_size=kernel,
        stride=stride,
        padding=kernel // 2,
        groups=groups,
        bias=kind is Normalization.NONE,
    )


def _normalized(
    name: NodeId, convolution: Conv2d, after: NodeId, kind: Normalization
) -> list[tuple[NodeId, Operator]]:
    steps: list[tuple[NodeId, Operator]] = [(name, convolution)]
    if kind is Normalization.BATCH:
        steps.append((after, BatchNorm2d()))
    return steps


def _two_convolutions(channels: int, stride: int, kind: Normalization) -> list[tuple[NodeId, Operator]]:
    return [
        *_normalized("conv1", _convolution(channels, 3, stride, kind), "bn1", kind),
        ("relu", ReLU()),
        *_normalized("conv2", _convolution(channels, 3, 1, kind), "bn2", kind),
    ]
