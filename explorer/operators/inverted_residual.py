"""Inverted residuals: many channels inside, few between the blocks."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT, WIDTH, replaced
from explorer.core.composite import Composite
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU6, SiLU
from explorer.operators.attention import SqueezeExcitation
from explorer.operators.convolution import KERNEL_LIMIT, Conv2d, DepthwiseConv2d
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.regularization import StochasticDepth
from explorer.operators.sketch import Sketch

_STRIDE_LIMIT = 10_000


@operator("Blocks", paper="Sandler et al., arXiv:1801.04381, fig. 3 and table 1")
class InvertedResidual(Composite):
    """Widen by 1×1, filter each channel on its own, narrow by 1×1 without activation.

    Shape: (in, H, W) to (channels, ⌈H / stride⌉, ⌈W / stride⌉).
    Parameters: t · in · (in + 9 + channels) with t = expansion, and the BatchNorms'; without the
    first term where nothing is widened.
    MACs: the sum over its convolutions.
    Source: Sandler et al. 2018. A shortcut joins the ends where the shape stays.
    """

    channels: int = attribute(24, low=1, high=COUNT_LIMIT, help="How many maps leave.", scales=WIDTH)
    stride: int = attribute(1, low=1, high=_STRIDE_LIMIT, help="Step of the 3×3 filter.", unit="px")
    expansion: int = attribute(6, low=1, high=1_000, help="How many times wider the middle is (t).")

    def following(self) -> Composite:
        after: Composite = replaced(self, "stride", 1)
        return after

    def expand(self, *x: Shape) -> Graph:
        arriving = map_shape(self.kind(), x[0])[0]
        steps: list[tuple[NodeId, Operator]] = []
        if self.expansion > 1:
            widen = Conv2d(arriving * self.expansion, kernel_size=1, bias=False)
            steps += [("conv.0.0", widen), ("conv.0.1", BatchNorm2d()), ("conv.0.2", ReLU6())]
        number = 1 if self.expansion > 1 else 0
        steps += [
            (f"conv.{number}.0", DepthwiseConv2d(stride=self.stride)),
            (f"conv.{number}.1", BatchNorm2d()),
            (f"conv.{number}.2", ReLU6()),
            (f"conv.{number + 1}", Conv2d(self.channels, kernel_size=1, bias=False)),
            (f"conv.{number + 2}", BatchNorm2d()),
        ]
        sketch = Sketch()
        start = sketch.input(x[0])
        last = sketch.chain(start, *steps)
        if self.stride == 1 and arriving == self.channels:
            sketch.add("add", Add(), last, start)
        return sketch.graph()

    def telling(self) -> str:
        step = f", /{self.stride}" if self.stride > 1 else ""
        return f"×{self.expansion} → {self.channels}{step}"


@operator("Blocks", paper="Tan and Le, arXiv:1905.11946, table 1; Tan et al., arXiv:1807.11626, fig. 7")
class MBConv(Composite):
    """An inverted residual with squeeze and excitation, the block of EfficientNet.

    Shape: (in, H, W) to (channels, ⌈H / stride⌉, ⌈W / stride⌉) for an odd kernel.
    Parameters: those of the 1×1 convolutions, the depthwise one, the gate and the BatchNorms.
    MACs: the sum over its convolutions.
    Source: Tan and Le 2019. The gate squeezes to a share of the block's input, not of its middle.
    In a stage, following blocks have no stride and drop their branch a little more often.
    """

    channels: int = attribute(16, low=1, high=COUNT_LIMIT, help="How many maps leave.", scales=WIDTH)
    kernel_size: int = attribute(
        3, low=1, high=KERNEL_LIMIT, help="Side of the depthwise kernel; use odd sides.", unit="px"
    )
    stride: int = attribute(1, low=1, high=_STRIDE_LIMIT, help="Step of the depthwise kernel.", unit="px")
    expansion: int = attribute(6, low=1, high=1_000, help="How many times wider the middle is.")
    reduction: int = attribute(
        4, low=1, high=COUNT_LIMIT, help="Input channels per number the gate squeezes to.", advanced=True
    )
    drop: float = attribute(
        0.0, low=0.0, high=1.0, help="Share of the pictures whose branch is dropped in training."
    )
    drop_growth: float = attribute(
        0.0, low=0.0, high=1.0, help="By how much `drop` grows to the next block of a stage.", advanced=True
    )
    eps: float = attribute(1e-5, low=0.0, high=1.0, help="As in BatchNorm2d.", advanced=True)
    momentum: float = attribute(0.1, low=0.0, high=1.0, help="As in BatchNorm2d.", advanced=True)

    def following(self) -> Composite:
        drop = min(1.0, self.drop + self.drop_growth)
        after: Composite = replaced(replaced(self, "stride", 1), "drop", drop)
        return after

    def expand(self, *x: Shape) -> Graph:
        arriving = map_shape(self.kind(), x[0])[0]
        norm = BatchNorm2d(eps=self.eps, momentum=self.momentum)
        filter_each = DepthwiseConv2d(
            kernel_size=self.kernel_size, stride=self.stride, padding=self.kernel_size // 2
        )
        # so that it squeezes to a share of what comes in
        reduction = min(COUNT_LIMIT, self.reduction * self.expansion)
        gate = SqueezeExcitation(reduction=reduction, activation=SiLU())
        parts: list[list[Operator]] = [
            [filter_each, norm, SiLU()],
            [gate],
            [Conv2d(self.channels, kernel_size=1, bias=False), norm],
        ]
        if self.expansion > 1:
            parts.insert(0, [Conv2d(arriving * self.expansion, kernel_size=1, bias=False), norm, SiLU()])
        sketch = Sketch()
        start = last = sketch.input(x[0])
        for number, part in enumerate(parts):
            names = [f"block.{number}.{index}" for index in range(len(part))]
            last = sketch.chain(
                last, *zip(names if len(part) > 1 else [f"block.{number}"], part, strict=True)
            )
        if self.stride == 1 and arriving == self.channels:
            if self.drop:
                last = sketch.add("stochastic_depth", StochasticDepth(p=self.drop), last)
            sketch.add("add", Add(), last, start)
        return sketch.graph()

    def telling(self) -> str:
        step = f", /{self.stride}" if self.stride > 1 else ""
        return f"{self.kernel_size}×{self.kernel_size}, ×{self.expansion} → {self.channels}{step}"
