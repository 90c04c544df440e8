"""EfficientNet: depth, width and picture side grown together."""

from __future__ import annotations

import math

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.mobilenet import rounded
from explorer.architectures.printed import Printed, Quantity
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import SiLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.inverted_residual import MBConv
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.regularization import Dropout
from explorer.operators.repeat import Repeat
from explorer.operators.sketch import Sketch

_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel, stride, channels and blocks of each stage of B0."""

_DEEPEST = 100.0


def efficientnet(
    *,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
    stochastic_depth: float = 0.2,
    eps: float = 1e-5,
    momentum: float = 0.1,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Stages of MBConv blocks; width and depth multiply the maps and the blocks of B0.

    `stochastic_depth` is what the share of dropped branches grows to over the blocks; `eps` and
    `momentum` are those of every BatchNorm.

    Source: Tan and Le 2019, arXiv:1905.11946, tables 1 and 8; names of the layers as torchvision.
    Departs from the paper in the sides of the pictures, which are those of torchvision's weights
    (B2 288 instead of 260), and in BatchNorm, which has torch's values up to B4 and the paper's
    from B5 on, as torchvision.

    Raises:
        ExplorerError: a figure is out of range.
    """
    if not 0 < depth <= _DEEPEST:
        raise ExplorerError(f"efficientnet: depth must be above 0 and at most {_DEEPEST:g}; got {depth}")
    norm = BatchNorm2d(eps=eps, momentum=momentum)
    counts = [math.ceil(stage[-1] * depth) for stage in _STAGES]
    step = stochastic_depth / sum(counts)
    sketch = Sketch()
    stem = Conv2d(rounded(32 * width), kernel_size=3, stride=2, padding=1, bias=False)
    last = sketch.chain(sketch.input((in_channels, *pair(side))), *_normalized("features.0", stem, norm))
    for number, ((expansion, kernel, stride, channels, _), count) in enumerate(
        zip(_STAGES, counts, strict=True), 1
    ):
        block = MBConv(
            channels=rounded(channels * width),
            kernel_size=kernel,
            stride=stride,
            expansion=expansion,
            drop=step * sum(counts[: number - 1]),
            drop_growth=step,
            eps=eps,
            momentum=momentum,
        )
        last = sketch.add(f"features.{number}", Repeat(block, count), last)
    final = Conv2d(4 * rounded(320 * width), kernel_size=1, bias=False)
    sketch.chain(
        last,
        *_normalized("features.8", final, norm),
        ("avgpool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("classifier.0", Dropout(p=dropout)),
        ("classifier.1", Linear(classes)),
    )
    return sketch.graph()


def _normalized(name: str, convolution: Conv2d, norm: BatchNorm2d) -> list[tuple[NodeId, Operator]]:
    return [(f"{name}.0", convolution), (f"{name}.1", norm), (f"{name}.2", SiLU())]


# width, depth, dropout, side; parameters, MACs, torchvision's top-1; parameters, FLOPs and top-1 as printed.
# The gates of squeeze and excitation see the whole picture, so no receptive field is declared.
_MEMBERS = (
    ((1.0, 1.0, 0.2, 224), (5_288_548, 385_814_752), ("5.3 M", "0.39 B", "77.1 %")),
    ((1.0, 1.1, 0.2, 240), (7_794_184, 686_802_832), ("7.8 M", "0.70 B", "79.1 %")),
    ((1.1, 1.2, 0.3, 288), (9_109_994, 1_087_529_456), ("9.2 M", "1.0 B", "80.1 %")),
    ((1.2, 1.4, 0.3, 300), (12_233_232, 1_827_141_392), ("12 M", "1.8 B", "81.6 %")),
    ((1.4, 1.8, 0.4, 380), (19_341_616, 4_393_771_024), ("19 M", "4.2 B", "82.9 %")),
    ((1.6, 2.2, 0.4, 456), (30_389_784, 10_266_384_752), ("30 M", "9.9 B", "83.6 %")),
    ((1.8, 2.6, 0.5, 528), (43_040_704, 19_067_593_536), ("43 M", "19 B", "84.0 %")),
    ((2.0, 3.1, 0.5, 600), (66_347_960, 37_745_884_192), ("66 M", "37 B", "84.3 %")),
)

_REASONS = {
    (2, Quantity.PARAMETERS): "with the running means and variances of BatchNorm it is 9.18 M",
    (2, Quantity.MACS): "the paper's pictures have 260 pixels, those of torchvision's weights 288",
}
"""Why members differ from the paper, by their number."""

for _number, ((_width, _depth, _dropout, _side), (_parameters, _macs), _published) in enumerate(_MEMBERS):
    _name = f"efficientnet_b{_number}"
    _size, _operations, _accuracy = _published
    _printed = (
        Printed(
            "parameters",
            _size,
            "table 2",
            Quantity.PARAMETERS,
            _REASONS.get((_number, Quantity.PARAMETERS), ""),
        ),
        Printed("FLOPs", _operations, "table 2", Quantity.MACS, _REASONS.get((_number, Quantity.MACS), "")),
        Printed("top-1 accuracy", _accuracy, "table 2"),
    )
    declare(
        _name,
        f"EfficientNet-B{_number}",
        "EfficientNet",
        efficientnet,
        Facts(2019, "Tan and Le, arXiv:1905.11946", _parameters, _macs, None, _name, _printed),
        width=_width,
        depth=_depth,
        dropout=_dropout,
        side=_side,
        eps=1e-5 if _number < 5 else 1e-3,
        momentum=0.1 if _number < 5 else 0.01,
    )
