"""Networks side by side: totals, stages, alignment, what texts say, the landscape, tables."""

from __future__ import annotations

import json
import math

import pytest

from explorer.architectures.catalog import architecture_named, architectures, build
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.conventions import Conventions
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.export.alignment import Align
from explorer.export.comparison_table import comparison_text, totals_table
from explorer.export.landscape import families, known_networks, landscape, point
from explorer.export.measures import Measure, layer_counts, ratio_text
from explorer.export.side_by_side import SideBySide, brief, side_by_side
from explorer.export.stages import stages
from explorer.export.subjects import Subject, architecture_subject, default_subject, graph_subject
from explorer.export.texts import TEXTS, claims
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Concat
from explorer.operators.pooling import GlobalAvgPool, MaxPool2d
from explorer.operators.sketch import Sketch
from explorer.operators.spatial import Upsample


def compared(*names: str, conventions: Conventions | None = None) -> SideBySide:
    return side_by_side([default_subject(name) for name in names], conventions or Conventions())


def measure(value: SideBySide, key: str) -> Measure:
    return next(item for item in value.measures if item.key == key)


def texts(value: SideBySide, key: str) -> list[str]:
    return [item.text for item in measure(value, key).figures]


def test_the_table_of_the_texts() -> None:
    """Claim 14: VGG-16 against ResNet-50."""
    value = compared("vgg16", "resnet50")
    assert texts(value, "parameters") == ["138,357,544", "25,557,032"]
    assert [item.note for item in measure(value, "dense_parameters").figures] == ["89.4 %", "8.0 %"]
    assert texts(value, "buffers") == ["–", "53,173"]
    assert texts(value, "operations") == ["15,470,264,320", "4,089,184,256"]
    assert texts(value, "dense_operations") == ["123,633,664", "2,048,000"]
    assert texts(value, "parameter_bytes") == ["527.79 MiB", "97.49 MiB"]
    assert texts(value, "activation_bytes") == ["110.06 MiB", "143.86 MiB"]
    assert texts(value, "receptive_field") == ["212 px", "427 px"]
    assert texts(value, "layers") == ["16", "50 + 4"]
    assert texts(value, "top1") == ["71.592 %", "76.130 %"]
    assert texts(value, "top5_error") == ["9.618 %", "7.138 %"]
    distances = {item.key: item.against_first(1) for item in value.measures}
    assert distances["parameters"] == "÷ 5.41"
    assert distances["activation_bytes"] == "× 1.31"
    assert (distances["top1"], distances["top5_error"]) == ("+4.538", "−2.480")
    assert distances["buffers"] == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("resnet18", (18, 3)),
        ("resnet152", (152, 4)),
        ("plain34", (34, 0)),
        ("vgg19", (19, 0)),
        ("cifar_resnet20", (20, 0)),
        ("cifar_resnet20_b", (20, 2)),
        ("squeezenet1_0_complex", (26, 4)),
    ],
)
def test_projections_stand_apart(name: str, expected: tuple[int, int]) -> None:
    assert layer_counts(default_subject(name)) == expected


@pytest.mark.parametrize("name", architectures())
def test_stages_add_up_to_the_network(name: str) -> None:
    analysis = analyze(build(name))
    found = stages(analysis)
    layers = [line.entry for stage in found for line in stage.layers]
    totals = analysis.totals
    for figure in ("parameters", "buffers", "macs", "bias_additions"):
        assert sum(getattr(row, figure) for row in layers) == getattr(totals, figure)
        assert sum(getattr(unit.row, figure) for stage in found for unit in stage.units) == getattr(
            totals, figure
        )
    assert len({stage.side for stage in found}) == len(found)
    assert all(stage.text for stage in found)


