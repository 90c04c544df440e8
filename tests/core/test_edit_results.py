"""What single edits make of a network: the results a person expects of each."""

from __future__ import annotations

import pytest

from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError, GraphError, ValueOutOfRange
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.outline import outline
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat
from explorer.operators.pooling import MaxPool2d
from explorer.operators.sources import Input
from tests.core.networks import SHORTCUT, small


def _edges(document: Document) -> set[tuple[str, str, int]]:
    return {
        (source, node.id, port)
        for node in document.graph
        for port, source in enumerate(node.inputs)
        if source is not None
    }


def test_insert_takes_the_edge_and_keeps_all_others() -> None:
    start = small()
    after = edits.insert(start, MaxPool2d(), "relu1", 0)
    assert _edges(after) == _edges(start) - {("conv1", "relu1", 0)} | {
        ("conv1", "maxpool1", 0),
        ("maxpool1", "relu1", 0),
    }


def test_append_feeds_all_that_the_other_fed() -> None:
    after = edits.append(small(), MaxPool2d(), "relu1")
    fed = {name for name, _ in after.graph.consumers["maxpool1"]}
    assert fed == {"block", "add"}
    assert after.graph.consumers["relu1"] == (("maxpool1", 0),)


def test_delete_joins_the_neighbours_or_leaves_the_gap() -> None:
    start = small()
    joined = edits.delete(start, ["relu1"])
    assert joined.graph["block"].inputs == ("conv1",)
    assert joined.graph["add"].inputs == ("stage", "conv1")
    gap = edits.delete(start, ["relu1"], bypass=False)
    assert gap.graph["block"].inputs == (None,)
    assert edits.delete(start, ["conv1", "relu1"]).graph["block"].inputs == ("input",)


def test_delete_and_insert_are_inverse() -> None:
    start = small()
    for node in start.graph:
        for port, source in enumerate(node.inputs):
            assert source is not None
            inserted = edits.insert(start, ReLU(), node.id, port, name="new")
            assert edits.delete(inserted, ["new"]).graph == start.graph


def test_connect_replaces_and_opens_ports() -> None:
    start = Document(graph=Graph([Node("a", Input()), Node("b", Input()), Node("cat", Concat(), ("a",))]))
    assert edits.connect(start, "b", "cat", 0).graph["cat"].inputs == ("b",)
    grown = edits.connect(start, "b", "cat", 1)
    assert grown.graph["cat"].inputs == ("a", "b")
    assert edits.disconnect(grown, "cat", 1).graph["cat"].inputs == ("a",)
    with pytest.raises(GraphError, match="no input 3"):
        edits.connect(start, "b", "cat", 2)


def test_refusals_say_why() -> None:
    graph = small().graph
    assert "circle" in edits.refusal_to_connect(graph, "fc", "conv1", 0)
    assert "circle" in edits.refusal_to_connect(graph, "conv1", "conv1", 0)
    assert "no input 2" in edits.refusal_to_connect(graph, "input", "fc", 1)
    assert edits.refusal_to_connect(graph, "input", "add", 2) == ""


@pytest.mark.parametrize("port", [-1, 1, 7])
def test_ports_that_do_not_exist(port: int) -> None:
    with pytest.raises(GraphError, match="has no input"):
        edits.insert(small(), ReLU(), "fc", port)
    with pytest.raises(GraphError, match="has no input"):
        edits.disconnect(small(), "fc", port)
    with pytest.raises(GraphError, match="input has no input 1"):
        edits.insert(small(), ReLU(), "input", 0)


def test_nothing_changed_is_the_very_same_document() -> None:
    start = small()
    assert edits.set_attribute(start, ("conv1",), "out_channels", 4) is start
    assert edits.set_attribute(start, ("block", "conv"), "padding", (1, 1)) is start
    assert edits.replace_operator(start, ("relu1",), ReLU()) is start
    assert edits.rename(start, "conv1", "conv1") is start
    assert edits.arrange(start) is start


