"""What problems mean: the rule with the numbers that arrive, for every kind of refusal."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, operators
from explorer.core.shapes import Shape
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.dense import Linear
from explorer.operators.explanations import brief, explanation
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import GroupNorm
from explorer.operators.pooling import MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock
from explorer.operators.sources import Input
from explorer.operators.spatial import PixelShuffle, SliceChannels
from explorer.operators.vgg_block import VGGBlock


def fed(operator: Operator, *shapes: Shape) -> Graph:
    """An operator called x with inputs of these shapes."""
    sources = [Node(f"in{number}", Input(shape)) for number, shape in enumerate(shapes)]
    return Graph([*sources, Node("x", operator, tuple(node.id for node in sources))])


@pytest.mark.parametrize(
    ("operator", "shapes", "said"),
    [
        (
            Linear(10),
            [(512, 7, 7)],
            "512 · 7 · 7 = 25,088 numbers, and out · in: 10 · 25088 = 250,880 weights",
        ),
        (Linear(10), [(512, 7, 7)], "After global average pooling: 512 numbers, 5,120 weights"),
        (
            Linear(10, in_features=100),
            [(25,)],
            "10 · 100 = 1,000 weights are for 100 numbers; for 25 it needs 250",
        ),
        (
            Conv2d(8, kernel_size=5),
            [(3, 2, 3)],
            "height: (2 + 2 · 0 − 5) / 1 + 1 = −2; at least 1 must be left",
        ),
        (
            Conv2d(8, kernel_size=5),
            [(3, 2, 3)],
            "width: (3 + 2 · 0 − 5) / 1 + 1 = −1; at least 1 must be left",
        ),
        (Conv2d(8, groups=3), [(6, 9, 9)], "out / groups: 8 / 3 = 2, and 2 are left over"),
        (Conv2d(9, groups=3), [(7, 9, 9)], "in / groups: 7 / 3 = 2, and 1 are left over"),
        (Conv2d(8), [(6,)], "A vector of 6 numbers has no height and no width"),
        (ConvTranspose2d(4, padding=9), [(6, 4, 4)], "side: (4 − 1) · 2 − 2 · 9 + 2 + 0 = −10"),
        (MaxPool2d(2, 2), [(6, 1, 1)], "side: ⌊(1 + 2 · 0 − 2) / 2⌋ + 1 = 0; at least 1 must be left"),
        (Add(), [(64, 56, 56), (128, 28, 56)], "channels: 64 ≠ 128, 2 times as many"),
        (Add(), [(64, 56, 56), (128, 28, 56)], "height: 56 ≠ 28, 2 times as many"),
        (Add(), [(64,), (64, 1, 1)], "one is a map, the other a vector"),
        (Multiply(), [(64, 56, 56), (32, 1, 1)], "channels: 64 ≠ 32"),
        (Concat(), [(64, 56, 56), (128, 28, 56)], "channels: 64 + 128 = 192"),
        (Concat(), [(64, 56, 56), (128,)], "A map and a vector cannot stand one behind the other"),
        (GroupNorm(32), [(48, 4, 4)], "channels / groups: 48 / 32 = 1, and 16 are left over"),
        (SliceChannels(4, 8), [(6, 4, 4)], "start + length: 4 + 8 = 12 > 6 channels"),
        (PixelShuffle(2), [(6, 4, 4)], "channels / factor²: 6 / 4 = 1, and 2 are left over"),
    ],
)
def test_the_rule_stands_there_with_its_numbers(operator: Operator, shapes: list[Shape], said: str) -> None:
    (problem,) = analyze(fed(operator, *shapes)).causes
    lines = explanation(problem)
    assert lines[0].startswith(f"{operator.kind()}: ")
    assert any(said in line for line in lines), lines


def test_equal_height_is_not_mentioned() -> None:
    (problem,) = analyze(fed(Multiply(), (64, 56, 56), (32, 1, 1))).causes
    assert not any("height:" in line for line in explanation(problem))


def test_in_brief() -> None:
    (problem,) = analyze(fed(Linear(10), (512, 7, 7))).causes
    assert brief(problem) == "512 · 7 · 7 = 25,088 features for x"
    (problem,) = analyze(fed(Conv2d(8), (6,))).causes
    assert brief(problem) == ""
    (problem,) = analyze(catalog.build("vgg11", side=16)).causes
    assert brief(problem) == ""


def test_of_a_block_the_layer_inside_is_explained() -> None:
    (problem,) = analyze(fed(Repeat(VGGBlock(1, 4), 3), (3, 4, 4))).causes
    lines = explanation(problem)
    assert lines[0] == "The layer inside that causes it is 2 · pool, a MaxPool2d."
    assert any("⌊(1 + 2 · 0 − 2) / 2⌋ + 1 = 0" in line for line in lines)


def test_what_is_open_and_what_waits() -> None:
    graph = Graph([Node("add", Add()), Node("block", BasicBlock(), ("add",))])
    open_, waiting = (explanation(analyze(graph).problems[name]) for name in ("add", "block"))
    assert open_[-1].startswith("It needs 2 inputs")
    assert waiting == ("Its shape follows from that of add, which has none yet.",)


@pytest.mark.parametrize("kind", operators())
@pytest.mark.parametrize("shape", [(), (7,), (5, 1, 1), (5, 3, 9)])
def test_every_problem_of_every_kind_can_be_explained(kind: str, shape: Shape) -> None:
    operator = operators()[kind]()
    count = operator.ports[0]
    graph = (
        fed(operator, *([shape] * count if shape else []))
        if count and shape
        else Graph([Node("x", operator)])
    )
    for problem in analyze(graph).causes:
        lines = explanation(problem)
        assert lines
        assert all(line.strip() == line and line for line in lines)
        assert "\n" not in brief(problem)
