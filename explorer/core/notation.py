"""Documents as JSON: written from the operators' declarations, and read against them."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Any

from explorer.core.attribute import Attribute, Declared, attributes, is_unicode
from explorer.core.document import Document
from explorer.core.errors import DocumentError, ExplorerError, UnknownName
from explorer.core.files import atomic_write, read_limited
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, operator_named
from explorer.core.promotion import Promoted, promoted
from explorer.core.recipe import Recipe

FORMAT = 2
"""The newest format that is known: 2 has attributes of a block's own. Older ones are upgraded when read."""

SUFFIX = ".archx"

_PROGRAM = "architecture-explorer"
_LARGEST_FILE = 64 * 1024 * 1024
_DEEPEST = 24
_FARTHEST = 1e7


def save(document: Document, path: Path) -> None:
    """Write a document atomically.

    Raises:
        OSError: the file cannot be written; the older one is untouched.
    """
    atomic_write(Path(path), to_text(document).encode("utf-8"))


def load(path: Path) -> Document:
    """Read a document file.

    Raises:
        DocumentError: it is no document, damaged, too large, or of a newer format.
    """
    path = Path(path)
    data = read_limited(path, _LARGEST_FILE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"{path.name} is not a document: it is not text") from None
    try:
        return from_text(text)
    except DocumentError as error:
        raise DocumentError(f"{path.name}: {error}") from None