def test_an_attribute_inside_a_block_changes_only_this_use() -> None:
    start = small()
    after = edits.set_attribute(start, ("stage", "1", "conv"), "kernel_size", (1, 3))
    analysis = analyze(after.graph)
    kernels = {
        line.name: line.entry.node.operator.kernel_size  # type: ignore[attr-defined]
        for line in outline(analysis)
        if line.path[-1] == "conv"
    }
    assert kernels == {"block.conv": 3, "stage.0.conv": 3, "stage.1.conv": (1, 3)}
    assert isinstance(after.graph["stage"].operator, Group)
    assert start.graph["stage"].operator != after.graph["stage"].operator


def test_an_attribute_of_a_nested_operator() -> None:
    start = small()
    after = edits.set_attribute(start, ("stage",), "n", 5)
    assert len(list(outline(analyze(after.graph)))) > len(list(outline(analyze(start.graph))))
    titled = edits.set_attribute(start, ("stage",), "block.title", "Other")
    assert titled.graph["stage"].operator.block.title == "Other"  # type: ignore[attr-defined]
    with pytest.raises(ExplorerError, match="no attribute"):
        edits.set_attribute(start, ("stage",), "block.nothing", 1)
    with pytest.raises(ExplorerError, match="holds no layer"):
        edits.set_attribute(start, ("stage",), "nothing.n", 1)
    with pytest.raises(ExplorerError, match="holds no layer"):
        edits.set_attribute(start, ("stage",), "n.m", 1)


def test_a_refused_value_changes_nothing() -> None:
    start = small()
    for value in (0, -1, 1.5, True, None, "3", 10**13, (1, 2, 3)):
        with pytest.raises(ValueOutOfRange, match="Conv2d: kernel_size must be"):
            edits.set_attribute(start, ("conv1",), "kernel_size", value)
    assert start == small()


def test_rename_keeps_edges_places_and_what_is_unfolded_inside() -> None:
    start = edits.move(small(), {"stage": (1.0, 2.0), "stage.0.conv": (3.0, 4.0), "block": (5.0, 6.0)})
    start = edits.fold(edits.fold(start, "stage", True), "stage.0", True)
    after = edits.rename(start, "stage", "layer1")
    assert after.graph["add"].inputs == ("layer1", "relu1")
    assert after.positions == {"layer1": (1.0, 2.0), "layer1.0.conv": (3.0, 4.0), "block": (5.0, 6.0)}
    assert after.unfolded == {"layer1", "layer1.0"}
    assert edits.rename(after, "layer1", "stage") == start


def test_a_dotted_neighbour_is_not_taken_for_an_inside() -> None:
    graph = Graph([Node("a", Input()), Node("a.b", ReLU(), ("a",))])
    start = Document(graph=graph, positions={"a": (1.0, 1.0), "a.b": (2.0, 2.0)})
    assert edits.rename(start, "a", "c").positions == {"c": (1.0, 1.0), "a.b": (2.0, 2.0)}
    assert edits.delete(start, ["a"]).positions == {"a.b": (2.0, 2.0)}


def test_a_deleted_block_takes_its_places_with_it() -> None:
    start = edits.fold(edits.move(small(), {"stage.0": (1.0, 2.0), "fc": (0.0, 0.0)}), "stage", True)
    after = edits.delete(start, ["stage"])
    assert after.positions == {"fc": (0.0, 0.0)}
    assert after.unfolded == frozenset()


def test_removing_inside_a_block_changes_only_this_use() -> None:
    after = edits.remove(small(), [("stage", "0", "conv"), ("relu1",)])
    names = {line.name for line in outline(analyze(after.graph))}
    assert {"stage.1.conv", "block.conv", "stage.0.add"} <= names
    assert not {"stage.0.conv", "relu1"} & names
    assert not analyze(after.graph).problems


def test_a_block_is_removed_with_what_is_chosen_inside() -> None:
    after = edits.remove(small(), [("stage", "0", "conv"), ("stage",), ("stage", "1")])
    assert after.graph == edits.delete(small(), ["stage"]).graph


def test_moving_changes_no_network() -> None:
    start = small()
    after = edits.move(start, {"conv1": (1.0, 2.0)})
    assert after.graph is start.graph
    assert edits.arrange(after).positions == {}


