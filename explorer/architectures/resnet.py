"""Residual networks for ImageNet, their plain twins, and the wider ones that followed."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
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
_NO_PROJECTION = "the projections of its shortcuts make 0.02 × 10⁹ of it; without them it is 3.6 × 10⁹"
_V1 = "the paper's network is v1, with the stride in the first 1×1 of a bottleneck; here it is in the 3×3"


def _operations(text: str, reason: str = "") -> Printed:
    return Printed("FLOPs", text, "table 1", Quantity.MACS, reason)


def _errors(one: str, ten: str, many: str) -> tuple[Printed, ...]:
    return (
        Printed("top-1 and top-5 error, one crop", one, "github.com/KaimingHe/deep-residual-networks"),
        Printed("top-1 and top-5 error, ten crops", ten, "table 3"),
        Printed("top-5 error, several scales", many, "table 4"),
    )


_KERAS = Printed("file size", "98 MB", "keras.io/api/applications", Quantity.SIZE)
_WON = Printed("top-5 error of the ensemble that won", "3.57 %", "table 5")

_printed: tuple[Printed, ...]

for _depth, _figures, _printed in (
    (18, (11_689_512, 1_814_073_344, 435), (_operations("1.8 × 10⁹"),)),
    (34, (21_797_672, 3_663_761_408, 899), (_operations("3.6 × 10⁹", _NO_PROJECTION),)),
    (50, (25_557_032, 4_089_184_256, 427), (_operations("3.8 × 10⁹", _V1), _KERAS)),
    (101, (44_549_160, 7_801_405_440, 971), (_operations("7.6 × 10⁹", _V1),)),
    (152, (60_192_808, 11_513_626_624, 1451), (_operations("11.3 × 10⁹", _V1),)),
):
    declare(
        f"resnet{_depth}",
        f"ResNet-{_depth}" + (" v1.5" if _depth >= 50 else ""),
        "ResNet",
        resnet,
        Facts(2015, _PAPER, *_figures, f"resnet{_depth}", _printed),
        depth=_depth,
    )

for _depth, _counts, _printed in (
    (
        50,
        (25_557_032, 3_857_973_248, 483),
        (_operations("3.8 × 10⁹"), *_errors("24.7 %, 7.8 %", "22.85 %, 6.71 %", "5.25 %")),
    ),
    (
        101,
        (44_549_160, 7_570_194_432, 1027),
        (_operations("7.6 × 10⁹"), *_errors("23.6 %, 7.1 %", "21.75 %, 6.05 %", "4.60 %")),
    ),
    (
        152,
        (60_192_808, 11_282_415_616, 1507),
        (_operations("11.3 × 10⁹"), *_errors("23.0 %, 6.7 %", "21.43 %, 5.71 %", "4.49 %"), _WON),
    ),
):
    declare(
        f"resnet{_depth}_v1",
        f"ResNet-{_depth} v1",
        "ResNet",
        resnet,
        Facts(2015, _PAPER, *_counts, published=_printed),
        depth=_depth,
        stride_in=StrideIn.FIRST,
    )

for _depth, _counts in ((18, (11_515_688, 1_794_805_760, 435)), (34, (21_623_848, 3_644_493_824, 899))):
    _printed = (_operations("3.6 × 10⁹"),) if _depth == 34 else ()
    declare(
        f"plain{_depth}",
        f"Plain-{_depth}",
        "ResNet",
        plain,
        Facts(2015, _PAPER, *_counts, published=_printed),
        depth=_depth,
    )

_CROP = "top-1 error, one crop"
_REPOSITORY = "github.com/facebookresearch/ResNeXt"

for _depth, _groups, _each, _figures, _printed in (
    (50, 32, 4, (25_028_904, 4_230_479_872, 427), (Printed(_CROP, "22.2 %", _REPOSITORY),)),
    (101, 32, 8, (88_791_336, 16_414_015_488, 971), ()),
    (101, 64, 4, (83_455_272, 15_460_270_080, 971), (Printed(_CROP, "20.4 %", _REPOSITORY),)),
):
    _name = f"resnext{_depth}_{_groups}x{_each}d"
    declare(
        _name,
        f"ResNeXt-{_depth} {_groups}×{_each}d",
        "ResNeXt",
        resnet,
        Facts(2016, "Xie et al., arXiv:1611.05431", *_figures, _name, _printed),
        depth=_depth,
        groups=_groups,
        width_per_group=_each,
    )

_WIDE = (
    Printed("parameters", "68.9 M", "table 8", Quantity.PARAMETERS),
    Printed("top-1 and top-5 error, one crop", "21.9 %, 6.03 %", "table 8"),
)

for _depth, _figures, _printed in (
    (50, (68_883_240, 11_398_021_120, 427), _WIDE),
    (101, (126_886_696, 22_753_050_624, 971), ()),
):
    _name = f"wide_resnet{_depth}_2"
    declare(
        _name,
        f"Wide ResNet-{_depth}-2",
        "Wide ResNet",
        resnet,
        Facts(2016, "Zagoruyko and Komodakis, arXiv:1605.07146", *_figures, _name, _printed),
        depth=_depth,
        width_per_group=128,
    )
