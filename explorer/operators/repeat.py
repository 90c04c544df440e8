"""The same block several times in a row: a stage."""

from __future__ import annotations

from explorer.core.attribute import DEPTH, replaced
from explorer.core.composite import Composite
from explorer.core.graph import Graph
from explorer.core.operator import Operator, attribute, operator
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.sketch import Sketch


@operator("Blocks")
class Repeat(Composite):
    """A block n times in a row; only the first has its stride.

    What is no block (a Conv2d, say) is repeated as it is.

    Shape: that of the last block.
    Parameters, MACs: the sum over the blocks.
    """

    block: Operator = attribute(ReLU(), help="What is repeated.")
    n: int = attribute(2, low=1, high=10_000, help="How many times.", scales=DEPTH)

    def expand(self, *x: Shape) -> Graph:
        sketch = Sketch()
        last = sketch.input(x[0])
        block = self.block
        for index in range(self.n):
            last = sketch.add(str(index), block, last)
            if isinstance(block, Composite):
                block = block.following()
        return sketch.graph()

    def following(self) -> Composite:
        if not isinstance(self.block, Composite):
            return self
        after: Composite = replaced(self, "block", self.block.following())
        return after

    def called(self) -> str:
        return self.block.called()

    def telling(self) -> str:
        return self.block.telling()
