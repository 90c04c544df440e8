"""The data of a recipe as text: a built-in data set with its settings, or a folder; needs no numpy."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from explorer.core.attribute import Attribute, Declared, attribute, attributes
from explorer.core.errors import ExplorerError, ValueOutOfRange

DIGITS = "digits"
SHAPES = "shapes"
TITLES = {
    DIGITS: "Digits",
    SHAPES: "Shapes",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
}
"""The built-in data sets, by the name that a recipe has."""


class Difficulty(enum.StrEnum):
    """How much there is in the pictures of `shapes` besides the shape that counts."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True)
class ShapesSettings(Declared):
    """What the pictures of `shapes` are like. The same settings give the same pictures everywhere."""

    classes: int = attribute(10, low=2, high=100, help="How many kinds of shapes there are to tell apart.")
    size: int = attribute(32, low=8, high=512, help="Height and width of the pictures.", unit="px")
    difficulty: Difficulty = attribute(
        Difficulty.MEDIUM,
        help="easy: upright, plain ground; medium: moved, turned, coloured; hard: textures, clutter, noise.",
    )
    count: int = attribute(4000, low=20, high=1_000_000, help="How many pictures there are in all.")
    seed: int = attribute(0, low=0, high=2**31 - 1, help="Another seed draws other pictures.")


def builtin_name(data: str) -> str:
    """The name of a built-in data set that a text means; "" where it means a folder."""
    name = data.partition(":")[0].strip().lower()
    return name if name in TITLES else ""


def title(data: str) -> str:
    """What the data is called in sentences: the data set's own name, or the folder's."""
    return TITLES.get(builtin_name(data)) or Path(data).name or data


def shapes_text(settings: ShapesSettings) -> str:
    """The settings as a recipe holds them: `shapes:classes=20,difficulty=hard`; defaults are left out."""
    default = ShapesSettings()
    changed = [
        f"{field.name}={getattr(settings, field.name)}"
        for field in fields(settings)
        if getattr(settings, field.name) != getattr(default, field.name)
    ]
    return SHAPES + (":" + ",".join(changed) if changed else "")


def shapes_settings(data: str) -> ShapesSettings:
    """What a text like `shapes:classes=20,size=64` says.

    Raises:
        ExplorerError: an unknown setting, one that is named twice, or a value out of range.
    """
    given: dict[str, Any] = {}
    known = {declared.name: declared for declared in attributes(ShapesSettings)}
    for part in filter(None, (text.strip() for text in data.partition(":")[2].split(","))):
        name, found, text = (piece.strip() for piece in part.partition("="))
        if not found or name not in known:
            raise ExplorerError(
                f"shapes has no setting {part!r}; write for example"
                f" shapes:classes=10,size=32,difficulty=hard (settings: {', '.join(known)})"
            )
        if name in given:
            raise ExplorerError(f"shapes: {name} is given twice; leave one of them out")
        given[name] = _value(known[name], text)
    try:
        settings = ShapesSettings(**given)
    except ValueOutOfRange as error:
        raise ExplorerError(str(error).replace("ShapesSettings", SHAPES)) from None
    if settings.count < 2 * settings.classes:
        raise ExplorerError(
            f"shapes: {settings.count} pictures are too few for {settings.classes} classes;"
            f" set count to {2 * settings.classes} or more"
        )
    return settings


def check_no_settings(data: str) -> None:
    """Refuse settings behind the name of a data set that has none.

    Raises:
        ExplorerError: there are some.
    """
    name, colon, rest = data.partition(":")
    if colon:
        raise ExplorerError(
            f"{name.strip()} has no settings, but {rest!r} follows; write {name.strip()} alone"
        )


def _value(declared: Attribute, text: str) -> Any:
    """A setting's text as its value; the range is checked where the settings are made."""
    if declared.kind is not int:
        return text.lower()
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ExplorerError(f"shapes: {declared.name} must be a whole number, got {text[:40]!r}")
    return int(text)
