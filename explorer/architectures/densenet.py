"""DenseNet: every layer reads what all layers before it made."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.dense_block import DenseBlock, Transition
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.sketch import Sketch


def densenet(
    *,
    blocks: tuple[int, ...] = (6, 12, 24, 16),
    growth: int = 32,
    stem: int = 64,
    bottleneck: int = 4,
    dropout: float = 0.0,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Dense blocks joined by transitions that halve maps and sides.

    `blocks` says how many dense layers each block has, `growth` how many maps each of them adds,
    `stem` how many the first convolution makes.

    Source: Huang et al. 2016, arXiv:1608.06993, table 1 (DenseNet-BC); names of the layers as
    torchvision.

    Raises:
        ExplorerError: no blocks, or a figure is out of range.
    """
    if not blocks:
        raise ExplorerError("densenet: blocks are counts of dense layers, like (6, 12, 24, 16); got none")
    sketch = Sketch()
    last = sketch.chain(
        sketch.input((in_channels, *pair(side))),
        ("features.conv0", Conv2d(stem, kernel_size=7, stride=2, padding=3, bias=False)),
        ("features.norm0", BatchNorm2d()),
        ("features.relu0", ReLU()),
        ("features.pool0", MaxPool2d(kernel_size=3, stride=2, padding=1)),
    )
    for number, count in enumerate(blocks, 1):
        block = DenseBlock(count, growth, bottleneck, dropout)
        last = sketch.add(f"features.denseblock{number}", block, last)
        if number < len(blocks):
            last = sketch.add(f"features.transition{number}", Transition(), last)
    sketch.chain(
        last,
        (f"features.norm{len(blocks) + 1}", BatchNorm2d()),
        ("relu", ReLU()),
        ("avgpool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("classifier", Linear(classes)),
    )
    return sketch.graph()


_ERRORS = "top-1 and top-5 error, one crop"

for _depth, _options, _figures, _published in (
    (121, {}, (7_978_856, 2_834_161_664, 2071), Printed(_ERRORS, "25.02 %, 7.71 %", "table 3")),
    (
        161,
        {"blocks": (6, 12, 36, 24), "growth": 48, "stem": 96},
        (28_681_000, 7_727_907_072, 2967),
        Printed("top-1 error, one crop", "22.2 %", "github.com/liuzhuang13/DenseNet"),
    ),
    (
        169,
        {"blocks": (6, 12, 32, 32)},
        (14_149_480, 3_359_843_328, 3351),
        Printed(_ERRORS, "23.80 %, 6.85 %", "table 3"),
    ),
    (
        201,
        {"blocks": (6, 12, 48, 32)},
        (20_013_928, 4_291_365_888, 3863),
        Printed(_ERRORS, "22.58 %, 6.34 %", "table 3"),
    ),
):
    _name = f"densenet{_depth}"
    declare(
        _name,
        f"DenseNet-{_depth}",
        "DenseNet",
        densenet,
        Facts(2016, "Huang et al., arXiv:1608.06993", *_figures, _name, (_published,)),
        **_options,
    )
