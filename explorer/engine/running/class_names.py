"""The names of the classes that a network tells apart: ImageNet's, or those of a file."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
from pathlib import Path

from explorer.architectures.torchvision_sets import weight_figures
from explorer.core.errors import ExplorerError
from explorer.core.files import read_limited
from explorer.engine.running.pretrained import WeightSet, file_is, is_named_by_hash, weight_sets

IMAGENET = "imagenet"
"""What stands for ImageNet's 1,000 classes in the order of ILSVRC 2012, which torchvision's weights have."""

_LIST, _LIST_NAME, _MANY = Path("models", "_meta.py"), "_IMAGENET_CATEGORIES", 1000

_LARGEST = 4 * 1024 * 1024
_LONGEST = 200


@functools.cache
def imagenet_classes() -> tuple[str, ...]:
    """ImageNet's 1,000 classes, as torchvision names them.

    Source: Russakovsky et al. 2015, arXiv:1409.0575; names and order of torchvision's `meta["categories"]`.
    """
    return _listed() or weight_sets("resnet18")[0].labels


def _listed() -> tuple[str, ...]:
    """The same names, read from the list that torchvision keeps them in; () where it is not there.

    To import all of torchvision for them takes seconds.
    """
    found = importlib.util.find_spec("torchvision")
    path = Path(found.origin).parent / _LIST if found is not None and found.origin is not None else None
    if path is None or not path.is_file():
        return ()
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == _LIST_NAME:
            names = ast.literal_eval(statement.value)
            return tuple(names) if len(names) == _MANY else ()
    return ()


def class_names(chosen: str, count: int) -> tuple[str, ...]:
    """The names that a person chose: "imagenet", or the path of a file; "" for none.

    A file has one name in a line, or is JSON: a list of names, or what Keras and others call
    `imagenet_class_index.json` ({"0": ["n01440764", "tench"], …}).

    Raises:
        ExplorerError: there are not as many names as classes, or the file holds no names.
    """
    if not chosen:
        return ()
    names = imagenet_classes() if chosen == IMAGENET else _read(Path(chosen))
    if len(names) != count:
        where = "ImageNet has" if chosen == IMAGENET else f"{Path(chosen).name} has"
        raise ExplorerError(
            f"{where} {len(names):,} classes and the network gives {count:,} numbers; choose names for"
            f" {count:,} classes, one in a line"
        )
    return names


def published(file: Path) -> WeightSet | None:
    """The weights that torchvision publishes in a file of this name and content; None where it is no such.

    The SHA-256 of the file must be the one that is part of its name: a file that was renamed, or
    trained further, is not taken for what it was.
    """
    if not is_named_by_hash(file.name):
        return None
    for network in dict.fromkeys(figures.network for figures in weight_figures()):
        for known in weight_sets(network):
            if known.file_name == file.name:
                return known if file_is(file, known.digest) else None
    return None


def _read(path: Path) -> tuple[str, ...]:
    try:
        text = read_limited(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExplorerError(
            f"{path.name} is no text in UTF-8; names of classes stand one in a line, or as JSON"
        ) from error
    names = _from_json(path, text) if text.lstrip()[:1] in ("[", "{") else text.splitlines()
    kept = [name.strip()[:_LONGEST] for name in names]
    while kept and not kept[-1]:
        kept.pop()
    if not kept or not all(kept):
        raise ExplorerError(f"{path.name} must name every class: one name in a line, and no empty line")
    return tuple(kept)


def _from_json(path: Path, text: str) -> list[str]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExplorerError(f"{path.name} is no whole JSON: {error}") from error
    if isinstance(content, dict):
        places = [str(place) for place in range(len(content))]
        if set(content) != set(places):
            raise ExplorerError(f'{path.name} must number its classes from "0" on, none left out')
        content = [content[place] for place in places]
    names = [item[-1] if isinstance(item, list) and item else item for item in content]
    if not all(isinstance(name, str) for name in names):
        raise ExplorerError(f"{path.name} must be a list of names, or of pairs of a key and a name")
    return names
