"""Inner attributes made a block's own: one value, read where it stands, that turns all it is bound to."""

from __future__ import annotations

import json

import pytest

from explorer.core import clipping, edits, notation
from explorer.core.adaptation import adapted
from explorer.core.analysis import analyze
from explorer.core.attribute import DEPTH
from explorer.core.document import Document
from explorer.core.errors import DocumentError, ExplorerError, GraphError, ValueOutOfRange
from explorer.core.graph import Graph, Node
from explorer.core.group import Group, promotable
from explorer.core.promotion import Promoted, Target, promoted
from explorer.core.scaling import counts, widened, with_counts
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.repeat import Repeat
from explorer.operators.sources import Input
from explorer.operators.vgg_block import VGGBlock

CHANNELS = {"channels": [("conv1", "out_channels"), ("conv2", "out_channels")]}


def chain() -> Document:
    """Two convolutions between an input and a ReLU, the convolutions in a block called pair."""
    graph = Graph(
        [
            Node("input", Input(shape=(3, 16, 16))),
            Node("conv1", Conv2d(out_channels=8, padding=1), ("input",)),
            Node("bn1", BatchNorm2d(), ("conv1",)),
            Node("conv2", Conv2d(out_channels=8, padding=1), ("bn1",)),
            Node("relu", ReLU(), ("conv2",)),
        ]
    )
    return edits.group(Document(graph=graph), ["conv1", "bn1", "conv2"], "Pair")


def pair(document: Document, name: str = "pair") -> Group:
    operator = document.graph[name].operator
    assert isinstance(operator, Group)
    return operator


def inner(group: Group, name: str, attribute: str) -> object:
    return group.graph[name].operator.value_of(attribute)


def test_one_attribute_of_the_block_turns_all_that_it_is_bound_to() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    group = pair(start)
    assert [item.name for item in group.settings()] == ["title", "channels"]
    assert group.value_of("channels") == 8
    assert analyze(start.graph).totals == analyze(chain().graph).totals
    after = edits.set_attribute(start, ("pair",), "channels", 32)
    assert inner(pair(after), "conv1", "out_channels") == inner(pair(after), "conv2", "out_channels") == 32
    assert pair(after).value_of("channels") == 32
    assert analyze(after.graph)["relu"].output == (32, 16, 16)  # type: ignore[union-attr]
    assert edits.set_attribute(after, ("pair",), "channels", 32) is after


def test_the_value_is_that_of_the_layers_inside() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    one = edits.set_attribute(start, ("pair", "conv1"), "out_channels", 20)
    assert pair(one).value_of("channels") == 20
    assert pair(one).is_mixed("channels")
    assert not pair(start).is_mixed("channels")
    assert pair(one).telling() == "Pair"
    assert pair(start).telling() == "channels 8"
    both = edits.set_attribute(one, ("pair",), "channels", 12)
    assert not pair(both).is_mixed("channels")


def test_limits_and_help_are_those_of_all_that_it_sets() -> None:
    declared = pair(edits.promote(chain(), ("pair",), CHANNELS)).settings()[1]
    assert declared.low == 1
    assert declared.kind is int
    assert declared.help.endswith("Sets conv1 (out channels), conv2 (out channels).")
    with pytest.raises(ValueOutOfRange, match="must be from 1"):
        edits.set_attribute(edits.promote(chain(), ("pair",), CHANNELS), ("pair",), "channels", 0)


@pytest.mark.parametrize(
    ("bindings", "reason"),
    [
        ({"title": CHANNELS["channels"]}, "has a title already"),
        ({"graph": CHANNELS["channels"]}, "has a graph already"),
        ({"1st": CHANNELS["channels"]}, "begin with a letter"),
        ({"": CHANNELS["channels"]}, "begin with a letter"),
        ({"x" * 61: CHANNELS["channels"]}, "cannot name an attribute"),
        ({"c": []}, "sets nothing"),
        ({"c": [("conv9", "out_channels")]}, "holds no conv9"),
        ({"c": [("conv1", "channels")]}, "no attribute 'channels'"),
        ({"c": [("conv1", "out_channels"), ("conv1", "bias")]}, "different kinds"),
        ({"a": CHANNELS["channels"], "b": [("conv1", "out_channels")]}, "set by two attributes"),
    ],
)
def test_what_cannot_be_is_refused_in_words(bindings: dict[str, list[Target]], reason: str) -> None:
    start = chain()
    with pytest.raises(ExplorerError, match=reason):
        edits.promote(start, ("pair",), bindings)


def test_only_blocks_of_ones_own_choose_their_attributes() -> None:
    with pytest.raises(GraphError, match="relu is a ReLU"):
        edits.promote(chain(), ("relu",), CHANNELS)


def test_what_can_be_promoted() -> None:
    graph = Graph(
        [
            Node("in", Input()),
            Node("stage", Repeat(VGGBlock(2, 16), 3), ("in",)),
            Node("own", pair(edits.promote(chain(), ("pair",), CHANNELS)), ("stage",)),
        ]
    )
    found = {target: value for target, _, value in promotable(graph)}
    assert found["stage", "n"] == 3
    assert found["stage", "block.n"] == 2
    assert found["own", "channels"] == 8
    assert not any(name == "in" for name, _ in found)
    assert ("own", "title") not in found


