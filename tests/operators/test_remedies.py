"""Ways out of problems: each that is offered leads to a shape at the node that had none."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import Problem, analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, Repair, operators
from explorer.core.repairs import repaired
from explorer.core.shapes import Shape
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d, ConvTranspose2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat, Multiply
from explorer.operators.normalization import BatchNorm2d, GroupNorm
from explorer.operators.pooling import AvgPool2d, GlobalAvgPool, MaxPool2d
from explorer.operators.residual import BasicBlock
from explorer.operators.sources import Input
from explorer.operators.spatial import ChannelShuffle, PixelShuffle, SliceChannels
from tests.operators.drawing import drawn_operator, drawn_shape

KINDS = [kind for kind in operators().values() if kind is not Input]


def _merging(operator: Operator, *shapes: Shape) -> Graph:
    entering = [Node(f"in{port}", Input(shape=shape)) for port, shape in enumerate(shapes)]
    return Graph([*entering, Node("it", operator, tuple(node.id for node in entering))])


def _chain(shape: Shape, *steps: tuple[str, Operator]) -> Graph:
    nodes = [Node("input", Input(shape=shape))]
    for name, operator in steps:
        nodes.append(Node(name, operator, (nodes[-1].id,)))
    return Graph(nodes)


def _cause(graph: Graph) -> Problem:
    (problem,) = analyze(graph).causes
    return problem


def _outcomes(graph: Graph) -> dict[str, Shape]:
    """What each offered repair makes of the node, by its label; the repaired networks have no problem."""
    cause = _cause(graph)
    found = {}
    for repair in cause.repairs:
        after = analyze(edits.apply_repair(Document(graph=graph), (cause.id,), repair).graph)
        assert not after.problems, repair
        found[repair.label] = after.rows[cause.id].output if cause.id in after.rows else ()
    return found


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (
            _merging(Add(), (64, 56, 56), (128, 28, 28)),
            {
                "Project in0 with 1×1, stride 2": (128, 28, 28),
                "Project in1 with 1×1 and enlarge it ×2": (64, 56, 56),
            },
        ),
        (_merging(Add(), (64, 28, 28), (64, 27, 28)), {"Pad in1 to 28×28": (64, 28, 28)}),
        (_merging(Add(), (64, 28, 28), (32, 28, 28), (64, 28, 28)), {"Project in1 with 1×1": (64, 28, 28)}),
        (_merging(Add(), (10,), (20,)), {"Project in0 with a Linear": (20,)}),
        (_merging(Add(), (8, 7, 7), (8, 5, 5)), {"Pool in0 to 5×5": (8, 5, 5)}),
        (_merging(Concat(), (8, 28, 28), (8, 14, 14)), {"Pool in0 to 14×14": (16, 14, 14)}),
        (_merging(Concat(), (8, 14, 14), (8, 13, 13)), {"Pad in1 to 14×14": (16, 14, 14)}),
        (_merging(Concat(), (8, 2, 2), (8,)), {"Insert Flatten before the maps": (40,)}),
        (_merging(Multiply(), (64, 28, 28), (32, 1, 1)), {"Project in1 with 1×1": (64, 28, 28)}),
        (_merging(Multiply(), (64, 28, 28), (64, 7, 7)), {"Average in1": (64, 28, 28)}),
        (_chain((3, 5, 5), ("it", Conv2d(8, kernel_size=7))), {"Set padding to 3": (8, 5, 5)}),
        (_chain((3, 5, 9), ("it", Conv2d(8, kernel_size=7))), {"Set kernel size to 5×7": (8, 1, 3)}),
        (_chain((3, 3, 3), ("it", Conv2d(8, dilation=2))), {"Set dilation to 1": (8, 1, 1)}),
        (_chain((3, 1, 1), ("it", MaxPool2d())), {"Delete it": (), "Set the picture to 2×2": (3, 1, 1)}),
        (_chain((3, 9, 9), ("it", AvgPool2d((8, 1), 1, 1))), {"Set padding to 1×0": (3, 4, 9)}),
        (_chain((6, 5, 5), ("it", Conv2d(9, groups=4))), {"Set groups to 3": (9, 3, 3)}),
        (_chain((8, 5, 5), ("it", Conv2d(9, groups=4))), {"Set out channels to 8": (8, 3, 3)}),
        (_chain((6, 5, 5), ("it", ConvTranspose2d(9, groups=2))), {"Set groups to 1": (9, 10, 10)}),
        (_chain((24, 5, 5), ("it", GroupNorm(32))), {"Set groups to 24": (24, 5, 5)}),
        (_chain((9, 5, 5), ("it", ChannelShuffle(2))), {"Set groups to 1": (9, 5, 5)}),
        (
            _chain((10, 5, 5), ("it", PixelShuffle(2))),
            {"Insert a 1×1 convolution to 8 channels": (2, 10, 10)},
        ),
        (_chain((10, 5, 5), ("it", SliceChannels(8, 4))), {"Take 2 channels": (2, 5, 5)}),
        (_chain((8, 2, 2), ("it", Linear(5))), {"Insert Flatten": (5,)}),
        (_chain((784,), ("it", Conv2d(8))), {"Set the shape of input to 1×28×28": (8, 26, 26)}),
        (_chain((8, 4, 4), ("flat", Flatten()), ("it", BatchNorm2d())), {"Move it before flat": (8, 4, 4)}),
        (_chain((8, 4, 4), ("flat", Flatten()), ("it", BasicBlock(8))), {"Delete flat": (8, 4, 4)}),
        (_chain((8,), ("fc", Linear(9)), ("it", Conv2d(8))), {"Use a Linear instead": (8,)}),
    ],
    ids=lambda item: next(iter(item)) if isinstance(item, dict) else "",
)
def test_the_ways_out_that_a_person_expects(graph: Graph, expected: dict[str, Shape]) -> None:
    found = _outcomes(graph)
    for label, output in expected.items():
        assert found[label] == output


def test_the_projection_has_a_batch_norm_where_the_branch_has_one() -> None:
    graph = _chain((64, 56, 56), ("conv", Conv2d(128, 3, 2, 1, bias=False)), ("bn", BatchNorm2d()))
    graph = Graph([*graph, Node("it", Add(), ("bn", "input"))])
    first, *rest = _cause(graph).repairs
    assert first.label == "Project input with 1×1, stride 2"
    assert [step.insert for step in first.steps] == [
        Conv2d(128, kernel_size=1, stride=2, bias=False),
        BatchNorm2d(),
    ]
    assert all(repair.port == 0 or repair.steps for repair in rest)


def test_the_channels_of_the_layer_above_are_matched() -> None:
    graph = _chain((64, 14, 14), ("conv", Conv2d(32, padding=1)), ("relu", ReLU()))
    graph = Graph([*graph, Node("it", Add(), ("relu", "input"))])
    assert _outcomes(graph)["Set out channels of conv to 64"] == (64, 14, 14)


def test_a_branch_that_lacks_its_padding() -> None:
    graph = _chain((8, 28, 28), ("conv", Conv2d(16, kernel_size=5)), ("relu", ReLU()))
    graph = Graph([*graph, Node("it", Concat(), ("input", "relu"))])
    assert _outcomes(graph)["Set padding of conv to 2"] == (24, 28, 28)


def test_a_gate_written_with_dense_layers() -> None:
    graph = _chain(
        (64, 14, 14),
        ("pool", GlobalAvgPool()),
        ("flat", Flatten()),
        ("fc1", Linear(4)),
        ("relu", ReLU()),
        ("fc2", Linear(64)),
    )
    graph = Graph([*graph, Node("it", Multiply(), ("input", "fc2"))])
    assert _outcomes(graph)["Use 1×1 convolutions for the dense layers"] == (64, 14, 14)


def test_a_network_on_pictures_that_are_too_small() -> None:
    document = edits.set_attribute(
        Document(graph=catalog.build("vgg11", batch_norm=False)), ("input",), "shape", (3, 16, 16)
    )
    document = edits.dissolve(document, "block5")
    (problem,) = analyze(document.graph).causes
    assert problem.node.operator == MaxPool2d()
    larger = next(repair for repair in problem.repairs if repair.label == "Set the picture to 32×32")
    assert not analyze(edits.apply_repair(document, (problem.id,), larger).graph).problems


def test_a_repair_that_no_longer_fits_is_refused() -> None:
    graph = _chain((8, 4, 4), ("flat", Flatten()), ("it", BatchNorm2d()))
    for repair in (Repair("", remove=True, at="gone"), Repair("", before="gone"), Repair("", "nothing", 1)):
        with pytest.raises(ExplorerError, match=r"gone|nothing"):
            repaired(graph, "it", repair)


def _wrong_graph(seed: int) -> Graph:
    """A network whose layers were put together without looking."""
    random = Random(seed)
    nodes = [Node(f"input{number}", Input(shape=drawn_shape(random))) for number in range(2)]
    for number in range(random.randint(2, 6)):
        operator = drawn_operator(random.choice(KINDS), random, depth=1)
        low, high = operator.ports
        count = low if low == high else random.randint(low, low + 1)
        feeding = tuple(random.choice(nodes[-4:]).id for _ in range(count))
        nodes.append(Node(f"n{number}", operator, feeding))
    return Graph(nodes)


@settings(max_examples=min(400, 4 * settings.default.max_examples))
@given(seed=st.integers(0, 10**9))
def test_every_repair_that_is_offered_removes_its_problem(seed: int) -> None:
    graph = _wrong_graph(seed)
    for cause in analyze(graph).causes:
        labels = [repair.label for repair in cause.repairs]
        assert all(labels)
        assert len(set(labels)) == len(labels)
        for repair in cause.repairs:
            after = edits.apply_repair(Document(graph=graph), (cause.id,), repair).graph
            assert after != graph
            assert cause.id not in analyze(after).problems, (cause, repair)
            assert Graph(after) == after


def test_most_drawn_problems_have_a_way_out() -> None:
    causes = [
        cause
        for seed in range(300)
        for cause in analyze(_wrong_graph(seed)).causes
        if cause.inner is None and None not in cause.node.inputs
    ]
    helped = [cause for cause in causes if cause.repairs]
    assert len(causes) > 100
    assert len(helped) > 0.85 * len(causes)
