"""A skip connection in one gesture: an Add, and a projection where the shapes need one."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import MaxPool2d
from explorer.operators.skip import add_skip
from explorer.operators.sources import Input
from explorer.operators.spatial import Upsample


def _added(before: Document, after: Document) -> dict[str, Node]:
    return {node.id: node for node in after.graph if node.id not in before.graph}


def _chain(*steps: tuple[str, object], shape: tuple[int, ...] = (3, 32, 32)) -> Document:
    nodes = [Node("input", Input(shape=shape))]
    for name, operator in steps:
        nodes.append(Node(name, operator, (nodes[-1].id,)))  # type: ignore[arg-type]
    return Document(graph=Graph(nodes))


def test_equal_shapes_are_added_as_they_are() -> None:
    start = Document(graph=catalog.build("resnet18"))
    after = add_skip(start, "bn1", "relu")
    added = _added(start, after)
    assert {name: (node.operator, node.inputs) for name, node in added.items()} == {
        "add1": (Add(), ("relu", "bn1"))
    }
    assert after.graph["maxpool"].inputs == ("add1",)
    assert not analyze(after.graph).problems


def test_the_order_of_the_two_does_not_matter() -> None:
    start = Document(graph=catalog.build("resnet18"))
    for one, other in (("layer1", "layer3"), ("conv1", "maxpool"), ("input", "layer4"), ("fc", "flatten")):
        assert add_skip(start, one, other) == add_skip(start, other, one)


def test_a_projection_has_the_stride_the_channels_and_the_batch_norm_of_its_neighbours() -> None:
    start = Document(graph=catalog.build("resnet18"))
    after = add_skip(start, "layer1", "layer3")
    added = _added(start, after)
    assert [node.operator for node in added.values()] == [
        Conv2d(256, kernel_size=1, stride=4, bias=False),
        BatchNorm2d(),
        Add(),
    ]
    analysis = analyze(after.graph)
    assert not analysis.problems
    assert analysis.rows["add1"].output == (256, 14, 14)
    bare = _chain(("conv1", Conv2d(8, padding=1)), ("conv2", Conv2d(16, stride=2, padding=1)))
    (projection, _) = _added(bare, add_skip(bare, "conv1", "conv2")).values()
    assert projection.operator == Conv2d(16, kernel_size=1, stride=2)


def test_a_map_that_grew_is_met_by_growing() -> None:
    start = _chain(("pool", MaxPool2d()), ("up", Upsample(factor=4)))
    after = add_skip(start, "pool", "up")
    assert analyze(after.graph).rows["add1"].output == (3, 64, 64)
    assert Upsample(factor=4) in [node.operator for node in _added(start, after).values()]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("input", "conv", "stride 1 leaves 32 and stride 2 leaves 16"),
        ("input", "input", "needs two layers"),
        ("input", "missing", "no node named missing"),
    ],
)
def test_refusals_say_why(start: str, end: str, said: str) -> None:
    document = _chain(("conv", Conv2d(8, kernel_size=9)))
    with pytest.raises(GraphError, match=said):
        add_skip(document, start, end)


def test_a_skip_that_is_there_is_not_added_again() -> None:
    start = Document(graph=catalog.build("resnet18"))
    after = add_skip(start, "bn1", "relu")
    with pytest.raises(GraphError, match="add1 adds bn1 to relu already"):
        add_skip(after, "relu", "bn1")


def test_a_skip_in_a_network_that_is_not_finished() -> None:
    graph = Graph([Node("a", Conv2d()), Node("b", Conv2d(), ("a",))])
    after = add_skip(Document(graph=graph), "a", "b")
    assert after.graph["add1"].inputs == ("b", "a")


def test_a_skip_inside_a_block() -> None:
    start = Document(graph=catalog.build("vgg11"))
    inside = analyze(start.graph)["block3"].inner
    assert inside is not None
    first, *_, last = [node.id for node in inside.graph][1:-1]
    after = add_skip(start, first, last, block=("block3",))
    analysis = analyze(after.graph)
    assert not analysis.problems
    inner = analysis["block3"].inner
    assert inner is not None
    assert inner.rows["add1"].output == (256, 56, 56)
    assert analysis.totals.parameters == analyze(start.graph).totals.parameters
