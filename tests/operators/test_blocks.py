"""Blocks: against torchvision's own modules, against their formulas, and where they refuse."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import densenet, efficientnet, mobilenetv2, resnet, squeezenet
from torchvision.models.googlenet import Inception as TorchvisionInception
from torchvision.ops.misc import SqueezeExcitation as TorchvisionSqueezeExcitation

from explorer.core import edits
from explorer.core.analysis import MOST_LINES, Facts, analyze, facts_of
from explorer.core.composite import Composite
from explorer.core.document import Document
from explorer.core.errors import ExplorerError, ShapeError
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, operators
from explorer.core.outline import flatten, outline
from explorer.core.shapes import Shape
from explorer.engine.running.module import build
from explorer.operators.activation import ReLU, SiLU
from explorer.operators.attention import SqueezeExcitation
from explorer.operators.dense_block import DenseBlock, DenseLayer, Transition
from explorer.operators.fire import Bypass, Fire
from explorer.operators.inception import Inception
from explorer.operators.inverted_residual import InvertedResidual, MBConv
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock, Bottleneck, Normalization, PlainBlock, Shortcut, StrideIn
from explorer.operators.sources import Input
from explorer.operators.vgg_block import VGGBlock

BLOCKS = [kind for kind in operators().values() if issubclass(kind, Composite) and kind.kind() != "Group"]


def alone(block: Composite, shape: Shape) -> Graph:
    """A network that is this block and nothing else, with the names of its inside."""
    return block.expand(shape)


def facts(block: Composite, *shapes: Shape) -> Facts:
    found = facts_of(block, shapes)
    assert isinstance(found, Facts), found
    return found


def refusal(block: Composite, *shapes: Shape) -> ShapeError:
    found = facts_of(block, shapes)
    assert isinstance(found, ShapeError), found
    return found


def projection(arriving: int, leaving: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(arriving, leaving, 1, stride, bias=False), nn.BatchNorm2d(leaving))


def mbconv(arriving: int, leaving: int, kernel: int, stride: int, expansion: int) -> nn.Module:
    figures = efficientnet.MBConvConfig(expansion, kernel, stride, arriving, leaving, 1)
    return efficientnet.MBConv(figures, 0.3, nn.BatchNorm2d)


TORCHVISION: list[tuple[Composite, nn.Module, Shape]] = [
    (BasicBlock(8), resnet.BasicBlock(8, 8), (8, 7, 6)),
    (BasicBlock(12, 2), resnet.BasicBlock(8, 12, 2, projection(8, 12, 2)), (8, 7, 6)),
    (Bottleneck(4), resnet.Bottleneck(16, 4), (16, 5, 5)),
    (Bottleneck(8, 2), resnet.Bottleneck(16, 8, 2, projection(16, 32, 2)), (16, 7, 9)),
    (
        Bottleneck(64, groups=4, width_per_group=8),
        resnet.Bottleneck(64, 64, 1, projection(64, 256, 1), groups=4, base_width=8),
        (64, 4, 5),
    ),
    (Fire(3, 4, 6), squeezenet.Fire(5, 3, 4, 6), (5, 6, 7)),
    (Transition(), densenet._Transition(10, 5), (10, 7, 8)),
    (DenseBlock(3, 4, 2), densenet._DenseBlock(3, 6, 2, 4, 0.0), (6, 5, 5)),
    (
        SqueezeExcitation(4, SiLU()),
        TorchvisionSqueezeExcitation(12, 3, activation=nn.SiLU),
        (12, 5, 4),
    ),
    (InvertedResidual(8), mobilenetv2.InvertedResidual(8, 8, 1, 6), (8, 5, 6)),
    (InvertedResidual(12, 2), mobilenetv2.InvertedResidual(8, 12, 2, 6), (8, 5, 6)),
    (InvertedResidual(8, 1, 1), mobilenetv2.InvertedResidual(16, 8, 1, 1), (16, 5, 6)),
    (MBConv(8, drop=0.3), mbconv(8, 8, 3, 1, 6), (8, 6, 5)),
    (MBConv(16, 5, 2), mbconv(8, 16, 5, 2, 6), (8, 9, 8)),
    (MBConv(8, 3, 1, 1), mbconv(16, 8, 3, 1, 1), (16, 6, 6)),
    (
        Inception(3, 4, 5, 2, 3, 4, large_kernel=3),
        TorchvisionInception(6, 3, 4, 5, 2, 3, 4),
        (6, 7, 8),
    ),
]


@pytest.mark.parametrize(("block", "theirs", "shape"), TORCHVISION, ids=lambda item: type(item).__name__)
def test_is_torchvisions_block(block: Composite, theirs: nn.Module, shape: Shape) -> None:
    generator = torch.Generator().manual_seed(0)
    for tensor in theirs.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.1, 1.0, generator=generator)
    ours = build(alone(block, shape))
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = torch.randn(2, *shape, generator=generator)
    with torch.inference_mode():
        given, expected = ours.eval()(x), theirs.eval()(x)
    assert tuple(given.shape[1:]) == facts(block, shape).output
    torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-5)
    assert facts(block, shape).parameters == sum(item.numel() for item in theirs.parameters())


@pytest.mark.parametrize(
    ("block", "shape", "output", "parameters"),
    [
        (VGGBlock(2, 10), (3, 9, 8), (10, 4, 4), (9 * 3 + 1) * 10 + (9 * 10 + 1) * 10),
        (VGGBlock(2, 10, batch_norm=True), (3, 8, 8), (10, 4, 4), (27 + 1) * 10 + 910 + 2 * 20),
        (VGGBlock(3, 10, pointwise_last=True), (3, 8, 8), (10, 4, 4), 280 + 910 + 110),
        (VGGBlock(1, 10, local_response_norm=True), (3, 8, 8), (10, 4, 4), 280),
        (VGGBlock(2, 10, kernel_size=5), (3, 8, 8), (10, 4, 4), (75 + 1) * 10 + (250 + 1) * 10),
        (PlainBlock(12, 2), (8, 7, 7), (12, 4, 4), 9 * 8 * 12 + 9 * 12 * 12 + 48),
        (BasicBlock(12, 2, Shortcut.ZERO_PADDING), (8, 7, 7), (12, 4, 4), 9 * 8 * 12 + 9 * 12 * 12 + 48),
        (BasicBlock(12, 2), (8, 7, 7), (12, 4, 4), 9 * 8 * 12 + 9 * 12 * 12 + 48 + 8 * 12 + 24),
        (BasicBlock(8, normalization=Normalization.NONE), (8, 7, 7), (8, 7, 7), 2 * (9 * 64 + 8)),
        (Fire(3, 4, 4, Bypass.SIMPLE), (8, 5, 5), (8, 5, 5), 27 + 16 + 112),
        (Fire(3, 4, 4, Bypass.COMPLEX), (5, 5, 5), (8, 5, 5), 18 + 16 + 112 + 48),
        (DenseLayer(4), (6, 5, 5), (10, 5, 5), 12 + 6 * 16 + 32 + 9 * 16 * 4),
        (Transition(0.25), (10, 4, 4), (2, 2, 2), 20 + 20),
        (SqueezeExcitation(16), (8, 5, 5), (8, 5, 5), 8 + 1 + 8 + 8),
        (InvertedResidual(8), (4, 6, 6), (8, 6, 6), 24 * (4 + 9 + 8) + 2 * (24 + 24 + 8)),
        (Inception(1, 1, 1, 1, 1, 1, batch_norm=False), (2, 6, 6), (4, 6, 6), 4 * 3 + 10 + 26),
        (Repeat(BasicBlock(8, 2), 3), (4, 8, 8), (8, 4, 4), 9 * 32 + 9 * 64 * 5 + 32 + 6 * 16 + 16),
    ],
    ids=lambda item: item.kind() if isinstance(item, Composite) else None,
)
def test_follows_its_formula(block: Composite, shape: Shape, output: Shape, parameters: int) -> None:
    found = facts(block, shape)
    assert (found.output, found.parameters) == (output, parameters)
    module = build(alone(block, shape))
    assert sum(item.numel() for item in module.parameters()) == parameters
    assert tuple(module(torch.zeros(2, *shape)).shape[1:]) == output


def test_option_a_keeps_every_second_pixel_and_adds_empty_maps() -> None:
    module = build(alone(BasicBlock(13, 2, Shortcut.ZERO_PADDING), (8, 7, 6))).eval()
    for name, tensor in module.state_dict().items():
        if name.startswith("bn2"):
            tensor.zero_()  # the branch gives nothing, so the shortcut alone is seen
    x = torch.randn(2, 8, 7, 6)
    expected = functional.pad(functional.relu(x[:, :, ::2, ::2]), (0, 0, 0, 0, 2, 3))
    assert torch.equal(module(x), expected)


def test_a_block_without_shortcut_is_the_plain_block() -> None:
    without = analyze(alone(BasicBlock(8, shortcut=Shortcut.NONE), (8, 7, 7)))
    assert without.graph == alone(PlainBlock(8), (8, 7, 7))


def test_stride_in_the_first_convolution_or_in_the_middle() -> None:
    strides = {
        kind: [node.operator.stride for node in alone(block, (8, 8, 8)) if hasattr(node.operator, "groups")]
        for kind in StrideIn
        for block in [Bottleneck(8, 2, stride_in=kind)]
    }
    assert strides == {StrideIn.SPATIAL: [1, 2, 1, 2], StrideIn.FIRST: [2, 1, 1, 2]}
    late, early = (facts(Bottleneck(8, 2, stride_in=kind), (8, 8, 8)) for kind in StrideIn)
    assert late.output == early.output
    assert late.macs > early.macs


@pytest.mark.parametrize(
    ("block", "shape", "said", "setting"),
    [
        (BasicBlock(4, 1, Shortcut.ZERO_PADDING), (8, 7, 7), "4 channels of 8", ("shortcut", "projection")),
        (Fire(3, 4, 4, Bypass.SIMPLE), (5, 7, 7), "5 channels come in and 8", ("bypass", "complex")),
        (Transition(0.1), (5, 8, 8), "leaves none of 5 channels", ("compression", 0.5)),
        (Bottleneck(2, width_per_group=4), (8, 7, 7), "no map in the middle", ("width_per_group", 64)),
    ],
    ids=lambda item: item.kind() if isinstance(item, Composite) else None,
)
def test_refuses_with_a_repair_that_helps(
    block: Composite, shape: Shape, said: str, setting: tuple[str, Any]
) -> None:
    error = refusal(block, shape)
    assert said in str(error)
    repair = error.repairs[0]
    assert (repair.attribute, repair.value) == setting
    graph = Graph([Node("input", Input(shape)), Node("block", block, ("input",))])
    assert [problem.id for problem in analyze(graph).causes] == ["block"]
    repaired = edits.apply_repair(Document("test", graph), ("block",), repair)
    assert not analyze(repaired.graph).problems


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.kind())
def test_every_block_works_as_it_is_dropped(kind: type[Composite]) -> None:
    block = kind()
    assert block.category == "Blocks"
    assert kind.summary().endswith(".")
    assert kind is Repeat or (block.paper and block.telling())
    shape = (64, 28, 28)
    module = build(alone(block, shape), device="meta")
    assert tuple(module(torch.zeros(1, *shape, device="meta")).shape[1:]) == facts(block, shape).output


@pytest.mark.parametrize(
    "kind", [kind for kind in BLOCKS if kind is not Repeat], ids=lambda kind: kind.kind()
)
def test_every_block_says_that_it_needs_a_map(kind: type[Composite]) -> None:
    assert kind.kind() in str(refusal(kind(), (64,)))
    assert "map" in str(refusal(kind(), (64,)))


@pytest.mark.parametrize(
    "block",
    [BasicBlock(8, 2), PlainBlock(8, 2), Bottleneck(8, 2), InvertedResidual(8, 2), MBConv(8, 3, 2)],
    ids=lambda block: block.kind(),
)
def test_only_the_first_of_a_stage_has_the_stride(block: Composite) -> None:
    assert facts(Repeat(block, 3), (8, 32, 32)).output[1:] == (16, 16)
    assert facts(Repeat(Repeat(block, 2), 2), (8, 32, 32)).output[1:] == (16, 16)
    assert block.following().following() == block.following()


def test_a_stage_drops_its_branches_more_and_more_often() -> None:
    inner = analyze(Repeat(MBConv(8, drop=0.5, drop_growth=0.2), 4).expand((8, 16, 16)))
    drops = [node.operator.drop for node in inner.graph if isinstance(node.operator, MBConv)]
    assert drops == pytest.approx([0.5, 0.7, 0.9, 1.0])


def test_vgg_blocks_have_torchvisions_numbers_or_names_of_their_own() -> None:
    block = VGGBlock(2, 8, flat_names=True)
    nodes = [Node("input", Input((3, 64, 64))), Node("one", block, ("input",)), Node("two", block, ("one",))]
    graph = Graph(nodes)

    def names(graph: Graph) -> list[str]:
        return [layer.name for layer in flatten(analyze(graph))][1:]

    assert names(graph) == [f"features.{number}" for number in range(10)]
    assert [line.name for line in outline(analyze(graph)) if line.block == "two"] == names(graph)[5:]
    # one more layer above: those below go on from there, without a gap or a name that is there twice
    deeper = graph.with_operator("one", VGGBlock(3, 8, flat_names=True))
    assert names(deeper) == [f"features.{number}" for number in range(12)]
    assert names(Graph([nodes[0], Node("stage", Repeat(block, 2), ("input",))])) == names(graph)
    own = graph.with_operator("one", VGGBlock(2, 8))
    assert names(own)[:5] == [f"one.{name}" for name in ("conv1", "relu1", "conv2", "relu2", "pool")]
    assert names(own)[5:] == [f"features.{number}" for number in range(5)]


def test_a_name_that_a_layer_of_the_network_has_is_left_out_of_the_flat_list() -> None:
    nodes = [
        Node("input", Input((3, 64, 64))),
        Node("features.1", ReLU(), ("input",)),
        Node("one", VGGBlock(1, 8, flat_names=True), ("features.1",)),
    ]
    names = [layer.name for layer in flatten(analyze(Graph(nodes)))]
    assert names == ["input", "features.1", "features.0", "features.2", "features.3"]


def test_what_is_inside_a_wrong_block_is_told_by_name() -> None:
    error = refusal(VGGBlock(1, 8, flat_names=True), (3, 1, 1))
    assert str(error).startswith("inside, pool: a window of 2 does not fit")
    assert error.inner is not None


def test_stages_of_stages_that_nobody_could_list_are_refused() -> None:
    block: Operator = ReLU()
    for _ in range(5):
        block = Repeat(block, n=10_000)  # written down in a line, 10 to the power of 20 layers
    analysis = analyze(Graph([Node("in", Input()), Node("deep", block, ("in",))]))
    (problem,) = analysis.causes
    assert f"more than {MOST_LINES:,} layers" in problem.message
    assert len(list(outline(analysis))) == analysis.lines <= MOST_LINES
    with pytest.raises(ExplorerError, match="more than 200,000 layers"):
        flatten(analysis)


def test_many_long_stages_together_are_refused_and_one_shorter_stage_mends_it() -> None:
    long = Repeat(Repeat(ReLU(), n=300), n=300)
    nodes = [Node("in", Input())]
    nodes += [Node(f"s{place}", long, (nodes[-1].id,)) for place in range(4)]
    graph = Graph(nodes)
    analysis = analyze(graph)
    assert list(analysis.problems) == ["s2", "s3"]
    assert analyze(graph, analysis).problems.keys() == analysis.problems.keys()
    for name in ("s0", "s1"):
        graph = graph.with_operator(name, Repeat(ReLU(), n=2))
    again = analyze(graph, analysis)
    assert not again.problems
    assert again.lines == len(list(outline(again))) <= MOST_LINES
