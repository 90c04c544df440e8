"""The settings that changed while a run went on: kept beside it, so that they can be replayed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited
from explorer.core.recipe import Recipe
from explorer.engine.runs.control import checked_changes

CHANGES = "changes.json"
_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Change:
    """Settings that count from after a step on: `step` is how many steps were made before."""

    step: int
    settings: Mapping[str, Any]


def changed(recipe: Recipe, changes: Iterable[Change], until: int | None = None) -> Recipe:
    """The recipe with all changes, or with those up to a step."""
    for change in changes:
        if until is None or change.step <= until:
            recipe = replace(recipe, **change.settings)
    return recipe


def read_changes(folder: Path) -> tuple[Change, ...]:
    """What was changed in a run, in the order of the steps; nothing for most runs.

    Raises:
        ExplorerError: the file is damaged.
    """
    path = folder / CHANGES
    if not path.is_file():
        return ()
    try:
        content = json.loads(read_limited(path, _LARGEST))
        found = [Change(item["step"], checked_changes(item["settings"])) for item in content]
        if any(type(change.step) is not int or change.step < 0 for change in found):
            raise ValueError("not a count")
    except ExplorerError as error:
        raise DocumentError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DocumentError(f"{path} is damaged; restore it from a copy, or start a new run") from None
    return tuple(sorted(found, key=lambda change: change.step))


def write_changes(folder: Path, changes: Iterable[Change]) -> None:
    """Write all changes of a run.

    Raises:
        OSError: they cannot be written; what was there is untouched.
    """
    content = [{"step": change.step, "settings": dict(change.settings)} for change in changes]
    atomic_write(folder / CHANGES, (json.dumps(content, allow_nan=False, indent=1) + "\n").encode("utf-8"))
