"""Selections made blocks of their own, and opened again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.errors import GraphError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.outline import flatten, outline
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add
from tests.core.networks import small
from tests.operators.random_graphs import random_graph


def _plain(graph: Graph) -> list[tuple[object, ...]]:
    """The layers of a network without their names: what each is and what it is fed."""
    layers = flatten(analyze(graph))
    place = {layer.name: number for number, layer in enumerate(layers)}
    return [(layer.operator, tuple(place[name] for name in layer.inputs)) for layer in layers]


def test_a_selection_becomes_a_block_with_the_ports_it_needs() -> None:
    start = small()
    after = edits.group(start, ["stage", "add"], "Tail, tail!")
    assert list(after.graph.nodes) == ["input", "conv1", "relu1", "block", "tail_tail", "flatten", "fc"]
    assert after.graph["tail_tail"].inputs == ("block", "relu1")
    assert after.graph["flatten"].inputs == ("tail_tail",)
    operator = after.graph["tail_tail"].operator
    assert isinstance(operator, Group)
    assert operator.title == "Tail, tail!"
    assert operator.graph["add"].inputs == ("stage", "input2")
    assert analyze(after.graph).totals == analyze(start.graph).totals


def test_a_block_of_blocks_that_ends_in_a_dense_layer_still_says_how_far_the_network_sees() -> None:
    start = Document(graph=catalog.build("resnet50"))
    inner = edits.group(start, ["layer3", "layer4", "avgpool", "flatten", "fc"], "End")
    outer = edits.group(inner, [node.id for node in inner.graph], "All")
    assert analyze(outer.graph).totals == analyze(start.graph).totals


def test_one_feeder_of_several_layers_is_one_port() -> None:
    after = edits.group(small(), ["block", "stage", "add"])
    assert after.graph["group1"].inputs == ("relu1",)
    assert not analyze(after.graph).problems


def test_more_than_one_result_is_refused_by_name() -> None:
    with pytest.raises(GraphError, match="relu1, stage leave"):
        edits.group(small(), ["conv1", "relu1", "stage"])


def test_inputs_stay_outside() -> None:
    start = small()
    after = edits.group(start, [node.id for node in start.graph], "All")
    assert list(after.graph.nodes) == ["input", "all"]
    assert analyze(after.graph).totals == analyze(start.graph).totals
    for nothing in ([], ["input"]):
        with pytest.raises(GraphError, match="select the layers"):
            edits.group(start, nothing)
    with pytest.raises(GraphError, match="no node named missing"):
        edits.group(start, ["missing"])


def test_open_ports_stay_open() -> None:
    graph = Graph([Node("conv", Conv2d()), Node("relu", ReLU(), ("conv",)), Node("add", Add(), ("relu",))])
    after = edits.group(Document(graph=graph), graph.nodes)
    assert after.graph["group1"].inputs == (None, None)
    assert "not connected" in analyze(after.graph).problems["group1"].message
    assert [node.inputs for node in edits.dissolve(after, "group1").graph] == [
        (None,),
        ("group1.conv",),
        ("group1.relu", None),
    ]


def test_dissolved_names_find_together_again() -> None:
    start = Document(graph=catalog.build("resnet18"))
    opened = edits.dissolve(edits.dissolve(start, "layer1"), "layer1.0")
    inside = [name for name in opened.graph.nodes if name.startswith("layer1.0.")]
    grouped = edits.group(opened, inside, "Block")
    names = [line.name for line in outline(analyze(grouped.graph)) if line.inner is None]
    assert names == [line.name for line in outline(analyze(start.graph)) if line.inner is None]
    assert edits.dissolve(grouped, "layer1.0").graph == opened.graph


def test_grouping_inside_a_block() -> None:
    start = Document(graph=catalog.build("resnet18"))
    after = edits.group(start, ["conv1", "bn1"], "Stem", block=("layer1", "0"))
    assert "layer1.0.stem.conv1" in {line.name for line in outline(analyze(after.graph))}
    assert analyze(after.graph).totals == analyze(start.graph).totals
    again = edits.dissolve(after, "stem", block=("layer1", "0"))
    assert _plain(again.graph) == _plain(start.graph)


def test_places_and_open_blocks_follow() -> None:
    start = edits.move(small(), {"block": (10.0, 20.0), "stage": (30.0, 60.0), "fc": (1.0, 2.0)})
    start = edits.fold(edits.fold(start, "stage", True), "stage.0", True)
    after = edits.group(start, ["block", "stage"], "Both")
    assert after.positions == {"both": (20.0, 40.0), "fc": (1.0, 2.0)}
    assert after.unfolded == {"both.stage", "both.stage.0"}
    half = edits.group(start, ["block", "stage", "add"], "More")
    assert half.positions == {"fc": (1.0, 2.0)}


def test_a_name_that_is_taken_gives_way() -> None:
    start = edits.rename(small(), "conv1", "both")
    after = edits.group(start, ["block", "stage"], "Both")
    assert "both2" in after.graph
    assert "group1" in edits.group(small(), ["fc"], "块").graph


def test_retitle() -> None:
    start = edits.group(small(), ["block", "stage"], "Both")
    after = edits.retitle(start, ("both",), "  Two of a kind ")
    assert after.graph["both"].operator.title == "Two of a kind"  # type: ignore[attr-defined]
    assert edits.retitle(after, ("both",), "Two of a kind") is after
    with pytest.raises(GraphError, match="needs a title"):
        edits.retitle(start, ("both",), "  ")
    with pytest.raises(GraphError, match="relu1 is a ReLU"):
        edits.retitle(start, ("relu1",), "x")


@given(seed=st.integers(0, 100_000), data=st.data())
def test_dissolving_a_group_gives_an_equal_network(seed: int, data: st.DataObject) -> None:
    start = Document(graph=random_graph(seed))
    names = data.draw(st.lists(st.sampled_from([*start.graph.nodes]), min_size=1, unique=True))
    graph = start.graph
    chosen = [name for name in names if graph[name].operator.ports != (0, 0)]
    fed = {name: {follower for follower, _ in graph.consumers[name]} for name in chosen}
    leaving = [name for name in chosen if not fed[name] or fed[name] - set(chosen)]
    if len(leaving) != 1:
        with pytest.raises(GraphError, match="leave the selection" if leaving else "inputs stay outside"):
            edits.group(start, names, "It")
        return
    after = edits.group(start, names, "It")
    (made,) = [name for name in after.graph.nodes if name not in start.graph]
    again = edits.dissolve(after, made)
    kept = {name: analyze(start.graph).rows[name].output for name in start.graph.nodes}
    found = {name.removeprefix(f"{made}."): row.output for name, row in analyze(again.graph).rows.items()}
    assert found == kept
    inputs = {
        node.id.removeprefix(f"{made}."): tuple((item or "").removeprefix(f"{made}.") for item in node.inputs)
        for node in again.graph
    }
    assert inputs == {node.id: node.inputs for node in start.graph}
