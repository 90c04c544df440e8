"""Sweeps: a recipe with every combination of a few values, and those values read from a text."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.core.attribute import Attribute, attributes
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.recipe import Recipe

_LARGEST = 1000
_SWITCH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def sweep(recipe: Recipe, values: Mapping[str, Sequence[Any]]) -> tuple[tuple[str, Recipe], ...]:
    """The recipe with every combination of the values, each with a short name: "learning_rate=0.1".

    Raises:
        ExplorerError: an unknown setting, a value outside its limits, or more than 1,000 recipes.
    """
    rows = list(itertools.islice(itertools.product(*values.values()), _LARGEST + 1))
    if len(rows) > _LARGEST:
        raise ExplorerError(f"a sweep has at most {_LARGEST:,} trainings; name fewer values")
    found: dict[Recipe, str] = {}
    for row in rows:
        settings = dict(zip(values, row, strict=True))
        label = ",".join(f"{name}={getattr(value, 'value', value)}" for name, value in settings.items())
        found.setdefault(replace(recipe, **settings), label)
    return tuple((label, varied) for varied, label in found.items())


def values_of(name: str, text: str) -> tuple[Any, ...]:
    """The values of a setting that a text lists with commas: "0.1, 0.03, 0.01" or "sgd, adam".

    Raises:
        ExplorerError: there is no such setting, no value, or one that the setting cannot have.
    """
    known = {declared.name: declared for declared in attributes(Recipe)}
    if name not in known:
        raise UnknownName("setting of the recipe", name[:60], known)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ExplorerError("name the values, with commas between them")
    read = (known[name].check(_read(known[name], part), "Recipe") for part in parts)
    return tuple(dict.fromkeys(read))


def _read(declared: Attribute, text: str) -> Any:
    kind = declared.kind
    if kind is bool:
        if text.casefold() not in _SWITCH:
            raise ExplorerError(f"{declared.name} is on or off; got {text[:40]!r}")
        return _SWITCH[text.casefold()]
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            noun = "a whole number" if kind is int else "a number"
            raise ExplorerError(f"{declared.name} takes {noun}; got {text[:40]!r}") from None
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return text.casefold()
    if kind is tuple:
        raise ExplorerError(f"{declared.name} is a row of numbers: it cannot be swept")
    return text
