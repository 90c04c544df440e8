"""The settings of a recipe on the command line: options that follow from their declaration, and --set."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from explorer.cli.network import parse_settings
from explorer.core.attribute import Attribute, attributes
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.recipe import Recipe
from explorer.core.recipe_presets import PRESETS, preset_named

_SHORT = {"batch_size": "batch", "learning_rate": "lr"}
"""Settings that have a shorter name on the command line."""

_WORDS = {short: name for name, short in _SHORT.items()}


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Declare an option for every setting, and --preset."""
    groups: dict[str, Any] = {}
    for declared in attributes(Recipe):
        title = declared.group.lower() or "data"
        if title not in groups:
            groups[title] = parser.add_argument_group(title)
        _add_setting(groups[title], declared)
    names = "; ".join(preset.name for preset in PRESETS)
    parser.add_argument("--preset", metavar="NAME", help=f"begin with the recipe of a paper or text: {names}")


def given(args: Namespace) -> dict[str, Any]:
    """The settings that were given as options."""
    names = (declared.name for declared in attributes(Recipe))
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def divided(texts: Sequence[str], options: Collection[str]) -> tuple[list[str], dict[str, Any]]:
    """What of --set is for the network, which has these options, and what for the recipe.

    A name that both have is the network's: the recipe's has an option of its own.

    Raises:
        ExplorerError: neither has it, or the value is of another type.
    """
    known = {declared.name: declared.default for declared in attributes(Recipe)}
    ours, theirs = [], []
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if name in options or not sign:
            theirs.append(text)
        elif _WORDS.get(name, name) in known:
            ours.append(f"{_WORDS.get(name, name)}={value}")
        elif options:
            raise UnknownName("option of the network or setting of the recipe", name, [*options, *known])
        else:
            theirs.append(text)
    return theirs, parse_settings("the recipe", ours, known)


def wanted(base: Recipe, args: Namespace, settings: dict[str, Any]) -> Recipe:
    """The recipe of a command: a document's or run's, as a preset has it, with what was given besides.

    Raises:
        ExplorerError: there is no such preset, or a value is outside its limits.
    """
    if args.preset is not None:
        preset = preset_named(args.preset)
        if preset is None:
            raise UnknownName("preset", args.preset, [preset.name for preset in PRESETS])
        base = preset.applied(base)
    return replace(base, **settings, **given(args))


def sweep_values(text: str) -> tuple[str, list[Any]]:
    """What `--sweep learning_rate=0.1,0.01` varies, and its values.

    Raises:
        ExplorerError: it is not of that form, or the recipe has no such setting.
    """
    name, sign, values = text.partition("=")
    name = _WORDS.get(name.strip(), name.strip().replace("-", "_"))
    parts = [part.strip() for part in values.split(",") if part.strip()]
    if not sign or not parts:
        raise ExplorerError(f"--sweep takes name=value,value…, like --sweep lr=0.1,0.01; got {text[:60]!r}")
    known = {declared.name: declared.default for declared in attributes(Recipe)}
    read = [parse_settings("the recipe", [f"{name}={part}"], known)[name] for part in parts]
    return name, read


def _add_setting(parser: Any, declared: Attribute) -> None:
    option = "--" + _SHORT.get(declared.name, declared.name).replace("_", "-")
    settings: dict[str, Any] = {"dest": declared.name, "default": None}
    shown = getattr(declared.default, "value", declared.default)
    if isinstance(shown, tuple):
        shown = ",".join(map(str, shown))
    settings["help"] = f"{declared.help} (default: {shown})".replace("%", "%%")
    if declared.kind is bool:
        parser.add_argument(option, action=argparse.BooleanOptionalAction, **settings)
        return
    if declared.kind in (int, float):
        settings |= {"type": declared.kind, "metavar": "N" if declared.kind is int else "X"}
    elif declared.kind is tuple:
        settings |= {"type": _row, "metavar": "N,N"}
    elif declared.kind is not str:
        settings["choices"] = [item.value for item in declared.kind]
    else:
        settings["metavar"] = "NAME|FOLDER" if declared.name == "data" else "TEXT"
    parser.add_argument(option, **settings)


def _row(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))
