"""GoogLeNet: Inception modules that look at several scales at once."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.inception import Inception
from explorer.operators.normalization import BatchNorm2d, LocalResponseNorm
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch

_EPS = 1e-3

_MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Maps of 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5 and pool projection (table 1 of the paper)."""


def googlenet(
    *,
    large_kernel: int = 3,
    batch_norm: bool = True,
    dropout: float = 0.2,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Nine Inception modules and global average pooling, 22 layers deep.

    Source: Szegedy et al. 2014, arXiv:1409.4842, table 1; names of the layers as torchvision.
    Without `batch_norm` it has the paper's biases and local response normalization, with
    `large_kernel` 5 the paper's third branch.
    Departs from the paper by default as torchvision does: BatchNorm, 3×3 instead of 5×5 in the
    third branch, dropout of 0.2 instead of 0.4. The two auxiliary heads, which are used in
    training only, are left out.
    """

    def convolution(name: str, layer: Conv2d) -> list[tuple[NodeId, Operator]]:
        steps: list[tuple[NodeId, Operator]] = [(f"{name}.conv", layer)]
        if batch_norm:
            steps.append((f"{name}.bn", BatchNorm2d(eps=_EPS)))
        return [*steps, (f"{name}.relu", ReLU())]

    def response_norm(name: str) -> list[tuple[NodeId, Operator]]:
        # the values of Krizhevsky et al. 2012; torch divides alpha by size
        return [] if batch_norm else [(name, LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0))]

    def modules(stage: str) -> list[tuple[NodeId, Operator]]:
        return [
            (f"inception{name}", Inception(*figures, large_kernel, batch_norm, _EPS))
            for name, figures in _MODULES.items()
            if name.startswith(stage)
        ]

    bias = not batch_norm
    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        *convolution("conv1", Conv2d(64, kernel_size=7, stride=2, padding=3, bias=bias)),
        ("maxpool1", _pool(3)),
        *response_norm("norm1"),
        *convolution("conv2", Conv2d(64, kernel_size=1, bias=bias)),
        *convolution("conv3", Conv2d(192, kernel_size=3, padding=1, bias=bias)),
        *response_norm("norm2"),
        ("maxpool2", _pool(3)),
        *modules("3"),
        ("maxpool3", _pool(3)),
        *modules("4"),
        ("maxpool4", _pool(2)),
        *modules("5"),
        ("avgpool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("dropout", Dropout(p=dropout)),
        ("fc", Linear(classes)),
    )
    return sketch.graph()


def _pool(kernel: int) -> Operator:
    return MaxPool2d(kernel_size=kernel, stride=2, ceil_mode=True)


_PAPER = "Szegedy et al., arXiv:1409.4842"

declare(
    "googlenet_2014",
    "GoogLeNet (2014)",
    "GoogLeNet",
    googlenet,
    Facts(
        2014,
        _PAPER,
        6_998_552,
        1_582_671_872,
        699,
        published=(
            Printed(
                "multiply-adds",
                "1.5 billion",
                "sec. 1",
                Quantity.MACS,
                "it is the budget that the network was designed for, not a count",
            ),
            Printed("top-5 error of the ensemble that won", "6.67 %", "table 2"),
        ),
    ),
    large_kernel=5,
    batch_norm=False,
    dropout=0.4,
)
declare(
    "googlenet",
    "GoogLeNet with BatchNorm",
    "GoogLeNet",
    googlenet,
    Facts(
        2015,
        f"{_PAPER}; Ioffe and Szegedy, arXiv:1502.03167",
        6_624_904,
        1_498_376_192,
        379,
        "googlenet",
    ),
)
