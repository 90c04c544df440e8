"""AlexNet, as it won ImageNet in 2012 and as torchvision has it."""

from __future__ import annotations

from explorer.architectures.architecture import Facts, declare
from explorer.architectures.printed import Printed, Quantity
from explorer.core.graph import Graph, NodeId
from explorer.core.operator import Operator
from explorer.core.shapes import Side, pair
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import LocalResponseNorm
from explorer.operators.pooling import AdaptiveAvgPool2d, MaxPool2d
from explorer.operators.regularization import Dropout
from explorer.operators.sketch import Sketch


def alexnet_2012(
    *, groups: int = 2, dropout: float = 0.5, classes: int = 1000, in_channels: int = 3, side: Side = 227
) -> Graph:
    """Five convolutions and three dense layers, split over two GPUs.

    Source: Krizhevsky, Sutskever and Hinton 2012, sec. 3 and fig. 2. The two GPUs are two groups
    of the second, fourth and fifth convolution.
    Departs from the paper's text in the picture's side: windows of 11 with step 4 fit 227 pixels,
    not 224.
    """

    def norm() -> Operator:
        # torch divides alpha by size: 5e-4 is the paper's 1e-4
        return LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0)

    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        ("conv1", Conv2d(96, kernel_size=11, stride=4)),
        ("relu1", ReLU()),
        ("norm1", norm()),
        ("pool1", MaxPool2d(kernel_size=3, stride=2)),
        ("conv2", Conv2d(256, kernel_size=5, padding=2, groups=groups)),
        ("relu2", ReLU()),
        ("norm2", norm()),
        ("pool2", MaxPool2d(kernel_size=3, stride=2)),
        ("conv3", Conv2d(384, kernel_size=3, padding=1)),
        ("relu3", ReLU()),
        ("conv4", Conv2d(384, kernel_size=3, padding=1, groups=groups)),
        ("relu4", ReLU()),
        ("conv5", Conv2d(256, kernel_size=3, padding=1, groups=groups)),
        ("relu5", ReLU()),
        ("pool5", MaxPool2d(kernel_size=3, stride=2)),
        ("flatten", Flatten()),
        ("fc6", Linear(4096)),
        ("relu6", ReLU()),
        ("dropout6", Dropout(p=dropout)),
        ("fc7", Linear(4096)),
        ("relu7", ReLU()),
        ("dropout7", Dropout(p=dropout)),
        ("fc8", Linear(classes)),
    )
    return sketch.graph()


def alexnet(*, dropout: float = 0.5, classes: int = 1000, in_channels: int = 3, side: Side = 224) -> Graph:
    """AlexNet for one GPU, a little narrower, without normalization.

    Source: Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks,
    arXiv:1404.5997, in torchvision's reading, whose names the layers have.
    Departs from that paper as torchvision does: the third convolution makes 384 maps and the
    fourth 256, pooling comes to 6×6 for any picture, and dropout stands before the dense layers.
    """
    features: tuple[Operator, ...] = (
        Conv2d(64, kernel_size=11, stride=4, padding=2),
        ReLU(),
        MaxPool2d(kernel_size=3, stride=2),
        Conv2d(192, kernel_size=5, padding=2),
        ReLU(),
        MaxPool2d(kernel_size=3, stride=2),
        Conv2d(384, kernel_size=3, padding=1),
        ReLU(),
        Conv2d(256, kernel_size=3, padding=1),
        ReLU(),
        Conv2d(256, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=3, stride=2),
    )
    classifier: tuple[Operator, ...] = (
        Dropout(p=dropout),
        Linear(4096),
        ReLU(),
        Dropout(p=dropout),
        Linear(4096),
        ReLU(),
        Linear(classes),
    )
    sketch = Sketch()
    sketch.chain(
        sketch.input((in_channels, *pair(side))),
        *_numbered("features", features),
        ("avgpool", AdaptiveAvgPool2d(output_size=6)),
        ("flatten", Flatten()),
        *_numbered("classifier", classifier),
    )
    return sketch.graph()


def _numbered(name: str, layers: tuple[Operator, ...]) -> list[tuple[NodeId, Operator]]:
    return [(f"{name}.{number}", layer) for number, layer in enumerate(layers)]


declare(
    "alexnet_2012",
    "AlexNet (2012)",
    "AlexNet",
    alexnet_2012,
    Facts(
        2012,
        "Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks",
        parameters=60_965_224,
        macs=724_406_816,
        receptive_field=195,
        published=(
            Printed("parameters", "60 million", "abstract", Quantity.PARAMETERS),
            Printed("top-5 error of the ensemble that won", "15.3 %", "abstract"),
        ),
    ),
)
declare(
    "alexnet",
    "AlexNet (one GPU)",
    "AlexNet",
    alexnet,
    Facts(
        2014,
        "Krizhevsky, arXiv:1404.5997",
        parameters=61_100_840,
        macs=714_188_480,
        receptive_field=195,
        torchvision="alexnet",
    ),
)
