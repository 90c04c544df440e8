"""What the teaching texts say of these networks, and a class should be able to see."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import Analysis, Row, analyze, facts_of
from explorer.core.composite import Composite, inside
from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.core.operator import Operator
from explorer.core.outline import flatten, leaves
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.fire import Fire
from explorer.operators.residual import BasicBlock, Bottleneck, Normalization
from explorer.operators.sketch import Sketch

WEIGHTED = (Conv2d, Linear)


def stack(kernel: int, count: int, channels: int) -> Analysis:
    sketch = Sketch()
    layer = Conv2d(channels, kernel_size=kernel, padding=kernel // 2, bias=False)
    sketch.chain(sketch.input((channels, 32, 32)), *((f"conv{index}", layer) for index in range(count)))
    return analyze(sketch.graph())


def of_kind(graph: Graph, *kinds: type[Operator]) -> list[Row]:
    lines = leaves(analyze(graph))
    return [
        line.entry
        for line in lines
        if isinstance(line.entry, Row) and isinstance(line.entry.node.operator, kinds)
    ]


@pytest.mark.parametrize("channels", [1, 3, 64, 512])
@pytest.mark.parametrize(("count", "kernel", "saved"), [(2, 5, 28), (3, 7, 45)])
def test_small_kernels_see_as_much_with_fewer_weights(
    count: int, kernel: int, saved: int, channels: int
) -> None:
    small, large = stack(3, count, channels).totals, stack(kernel, 1, channels).totals
    assert small.receptive_field == large.receptive_field
    assert small.receptive_field is not None
    assert small.receptive_field[0].size == kernel
    assert small.parameters == 9 * count * channels**2
    assert large.parameters == kernel**2 * channels**2
    assert round(100 * (1 - small.parameters / large.parameters)) == saved


def test_five_pairs_make_vgg_11() -> None:
    pairs = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
    graph = catalog.build("vgg16", blocks=pairs)
    assert graph == catalog.build("vgg11")
    assert analyze(graph).totals.parameters == 132_863_336
    assert [name for name in graph.nodes if name.startswith("block")] == [f"block{n}" for n in range(1, 6)]


@pytest.mark.parametrize("name", ["vgg11", "vgg11_lrn", "vgg13", "vgg16_c", "vgg16", "vgg19"])
def test_dense_layers_hold_the_parameters_of_every_vgg(name: str) -> None:
    assert sum(row.parameters for row in of_kind(catalog.build(name), Linear)) == 123_642_856


def test_convolutions_do_the_work_of_vgg_16() -> None:
    totals = analyze(catalog.build("vgg16")).totals
    dense = of_kind(catalog.build("vgg16"), Linear)
    assert round(100 * sum(row.parameters for row in dense) / totals.parameters, 1) == 89.4
    assert round(100 * sum(row.macs for row in dense) / totals.macs, 1) == 0.8


def test_vgg_19_counts_its_layers() -> None:
    assert len(of_kind(catalog.build("vgg19"), Conv2d)) == 16
    assert len(of_kind(catalog.build("vgg19"), Linear)) == 3


def test_the_last_convolution_of_vgg_16_sees_196_pixels() -> None:
    lines = {line.name: line for line in leaves(analyze(catalog.build("vgg16")))}
    assert lines["features.28"].field[0].size == 196


def test_global_average_pooling_frees_vgg_16_from_most_parameters_and_from_the_picture_size() -> None:
    before, after = catalog.build("vgg16"), catalog.build("vgg16", head="gap")
    assert round(analyze(before).totals.parameters / 1e6, 1) == 138.4
    assert round(analyze(after).totals.parameters / 1e6, 1) == 15.2
    for side in (64, 96, 301):
        other = analyze(catalog.build("vgg16", head="gap", side=side))
        assert not other.problems
        assert other.totals.parameters == analyze(after).totals.parameters


def test_dense_layers_made_for_one_picture_size_refuse_another_in_one_place_and_say_the_ways_out() -> None:
    document = Document("vgg", catalog.build("vgg16", head="fixed"))
    assert analyze(document.graph).totals.parameters == 138_357_544
    document = edits.set_attribute(document, ("input",), "shape", (3, 96, 96))
    analysis = analyze(document.graph)
    (problem,) = analysis.causes
    assert problem.id == "classifier.0"
    assert "25,088 inputs, but 4,608 come" in problem.message
    repair, average, pool = problem.repairs
    waiting = [item for item in analysis.problems.values() if item is not problem]
    assert [item.id for item in waiting] == [f"classifier.{number}" for number in range(1, 7)]
    assert {item.waits_for for item in waiting} == {"classifier.0"}
    repaired = analyze(edits.apply_repair(document, ("classifier.0",), repair).graph)
    assert not repaired.problems
    assert repaired.totals.parameters == 138_357_544 - 4096 * (25_088 - 4_608)
    assert "global average pooling" in average.label
    freed = edits.apply_repair(document, ("classifier.0",), average)
    for side in (32, 96, 224, 301):  # the network no longer cares
        other = edits.set_attribute(freed, ("input",), "shape", (3, side, side))
        assert not analyze(other.graph).problems
    pooled = analyze(edits.apply_repair(document, ("classifier.0",), pool).graph)
    assert not pooled.problems
    assert pooled.totals.parameters == 138_357_544  # the weights fit again


def test_a_quarter_of_the_channels() -> None:
    graph = catalog.build("vgg11", width=0.25, classes=10, in_channels=1)
    maps = [row.output[0] for row in of_kind(graph, Conv2d)]
    assert maps == [16, 32, 64, 64, 128, 128, 128, 128]


def test_alexnet_of_2012() -> None:
    graph = catalog.build("alexnet_2012")
    rows = analyze(graph).rows
    assert (len(of_kind(graph, Conv2d)), len(of_kind(graph, Linear))) == (5, 3)
    assert sum(row.parameters for row in of_kind(graph, Conv2d)) == 2_334_080
    assert sum(row.parameters for row in of_kind(graph, Linear)) == 58_631_144
    assert rows["conv1"].output == (96, 55, 55)
    assert rows["pool1"].output == (96, 27, 27)
    (side, _) = rows["conv1"].node.operator.sides((3, 227, 227))
    assert side.shown == "(227 + 2 · 0 − 11) / 4 + 1"
    # on 224 pixels the window does not come out even: 54.25 is rounded down
    (side, _) = rows["conv1"].node.operator.sides((3, 224, 224))
    assert (side.value, (224 - 11) / 4 + 1) == (54, 54.25)


@pytest.mark.parametrize("depth", [20, 32, 44, 56, 110])
def test_plain_networks_have_the_layers_of_their_residual_twins(depth: int) -> None:
    plain = of_kind(catalog.build(f"cifar_plain{depth}"), *WEIGHTED)
    residual = of_kind(catalog.build(f"cifar_resnet{depth}"), *WEIGHTED)
    assert [row.node.operator for row in plain] == [row.node.operator for row in residual]
    assert len(plain) == depth


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "plain34"])
def test_the_number_in_the_name_is_that_of_the_layers_with_weights(name: str) -> None:
    layers = flatten(analyze(catalog.build(name)))
    counted = [
        item for item in layers if isinstance(item.operator, WEIGHTED) and "downsample" not in item.name
    ]
    assert len(counted) == int("".join(filter(str.isdigit, name)))


def test_depth_is_one_setting() -> None:
    assert catalog.build("cifar_resnet20", depth=56) == catalog.build("cifar_resnet56")
    document = Document("resnet", catalog.build("cifar_resnet20"))
    for stage in ("layer1", "layer2", "layer3"):
        document = edits.set_attribute(document, (stage,), "n", 9)
    assert document.graph == catalog.build("cifar_resnet56")


def test_a_bottleneck_costs_what_a_basic_block_costs_at_four_times_the_width() -> None:
    basic = facts_of(BasicBlock(64), ((64, 56, 56),))
    bottleneck = facts_of(Bottleneck(64), ((256, 56, 56),))
    assert (basic.parameters, basic.macs) == (73_984, 231_211_008)
    assert (bottleneck.parameters, bottleneck.macs) == (70_400, 218_365_952)
    assert bottleneck.output[0] == 4 * basic.output[0]


def test_the_text_books_bottleneck_and_the_real_one() -> None:
    weights = 256 * 64 + 64 * 64 * 9 + 64 * 256
    book = facts_of(Bottleneck(64, normalization=Normalization.NONE), ((256, 56, 56),))
    real = facts_of(Bottleneck(64), ((256, 56, 56),))
    assert book.parameters == weights + (64 + 64 + 256)
    assert real.parameters == weights + 2 * (64 + 64 + 256)
    assert (book.buffers, real.buffers) == (0, 2 * (64 + 64 + 256) + 3)
    assert book.macs == real.macs
    kernels = [kernel_sizes(Bottleneck(64, normalization=kind)) for kind in Normalization]
    assert kernels == [[1, 3, 1]] * 2


def kernel_sizes(block: Composite) -> list[object]:
    rows = inside(block, ((256, 56, 56),)).rows.values()
    return [row.node.operator.kernel_size for row in rows if isinstance(row.node.operator, Conv2d)]


def test_a_residual_network_without_normalization() -> None:
    book = catalog.build("resnet50", normalization="none")
    convolutions = of_kind(book, Conv2d)
    assert all(row.node.operator.bias for row in convolutions if isinstance(row.node.operator, Conv2d))
    channels = sum(row.output[0] for row in convolutions)
    assert analyze(book).totals.parameters == 25_557_032 - channels
    assert analyze(book).totals.buffers == 0


def test_squeezenet_is_a_fiftieth_of_alexnet() -> None:
    alexnet = analyze(catalog.build("alexnet_2012")).totals.parameters
    assert round(alexnet / analyze(catalog.build("squeezenet1_0")).totals.parameters) == 49


def test_the_fire_module_of_the_lesson() -> None:
    facts = facts_of(Fire(3, 4, 4), ((5, 9, 9),))
    assert facts.output == (8, 9, 9)
    assert facts.parameters == (3 * 5 + 3) + (4 * 3 + 4) + (4 * 3 * 9 + 4)


def test_three_squeezenets() -> None:
    plain, simple, complex_ = (
        [
            row.node.operator
            for row in analyze(catalog.build(name)).rows.values()
            if isinstance(row.node.operator, Fire)
        ]
        for name in ("squeezenet1_0", "squeezenet1_0_simple", "squeezenet1_0_complex")
    )
    assert [fire.bypass for fire in plain] == ["none"] * 8
    assert [fire.bypass for fire in simple] == ["none", "simple"] * 4
    assert [fire.bypass for fire in complex_] == ["complex", "simple"] * 4


def test_densenet_reads_all_that_was_made_before() -> None:
    rows = analyze(catalog.build("densenet121")).rows
    assert [rows[f"features.denseblock{n}"].output[0] for n in range(1, 5)] == [256, 512, 1024, 1024]