def test_dissolve_puts_the_inside_in_place() -> None:
    start = small()
    before = {line.name for line in outline(analyze(start.graph)) if line.inner is None}
    after = edits.dissolve(edits.dissolve(edits.dissolve(start, "stage"), "stage.0"), "stage.1")
    after = edits.dissolve(after, "block")
    analysis = analyze(after.graph)
    assert {line.name for line in outline(analysis)} == before
    assert analysis.totals == analyze(start.graph).totals
    assert all(line.inner is None for line in outline(analysis))


def test_dissolve_of_blocks_with_nothing_in_them() -> None:
    through = Group(graph=Graph([Node("in", Input(shape=(3, 4, 4)))]))
    graph = Graph([Node("x", Input()), Node("group", through, ("x",)), Node("relu", ReLU(), ("group",))])
    assert edits.dissolve(Document(graph=graph), "group").graph["relu"].inputs == ("x",)
    with pytest.raises(GraphError, match="empty"):
        edits.dissolve(Document(graph=Graph([Node("group", Group())])), "group")
    with pytest.raises(GraphError, match="plain layer"):
        edits.dissolve(small(), "relu1")


def test_dissolve_finds_free_names() -> None:
    graph = Graph(
        [
            Node("x", Input(shape=(4, 8, 8))),
            Node("block.conv", Conv2d(out_channels=4), ("x",)),
            Node("block", SHORTCUT, ("x",)),
        ]
    )
    after = edits.dissolve(Document(graph=graph), "block").graph
    assert {"block.conv", "block.conv_", "block.add"} <= set(after.nodes)


def test_repairs_repair() -> None:
    document = Document(graph=Graph([Node("x", Input(shape=(3, 8, 8))), Node("fc", Linear(), ("x",))]))
    (problem,) = analyze(document.graph).causes
    repaired = edits.apply_repair(document, ("fc",), problem.repairs[0])
    assert not analyze(repaired.graph).problems
    assert repaired.graph["fc"].inputs == ("flatten1",)
    assert repaired.graph["flatten1"].operator == Flatten()


def test_a_repair_inside_a_block() -> None:
    inside = Graph([Node("in", Input(shape=(3, 8, 8))), Node("fc", Linear(), ("in",))])
    graph = Graph([Node("x", Input(shape=(3, 8, 8))), Node("head", Group(graph=inside), ("x",))])
    problem = analyze(graph).problems["head"]
    assert problem.inner is not None
    (cause,) = problem.inner.causes
    after = edits.apply_repair(Document(graph=graph), ("head", "fc"), cause.repairs[0])
    assert not analyze(after.graph).problems


def test_fresh_ids_are_free() -> None:
    document = Document()
    for number in range(1, 4):
        document = edits.add(document, Conv2d())
        assert f"conv{number}" in document.graph
    assert edits.fresh_id(edits.delete(document, ["conv2"]).graph, Conv2d()) == "conv2"
    assert edits.fresh_id(document.graph, Add()) == "add1"


def test_unknown_names_are_refused_by_every_edit() -> None:
    start = small()
    for edit in (
        lambda: edits.append(start, ReLU(), "missing"),
        lambda: edits.insert(start, ReLU(), "missing", 0),
        lambda: edits.connect(start, "missing", "fc"),
        lambda: edits.connect(start, "fc", "missing"),
        lambda: edits.disconnect(start, "missing", 0),
        lambda: edits.delete(start, ["missing"]),
        lambda: edits.rename(start, "missing", "other"),
        lambda: edits.set_attribute(start, ("missing",), "n", 1),
        lambda: edits.set_attribute(start, ("block", "missing"), "n", 1),
        lambda: edits.replace_operator(start, ("missing",), ReLU()),
        lambda: edits.dissolve(start, "missing"),
        lambda: edits.add(start, ReLU(), inputs=["missing"]),
        lambda: edits.add(start, ReLU(), name="fc"),
    ):
        with pytest.raises(GraphError, match=r"missing|two nodes are named fc"):
            edit()


def test_a_deleted_merge_is_bypassed_by_its_first_input() -> None:
    """The main path goes on; the shortcut ends."""
    after = edits.delete(small(), ["add"])
    assert after.graph["flatten"].inputs == ("stage",)
    assert edits.delete(small(), ["add", "stage"]).graph["flatten"].inputs == ("block",)
