"""Variants of a block that fit the place where it is dropped."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.adaptation import adapted
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.operator import Operator, operators
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.merge import Add
from explorer.operators.normalization import GroupNorm
from explorer.operators.pooling import MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock, Bottleneck
from tests.core.networks import small

RESNET = analyze(catalog.build("resnet18"))


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        (Conv2d(), Conv2d(128, padding=1)),
        (
            Conv2d(32, kernel_size=(1, 7), stride=2, dilation=2),
            Conv2d(128, (1, 7), padding=(0, 6), dilation=2),
        ),
        (Conv2d(32, kernel_size=4), Conv2d(128, kernel_size=5, padding=2)),
        (MaxPool2d(), MaxPool2d(kernel_size=3, stride=1, padding=1)),
        (BasicBlock(channels=64, stride=2), BasicBlock(channels=128)),
        (Bottleneck(channels=64, stride=2), Bottleneck(channels=32)),
        (Repeat(Bottleneck(channels=64, stride=2), n=3), Repeat(Bottleneck(channels=32), n=3)),
        (GroupNorm(60), GroupNorm(64)),
    ],
    ids=lambda item: str(item)[:40],
)
def test_the_first_variant_keeps_channels_and_sides(operator: Operator, expected: Operator) -> None:
    assert adapted(operator, RESNET, ("layer3",), 0)[0] == expected
    assert adapted(operator, RESNET, ("layer2",))[0] == expected


@pytest.mark.parametrize("operator", [ReLU(), Conv2d(128, padding=1), Add(), BasicBlock(channels=128)])
def test_what_changes_nothing_or_cannot_be_adapted_has_no_variant(operator: Operator) -> None:
    assert adapted(operator, RESNET, ("layer3",), 0) == ()


def test_nothing_is_known_where_nothing_arrives() -> None:
    document = edits.disconnect(small(), "relu1", 0)
    assert adapted(Conv2d(), analyze(document.graph), ("relu1",), 0) == ()
    assert adapted(Conv2d(), analyze(document.graph), ("block",)) == ()


def test_inside_a_block_where_the_plain_one_would_break_the_shortcut() -> None:
    place = ("layer2", "0", "conv2")
    variants = adapted(Conv2d(), RESNET, place, 0)
    assert variants[0] == Conv2d(128, padding=1)
    for variant in variants:
        after = edits.within(
            Document(graph=RESNET.graph),
            place[:-1],
            lambda inside, it=variant: edits.insert(inside, it, "conv2", 0),  # type: ignore[misc]
        )
        assert not analyze(after.graph).problems


def test_a_dense_layer() -> None:
    assert adapted(Linear(10), RESNET, ("flatten",)) == (Linear(512),)


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "squeezenet1_1", "lenet5"])
def test_no_variant_breaks_anything_at_any_edge(name: str) -> None:
    analysis = analyze(catalog.build(name))
    document = Document(graph=analysis.graph)
    offered = 0
    for node in analysis.graph:
        for port in range(len(node.inputs)):
            for kind in operators().values():
                for variant in adapted(kind(), analysis, (node.id,), port):
                    after = edits.insert(document, variant, node.id, port)
                    assert not analyze(after.graph, analysis).problems, (node.id, variant)
                    offered += 1
    assert offered > 20