def test_stages_of_vgg_16_and_resnet_50_by_the_side_of_their_maps() -> None:
    value = compared("vgg16", "resnet50")
    rows = value.rows(Align.SIDE)
    assert [row.heading for row in rows] == [
        *("224 × 224", "112 × 112", "56 × 56", "28 × 28", "14 × 14", "7 × 7", "head"),
    ]
    assert [row.stages[0].text if row.stages[0] else None for row in rows] == [
        *("2 conv 64", "2 conv 128", "3 conv 256", "3 conv 512", "3 conv 512", "pool only"),
        "3 dense 4096, 4096, 1000",
    ]
    assert [row.stages[1].text if row.stages[1] else None for row in rows] == [
        *(None, "conv 7×7, 64, /2", "3 Bottleneck 256", "4 Bottleneck 512", "6 Bottleneck 1024"),
        *("3 Bottleneck 2048", "average pool + 1 dense 1000"),
    ]
    third = rows[2].stages[1]
    assert third is not None
    assert (value.figures(third).operations, value.figures(third).parameters) == (667_942_912, 215_808)


def test_stages_by_depth_and_by_share() -> None:
    value = compared("vgg16", "resnet50")
    by_depth = value.rows(Align.DEPTH)
    assert [row.heading for row in by_depth[:3]] == ["1st", "2nd", "3rd"]
    assert [stage.side for stage in by_depth[0].stages if stage] == [(224, 224), (112, 112)]
    assert by_depth[-1].stages[1] is None  # VGG-16 has one stage more
    for place in (0, 1):
        shares = [
            value.figures(stage).operations for row in value.rows(Align.SHARE) if (stage := row.stages[place])
        ]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == measure(value, "operations").figures[place].value


def u_shaped() -> Graph:
    sketch = Sketch()
    start = sketch.input((3, 32, 32))
    wide = sketch.add("down1", Conv2d(8, kernel_size=3, padding=1), start)
    deep = sketch.chain(
        wide, ("pool", MaxPool2d(kernel_size=2, stride=2)), ("down2", Conv2d(16, kernel_size=3, padding=1))
    )
    up = sketch.add("up", Upsample(factor=2), deep)
    joined = sketch.add("join", Concat(), wide, up)
    sketch.add("out", Conv2d(4, kernel_size=3, padding=1), joined)
    return sketch.graph()


def test_a_side_that_comes_back_is_one_stage() -> None:
    found = stages(analyze(u_shaped()))
    assert [stage.side for stage in found] == [(32, 32), (16, 16)]
    assert [unit.line.name for unit in found[0].units] == ["down1", "up", "join", "out"]


def test_a_gate_belongs_to_the_map_it_scales() -> None:
    """One number per channel is no head where it comes back to a map."""
    found = stages(analyze(build("efficientnet_b0")))
    assert [stage.side_text for stage in found][-1] == "head"
    assert found[-1].text == "average pool + 1 dense 1000"


def test_a_broken_network_is_compared_as_far_as_it_is_known() -> None:
    document = edits.delete(Document("broken", build("resnet18")), ["flatten"])
    subject = graph_subject("broken", "", document.graph)
    value = side_by_side([subject, default_subject("resnet18")])
    assert subject.analysis.causes
    assert measure(value, "parameters").figures[0].value == 11_176_512  # all but the dense layer
    assert sum(value.figures(stage).parameters for stage in subject.stages) == 11_176_512


def test_accuracy_is_that_of_the_very_network() -> None:
    assert graph_subject("mine", "", build("resnet50")).accuracy == default_subject("resnet50").accuracy
    other = architecture_subject(architecture_named("resnet50"), None, {"classes": 10})
    assert other.accuracy is None
    assert "classes 10" in other.detail
    small = architecture_subject(architecture_named("resnet50"), (3, 96, 96))
    assert (small.accuracy, small.input_text) == (None, "3×96×96")
    same = architecture_subject(architecture_named("resnet50"), (3, 224, 224))
    assert same.accuracy is not None
    with pytest.raises(ExplorerError, match="no option"):
        architecture_subject(architecture_named("resnet50"), None, {"depths": 3})


