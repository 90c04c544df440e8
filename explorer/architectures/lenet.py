"""LeNet-5, the network that read cheques."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.graph import Graph
from explorer.core.shapes import Side, pair
from explorer.operators.activation import Tanh
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import AvgPool2d
from explorer.operators.sketch import Sketch


def lenet5(*, classes: int = 10, in_channels: int = 1, side: Side = 32) -> Graph:
    """Two convolutions with pooling, a third that sees all, and two dense layers.

    Source: LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning, sec. II.B and fig. 2;
    names of the layers as there.
    Departs from the paper as modern versions do: every map of C3 sees all of S2 (the paper's C3
    sees a part and has 1,516 parameters, not 2,416), pooling has nothing to learn (the paper's has
    a weight and a bias per map, 44 in all), and the last layer is dense with a bias (the paper
    measures the distance to ten fixed codes, 850 parameters fewer): 61,706 instead of 60,000.
    """
    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        ("c1", Conv2d(6, kernel_size=5)),
        ("tanh1", Tanh()),
        ("s2", AvgPool2d(kernel_size=2, stride=2)),
        ("c3", Conv2d(16, kernel_size=5)),
        ("tanh3", Tanh()),
        ("s4", AvgPool2d(kernel_size=2, stride=2)),
        ("c5", Conv2d(120, kernel_size=5)),
        ("tanh5", Tanh()),
        ("flatten", Flatten()),
        ("f6", Linear(84)),
        ("tanh6", Tanh()),
        ("output", Linear(classes)),
    )
    return sketch.graph()


declare(
    "lenet5",
    "LeNet-5",
    "LeNet",
    lenet5,
    Facts(
        1998,
        "LeCun et al. 1998, Gradient-based learning applied to document recognition",
        parameters=61_706,
        macs=416_520,
        receptive_field=32,
        published=(
            Printed(
                "parameters",
                "60,000",
                "sec. II.B",
                Quantity.PARAMETERS,
                "900 more where every map of C3 sees all of S2, 850 more in the last layer, which is dense,"
                " and 44 fewer in pooling, which learns nothing",
            ),
            Printed("test error on MNIST", "0.95 %", "sec. III.B"),
        ),
    ),
)
