"""The VGG networks: blocks of 3×3 convolutions, then three dense layers."""

from __future__ import annotations

import enum

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import AdaptiveAvgPool2d, GlobalAvgPool
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch
from explorer.operators.vgg_block import VGGBlock

Blocks = tuple[tuple[int, int], ...]
"""For each block, how many convolutions it has and how many maps they make."""

_11: Blocks = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
_13: Blocks = ((2, 64), (2, 128), (2, 256), (2, 512), (2, 512))
_16: Blocks = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
_19: Blocks = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))


class Head(enum.StrEnum):
    """What makes scores of the last maps.

    `dense`: pooling to 7×7, then three dense layers (any picture size); `fixed`: the same without
    pooling, as in the paper (one picture size only); `gap`: global average pooling and one dense
    layer.
    """

    DENSE = "dense"
    FIXED = "fixed"
    GAP = "gap"


def vgg(
    *,
    blocks: Blocks = _16,
    batch_norm: bool = False,
    local_response_norm: bool = False,
    pointwise: bool = False,
    kernel_size: int = 3,
    width: float = 1.0,
    head: Head = Head.DENSE,
    hidden: int = 4096,
    dropout: float = 0.5,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Blocks of small convolutions that halve the side and double the maps, then dense layers.

    `blocks` are pairs (convolutions, maps); `width` multiplies the maps of all convolutions;
    `pointwise` makes the third convolution of a block 1×1 (network C), `local_response_norm`
    normalizes after the first (A-LRN); `kernel_size` is that of all convolutions; `hidden` is the
    width of the two dense layers before the last.

    Source: Simonyan and Zisserman 2014, arXiv:1409.1556, table 1.
    Departs from the paper as torchvision does, with head "dense": pooling to 7×7 before the dense
    layers, which changes nothing at 224 pixels.

    Raises:
        ExplorerError: `blocks` is no row of pairs, or a figure is out of range.
    """
    if not blocks or not all(_is_pair(item) for item in blocks):
        raise ExplorerError(
            "vgg: blocks are pairs of whole numbers (convolutions, maps), like ((1, 64), (1, 128));"
            f" got {repr(blocks)[:80]}"
        )
    sketch = Sketch()
    last = sketch.input((in_channels, *pair(side)))
    for number, (convolutions, channels) in enumerate(blocks, 1):
        block = VGGBlock(
            n=convolutions,
            channels=round(channels * width) or min(channels, 1),
            batch_norm=batch_norm,
            pointwise_last=pointwise and convolutions >= 3,
            local_response_norm=local_response_norm and number == 1,
            kernel_size=kernel_size,
            flat_names=True,
        )
        last = sketch.add(f"block{number}", block, last)
    high, wide = pair(side)
    # the numbers that reach the dense layers: every block halves both sides
    entering = block.channels * (high >> len(blocks)) * (wide >> len(blocks))
    sketch.chain(last, *_head(head, hidden, dropout, classes, entering))
    return sketch.graph()


def _is_pair(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and all(type(figure) is int for figure in item)


def _head(
    head: Head, hidden: int, dropout: float, classes: int, entering: int
) -> list[tuple[NodeId, Operator]]:
    if head is Head.GAP:
        return [("avgpool", GlobalAvgPool()), ("flatten", Flatten()), ("classifier", Linear(classes))]
    pooling: list[tuple[NodeId, Operator]] = [("avgpool", AdaptiveAvgPool2d(output_size=7))]
    return [
        *(pooling if head is Head.DENSE else ()),
        ("flatten", Flatten()),
        ("classifier.0", Linear(hidden, in_features=entering if head is Head.FIXED else 0)),
        ("classifier.1", ReLU()),
        ("classifier.2", Dropout(p=dropout)),
        ("classifier.3", Linear(hidden)),
        ("classifier.4", ReLU()),
        ("classifier.5", Dropout(p=dropout)),
        ("classifier.6", Linear(classes)),
    ]


_PAPER = "Simonyan and Zisserman, arXiv:1409.1556"
_NORMALIZED = f"{_PAPER}; Ioffe and Szegedy, arXiv:1502.03167"


def _size(text: str) -> Printed:
    return Printed("parameters", text, "table 2", Quantity.PARAMETERS)


for _layers, _letter, _blocks, _figures, _published in (
    (11, "A", _11, (132_863_336, 7_609_090_048, 150), "133 million"),
    (13, "B", _13, (133_047_848, 11_308_466_176, 156), "133 million"),
    (16, "D", _16, (138_357_544, 15_470_264_320, 212), "138 million"),
    (19, "E", _19, (143_667_240, 19_632_062_464, 268), "144 million"),
):
    _printed = [_size(_published)]
    if _layers == 16:
        _printed += [
            Printed("file size", "528 MB", "keras.io/api/applications", Quantity.SIZE),
            Printed(
                "top-5 error of the ILSVRC-2014 submission",
                "7.3 %",
                "table 7",
                reason="seven networks together, on the test pictures",
            ),
        ]
    declare(
        f"vgg{_layers}",
        f"VGG-{_layers} ({_letter})",
        "VGG",
        vgg,
        Facts(2014, _PAPER, *_figures, f"vgg{_layers}", tuple(_printed)),
        blocks=_blocks,
    )

declare(
    "vgg11_lrn",
    "VGG-11 (A-LRN)",
    "VGG",
    vgg,
    Facts(2014, _PAPER, 132_863_336, 7_609_090_048, 150, published=(_size("133 million"),)),
    blocks=_11,
    local_response_norm=True,
)
declare(
    "vgg16_c",
    "VGG-16 (C)",
    "VGG",
    vgg,
    Facts(2014, _PAPER, 133_638_952, 11_770_888_192, 156, published=(_size("134 million"),)),
    blocks=_16,
    pointwise=True,
)

for _layers, _blocks, _figures in (
    (11, _11, (132_868_840, 7_609_090_048, 150)),
    (13, _13, (133_053_736, 11_308_466_176, 156)),
    (16, _16, (138_365_992, 15_470_264_320, 212)),
    (19, _19, (143_678_248, 19_632_062_464, 268)),
):
    declare(
        f"vgg{_layers}_bn",
        f"VGG-{_layers} with BatchNorm",
        "VGG",
        vgg,
        Facts(2015, _NORMALIZED, *_figures, f"vgg{_layers}_bn"),
        blocks=_blocks,
        batch_norm=True,
    )
