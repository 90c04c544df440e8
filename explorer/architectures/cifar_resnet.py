"""The small residual and plain networks for CIFAR-10, from 20 to more than 1000 layers."""

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
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock, Normalization, PlainBlock, Shortcut
from explorer.operators.sketch import Sketch

_STAGES = ((16, 1), (32, 2), (64, 2))


def cifar_resnet(
    *,
    depth: int = 20,
    shortcut: Shortcut = Shortcut.ZERO_PADDING,
    normalization: Normalization = Normalization.BATCH,
    width: float = 1.0,
    classes: int = 10,
    in_channels: int = 3,
    side: Side = 32,
) -> Graph:
    """Three stages of n basic blocks: 6n + 2 layers with weights.

    The shortcut is the paper's option A (zero padding, no parameters) or B (projection); `width`
    multiplies the maps of all stages.

    Source: He et al. 2015, arXiv:1512.03385, sec. 4.2.

    Raises:
        ExplorerError: `depth` is not 6n + 2, or a figure is out of range.
    """
    blocks: list[Composite] = [
        BasicBlock(_scaled(channels, width), stride, shortcut, normalization) for channels, stride in _STAGES
    ]
    return _network("cifar_resnet", depth, blocks, normalization, width, classes, (in_channels, *pair(side)))


def cifar_plain(
    *,
    depth: int = 20,
    normalization: Normalization = Normalization.BATCH,
    width: float = 1.0,
    classes: int = 10,
    in_channels: int = 3,
    side: Side = 32,
) -> Graph:
    """The same layers without shortcuts: the deeper, the worse they train.

    Source: He et al. 2015, arXiv:1512.03385, sec. 4.2 and fig. 6 (left).

    Raises:
        ExplorerError: `depth` is not 6n + 2, or a figure is out of range.
    """
    blocks: list[Composite] = [
        PlainBlock(_scaled(channels, width), stride, normalization) for channels, stride in _STAGES
    ]
    return _network("cifar_plain", depth, blocks, normalization, width, classes, (in_channels, *pair(side)))


def _network(
    name: str,
    depth: int,
    blocks: list[Composite],
    normalization: Normalization,
    width: float,
    classes: int,
    picture: tuple[int, int, int],
) -> Graph:
    n, rest = divmod(depth - 2, 6)
    if rest or n < 1:
        below = max(1, n) * 6 + 2
        near = f"{below} or {below + 6}" if n >= 1 else f"{below}"
        raise ExplorerError(
            f"{name}: depth must be 6n + 2 (8, 14, 20, 26, …); got {depth}, near it is {near}"
        )
    batch = normalization is Normalization.BATCH
    sketch = Sketch()
    last = sketch.input(picture)
    stem = Conv2d(_scaled(16, width), kernel_size=3, padding=1, bias=not batch)
    last = sketch.add("conv1", stem, last)
    if batch:
        last = sketch.add("bn1", BatchNorm2d(), last)
    last = sketch.add("relu", ReLU(), last)
    for number, block in enumerate(blocks, 1):
        last = sketch.add(f"layer{number}", Repeat(block, n), last)
    sketch.chain(last, ("avgpool", GlobalAvgPool()), ("flatten", Flatten()), ("fc", Linear(classes)))
    return sketch.graph()


def _scaled(channels: int, width: float) -> int:
    return max(1, round(channels * width))


_PAPER = "He et al., arXiv:1512.03385, sec. 4.2"

# depth; parameters and MACs with option A, and with option B; receptive field; as printed
_MEMBERS = (
    (20, (269_722, 40_551_040), (272_474, 40_813_184), 81, ("0.27 M", "8.75 %")),
    (32, (464_154, 68_862_592), (466_906, 69_124_736), 137, ("0.46 M", "7.51 %")),
    (44, (658_586, 97_174_144), (661_338, 97_436_288), 193, ("0.66 M", "7.17 %")),
    (56, (853_018, 125_485_696), (855_770, 125_747_840), 249, ("0.85 M", "6.97 %")),
    (110, (1_727_962, 252_887_680), (1_730_714, 253_149_824), 501, ("1.7 M", "6.43 %")),
    (1202, (19_421_274, 2_829_238_912), (19_424_026, 2_829_501_056), 5597, ("19.4 M", "7.93 %")),
)

for _depth, _a, _b, _field, (_size, _error) in _MEMBERS:
    declare(
        f"cifar_resnet{_depth}",
        f"CIFAR ResNet-{_depth}",
        "CIFAR ResNet",
        cifar_resnet,
        Facts(
            2015,
            _PAPER,
            *_a,
            _field,
            published=(
                Printed("parameters", _size, "table 6", Quantity.PARAMETERS),
                Printed("test error on CIFAR-10", _error, "table 6"),
            ),
        ),
        depth=_depth,
    )
for _depth, _a, _b, _field, _ in _MEMBERS:
    declare(
        f"cifar_resnet{_depth}_b",
        f"CIFAR ResNet-{_depth}, option B",
        "CIFAR ResNet",
        cifar_resnet,
        Facts(2015, _PAPER, *_b, _field),
        depth=_depth,
        shortcut=Shortcut.PROJECTION,
    )
for _depth, _a, _b, _field, _ in _MEMBERS[:5]:
    declare(
        f"cifar_plain{_depth}",
        f"CIFAR plain-{_depth}",
        "CIFAR ResNet",
        cifar_plain,
        Facts(2015, _PAPER, *_a, _field),
        depth=_depth,
    )
