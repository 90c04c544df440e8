"""MobileNetV2: inverted residuals for small devices."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU6
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.inverted_residual import InvertedResidual
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch

_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, blocks and stride (t, c, n, s) of each stage."""


def mobilenet_v2(
    *,
    width: float = 1.0,
    dropout: float = 0.2,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Seventeen inverted residuals with narrow ends and wide middles.

    `width` multiplies the maps, rounded to multiples of 8; below 1 the last convolution keeps its
    1280.

    Source: Sandler et al. 2018, arXiv:1801.04381, table 2; names of the layers as torchvision,
    which counts the blocks through the stages.
    """
    blocks = [
        InvertedResidual(rounded(channels * width), stride if index == 0 else 1, expansion)
        for expansion, channels, count, stride in _STAGES
        for index in range(count)
    ]
    stem = Conv2d(rounded(32 * width), kernel_size=3, stride=2, padding=1, bias=False)
    final = Conv2d(rounded(1280 * max(1.0, width)), kernel_size=1, bias=False)
    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        *_normalized("features.0", stem),
        *((f"features.{number}", block) for number, block in enumerate(blocks, 1)),
        *_normalized(f"features.{len(blocks) + 1}", final),
        ("avgpool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("classifier.0", Dropout(p=dropout)),
        ("classifier.1", Linear(classes)),
    )
    return sketch.graph()


def rounded(channels: float, divisor: int = 8) -> int:
    """The multiple of `divisor` nearest to a number of channels, but not below nine tenths of it.

    Source: the authors' code, github.com/tensorflow/models, mobilenet, `make_divisible`.
    """
    nearest = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * channels else nearest


def _normalized(name: str, convolution: Conv2d) -> list[tuple[NodeId, Operator]]:
    return [(f"{name}.0", convolution), (f"{name}.1", BatchNorm2d()), (f"{name}.2", ReLU6())]


declare(
    "mobilenet_v2",
    "MobileNetV2",
    "MobileNet",
    mobilenet_v2,
    Facts(
        2018,
        "Sandler et al., arXiv:1801.04381",
        3_504_872,
        300_774_272,
        491,
        "mobilenet_v2",
        (
            Printed(
                "parameters",
                "3.4 M",
                "table 4",
                Quantity.PARAMETERS,
                "without the 34,112 of BatchNorm it is 3.47 M, and 3.4 when the rest is cut off",
            ),
            Printed("multiply-adds", "300 M", "table 4", Quantity.MACS),
            Printed("top-1 accuracy", "72.0 %", "table 4"),
        ),
    ),
)
