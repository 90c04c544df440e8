"""What an analysis keeps of the one before, and what it says of wrong networks."""

from __future__ import annotations

import pytest

from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.outline import flatten, leaves, outline
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.merge import Add
from explorer.operators.sources import Input
from tests.core.networks import small


def test_rows_of_unchanged_nodes_are_the_same_objects() -> None:
    start = small()
    before = analyze(start.graph)
    after = analyze(edits.set_attribute(start, ("fc",), "out_features", 3).graph, before)
    assert after.rows["fc"].output == (3,)
    kept = [name for name in after.rows if after.rows[name] is before.rows[name]]
    assert kept == [name for name in start.graph.nodes if name != "fc"]


def test_a_change_that_changes_nothing_below_stops_there() -> None:
    start = small()
    before = analyze(start.graph)
    after = analyze(edits.set_attribute(start, ("conv1",), "bias", False).graph, before)
    assert after.rows["conv1"].parameters == before.rows["conv1"].parameters - 4
    assert after.rows["relu1"] is before.rows["relu1"]
    assert after.rows["fc"] is before.rows["fc"]


def test_a_receptive_field_that_changes_is_carried_down() -> None:
    """Shapes below stay the same, what they see does not."""
    start = small()
    before = analyze(start.graph)
    wider = edits.set_attribute(start, ("conv1",), "kernel_size", 5)
    wider = edits.set_attribute(wider, ("conv1",), "padding", 2)
    after = analyze(wider.graph, before)
    assert after.rows["relu1"].output == before.rows["relu1"].output
    assert after.rows["relu1"].field[0].size == before.rows["relu1"].field[0].size + 2
    assert after == analyze(wider.graph)


def test_a_problem_is_where_it_is_and_others_wait_for_it() -> None:
    document = edits.set_attribute(small(), ("conv1",), "kernel_size", 100)
    analysis = analyze(document.graph)
    (cause,) = analysis.causes
    assert cause.id == "conv1"
    assert "does not fit" in cause.message
    waiting = {name: problem.waits_for for name, problem in analysis.problems.items() if name != "conv1"}
    assert waiting == dict.fromkeys(("relu1", "block", "stage", "add", "flatten", "fc"), "conv1")
    with pytest.raises(ExplorerError, match="conv1: "):
        flatten(analysis)


def test_an_open_port_says_which() -> None:
    graph = Graph([Node("x", Input()), Node("add", Add(), ("x", None)), Node("relu", ReLU())])
    analysis = analyze(graph)
    assert "input 2 of add is not connected" in analysis.problems["add"].message
    assert "the input of relu is not connected" in analysis.problems["relu"].message


def test_the_message_of_the_readme_is_the_message() -> None:
    graph = Graph([Node("x", Input(shape=(512, 7, 7))), Node("fc", Linear(), ("x",))])
    assert str(analyze(graph).problems["fc"].message) == (
        "Linear needs a flat input, got 512×7×7; put a Flatten before it"
    )


def test_totals_are_sums_over_the_leaves() -> None:
    analysis = analyze(small().graph)
    lines = list(leaves(analysis))
    totals = analysis.totals
    for word in ("parameters", "buffers", "macs", "activation_bytes"):
        assert sum(getattr(line.entry, word) for line in lines) == getattr(totals, word)
    assert totals.parameter_bytes == 4 * totals.parameters
    assert [line.name for line in lines] == [layer.name for layer in flatten(analysis)]


def test_depth_cuts_the_tree_without_losing_anything() -> None:
    analysis = analyze(small().graph)
    for depth in (1, 2, 3):
        lines = list(leaves(analysis, depth))
        assert sum(line.entry.parameters for line in lines) == analysis.totals.parameters  # type: ignore[union-attr]
        assert max(len(line.path) for line in lines) <= depth


def test_fields_inside_blocks_are_those_of_the_picture() -> None:
    """A block's inside, dissolved, sees the same."""
    start = small()
    inside = {line.name: line.fields for line in outline(analyze(start.graph)) if line.inner is None}
    dissolved = edits.dissolve(start, "stage")
    for name in ("stage.0", "stage.1"):
        dissolved = edits.dissolve(dissolved, name)
    flat = {line.name: line.fields for line in outline(analyze(dissolved.graph)) if line.inner is None}
    assert inside == flat


def test_an_empty_network_has_totals() -> None:
    totals = analyze(Document().graph).totals
    assert (totals.parameters, totals.macs, totals.receptive_field) == (0, 0, None)


def test_counts_are_whole_numbers_of_any_size() -> None:
    wide = Conv2d(out_channels=10**12, kernel_size=10_000, padding=10_000)
    graph = Graph([Node("x", Input(shape=(10**6, 10**6, 10**6))), Node("conv", wide, ("x",))])
    row = analyze(graph).rows["conv"]
    assert row.parameters == 10**12 * 10**6 * 10**8 + 10**12
    assert row.macs == row.output[1] * row.output[2] * 10**26
