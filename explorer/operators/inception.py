"""The Inception module of GoogLeNet: four views of one map, side by side."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT, WIDTH
from explorer.core.composite import Composite
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import KERNEL_LIMIT, Conv2d
from explorer.operators.merge import Concat
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sketch import Sketch


@operator("Blocks", paper="Szegedy et al., arXiv:1409.4842, fig. 2b and table 1")
class Inception(Composite):
    """1×1, 3×3, 5×5 and pooling side by side, with 1×1 convolutions that keep them cheap.

    Shape: (in, H, W) to (conv1x1 + conv3x3 + conv5x5 + pool_proj, H, W) for an odd large kernel.
    Parameters, MACs: the sum over its six convolutions.
    Source: Szegedy et al. 2014.
    With BatchNorm it departs from the paper, which came before BatchNorm and has biases instead.
    torchvision's third branch is 3×3 by an old mistake: set `large_kernel` to 3 for its weights.
    """

    conv1x1: int = attribute(64, low=1, high=COUNT_LIMIT, help="Maps of the 1×1 branch.", scales=WIDTH)
    reduce3x3: int = attribute(
        96, low=1, high=COUNT_LIMIT, help="Maps before the 3×3 convolution.", scales=WIDTH
    )
    conv3x3: int = attribute(128, low=1, high=COUNT_LIMIT, help="Maps of the 3×3 branch.", scales=WIDTH)
    reduce5x5: int = attribute(
        16, low=1, high=COUNT_LIMIT, help="Maps before the large convolution.", scales=WIDTH
    )
    conv5x5: int = attribute(32, low=1, high=COUNT_LIMIT, help="Maps of the large branch.", scales=WIDTH)
    pool_proj: int = attribute(32, low=1, high=COUNT_LIMIT, help="Maps of the pooling branch.", scales=WIDTH)
    large_kernel: int = attribute(
        5, low=1, high=KERNEL_LIMIT, help="Side of the large kernel; use odd sides.", unit="px", advanced=True
    )
    batch_norm: bool = attribute(
        True, help="A BatchNorm after every convolution, instead of a bias.", advanced=True
    )
    eps: float = attribute(1e-3, low=0.0, high=1.0, help="As in BatchNorm2d.", advanced=True)

    def expand(self, *x: Shape) -> Graph:
        map_shape(self.kind(), x[0])
        sketch = Sketch()
        start = sketch.input(x[0])
        branches = (
            self._convolution("branch1", self.conv1x1, 1),
            self._convolution("branch2.0", self.reduce3x3, 1)
            + self._convolution("branch2.1", self.conv3x3, 3),
            self._convolution("branch3.0", self.reduce5x5, 1)
            + self._convolution("branch3.1", self.conv5x5, self.large_kernel),
            [
                ("branch4.0", MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True)),
                *self._convolution("branch4.1", self.pool_proj, 1),
            ],
        )
        ends = [sketch.chain(start, *branch) for branch in branches]
        sketch.add("concat", Concat(), *ends)
        return sketch.graph()

    def telling(self) -> str:
        return f"{self.conv1x1} + {self.conv3x3} + {self.conv5x5} + {self.pool_proj}"

    def _convolution(self, name: str, out: int, kernel: int) -> list[tuple[NodeId, Operator]]:
        convolution = Conv2d(out, kernel_size=kernel, padding=kernel // 2, bias=not self.batch_norm)
        steps: list[tuple[NodeId, Operator]] = [(f"{name}.conv", convolution)]
        if self.batch_norm:
            steps.append((f"{name}.bn", BatchNorm2d(eps=self.eps)))
        return [*steps, (f"{name}.relu", ReLU())]