def test_conventions_change_what_is_counted() -> None:
    usual = compared("vgg16", "resnet50")
    other = compared(
        "vgg16", "resnet50", conventions=Conventions(unit="flops", precision="int8", sizes="MB", batch=2)
    )
    assert measure(other, "operations").label == "FLOPs"
    first, second = (measure(item, "operations").figures[1].value for item in (usual, other))
    assert second == 4 * first
    assert texts(other, "parameter_bytes") == ["138.36 MB", "25.56 MB"]
    stage = other.rows(Align.SIDE)[1].stages[1]
    assert stage is not None
    assert other.figures(stage).operations == 4 * usual.figures(stage).operations


def test_what_the_texts_say_is_recomputed() -> None:
    found = claims([default_subject("vgg16"), default_subject("resnet50")])
    said = [item for item in found if item.source == TEXTS]
    assert [item.here for item in said] == [
        *("138.36 M and 25.56 M", "15.47 G and 4.09 G", "527.79 and 97.70 MiB", "9.6 % and 7.1 %"),
    ]
    assert said[0].equal
    assert "25.557 was cut to 25.5" in said[0].note
    assert "3.858 G" in said[1].note
    assert not [item for item in claims([default_subject("lenet5")]) if item.source == TEXTS]
    mine = graph_subject("mine", "", u_shaped())
    assert claims([mine]) == ()


def test_the_landscape_holds_every_network_with_a_published_accuracy() -> None:
    points = tuple(landscape(Conventions()))
    assert [item.name for item in points] == list(known_networks())
    assert {"alexnet", "vgg16", "resnet152", "efficientnet_b7"} <= {item.name for item in points}
    for item in points:
        assert item.accuracy is not None
        facts = architecture_named(item.name).facts
        assert (item.parameters, item.operations) == (facts.parameters, facts.macs)
        assert item.accuracy.top1 < (item.accuracy.top5 or 0)
    lines = families(points)
    assert [item.title for item in lines["ResNet, He et al., arXiv:1512.03385"]] == [
        *("ResNet-18", "ResNet-34", "ResNet-50", "ResNet-101", "ResNet-152"),
    ]
    assert point(graph_subject("mine", "", u_shaped()), Conventions()).accuracy is None


def enormous() -> Subject:
    sketch = Sketch()
    most = 10**12
    sketch.chain(
        sketch.input((3, 8, 8)),
        ("pool", GlobalAvgPool()),
        ("flatten", Flatten()),
        ("a", Linear(most)),
        ("b", Linear(most)),
    )
    return graph_subject("enormous", "", sketch.graph())


def test_enormous_numbers_stay_exact() -> None:
    value = side_by_side([enormous(), default_subject("lenet5")])
    exact = 4 * 10**12 + 10**24 + 10**12
    figure = measure(value, "parameters").figures[0]
    assert figure.value == exact
    assert figure.text == f"{exact:,}"
    assert math.isclose(measure(value, "parameters").share(1), 61_706 / exact)
    assert measure(value, "parameters").against_first(1).startswith("÷ 1.6e+19")
    assert json.loads(comparison_text(value, "json"))["networks"][0]["measures"]["parameters"] == exact


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (9_996, "10.0 k"),
        (38_720, "38.7 k"),
        (999_600, "1.00 M"),
        (124_000_000, "124 M"),
        (15_470_264_320, "15.5 G"),
        (10**30, "1.00 Q"),
        (10**34, "10,000 Q"),
    ],
)
def test_brief(count: int, text: str) -> None:
    assert brief(count) == text


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [(10, 10, "="), (0, 0, ""), (0, 5, ""), (541, 100, "÷ 5.41"), (100, 131, "× 1.31"), (1000, 1001, "≈")],
)
def test_ratios(first: int, second: int, text: str) -> None:
    assert ratio_text(first, second) == text


def test_two_networks_are_needed() -> None:
    with pytest.raises(ExplorerError, match="two networks or more"):
        side_by_side([default_subject("lenet5")])


def test_networks_of_the_same_name_are_told_apart() -> None:
    header, _ = totals_table(compared("vgg11", "vgg11", "lenet5"), exact=True)
    assert header == ["", "vgg11", "vgg11 (2)", "lenet5"]
