"""Documents as files: what was written is read back, and what is no document is refused in one sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import edits, notation
from explorer.core.document import Document
from explorer.core.errors import DocumentError
from explorer.core.graph import Graph, Node
from explorer.core.recipe import Recipe
from explorer.operators.sources import Input
from tests.core.networks import OPERATORS, small

TEXT = notation.to_text(
    replace(
        edits.fold(edits.move(small(), {"conv1": (1.5, -2.0)}), "block", True),
        notes="three\nlines\n– with «signs» 残差",
        recipe=Recipe(epochs=3),
    )
)


def _refused(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        notation.from_text(text)
    message = str(caught.value)
    assert 10 < len(message) < 400, message
    assert "Traceback" not in message
    return message


def _read_or_refused(text: str) -> None:
    """A document that survives being saved, or a sentence; any other exception fails the test."""
    try:
        document = notation.from_text(text)
    except DocumentError as error:
        said = str(error)
    else:
        assert notation.from_text(notation.to_text(document)) == document
        return
    assert len(said) > 10


def _changed(change: Callable[[dict[str, Any]], Any]) -> str:
    content = json.loads(TEXT)
    change(content)
    return json.dumps(content)


def _conv(content: dict[str, Any]) -> dict[str, Any]:
    return next(node for node in content["nodes"] if node["id"] == "conv1")


def _attributes(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _conv(content)["attributes"]
    return found


def _nested(depth: int) -> dict[str, Any]:
    operator: dict[str, Any] = {"operator": "ReLU", "attributes": {}}
    for _ in range(depth):
        operator = {"operator": "Repeat", "attributes": {"block": operator, "n": 2}}
    return operator


def _grouped(depth: int) -> dict[str, Any]:
    graph: dict[str, Any] = {"nodes": [{"id": "in", "operator": "Input", "inputs": []}]}
    for _ in range(depth):
        block = {"id": "block", "operator": "Group", "attributes": {"graph": graph}, "inputs": [None]}
        graph = {"nodes": [block]}
    return graph


MUTATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no program": lambda data: data.pop("program"),
    "another program": lambda data: data.update(program="netron"),
    "no format": lambda data: data.pop("format"),
    "format zero": lambda data: data.update(format=0),
    "format true": lambda data: data.update(format=True),
    "format text": lambda data: data.update(format="1"),
    "format fraction": lambda data: data.update(format=1.0),
    "newer format": lambda data: data.update(format=notation.FORMAT + 1),
    "much newer format": lambda data: data.update(format=10**4000),
    "name number": lambda data: data.update(name=3),
    "name too long": lambda data: data.update(name="n" * 501),
    "name half a letter": lambda data: data.update(name="\ud800"),
    "notes list": lambda data: data.update(notes=["a"]),
    "notes endless": lambda data: data.update(notes="n" * 1_000_001),
    "nodes missing entries": lambda data: data.update(nodes=[{}]),
    "nodes object": lambda data: data.update(nodes={"a": 1}),
    "nodes numbers": lambda data: data.update(nodes=[1, 2]),
    "nodes null": lambda data: data.update(nodes=None),
    "node id null": lambda data: _conv(data).update(id=None),
    "node id path": lambda data: _conv(data).update(id="../../etc/passwd"),
    "node id empty": lambda data: _conv(data).update(id=""),
    "node id newline": lambda data: _conv(data).update(id="conv1\n"),
    "node id twice": lambda data: data["nodes"].append(data["nodes"][0]),
    "unknown operator": lambda data: _conv(data).update(operator="Conv2D"),
    "operator of another kind": lambda data: _conv(data).update(operator="os.system"),
    "operator null": lambda data: _conv(data).update(operator=None),
    "operator a base class": lambda data: _conv(data).update(operator="Composite"),
    "operator long": lambda data: _conv(data).update(operator="C" * 400),
    "attributes list": lambda data: _conv(data).update(attributes=[1]),
    "unknown attribute": lambda data: _attributes(data).update(colour="red"),
    "dunder attribute": lambda data: _attributes(data).update(__class__="x"),
    "hash attribute": lambda data: _attributes(data).update(_hash=1),
    "attribute below": lambda data: _attributes(data).update(out_channels=0),
    "attribute above": lambda data: _attributes(data).update(out_channels=10**13),
    "attribute text": lambda data: _attributes(data).update(out_channels="4"),
    "attribute fraction": lambda data: _attributes(data).update(out_channels=4.0),
    "attribute true": lambda data: _attributes(data).update(out_channels=True),
    "attribute null": lambda data: _attributes(data).update(out_channels=None),
    "attribute of 4,000 digits": lambda data: _attributes(data).update(out_channels=10**3999),
    "negative of 4,000 digits": lambda data: _attributes(data).update(padding=-(10**3999)),
    "side of three": lambda data: _attributes(data).update(kernel_size=[1, 2, 3]),
    "side of lists": lambda data: _attributes(data).update(kernel_size=[[1], [2]]),
    "side of objects": lambda data: _attributes(data).update(kernel_size={"a": 1}),
    "bool as number": lambda data: _attributes(data).update(bias=1),
    "number as float of 4,000 digits": lambda data: data["recipe"].update(learning_rate=10**3999),
    "inputs text": lambda data: _conv(data).update(inputs="input"),
    "inputs unknown": lambda data: _conv(data).update(inputs=["nowhere"]),
    "inputs too many": lambda data: _conv(data).update(inputs=["input", "input"]),
    "inputs numbers": lambda data: _conv(data).update(inputs=[0]),
    "inputs nested": lambda data: _conv(data).update(inputs=[["input"]]),
    "inputs itself": lambda data: _conv(data).update(inputs=["conv1"]),
    "cycle": lambda data: _conv(data).update(inputs=["fc"]),
    "positions list": lambda data: data.update(positions=[]),
    "positions text": lambda data: data.update(positions={"conv1": ["1", "2"]}),
    "positions three": lambda data: data.update(positions={"conv1": [1, 2, 3]}),
    "positions endless": lambda data: data.update(positions={"conv1": [1e300, 0]}),
    "positions of 4,000 digits": lambda data: data.update(positions={"conv1": [10**3999, 0]}),
    "unfolded text": lambda data: data.update(unfolded="block"),
    "unfolded numbers": lambda data: data.update(unfolded=[1]),
    "recipe list": lambda data: data.update(recipe=[]),
    "recipe unknown": lambda data: data.update(recipe={"optimiser": "adam"}),
    "recipe below": lambda data: data.update(recipe={"epochs": 0}),
    "recipe choice": lambda data: data.update(recipe={"schedule": "always"}),
    "recipe choice list": lambda data: data.update(recipe={"schedule": ["cosine"]}),
    "deep nesting": lambda data: _conv(data).update(_nested(60)),
    "deep groups": lambda data: data.update(_grouped(60)),
    "input of two figures": lambda data: data["nodes"][0]["attributes"].update(shape=[3, 4]),
    "input of no figure": lambda data: data["nodes"][0]["attributes"].update(shape=[]),
    "input of texts": lambda data: data["nodes"][0]["attributes"].update(shape=["3", "4", "5"]),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_damaged_document_is_refused(mutation: str) -> None:
    _refused(_changed(MUTATIONS[mutation]))


TEXTS = {
    "empty": "",
    "spaces": "   \n",
    "null": "null",
    "a number": "3",
    "a text": '"architecture-explorer"',
    "a list": "[]",
    "an empty object": "{}",
    "half": TEXT[: len(TEXT) // 2],
    "no last bracket": TEXT.rstrip()[:-1],
    "twice": TEXT + TEXT,
    "garbage after": TEXT + "x",
    "HTML": "<!DOCTYPE html><html><body>404</body></html>",
    "NaN": TEXT.replace("1.5", "NaN"),
    "Infinity": TEXT.replace("1.5", "Infinity"),
    "minus Infinity": TEXT.replace("1.5", "-Infinity"),
    "overflowing": TEXT.replace("1.5", "1e999"),
    "5,000 digits": TEXT.replace("1.5", "1" * 5_000),
    "5,000 digits in an attribute": TEXT.replace('"out_channels": 4', '"out_channels": ' + "9" * 5_000),
    "double key": TEXT.replace('"program"', '"name": "again",\n "program"'),
    "double attribute": TEXT.replace('"out_channels": 4', '"out_channels": 4, "out_channels": 5'),
    "comment": "// network\n" + TEXT,
    "single quotes": TEXT.replace('"', "'"),
    "100,000 brackets": "[" * 100_000,
    "100,000 objects": '{"a":' * 100_000,
    "nulls": "\0" * 100,
    "a pickle": "\x80\x04\x95cos\nsystem\n",
    "git conflict": "<<<<<<< HEAD\n" + TEXT + "=======\n" + TEXT + ">>>>>>> other\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_is_no_document_is_refused(kind: str) -> None:
    _refused(TEXTS[kind])


def test_truncated_anywhere_is_refused() -> None:
    for end in random.Random(0).sample(range(len(TEXT.rstrip())), 150):
        _refused(TEXT[:end])


def test_any_single_damaged_letter_gives_a_document_or_a_sentence() -> None:
    draw = random.Random(0)
    for _ in range(400):
        place = draw.randrange(len(TEXT))
        damaged = TEXT[:place] + chr(draw.randrange(1, 256)) + TEXT[place + 1 :]
        _read_or_refused(damaged)


def test_newer_formats_are_named() -> None:
    message = _refused(_changed(MUTATIONS["newer format"]))
    assert f"format {notation.FORMAT + 1}" in message
    assert "newer version" in message


def test_near_names_are_offered() -> None:
    assert "did you mean Conv2d" in _refused(_changed(MUTATIONS["unknown operator"]))


def test_the_wrong_place_is_named() -> None:
    message = _refused(_changed(MUTATIONS["unknown attribute"]))
    assert "conv1" in message
    assert "colour" in message
    assert "conv1" in _refused(_changed(MUTATIONS["inputs unknown"]))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00\x00", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), TEXT.encode("utf-16"), bytes(4096)],
)
def test_binary_files_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "network.archx"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=r"network\.archx"):
        notation.load(path)


def test_a_file_larger_than_any_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.archx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)  # takes no room on the disk
    with pytest.raises(DocumentError, match="larger than"):
        notation.load(path)


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "網 路.archx"
    document = notation.from_text(TEXT)
    notation.save(document, path)
    assert notation.load(path) == document
    assert path.read_bytes() == TEXT.encode("utf-8")
    assert document.notes.endswith("残差")
    assert document.recipe.epochs == 3
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode("utf-8"))  # as Windows editors save it
    assert notation.load(path) == document


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.kind())
def test_operators_are_read_back(operator: Any) -> None:
    data = json.loads(json.dumps(notation.operator_to_data(operator), allow_nan=False))
    assert notation.operator_from_data(data, "") == operator


names = st.text(st.characters(codec="utf-8"), max_size=60)


@given(name=names, notes=names, x=st.floats(-1e7, 1e7), y=st.integers(-100, 100))
def test_any_text_and_place_is_read_back(name: str, notes: str, x: float, y: int) -> None:
    graph = Graph([Node("input", Input())])
    document = Document(name, graph, {"input": (x, float(y))}, frozenset([name]), notes=notes)
    assert notation.from_text(notation.to_text(document)) == document


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda parts: st.one_of(
        st.lists(parts, max_size=3), st.dictionaries(st.text(max_size=5), parts, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from(["name", "notes", "nodes", "positions", "unfolded", "recipe", "format"]), values)
def test_any_value_in_any_entry_gives_a_document_or_a_sentence(entry: str, value: Any) -> None:
    text = _changed(lambda content: content.update({entry: value}))
    _read_or_refused(text)


@given(st.sampled_from(["id", "operator", "attributes", "inputs"]), values)
def test_any_value_in_a_node_gives_a_document_or_a_sentence(entry: str, value: Any) -> None:
    text = _changed(lambda content: _conv(content).update({entry: value}))
    _read_or_refused(text)


@given(st.sampled_from(["out_channels", "kernel_size", "bias", "groups"]), values)
def test_any_value_of_an_attribute_gives_a_document_or_a_sentence(name: str, value: Any) -> None:
    text = _changed(lambda content: _attributes(content).update({name: value}))
    _read_or_refused(text)


def test_nothing_is_half_loaded() -> None:
    """The last entry is wrong: no part of the rest may come through."""
    _refused(_changed(lambda content: content.update(recipe={"epochs": -1})))
