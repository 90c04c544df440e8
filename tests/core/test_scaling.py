"""Any network made wider, deeper or larger, by what its operators declare."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.analysis import analyze
from explorer.core.attribute import DEPTH, INPUTS, WIDTH, attributes
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.operator import operators
from explorer.core.scaling import counts, deepened, resized, widened, with_counts
from explorer.core.shapes import Shape
from explorer.operators.convolution import Conv2d, DepthwiseConv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add
from explorer.operators.normalization import GroupNorm
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.repeat import Repeat
from explorer.operators.sources import Input
from tests.core.networks import small

NETWORKS = (
    "lenet5",
    "alexnet",
    "alexnet_2012",
    "vgg11",
    "vgg16_bn",
    "resnet18",
    "resnet50",
    "cifar_resnet20",
    "squeezenet1_0_simple",
    "googlenet",
    "densenet121",
    "mobilenet_v2",
    "efficientnet_b0",
)


def _outputs(graph: Graph) -> dict[str, Shape]:
    analysis = analyze(graph)
    assert not analysis.problems
    return {name: row.output for name, row in analysis.rows.items()}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("factor", [0.13, 0.25, 0.6, 1.7, 3.0])
def test_every_network_can_be_narrower_and_wider(name: str, factor: float) -> None:
    graph = catalog.build(name)
    before, after = _outputs(graph), _outputs(widened(graph, factor))
    assert list(after) == list(before)
    (result,) = graph.sinks
    assert after[result] == before[result], "the classifier keeps its classes"
    inner = [name for name in before if len(before[name]) == 3 and name not in graph.sources]
    assert all(after[name][1:] == before[name][1:] for name in inner), "no side changes"
    scaled = [name for name in inner if before[name][0] != before[result][0]]
    grown = sum(after[name][0] for name in scaled) / sum(before[name][0] for name in scaled)
    assert grown == pytest.approx(factor, rel=0.15, abs=0.02)


@pytest.mark.parametrize("name", NETWORKS)
def test_factor_one_is_the_very_same_network(name: str) -> None:
    graph = catalog.build(name)
    assert widened(graph, 1.0) is graph
    assert deepened(graph, 1.0) is graph


def test_widths_are_those_of_the_families_own_option() -> None:
    ours = _outputs(widened(catalog.build("vgg11"), 0.25))
    theirs = _outputs(catalog.build("vgg11", width=0.25))
    for number in range(1, 6):
        assert ours[f"block{number}"] == theirs[f"block{number}"]
    assert ours["classifier.0"] == (1024,)
    assert ours["classifier.6"] == (1000,)


def test_groups_go_on_dividing() -> None:
    graph = Graph(
        [
            Node("input", Input(shape=(3, 16, 16))),
            Node("conv1", Conv2d(96, padding=1), ("input",)),
            Node("norm", GroupNorm(32), ("conv1",)),
            Node("conv2", Conv2d(64, padding=1, groups=4), ("norm",)),
            Node("each", DepthwiseConv2d(), ("conv2",)),
            Node("conv3", Conv2d(32, padding=1), ("each",)),
        ]
    )
    for factor in (0.1, 0.37, 0.5, 1.3, 2.9):
        assert not analyze(widened(graph, factor)).problems


def test_a_convolution_of_as_many_groups_as_channels_stays_one() -> None:
    graph = Graph(
        [
            Node("input", Input(shape=(3, 16, 16))),
            Node("conv", Conv2d(48, padding=1), ("input",)),
            Node("each", Conv2d(48, padding=1, groups=48), ("conv",)),
            Node("pool", GlobalAvgPool(), ("each",)),
            Node("flat", Flatten(), ("pool",)),
            Node("fc", Linear(10), ("flat",)),
        ]
    )
    for factor in (0.3, 1.5):
        after = widened(graph, factor)
        assert not analyze(after).problems
        operator = after["each"].operator
        assert isinstance(operator, Conv2d)
        assert operator.groups == operator.out_channels == round(48 * factor)


def test_what_blocks_hold_is_scaled_too() -> None:
    inside = Graph(
        [
            Node("in", Input(shape=(4, 8, 8))),
            Node("stage", Repeat(Conv2d(8, padding=1), n=2), ("in",)),
            Node("conv", Conv2d(4, padding=1), ("stage",)),
        ]
    )
    graph = Graph(
        [
            Node("input", Input(shape=(4, 8, 8))),
            Node("stem", Conv2d(4, padding=1), ("input",)),
            Node("mine", Group(graph=inside), ("stem",)),
            Node("add", Add(), ("mine", "stem")),
            Node("end", Conv2d(5, padding=1), ("add",)),
        ]
    )
    after = analyze(widened(graph, 2))
    inner = after["mine"].inner
    assert inner is not None
    assert inner.rows["stage"].output[0] == 16
    assert after.rows["add"].output[0] == 8
    assert after.rows["end"].output[0] == 10, "a 3×3 convolution is no classifier"


def test_a_linear_made_for_a_number_of_inputs_follows_the_width_but_not_the_picture() -> None:
    graph = catalog.build("vgg11", head="fixed")
    after = analyze(widened(graph, 0.5))
    assert not after.problems
    assert after["classifier.0"].node.operator.in_features == 7 * 7 * 256  # type: ignore[attr-defined]
    (problem,) = analyze(resized(graph, 96)).causes
    assert problem.id == "classifier.0"


def test_depth() -> None:
    graph = catalog.build("resnet50")
    assert counts(graph) == {"layer1": 3, "layer2": 4, "layer3": 6, "layer4": 3}
    assert analyze(with_counts(graph, {"layer3": 23})).totals == analyze(catalog.build("resnet101")).totals
    deeper = with_counts(graph, {"layer2": 8, "layer3": 36})
    assert analyze(deeper).totals.parameters == 60_192_808
    assert counts(deepened(graph, 0.1)) == dict.fromkeys(("layer1", "layer2", "layer3", "layer4"), 1)
    assert counts(deepened(catalog.build("cifar_resnet20"), 3)) == counts(catalog.build("cifar_resnet56"))
    assert analyze(deepened(catalog.build("cifar_resnet20"), 3)).totals.parameters == 853_018
    vgg = with_counts(
        catalog.build("vgg11"), {"block1": 2, "block2": 2, "block3": 3, "block4": 3, "block5": 3}
    )
    assert analyze(vgg).totals.parameters == 138_357_544
    with pytest.raises(ExplorerError, match="conv1 repeats nothing"):
        with_counts(graph, {"conv1": 2})
    with pytest.raises(ExplorerError, match="from 1 to 10,000"):
        with_counts(graph, {"layer1": 0})


def test_resolution() -> None:
    graph = catalog.build("resnet50")
    small_one = analyze(resized(graph, 112)).totals
    assert small_one.parameters == analyze(graph).totals.parameters
    assert analyze(resized(graph, (112, 64))).rows["input"].output == (3, 112, 64)
    assert resized(graph, 224) is graph
    with pytest.raises(ExplorerError, match="no picture enters"):
        resized(Graph([Node("input", Input(shape=(784,)))]), 28)
    with pytest.raises(ExplorerError, match="Input: shape must be"):
        resized(graph, 0)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_factors_that_make_no_sense(factor: float) -> None:
    for scale in (widened, deepened):
        with pytest.raises(ExplorerError, match="factor above 0"):
            scale(small().graph, factor)


def test_every_declared_scale_is_known_and_on_a_whole_number() -> None:
    found = {
        (kind.kind(), declared.name): declared
        for kind in operators().values()
        for declared in attributes(kind)
        if declared.scales
    }
    assert all(item.scales in (WIDTH, DEPTH, INPUTS) and item.kind is int for item in found.values())
    assert ("Conv2d", "out_channels") in found
    for (kind, _), declared in found.items():
        others = [item for item in attributes(operators()[kind]) if item.scales == declared.scales == DEPTH]
        assert len(others) <= 1, "one count makes a stage"
