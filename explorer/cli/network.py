"""What NETWORK means on the command line: a catalogue name, a document or the folder of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.architectures.architecture import input_options
from explorer.architectures.catalog import Architecture, architecture_named, architectures
from explorer.core import notation
from explorer.core.document import Document
from explorer.core.entering import entered_by
from explorer.core.errors import DocumentError, ExplorerError, UnknownName
from explorer.core.graph import Graph
from explorer.core.shapes import Shape, parse_shape

TORCHVISION = "torchvision:"

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Network:
    """A network that a command works on.

    `architecture` is set where it is from the catalogue, `path` where it is from a file or run.
    """

    name: str
    document: Document
    architecture: Architecture | None = None
    path: Path | None = None

    @property
    def graph(self) -> Graph:
        """The network as a value."""
        return self.document.graph


def network(text: str, *, input: str | None = None, settings: Sequence[str] = ()) -> Network:
    """The network that a person named, with `--input` and `--set` applied.

    Raises:
        ExplorerError: there is no such network, or a setting does not fit; the text says
            what to do.
    """
    shape = parse_shape(input) if input is not None else None
    if text in architectures():
        return _from_catalogue(architecture_named(text), shape, settings)
    if text.startswith(TORCHVISION):
        return _from_catalogue(_torchvision(text.removeprefix(TORCHVISION)), shape, settings)
    found = _from_path(text)
    if settings:
        raise ExplorerError(
            f"{text} is a file, and --set is for networks of the catalogue;"
            " change the layer in the window, or edit the document"
        )
    if shape is None:
        return found
    graph = entered_by(found.graph, shape)
    document = Document(found.document.name, graph, recipe=found.document.recipe)
    return Network(found.name, document, path=found.path)


def parse_settings(owner: str, texts: Sequence[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Read `name=value` texts; each value has the type of the option's default.

    Raises:
        ExplorerError: not of that form, an unknown name, or a value of another type.
    """
    settings: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not sign or not name:
            raise ExplorerError(f"--set takes name=value, like --set classes=10; got {text!r}")
        if name not in known:
            raise UnknownName(f"option of {owner}", name, known)
        settings[name] = (
            _side(value) if name == "side" else _value(f"--set {name}", value.strip(), known[name])
        )
    return settings


def _from_catalogue(found: Architecture, shape: Shape | None, settings: Sequence[str]) -> Network:
    options = parse_settings(found.name, settings, found.options)
    if shape is not None:
        options |= input_options(shape)
        if missing := [name for name in input_options(shape) if name not in found.options]:
            raise ExplorerError(f"{found.name} has a fixed input: it has no option {', '.join(missing)}")
    graph = found.build(**options)
    return Network(found.name, Document(name=found.name, graph=graph), architecture=found)


def _torchvision(name: str) -> Architecture:
    """The network of the catalogue that is torchvision's network of this name."""
    theirs = {item.facts.torchvision: item for item in architectures().values() if item.facts.torchvision}
    if name not in theirs:
        raise ExplorerError(
            f"{UnknownName('network of torchvision in the catalogue', name[:200], theirs)};"
            " any other of torchvision's classifiers can be counted as a whole, by arch-explorer audit"
            f" {TORCHVISION}{name[:200]}"
        )
    return theirs[name]


def _from_path(text: str) -> Network:
    if not text.strip():
        raise ExplorerError("NETWORK is empty; name a network of the catalogue, a document or a run")
    path = Path(text)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:  # a name that is too long, or not allowed to be looked at
        raise DocumentError(f"{text[:80]!r} cannot be read: {error.strerror}") from None
    if is_folder:
        return _from_run(path)
    if exists:
        document = notation.load(path)
        return Network(document.name, document, path=path)
    if path.suffix == notation.SUFFIX or "/" in text or "\\" in text:
        raise DocumentError(f"{text!r} is not there; check the path")
    refusal = UnknownName("network", text[:200], architectures())
    raise ExplorerError(f"{refusal}; arch-explorer networks lists them all")


def _from_run(folder: Path) -> Network:
    # this module of the engine needs no torch; it is loaded for runs only
    from explorer.engine.runs.run_folder import read_record

    record = read_record(folder)
    return Network(record.name, Document(record.name, record.graph, recipe=record.recipe), path=folder)


def _value(where: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() not in _TRUE + _FALSE:
            raise ExplorerError(f"{where} must be true or false, got {text[:60]!r}")
        return text.lower() in _TRUE
    if isinstance(default, int):
        return _number(where, text, int, "a whole number")
    if isinstance(default, float):
        return _number(where, text, float, "a number")
    if isinstance(default, str):  # a choice too: the network names those that it has
        return text
    if isinstance(default, tuple) and all(isinstance(item, int) for item in default):
        parts = text.strip("()").rstrip(",").split(",")
        return tuple(_number(where, part.strip(), int, "whole numbers with commas") for part in parts)
    raise ExplorerError(f"{where} cannot be set on the command line; it is {default!r}")


def _side(text: str) -> int | tuple[int, int]:
    """Read 224, or 192x256 for height and width."""
    sides = [_number("--set side", part.strip(), int, "like 224 or 192x256") for part in text.split("x")]
    if len(sides) > 2:
        raise ExplorerError(f"--set side must be like 224 or 192x256, got {text[:60]!r}")
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])


def _number(where: str, text: str, kind: type[int | float], noun: str) -> Any:
    try:
        if len(text) > 24:
            raise ValueError
        return kind(text)
    except ValueError:
        raise ExplorerError(f"{where} must be {noun}, got {text[:60]!r}") from None
