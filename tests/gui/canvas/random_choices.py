"""What a random hand chooses from: blocks, keys, and blocks of a person's own."""

from __future__ import annotations

from PySide6.QtCore import Qt

from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.operator import Operator
from explorer.core.promotion import promoted
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat
from explorer.operators.pooling import MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock
from explorer.operators.sources import Input
from tests.core.networks import SHORTCUT

LEFT = Qt.MouseButton.LeftButton
NO, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier

KINDS: tuple[Operator, ...] = (
    ReLU(),
    Conv2d(out_channels=12, kernel_size=3, stride=2),
    MaxPool2d(kernel_size=2, stride=2),
    BasicBlock(channels=16, stride=2),
    Repeat(BasicBlock(channels=4), 2),
    Flatten(),
    Linear(out_features=5),
    Add(),
    Concat(),
)

KEYS = (
    (Qt.Key.Key_Delete, NO),
    (Qt.Key.Key_Delete, SHIFT),
    (Qt.Key.Key_K, NO),
    (Qt.Key.Key_K, NO),
    (Qt.Key.Key_G, CTRL),
    (Qt.Key.Key_G, CTRL | SHIFT),
    (Qt.Key.Key_G, CTRL),
    (Qt.Key.Key_R, CTRL),
    (Qt.Key.Key_D, CTRL),
    (Qt.Key.Key_C, CTRL),
    (Qt.Key.Key_X, CTRL),
    (Qt.Key.Key_V, CTRL),
    (Qt.Key.Key_A, CTRL),
    (Qt.Key.Key_L, CTRL),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Return, NO),
    (Qt.Key.Key_Down, NO),
    (Qt.Key.Key_Up, NO),
    (Qt.Key.Key_Left, NO),
    (Qt.Key.Key_Right, NO),
    (Qt.Key.Key_Escape, NO),
)

OWN = (
    SHORTCUT,
    Group(
        "Two convolutions",
        Graph(
            [
                Node("in", Input(shape=(3, 32, 32))),
                Node("conv1", Conv2d(out_channels=6, padding=1), ("in",)),
                Node("conv2", Conv2d(out_channels=6, padding=1), ("conv1",)),
            ]
        ),
        promoted({"channels": [("conv1", "out_channels"), ("conv2", "out_channels")]}),
    ),
)
"""Blocks of a person's own: one that merges, one with an attribute of its own."""
