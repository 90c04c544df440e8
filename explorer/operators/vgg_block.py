"""The block of VGG: small convolutions at one resolution, then a pooling that halves it."""

from __future__ import annotations

from typing import Any

from explorer.core.attribute import COUNT_LIMIT, DEPTH, WIDTH
from explorer.core.composite import Composite
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.normalization import BatchNorm2d, LocalResponseNorm
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sketch import Sketch


@operator("Blocks", paper="Simonyan and Zisserman, arXiv:1409.1556, sec. 2.1 and table 1")
class VGGBlock(Composite):
    """Some 3×3 convolutions with as many maps each, then a 2×2 pooling.

    Shape: (in, H, W) to (channels, ⌊H / 2⌋, ⌊W / 2⌋).
    Parameters: 9 · in · channels + (n − 1) · 9 · channels · channels, and n · channels biases; with
    another kernel its square in place of 9.
    MACs: the sum over its convolutions.
    Source: Simonyan and Zisserman 2014; a 1×1 convolution at the end is their network C, the
    LocalResponseNorm their A-LRN, a 5×5 in place of two 3×3 the comparison of their sec. 4.1.
    BatchNorm came a year later; torchvision's `_bn` networks have it, and keep the biases, as here.
    """

    n: int = attribute(2, low=1, high=1_000, help="How many convolutions.", scales=DEPTH)
    channels: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="How many maps each of them makes.", scales=WIDTH
    )
    batch_norm: bool = attribute(False, help="Put a BatchNorm after every convolution.")
    pointwise_last: bool = attribute(False, help="Make the last convolution 1×1.", advanced=True)
    local_response_norm: bool = attribute(
        False, help="Put a LocalResponseNorm before the pooling.", advanced=True
    )
    kernel_size: int = attribute(
        3, low=1, high=99, help="Side of the convolutions' windows.", unit="px", advanced=True
    )
    flat_names: bool = attribute(
        False,
        help="Number its layers as torchvision does, on from the block above: features.0, features.1 ….",
        advanced=True,
    )

    @classmethod
    def upgraded(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """Settings of format 1, which has the number of the first layer in place of `flat_names`."""
        first = settings.get("first_layer")
        if type(first) is not int:
            return settings
        rest = {name: value for name, value in settings.items() if name != "first_layer"}
        return {"flat_names": first >= 0, **rest}

    def expand(self, *x: Shape) -> Graph:
        map_shape(self.kind(), x[0])
        sketch = Sketch()
        steps = self._layers()
        if self.flat_names:
            steps = [(f"/features.{name}", layer) for name, layer in steps]
        sketch.chain(sketch.input(x[0]), *steps)
        return sketch.graph()

    def telling(self) -> str:
        return f"{self.n} × {self.channels}"

    def _layers(self) -> list[tuple[NodeId, Operator]]:
        steps: list[tuple[NodeId, Operator]] = []
        for number in range(1, self.n + 1):
            kernel = 1 if self.pointwise_last and number == self.n else self.kernel_size
            convolution = Conv2d(out_channels=self.channels, kernel_size=kernel, padding=kernel // 2)
            steps.append((f"conv{number}", convolution))
            if self.batch_norm:
                steps.append((f"bn{number}", BatchNorm2d()))
            steps.append((f"relu{number}", ReLU()))
        if self.local_response_norm:
            # the values of Krizhevsky et al. 2012, which the paper takes over; torch divides alpha by size
            steps.append(("lrn", LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0)))
        steps.append(("pool", MaxPool2d(kernel_size=2, stride=2)))
        return steps