def test_it_is_saved_copied_and_read_again() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    text = notation.to_text(start)
    assert notation.from_text(text) == start
    data = json.loads(text)["nodes"][1]["attributes"]["promoted"]
    assert data == {"channels": [["conv1", "out_channels"], ["conv2", "out_channels"]]}
    copied = clipping.clipping_to_text(clipping.clip(start.graph, ["pair"]))
    pasted, (name,) = clipping.pasted(start, copied)
    assert pair(pasted, name).promoted == pair(start).promoted


@pytest.mark.parametrize(
    "damage", [[], {"channels": [["conv1"]]}, {"channels": [["conv9", "x"]]}, {"channels": 3}, {"c c": []}]
)
def test_damaged_bindings_are_refused(damage: object) -> None:
    data = json.loads(notation.to_text(chain()))
    data["nodes"][1]["attributes"]["promoted"] = damage
    with pytest.raises(DocumentError):
        notation.from_text(json.dumps(data))


def test_a_document_of_format_1_is_read() -> None:
    data = json.loads(notation.to_text(chain()))
    data["format"] = 1
    del data["nodes"][1]["attributes"]["promoted"]
    assert notation.from_text(json.dumps(data)) == chain()
    vgg = json.loads(notation.to_text(Document(graph=Graph([Node("block", VGGBlock(2, flat_names=True))]))))
    settings = vgg["nodes"][0]["attributes"]
    for first, flat in ((-1, False), (0, True), (17, True)):
        del settings["first_layer" if "first_layer" in settings else "flat_names"]
        settings["first_layer"] = first
        vgg["format"] = 1
        assert notation.from_text(json.dumps(vgg)).graph["block"].operator == VGGBlock(2, flat_names=flat)


def test_attributes_end_with_the_layers_they_set() -> None:
    start = edits.promote(chain(), ("pair",), {**CHANNELS, "kernel": [("conv2", "kernel_size")]})
    after = edits.remove(start, [("pair", "conv2")])
    assert pair(after).promoted == promoted({"channels": [("conv1", "out_channels")]})
    other = edits.replace_operator(start, ("pair", "conv1"), ReLU())
    assert pair(other).promoted["channels"] == (("conv2", "out_channels"),)


def test_grouping_and_dissolving_inside_keep_the_attribute() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    grouped = edits.group(start, ["conv1", "bn1"], "First", block=("pair",))
    assert pair(grouped).promoted["channels"] == (("first", "channels"), ("conv2", "out_channels"))
    turned = edits.set_attribute(grouped, ("pair",), "channels", 24)
    assert analyze(turned.graph)["relu"].output == (24, 16, 16)  # type: ignore[union-attr]
    again = edits.dissolve(turned, "first", block=("pair",))
    assert pair(again).promoted["channels"] == (("first.conv1", "out_channels"), ("conv2", "out_channels"))
    assert pair(again).value_of("channels") == 24
    assert not pair(again).is_mixed("channels")
    gone = edits.dissolve(start, "pair")
    assert gone.graph["pair.conv1"].operator == Conv2d(out_channels=8, padding=1)


def test_blocks_in_blocks_hand_it_on() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    outer = edits.group(start, ["pair", "relu"], "Outer")
    outer = edits.promote(outer, ("outer",), {"width": [("pair", "channels")]})
    after = edits.set_attribute(outer, ("outer",), "width", 40)
    assert pair(after, "outer").value_of("width") == 40
    assert analyze(after.graph)["outer"].output == (40, 16, 16)  # type: ignore[union-attr]


def test_a_stage_of_such_blocks() -> None:
    group = pair(edits.promote(chain(), ("pair",), {**CHANNELS, "stride": [("conv1", "stride")]}))
    strided = group.with_value("stride", 2)
    graph = Graph([Node("in", Input((3, 16, 16))), Node("stage", Repeat(strided, 3), ("in",))])
    document = edits.set_attribute(Document(graph=graph), ("stage",), "block.channels", 6)
    assert analyze(document.graph)["stage"].output == (6, 8, 8)  # type: ignore[union-attr]


def test_scaling_and_fitting_know_its_attributes() -> None:
    start = edits.promote(chain(), ("pair",), CHANNELS)
    wide = widened(start.graph, 2)
    assert pair(Document(graph=wide)).value_of("channels") == 16
    fits = adapted(pair(start).with_value("channels", 5), analyze(start.graph), ("relu",), 0)
    assert fits
    assert fits[0].value_of("channels") == 8
    stage = edits.group(
        Document(graph=Graph([Node("in", Input()), Node("v", VGGBlock(3), ("in",))])), ["v"], "S"
    )
    stage = edits.promote(stage, ("s",), {"depth": [("v", "n")]})
    assert pair(stage, "s").settings()[1].scales == DEPTH
    assert counts(stage.graph) == {"s": 3}
    assert counts(with_counts(stage.graph, {"s": 5})) == {"s": 5}


def test_nothing_promoted_is_as_it_was() -> None:
    assert edits.promote(chain(), ("pair",), {}) == chain()
    assert not Promoted()
    after = edits.promote(edits.promote(chain(), ("pair",), CHANNELS), ("pair",), {})
    assert after == chain()
