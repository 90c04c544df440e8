"""Residual networks for ImageNet, their plain twins, and the wider ones that followed."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import (
    BasicBlock,
    Bottleneck,
    Normalization,
    PlainBlock,
    Shortcut,
    StrideIn,
)
from explorer.operators.sketch import Sketch

_BASIC = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
_BOTTLENECK = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet(
    *,
    depth: int = 50,
    stride_in: StrideIn = StrideIn.SPATIAL,
    shortcut: Shortcut = Shortcut.PROJECTION,
    normalization: Normalization = Normalization.BATCH,
    groups: int = 1,
    width_per_group: int = 64,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Four stages of blocks that learn what to add to their input.

    Depths 18 and 34 have basic blocks, 50, 101 and 152 bottlenecks; `stride_in` chooses between
    v1.5 ("3x3") and the paper's v1 ("1x1"); `groups` and `width_per_group` make ResNeXt and Wide
    ResNet of the bottlenecks.

    Source: He et al. 2015, arXiv:1512.03385, table 1; names of the layers as torchvision.

    Raises:
        ExplorerError: no such depth, or a figure is out of range.
    """
    if depth not in _BASIC and depth not in _BOTTLENECK:
        raise ExplorerError(f"resnet: depth must be 18, 34, 50, 101 or 152; got {depth}")
    if depth in _BASIC and (groups, width_per_group) != (1, 64):
        raise ExplorerError("resnet: groups and width_per_group need bottlenecks: depth 50, 101 or 152")
    blocks: list[Composite] = []
    for stage, channels in enumerate((64, 128, 256, 512)):
        stride = 1 if stage == 0 else 2
        if depth in _BASIC:
            blocks.append(BasicBlock(channels, stride, shortcut, normalization))
        else:
            figures = (stride_in, groups, width_per_group)
            blocks.append(Bottleneck(channels, stride, shortcut, normalization, *figures))
    counts = _BASIC.get(depth) or _BOTTLENECK[depth]
    return _network(blocks, counts, normalization, classes, (in_channels, *pair(side)))


def plain(
    *,
    depth: int = 34,
    normalization: Normalization = Normalization.BATCH,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """A residual network without its shortcuts, to compare with.

    Source: He et al. 2015, arXiv:1512.03385, sec. 3.3 and fig. 3 (middle).

    Raises:
        ExplorerError: no such depth, or a figure is out of range.
    """
    if depth not in _BASIC:
        raise ExplorerError(f"plain: depth must be 18 or 34; got {depth}")
    blocks: list[Composite] = [
        PlainBlock(channels, 1 if stage == 0 else 2, normalization)
        for stage, channels in enumerate((64, 128, 256, 512))
    ]
    return _network(blocks, _BASIC[depth], normalization, classes, (in_channels, *pair(side)))


def _network(
    blocks: list[Composite],
    counts: tuple[int, ...],
    normalization: Normalization,
    classes: int,
    picture: tuple[int, int, int],
) -> Graph:
    sketch = Sketch()
    batch = normalization is Normalization.BATCH
    last = sketch.chain(
        sketch.input(picture), ("conv1", Conv2d(64, kernel_size=7, stride=2, padding=3, bias=not batch))
    )
    if batch:
        last = sketch.add("bn1", BatchNorm2d(), last)
    last = sketch.chain(last, ("relu", ReLU()), ("maxpool", MaxPool2d(kernel_size=3, stride=2, padding=1)))
    for number, (block, count) in enumerate(zip(blocks, counts, strict=True), 1):
        last = sketch.add(f"layer{number}", Repeat(block, count), last)
    sketch.chain(last, ("avgpool", GlobalAvgPool()), ("flatten", Flatten()), ("fc", Linear(classes)))
    return sketch.graph()


_PAPER = "He et al., arXiv:1512.03385"
_WON = "4.49 %, 3.57 % for the ensemble that won"

for _depth, _figures, _printed in (
    (18, (11_689_512, 1_814_073_344, 435, 69.758), {"FLOPs": "1.8 × 10⁹"}),
    (34, (21_797_672, 3_663_761_408, 899, 73.314), {"FLOPs": "3.6 × 10⁹"}),
    (50, (25_557_032, 4_089_184_256, 427, 76.130), None),
    (101, (44_549_160, 7_801_405_440, 971, 77.374), None),
    (152, (60_192_808, 11_513_626_624, 1451, 78.312), None),
):
    _parameters, _macs, _field, _top1 = _figures
    declare(
        f"resnet{_depth}",
        f"ResNet-{_depth}" + (" v1.5" if _depth >= 50 else ""),
        "ResNet",
        resnet,
        Facts(2015, _PAPER, _parameters, _macs, _field, f"resnet{_depth}", _top1, _printed),
        depth=_depth,
    )

for _depth, _counts, _published in (
    (50, (25_557_032, 3_857_973_248, 483), ("3.8 × 10⁹", "5.25 %")),
    (101, (44_549_160, 7_570_194_432, 1027), ("7.6 × 10⁹", "4.60 %")),
    (152, (60_192_808, 11_282_415_616, 1507), ("11.3 × 10⁹", _WON)),
):
    declare(
        f"resnet{_depth}_v1",
        f"ResNet-{_depth} v1",
        "ResNet",
        resnet,
        Facts(
            2015,
            _PAPER,
            *_counts,
            published={"FLOPs": _published[0], "top-5 error, multi-crop and multi-scale": _published[1]},
        ),
        depth=_depth,
        stride_in=StrideIn.FIRST,
    )

for _depth, _counts in ((18, (11_515_688, 1_794_805_760, 435)), (34, (21_623_848, 3_644_493_824, 899))):
    _printed = {"FLOPs": "3.6 × 10⁹"} if _depth == 34 else None
    declare(
        f"plain{_depth}",
        f"Plain-{_depth}",
        "ResNet",
        plain,
        Facts(2015, _PAPER, *_counts, published=_printed),
        depth=_depth,
    )

for _depth, _groups, _each, _figures in (
    (50, 32, 4, (25_028_904, 4_230_479_872, 427, 77.618)),
    (101, 32, 8, (88_791_336, 16_414_015_488, 971, 79.312)),
    (101, 64, 4, (83_455_272, 15_460_270_080, 971, 83.246)),
):
    _parameters, _macs, _field, _top1 = _figures
    _name = f"resnext{_depth}_{_groups}x{_each}d"
    declare(
        _name,
        f"ResNeXt-{_depth} {_groups}×{_each}d",
        "ResNeXt",
        resnet,
        Facts(2016, "Xie et al., arXiv:1611.05431", _parameters, _macs, _field, _name, _top1),
        depth=_depth,
        groups=_groups,
        width_per_group=_each,
    )

for _depth, _figures in (
    (50, (68_883_240, 11_398_021_120, 427, 78.468)),
    (101, (126_886_696, 22_753_050_624, 971, 78.848)),
):
    _parameters, _macs, _field, _top1 = _figures
    _name = f"wide_resnet{_depth}_2"
    declare(
        _name,
        f"Wide ResNet-{_depth}-2",
        "Wide ResNet",
        resnet,
        Facts(2016, "Zagoruyko and Komodakis, arXiv:1605.07146", _parameters, _macs, _field, _name, _top1),
        depth=_depth,
        width_per_group=128,
    )
