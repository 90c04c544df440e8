"""SqueezeNet: AlexNet's accuracy with fifty times fewer parameters."""

from __future__ import annotations

import enum

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.graph import Graph
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten
from explorer.operators.fire import Bypass, Fire
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch

_FIRES = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
"""Maps of the squeeze and of each expansion, for fire 2 to 9."""


class Version(enum.StrEnum):
    """1.0 is the paper's; 1.1 pools earlier and needs 2.4 times fewer multiplications."""

    V1_0 = "1.0"
    V1_1 = "1.1"


def squeezenet(
    *,
    version: Version = Version.V1_0,
    bypass: Bypass = Bypass.NONE,
    dropout: float = 0.5,
    classes: int = 1000,
    in_channels: int = 3,
    side: Side = 224,
) -> Graph:
    """Fire modules, late pooling, and no dense layer at all.

    With a simple bypass, the input is added where it has as many channels as the result (fire 3,
    5, 7 and 9); the complex one adds it through a 1×1 convolution at the others too.

    Source: Iandola et al. 2016, arXiv:1602.07360, table 1 and fig. 2; 1.1 from the authors' later
    release. Names of the layers and rounding up in pooling as torchvision.
    """
    first = version is Version.V1_0
    pooled = (4, 8) if first else (3, 5)
    layers: list[Operator] = [
        Conv2d(96, kernel_size=7, stride=2) if first else Conv2d(64, kernel_size=3, stride=2),
        ReLU(),
        _pool(),
    ]
    arriving = 96 if first else 64
    for number, (squeeze, expand) in enumerate(_FIRES, 2):
        passing = bypass
        if bypass is not Bypass.NONE:
            fallback = Bypass.COMPLEX if bypass is Bypass.COMPLEX else Bypass.NONE
            passing = Bypass.SIMPLE if arriving == 2 * expand else fallback
        layers.append(Fire(squeeze, expand, expand, passing))
        arriving = 2 * expand
        if number in pooled:
            layers.append(_pool())
    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        *((f"features.{number}", layer) for number, layer in enumerate(layers)),
        ("classifier.0", Dropout(p=dropout)),
        ("classifier.1", Conv2d(classes, kernel_size=1)),
        ("classifier.2", ReLU()),
        ("classifier.3", GlobalAvgPool()),
        ("flatten", Flatten()),
    )
    return sketch.graph()


def _pool() -> Operator:
    return MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)


_PAPER = "Iandola et al., arXiv:1602.07360"
_ACCURACY = "top-1 and top-5 accuracy"
_SIZE = Printed("file size", "4.8 MB", "tables 2 and 3", Quantity.SIZE)

declare(
    "squeezenet1_0",
    "SqueezeNet 1.0",
    "SqueezeNet",
    squeezenet,
    Facts(
        2016,
        _PAPER,
        1_248_424,
        818_924_576,
        155,
        "squeezenet1_0",
        (
            _SIZE,
            Printed(
                "file size, compressed",
                "0.47 MB",
                "table 2",
                reason="Deep Compression: 6 bits a number, and only a third of the numbers kept",
            ),
            Printed(_ACCURACY, "57.5 %, 80.3 %", "tables 2 and 3"),
        ),
    ),
)
declare(
    "squeezenet1_1",
    "SqueezeNet 1.1",
    "SqueezeNet",
    squeezenet,
    Facts(2016, _PAPER, 1_235_496, 349_151_936, 207, "squeezenet1_1"),
    version=Version.V1_1,
)
declare(
    "squeezenet1_0_simple",
    "SqueezeNet 1.0, simple bypass",
    "SqueezeNet",
    squeezenet,
    Facts(
        2016,
        _PAPER,
        1_248_424,
        818_924_576,
        155,
        published=(_SIZE, Printed(_ACCURACY, "60.4 %, 82.5 %", "table 3")),
    ),
    bypass=Bypass.SIMPLE,
)
declare(
    "squeezenet1_0_complex",
    "SqueezeNet 1.0, complex bypass",
    "SqueezeNet",
    squeezenet,
    Facts(
        2016,
        _PAPER,
        1_589_672,
        1_165_298_720,
        155,
        published=(Printed(_ACCURACY, "58.8 %, 82.0 %", "table 3"),),
    ),
    bypass=Bypass.COMPLEX,
)
