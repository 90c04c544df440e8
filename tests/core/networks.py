"""Small networks and operators that the tests of the core edit, save and analyse."""

from __future__ import annotations

from explorer.core.document import Document
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.operators.activation import PReLU, ReLU
from explorer.operators.convolution import Conv2d, DepthwiseConv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.sources import Input
from explorer.operators.spatial import ZeroPad2d

SHORTCUT = Group(
    title="Shortcut",
    graph=Graph(
        [
            Node("in", Input(shape=(4, 8, 8))),
            Node("conv", Conv2d(out_channels=4, padding=1), ("in",)),
            Node("add", Add(), ("conv", "in")),
        ]
    ),
)
"""A block whose inside branches and merges."""

OPERATORS: tuple[Operator, ...] = (
    Conv2d(out_channels=4, padding=1),
    Conv2d(out_channels=8, kernel_size=(1, 3), stride=2),
    DepthwiseConv2d(),
    MaxPool2d(),
    BatchNorm2d(),
    ReLU(),
    PReLU(per_channel=True),
    Add(),
    Concat(),
    Multiply(),
    Flatten(),
    Linear(out_features=5),
    GlobalAvgPool(),
    ZeroPad2d(left=2),
    Input(shape=(4, 8, 8)),
    Repeat(block=Conv2d(out_channels=4, padding=1), n=3),
    Repeat(block=SHORTCUT, n=2),
    SHORTCUT,
    Group(title="empty"),
    Group(title="nothing inside but the input", graph=Graph([Node("in", Input(shape=(4, 8, 8)))])),
    Group(title="nested", graph=Graph([Node("in", Input()), Node("block", SHORTCUT, ("in",))])),
)


def small() -> Document:
    """A network with a chain, a branch, a merge, a block and a dense end."""
    return Document(
        "small",
        Graph(
            [
                Node("input", Input(shape=(3, 16, 16))),
                Node("conv1", Conv2d(out_channels=4, padding=1), ("input",)),
                Node("relu1", ReLU(), ("conv1",)),
                Node("block", SHORTCUT, ("relu1",)),
                Node("stage", Repeat(block=SHORTCUT, n=2), ("block",)),
                Node("add", Add(), ("stage", "relu1")),
                Node("flatten", Flatten(), ("add",)),
                Node("fc", Linear(), ("flatten",)),
            ]
        ),
    )
