"""Layers copied as text and put into another network."""

from __future__ import annotations

import json

import pytest

from explorer.core import notation
from explorer.core.analysis import analyze
from explorer.core.clipping import clip, clipping_from_text, clipping_to_text, duplicate, paste, pasted
from explorer.core.document import Document
from explorer.core.errors import DocumentError, GraphError
from explorer.core.graph import Graph
from tests.core.networks import small


def test_edges_inside_are_kept_and_those_from_outside_cut() -> None:
    clipping = clip(small().graph, ["add", "stage", "block"])
    assert {node.id: node.inputs for node in clipping} == {
        "block": (None,),
        "stage": ("block",),
        "add": ("stage", None),
    }


def test_text_and_back() -> None:
    clipping = clip(small().graph, ["stage", "add"])
    assert clipping_from_text(clipping_to_text(clipping)) == clipping


def test_pasted_names_are_the_next_of_their_kind() -> None:
    start = small()
    text = clipping_to_text(clip(start.graph, ["conv1", "relu1", "fc"]))
    document, names = pasted(start, text)
    assert names == ("conv2", "relu2", "fc2")
    assert document.graph["relu2"].inputs == ("conv2",)
    assert all(document.graph[node.id] is node for node in start.graph)
    _, names = pasted(document, text)
    assert names == ("conv3", "relu3", "fc3")
    _, names = pasted(Document(), text)
    assert names == ("conv1", "relu1", "fc")


def test_a_whole_network_pasted_into_nothing_is_that_network() -> None:
    start = small()
    document, _ = paste(Document(), clip(start.graph, start.graph.nodes))
    assert document.graph == start.graph


def test_duplicates_of_what_stands_in_a_block() -> None:
    start = small()
    document, names = duplicate(start, ["conv", "add"], block=("stage", "1"))
    assert names == ("conv", "add2")
    assert document.graph["add2"].inputs == ("conv", None)
    assert analyze(document.graph).causes[0].message.endswith("drag an edge to it")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        "{" * 100_000,
        '{"content": 1}',
        "x" * 17_000_000,
        notation.to_text(small()),
        '"{"',
    ],
    ids=lambda text: text[:12] or "nothing",
)
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="holds no layers"):
        pasted(small(), text)


def test_damaged_and_newer_text_is_refused() -> None:
    text = clipping_to_text(clip(small().graph, ["conv1"]))
    with pytest.raises(DocumentError, match="damaged"):
        pasted(small(), text[:-30])
    content = json.loads(text)
    with pytest.raises(DocumentError, match="newer"):
        pasted(small(), json.dumps(content | {"format": 99}))
    content["nodes"][0]["attributes"]["kernel_size"] = 0
    with pytest.raises(DocumentError, match="kernel_size must be"):
        pasted(small(), json.dumps(content))
    content["nodes"][0]["operator"] = "Convolve"
    with pytest.raises(DocumentError, match="no operator named 'Convolve'"):
        pasted(small(), json.dumps(content))


def test_nothing_to_copy() -> None:
    with pytest.raises(GraphError, match="select"):
        clip(small().graph, [])
    with pytest.raises(GraphError, match="no node named missing"):
        clip(Graph(), ["missing"])
