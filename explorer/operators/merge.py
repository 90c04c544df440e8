"""Merging: several inputs become one."""

from __future__ import annotations

from explorer.core.errors import ShapeError
from explorer.core.keeping import Extra, Keeping
from explorer.core.operator import Operator, TorchCall, operator
from explorer.core.receptive_field import SAME_FIELD, Field, Reach
from explorer.core.shapes import Shape, elements, shape_text

_EVERYWHERE = Reach((0,), (0,), 0)
"""All positions read the only one there is."""


@operator("Merge", paper="He et al., arXiv:1512.03385, eq. 1")
class Add(Operator):
    """Add inputs of equal shape, number by number: the end of a shortcut.

    Shape: that of the inputs.
    Parameters, MACs: none (additions are no multiply-accumulates).
    """

    ports = (2, None)

    def infer(self, *x: Shape) -> Shape:
        for shape in x[1:]:
            if shape != x[0]:
                raise ShapeError(
                    f"Add needs equal shapes, got {shape_text(x[0])} and {shape_text(shape)};"
                    " bring one to the other with a 1×1 convolution"
                )
        return x[0]

    def keeping(self, *x: Shape) -> Keeping:
        # more than two are added in turn: the sum so far stands beside the next
        sums = (Extra("sum so far", elements(x[0])),) if len(x) > 2 else ()
        return Keeping(hands_on=True, forward=sums)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("torch.add", inputs="folded")


@operator("Merge", paper="Szegedy et al., arXiv:1409.4842, fig. 2; Huang et al., arXiv:1608.06993, eq. 2")
class Concat(Operator):
    """Stack the channels of all inputs.

    Shape: channels add up, height and width must be equal.
    Parameters, MACs: none.
    """

    ports = (1, None)

    def infer(self, *x: Shape) -> Shape:
        for shape in x[1:]:
            if len(shape) != len(x[0]) or shape[1:] != x[0][1:]:
                raise ShapeError(
                    f"Concat needs equal height and width, got {shape_text(x[0])} and"
                    f" {shape_text(shape)}; change a stride or a padding above"
                )
        return (sum(shape[0] for shape in x), *x[0][1:])

    def keeping(self, *x: Shape) -> Keeping:
        return Keeping(hands_on=True)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("torch.cat", (), {"dim": 1}, inputs="packed")


@operator("Merge", paper="Hu et al., arXiv:1709.01507, eq. 4")
class Multiply(Operator):
    """Multiply inputs number by number; a 1×1 map scales whole channels.

    Shape: that of the first input; the second has the same shape, or the same channels and 1×1.
    Parameters, MACs: none counted (no products are summed).
    """

    ports = (2, 2)

    def infer(self, *x: Shape) -> Shape:
        first, second = x
        if second == first:
            return first
        for one, other in ((first, second), (second, first)):
            if len(one) == 3 and other == (one[0], 1, 1):
                return one
        raise ShapeError(
            f"Multiply needs equal shapes or one {first[0]}×1×1, got {shape_text(first)} and"
            f" {shape_text(second)}"
        )

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        output = self.infer(*x)
        return tuple(SAME_FIELD if shape == output else (_EVERYWHERE, _EVERYWHERE) for shape in x)

    def keeping(self, *x: Shape) -> Keeping:
        # the gradient of a stretched input is as large as the output before it is summed
        wide = Extra("gradient before it is summed", elements(self.infer(*x)))
        return Keeping((0, 1), crosswise=True, backward=(wide,) if x[0] != x[1] else ())

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("torch.mul")
