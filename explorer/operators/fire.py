"""The Fire module of SqueezeNet: squeeze to few channels, expand by 1×1 and 3×3."""

from __future__ import annotations

import enum

from explorer.core.attribute import COUNT_LIMIT, WIDTH
from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.graph import Graph
from explorer.core.operator import Repair, attribute, map_shape, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add, Concat
from explorer.operators.sketch import Sketch


class Bypass(enum.StrEnum):
    """What passes by a Fire module: nothing, its input, or its input through a 1×1 convolution."""

    NONE = "none"
    SIMPLE = "simple"
    COMPLEX = "complex"


@operator("Blocks", paper="Iandola et al., arXiv:1602.07360, fig. 1 and 2")
class Fire(Composite):
    """Squeeze to few channels by 1×1, then expand by 1×1 and 3×3 side by side.

    Shape: (in, H, W) to (expand1x1 + expand3x3, H, W).
    Parameters: squeeze · (in + expand1x1 + 9 · expand3x3) and a bias for every map;
    in · out + out more for a complex bypass.
    MACs: the sum over its convolutions.
    Source: Iandola et al. 2016; the bypasses are those of sec. 6.
    """

    squeeze: int = attribute(
        16, low=1, high=COUNT_LIMIT, help="Maps after the 1×1 squeeze (s1x1).", scales=WIDTH
    )
    expand1x1: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="Maps of the 1×1 expansion (e1x1).", scales=WIDTH
    )
    expand3x3: int = attribute(
        64, low=1, high=COUNT_LIMIT, help="Maps of the 3×3 expansion (e3x3).", scales=WIDTH
    )
    bypass: Bypass = attribute(
        Bypass.NONE, help="What is added to the result: the input, as it is or through a 1×1 convolution."
    )

    def expand(self, *x: Shape) -> Graph:
        arriving, leaving = map_shape(self.kind(), x[0])[0], self.expand1x1 + self.expand3x3
        sketch = Sketch()
        start = sketch.input(x[0])
        squeezed = sketch.chain(
            start, ("squeeze", Conv2d(self.squeeze, kernel_size=1)), ("squeeze_activation", ReLU())
        )
        small = sketch.chain(
            squeezed, ("expand1x1", Conv2d(self.expand1x1, kernel_size=1)), ("expand1x1_activation", ReLU())
        )
        large = sketch.chain(
            squeezed,
            ("expand3x3", Conv2d(self.expand3x3, kernel_size=3, padding=1)),
            ("expand3x3_activation", ReLU()),
        )
        result = sketch.add("concat", Concat(), small, large)
        if self.bypass is Bypass.COMPLEX:
            start = sketch.add("bypass", Conv2d(leaving, kernel_size=1), start)
        elif self.bypass is Bypass.SIMPLE and arriving != leaving:
            raise ShapeError(
                f"a simple bypass adds the input to the result, but {arriving} channels come in and"
                f" {leaving} leave; use a complex bypass, or make them equal",
                Repair("Use a complex bypass", "bypass", Bypass.COMPLEX.value),
            )
        if self.bypass is not Bypass.NONE:
            sketch.add("add", Add(), result, start)
        return sketch.graph()

    def telling(self) -> str:
        return f"{self.squeeze} → {self.expand1x1} + {self.expand3x3}"
