"""What differs between two networks: causes, not consequences."""

from __future__ import annotations

import pytest

from explorer.architectures.catalog import architectures, build
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.export.differences import (
    FED,
    ONLY_FIRST,
    ONLY_SECOND,
    REPLACED,
    SETTINGS,
    Difference,
    differences,
)
from explorer.operators.activation import ReLU, Sigmoid
from explorer.operators.regularization import Dropout


def between(first: Graph, second: Graph) -> tuple[Difference, ...]:
    return differences(analyze(first), analyze(second))


@pytest.mark.parametrize("name", list(architectures())[::4])
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    assert between(build(name), build(name)) == ()


def test_where_the_stride_is() -> None:
    found = between(build("resnet50"), build("resnet50_v1"))
    assert [item.first for item in found] == ["layer1", "layer2", "layer3", "layer4"]
    assert {item.kind for item in found} == {SETTINGS}
    assert found[1].text == "block.stride in 3x3 → 1x1"
    assert found[1].macs == (1_027_604_480, 950_534_144)


def test_a_setting_that_only_renames_layers_is_no_difference() -> None:
    found = between(build("vgg11"), build("vgg13"))
    assert [(item.name, item.text) for item in found] == [("block1", "n 1 → 2"), ("block2", "n 1 → 2")]


def test_layers_that_only_one_has() -> None:
    found = between(build("vgg16"), build("resnet50"))
    only = {kind: [item.name for item in found if item.kind == kind] for kind in (ONLY_FIRST, ONLY_SECOND)}
    assert only[ONLY_FIRST][:5] == ["block1", "block2", "block3", "block4", "block5"]
    assert only[ONLY_SECOND] == ["conv1", "bn1", "maxpool", "layer1", "layer2", "layer3", "layer4"]
    assert [item.text for item in found if item.kind == REPLACED] == [
        "AdaptiveAvgPool2d to 7×7 → GlobalAvgPool"
    ]


def test_one_edit_is_one_difference() -> None:
    """Whatever follows below, such as other shapes and counts, is none."""
    opened = Document("mine", build("vgg11"))
    changed = edits.set_attribute(opened, ("block2",), "channels", 200)
    (item,) = between(opened.graph, changed.graph)
    assert (item.kind, item.first, item.text) == (SETTINGS, "block2", "channels 128 → 200")
    assert item.parameters == (73_856, 115_400)


def test_a_layer_that_was_put_in_is_the_only_difference() -> None:
    opened = Document("mine", build("lenet5"))
    consumer = opened.graph.consumers["f6"][0][0]
    changed = edits.insert(opened, Dropout(p=0.5), consumer, 0, name="drop")
    (item,) = between(opened.graph, changed.graph)
    assert (item.kind, item.second, item.what) == (ONLY_SECOND, "drop", "Dropout 0.5")
    (back,) = between(changed.graph, opened.graph)
    assert (back.kind, back.first) == (ONLY_FIRST, "drop")


def test_a_new_name_is_no_difference() -> None:
    opened = Document("mine", build("lenet5"))
    assert between(opened.graph, edits.rename(opened, "f6", "dense").graph) == ()


def test_another_layer_in_its_place() -> None:
    opened = Document("mine", build("resnet18"))
    changed = edits.replace_operator(opened, ("relu",), Sigmoid())
    (item,) = between(opened.graph, changed.graph)
    assert (item.kind, item.name, item.what) == (REPLACED, "relu", "ReLU → Sigmoid")


def test_an_edge_that_leads_elsewhere() -> None:
    opened = Document("mine", build("lenet5"))
    opened = edits.append(opened, ReLU(), opened.graph.sinks[0], name="after")
    changed = edits.connect(opened, opened.graph.sources[0], "after", 0)
    (item,) = between(opened.graph, changed.graph)
    assert (item.kind, item.name) == (FED, "after")
    assert item.text.startswith("fed by ")


def test_a_block_that_was_changed_by_hand_is_compared_layer_by_layer() -> None:
    opened = Document("mine", build("resnet18"))
    path = ("layer1", "0", "conv1")
    changed = edits.set_attribute(opened, path, "out_channels", 32)
    found = between(opened.graph, changed.graph)
    assert [(item.kind, item.first, item.text) for item in found] == [
        (SETTINGS, "layer1.0.conv1", "out channels 64 → 32")
    ]
