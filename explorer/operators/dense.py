"""Dense layers: every input feeds every output."""

from __future__ import annotations

from explorer.core.attribute import COUNT_LIMIT, INPUTS, WIDTH
from explorer.core.errors import ShapeError
from explorer.core.formula import NONE, Formula, given, setting
from explorer.core.keeping import INPUT, VIEW, Keeping
from explorer.core.operator import Operator, Repair, TorchCall, attribute, operator
from explorer.core.receptive_field import SAME_FIELD, Field, whole
from explorer.core.shapes import Shape, elements, shape_text


@operator("Dense")
class Flatten(Operator):
    """Line up all numbers of a map in one row: channel by channel, row by row.

    Shape: (C, H, W) to (C · H · W,).
    Parameters, MACs: none.
    Receptive field: the whole picture, since places are no longer told apart.
    """

    def infer(self, *x: Shape) -> Shape:
        return (elements(x[0]),)

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        if len(x[0]) != 3:
            return (SAME_FIELD,)
        return ((whole(x[0][1]), whole(x[0][2])),)

    def keeping(self, *x: Shape) -> Keeping:
        return VIEW

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("torch.flatten", (), {"start_dim": 1})


@operator("Dense", paper="Rosenblatt 1958; LeCun et al. 1998, sec. II.B")
class Linear(Operator):
    """Weigh all inputs for every output: a matrix product.

    Shape: (in,) to (out,).
    Parameters: out · in, and out more with a bias.
    MACs: out · in.
    """

    out_features: int = attribute(10, low=1, high=COUNT_LIMIT, help="How many numbers leave.", scales=WIDTH)
    bias: bool = attribute(True, help="Add a learned number to every output.")
    in_features: int = attribute(
        0,
        low=0,
        high=COUNT_LIMIT,
        help="The only number of inputs it takes, as weights made for one picture size do; 0 takes any.",
        advanced=True,
        scales=INPUTS,
    )

    def infer(self, *x: Shape) -> Shape:
        if len(x[0]) != 1:
            raise ShapeError(
                f"Linear needs a flat input, got {shape_text(x[0])}; put a Flatten before it",
                Repair("Insert Flatten", insert=Flatten()),
            )
        if self.in_features not in (0, x[0][0]):
            raise ShapeError(
                f"Linear was made for {self.in_features:,} inputs, but {x[0][0]:,} come in; make it anew"
                " for these, or pool to a fixed side before the Flatten",
                Repair(f"Make it for {x[0][0]:,} inputs", "in_features", x[0][0]),
            )
        return (self.out_features,)

    def parameters(self, *x: Shape) -> Formula:
        return self.macs(*x) + self._out() if self.bias else self.macs(*x)

    def macs(self, *x: Shape) -> Formula:
        return self._out() * given("in", x[0][0])

    def bias_additions(self, *x: Shape) -> Formula:
        return self._out() if self.bias else NONE

    def keeping(self, *x: Shape) -> Keeping:
        return INPUT

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall(
            "nn.Linear", (self.in_features or x[0][0], self.out_features), self.unlike(bias=True)
        )

    def _out(self) -> Formula:
        return setting("out", self.out_features, "out_features")

    def telling(self) -> str:
        return str(self.out_features)