def to_text(document: Document) -> str:
    """A document as JSON text."""
    content = {
        "program": _PROGRAM,
        "format": FORMAT,
        "name": document.name,
        "notes": document.notes,
        **graph_to_data(document.graph),
        "positions": {name: list(at) for name, at in document.positions.items()},
        "unfolded": sorted(document.unfolded),
        "recipe": settings_to_data(document.recipe),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def from_text(text: str) -> Document:
    """Read JSON text as a document, whole or not at all.

    Raises:
        DocumentError: with the place that is wrong and what was expected there.
    """
    content = parsed(text)
    if not isinstance(content, dict) or content.get("program") != _PROGRAM:
        raise DocumentError("this is not a document of Architecture Explorer")
    version = content.get("format")
    if type(version) is not int or version < 1:
        raise DocumentError("the document has no format number; it may be damaged")
    if version > FORMAT:
        shown = version if version < 10**6 else "with a very long number"
        raise DocumentError(
            f"the document has format {shown}, this program knows up to {FORMAT};"
            " open it with a newer version of the program"
        )
    try:
        return Document(
            name=_text(content.get("name", "untitled"), "name"),
            notes=_text(content.get("notes", ""), "notes", 1_000_000),
            graph=graph_from_data(content),
            positions=_positions(content.get("positions", {})),
            unfolded=frozenset(
                _text(item, "unfolded") for item in _row(content.get("unfolded", []), "unfolded")
            ),
            recipe=_settings_from_data(Recipe, content.get("recipe", {}), "recipe", 0),
        )
    except DocumentError:
        raise
    except ExplorerError as error:
        raise DocumentError(str(error)) from error


def graph_to_data(graph: Graph) -> dict[str, Any]:
    """A graph as plain JSON values: {"nodes": [{id, operator, attributes, inputs}]}."""
    return {
        "nodes": [
            {"id": node.id, **operator_to_data(node.operator), "inputs": list(node.inputs)} for node in graph
        ]
    }


def graph_from_data(data: Any, where: str = "", depth: int = 0) -> Graph:
    """Read what `graph_to_data` wrote.

    Raises:
        ExplorerError: with the node that is wrong and why.
    """
    if depth > _DEEPEST:
        raise DocumentError(f"{where}: blocks are nested more than {_DEEPEST} deep")
    nodes = []
    for item in _row(_object(data, where).get("nodes", []), f"{where}nodes"):
        content = _object(item, f"{where}nodes")
        name = _text(content.get("id"), f"{where}node id")
        inputs = _row(content.get("inputs", []), f"{where}{name}: inputs")
        for source in inputs:
            if source is not None:
                _text(source, f"{where}{name}: inputs")
        operator = operator_from_data(content, f"{where}{name}", depth)
        nodes.append(Node(name, operator, tuple(inputs)))
    return Graph(nodes)


def operator_to_data(operator: Operator) -> dict[str, Any]:
    """An operator as plain JSON values: {"operator": kind, "attributes": {...}}."""
    return {"operator": operator.kind(), "attributes": settings_to_data(operator)}


def operator_from_data(data: Any, where: str, depth: int = 0) -> Operator:
    """Read what `operator_to_data` wrote.

    Raises:
        ExplorerError: unknown kind or attribute, or a value outside its limits.
    """
    content = _object(data, where)
    kind = operator_named(_text(content.get("operator"), f"{where}: operator"))
    settings = content.get("attributes", {})
    read: Operator = _settings_from_data(kind, settings, where, depth)
    return read


def settings_to_data(value: Declared) -> dict[str, Any]:
    """All declared settings as plain JSON values."""
    return {declared.name: _to_data(getattr(value, declared.name)) for declared in attributes(type(value))}


def recipe_from_data(data: Any) -> Recipe:
    """Read the settings of a recipe.

    Raises:
        ExplorerError: unknown setting, or a value outside its limits.
    """
    recipe: Recipe = _settings_from_data(Recipe, data, "recipe", 0)
    return recipe


def _settings_from_data(kind: type[Any], data: Any, where: str, depth: int) -> Any:
    known = {declared.name: declared for declared in attributes(kind)}
    settings = {}
    for name, value in kind.upgraded(_object(data, where)).items():
        if name not in known:
            refusal = UnknownName("attribute", name, known)
            raise DocumentError(f"{where}: {refusal}")
        settings[name] = _from_data(known[name], value, f"{where}: {name}", depth)
    return kind(**settings)


def _to_data(value: Any) -> Any:
    if isinstance(value, Graph):
        return graph_to_data(value)
    if isinstance(value, Operator):
        return operator_to_data(value)
    if isinstance(value, Promoted):
        return {name: [list(target) for target in targets] for name, targets in value}
    if isinstance(value, enum.Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _from_data(declared: Attribute, value: Any, where: str, depth: int) -> Any:
    """The value of one setting; its range is checked when the operator is made."""
    if declared.kind is Graph:
        return graph_from_data(value, f"{where}/", depth + 1)
    if isinstance(declared.kind, type) and issubclass(declared.kind, Operator):
        if depth > _DEEPEST:
            raise DocumentError(f"{where}: blocks are nested more than {_DEEPEST} deep")
        return operator_from_data(value, where, depth + 1)
    if declared.kind is Promoted:
        return _promoted_from_data(value, where)
    return tuple(value) if isinstance(value, list) else value


def _promoted_from_data(value: Any, where: str) -> Promoted:
    bindings = {}
    for name, targets in _object(value, where).items():
        rows = [_row(target, where) for target in _row(targets, where)]
        if not all(len(row) == 2 for row in rows):
            raise DocumentError(f"{where}: {name[:60]} needs pairs of a layer and its attribute")
        bindings[name] = [(_text(row[0], where), _text(row[1], where)) for row in rows]
    return promoted(bindings)


def parsed(text: str) -> Any:
    """JSON text as plain values, with nothing in it that a document may not hold.

    Raises:
        DocumentError: it is no JSON, incomplete, nested too deeply, or names something twice.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) != len(pairs):
            raise DocumentError("an entry stands twice in one place; the document is damaged")
        return content

    def refuse(constant: str) -> Any:
        raise DocumentError(f"{constant} is not a number that a document may hold")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"not a complete document: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise DocumentError("the document is nested too deeply to be one of ours") from None
    except ValueError:  # a number of thousands of digits
        raise DocumentError("a number in the document has too many digits") from None


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(f"{where or 'the document'}: expected named entries")
    return value


def _row(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise DocumentError(f"{where}: expected a list")
    return value


def _text(value: Any, where: str, longest: int = 500) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise DocumentError(f"{where}: expected a text of at most {longest:,} characters")
    if not is_unicode(value):
        raise DocumentError(f"{where}: the text holds half a character; the document is damaged")
    return value


def _positions(value: Any) -> dict[str, tuple[float, float]]:
    positions = {}
    for name, at in _object(value, "positions").items():
        _text(name, "positions")
        numbers = [item for item in _row(at, "positions") if type(item) in (int, float)]
        if len(numbers) != 2 or not all(abs(item) <= _FARTHEST for item in numbers):
            raise DocumentError(f"positions: {name[:60]} needs two numbers")
        positions[name] = (float(numbers[0]), float(numbers[1]))
    return positions
