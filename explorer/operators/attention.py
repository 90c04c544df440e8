"""Attention over channels: a gate that looks at the whole picture."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT
from explorer.core.composite import Composite
from explorer.core.graph import Graph
from explorer.core.operator import Operator, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU, Sigmoid
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Multiply
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.sketch import Sketch


@operator("Blocks", paper="Hu et al., arXiv:1709.01507, fig. 1 and eq. 2 to 4")
class SqueezeExcitation(Composite):
    """Look at the mean of every channel, and weigh the channels by what is seen.

    Shape: unchanged.
    Parameters: 2 · channels · s + s + channels with s = max(1, ⌊channels / reduction⌋).
    MACs: 2 · channels · s.
    Source: Hu et al. 2017.
    Departs from the paper as torchvision does: the dense layers are 1×1 convolutions with biases.
    """

    reduction: int = attribute(16, low=1, high=COUNT_LIMIT, help="Channels per number squeezed to (r).")
    activation: Operator = attribute(ReLU(), help="Between the two dense layers.", advanced=True)
    gate: Operator = attribute(Sigmoid(), help="What makes weights of the result.", advanced=True)

    def expand(self, *x: Shape) -> Graph:
        channels = map_shape(self.kind(), x[0])[0]
        sketch = Sketch()
        start = sketch.input(x[0])
        weights = sketch.chain(
            start,
            ("avgpool", GlobalAvgPool()),
            ("fc1", Conv2d(max(1, channels // self.reduction), kernel_size=1)),
            ("activation", self.activation),
            ("fc2", Conv2d(channels, kernel_size=1)),
            ("scale_activation", self.gate),
        )
        sketch.add("scale", Multiply(), weights, start)
        return sketch.graph()

    def telling(self) -> str:
        return f"/{self.reduction}"
