"""The blocks of DenseNet: every layer reads the maps of all layers before it."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT, DEPTH, WIDTH
from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator, Repair, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Concat
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import AvgPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch

_WIDEST = 1_000


@operator("Blocks", paper="Huang et al., arXiv:1608.06993, eq. 2 and sec. 3, bottleneck layers")
class DenseLayer(Composite):
    """Make a few new maps from all there are, and put them behind those.

    Shape: (in, H, W) to (in + growth, H, W).
    Parameters: 2 · in + in · m + 2 · m + 9 · m · growth with m = bottleneck · growth.
    MACs: the sum over its two convolutions.
    Source: Huang et al. 2016, DenseNet-B: BN, ReLU, 1×1, BN, ReLU, 3×3.
    """

    growth: int = attribute(32, low=1, high=COUNT_LIMIT, help="How many new maps are made (k).", scales=WIDTH)
    bottleneck: int = attribute(
        4, low=1, high=_WIDEST, help="Maps between the two convolutions, in units of `growth`.", advanced=True
    )
    dropout: float = attribute(
        0.0, low=0.0, high=1.0, help="Share of the new numbers silenced in training.", advanced=True
    )

    def expand(self, *x: Shape) -> Graph:
        map_shape(self.kind(), x[0])
        sketch = Sketch()
        start = sketch.input(x[0])
        steps: list[tuple[NodeId, Operator]] = [
            ("norm1", BatchNorm2d()),
            ("relu1", ReLU()),
            ("conv1", Conv2d(self.bottleneck * self.growth, kernel_size=1, bias=False)),
            ("norm2", BatchNorm2d()),
            ("relu2", ReLU()),
            ("conv2", Conv2d(self.growth, kernel_size=3, padding=1, bias=False)),
        ]
        if self.dropout:
            steps.append(("dropout", Dropout(p=self.dropout)))
        sketch.add("concat", Concat(), start, sketch.chain(start, *steps))
        return sketch.graph()

    def telling(self) -> str:
        return f"+{self.growth}"


@operator("Blocks", paper="Huang et al., arXiv:1608.06993, fig. 1")
class DenseBlock(Composite):
    """Dense layers in a row: the maps of all of them reach the end.

    Shape: (in, H, W) to (in + n · growth, H, W).
    Parameters, MACs: the sum over the dense layers.
    """

    n: int = attribute(6, low=1, high=1_000, help="How many dense layers.", scales=DEPTH)
    growth: int = attribute(
        32, low=1, high=COUNT_LIMIT, help="How many new maps each of them makes (k).", scales=WIDTH
    )
    bottleneck: int = attribute(
        4, low=1, high=_WIDEST, help="Maps between the two convolutions, in units of `growth`.", advanced=True
    )
    dropout: float = attribute(
        0.0, low=0.0, high=1.0, help="Share of the new numbers silenced in training.", advanced=True
    )

    def expand(self, *x: Shape) -> Graph:
        map_shape(self.kind(), x[0])
        sketch = Sketch()
        layer = DenseLayer(self.growth, self.bottleneck, self.dropout)
        steps = ((f"denselayer{number}", layer) for number in range(1, self.n + 1))
        sketch.chain(sketch.input(x[0]), *steps)
        return sketch.graph()

    def telling(self) -> str:
        return f"{self.n} × +{self.growth}"


@operator("Blocks", paper="Huang et al., arXiv:1608.06993, sec. 3, pooling layers and compression")
class Transition(Composite):
    """Between dense blocks: fewer maps by 1×1, half the side by average pooling.

    Shape: (in, H, W) to (⌊in · compression⌋, ⌊H / 2⌋, ⌊W / 2⌋).
    Parameters: 2 · in + in · out. MACs: height · width · in · out, before the pooling.
    """

    compression: float = attribute(0.5, low=0.0, high=1.0, help="Share of the maps that is kept (θ).")

    def expand(self, *x: Shape) -> Graph:
        arriving = map_shape(self.kind(), x[0])[0]
        kept = int(arriving * self.compression)
        if not kept:
            raise ShapeError(
                f"a compression of {self.compression:g} leaves none of {arriving} channels; use more",
                Repair("Keep half of the channels", "compression", 0.5),
                Repair("Keep all channels", "compression", 1.0),
            )
        sketch = Sketch()
        sketch.chain(
            sketch.input(x[0]),
            ("norm", BatchNorm2d()),
            ("relu", ReLU()),
            ("conv", Conv2d(kept, kernel_size=1, bias=False)),
            ("pool", AvgPool2d(kernel_size=2, stride=2)),
        )
        return sketch.graph()

    def telling(self) -> str:
        return f"×{self.compression:g}, /2"
