"""Declaring a known network: its name, its options, and the published facts that a test asserts."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.architectures.printed import Printed
from explorer.architectures.torchvision_sets import WeightFigures, weight_figures
from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.graph import Graph
from explorer.core.shapes import Shape, shape_text

_LIMITS: Mapping[str, tuple[float, float]] = {
    "classes": (1, 10**6),
    "in_channels": (1, 10**6),
    "side": (1, 10**6),
    "width": (0.001, 100.0),
    "dropout": (0.0, 1.0),
    "stochastic_depth": (0.0, 1.0),
}
"""What the options that most networks share may be; the others are checked where they are used."""


@dataclass(frozen=True)
class Facts:
    """What is known of a network with its default options.

    `parameters` and `macs` are exact; `receptive_field` is its side in pixels before global
    pooling or the dense layers. `torchvision` names torchvision's builder where it has the
    same network, and `published` holds what the paper prints, in its words.
    """

    year: int
    paper: str
    parameters: int
    macs: int | None = None
    receptive_field: int | None = None
    torchvision: str = ""
    published: tuple[Printed, ...] = ()

    @property
    def weights(self) -> tuple[WeightFigures, ...]:
        """What torchvision publishes of its sets of weights for this network, the first ones first."""
        return weight_figures(self.torchvision) if self.torchvision else ()

    @property
    def top1(self) -> float | None:
        """ImageNet accuracy in percent of torchvision's first weights, one central crop."""
        return self.weights[0].top1 if self.torchvision else None


@dataclass(frozen=True)
class Architecture:
    """A named network of the literature: a function of options to a graph, and its facts.

    `family` groups names in the list of networks (ResNet, VGG); `fixed` are the options that
    make this member of the family.
    """

    name: str
    title: str
    family: str
    summary: str
    facts: Facts
    function: Callable[..., Graph]
    fixed: Mapping[str, Any]

    @property
    def options(self) -> Mapping[str, Any]:
        """What may be set, with the values this member has unless told otherwise."""
        parameters = inspect.signature(self.function).parameters.values()
        return {item.name: self.fixed.get(item.name, item.default) for item in parameters}

    def build(self, **options: Any) -> Graph:
        """The network as a graph.

        Raises:
            ExplorerError: an unknown option, or one of the wrong type or out of range.
        """
        known = self.options
        checked = {}
        for name, value in options.items():
            if name not in known:
                raise ExplorerError(f"{self.name} has no option {name!r}; it has {', '.join(known)}")
            checked[name] = _checked(self.name, name, value, known[name])
        return self.function(**{**self.fixed, **checked})


_ARCHITECTURES: dict[str, Architecture] = {}


def declare(
    name: str, title: str, family: str, function: Callable[..., Graph], facts: Facts, **fixed: Any
) -> None:
    """Register one network. The first line of the function's docstring is its summary.

    Raises:
        ValueError: the name is taken.
    """
    if name in _ARCHITECTURES:
        raise ValueError(f"a network named {name} is registered already")
    summary = (function.__doc__ or "").strip().partition("\n")[0]
    _ARCHITECTURES[name] = Architecture(name, title, family, summary, facts, function, fixed)


def architectures() -> Mapping[str, Architecture]:
    """All registered networks by name, in the order of their declaration."""
    return dict(_ARCHITECTURES)


def architecture_named(name: str) -> Architecture:
    """The network registered under a name.

    Raises:
        UnknownName: there is none.
    """
    try:
        return _ARCHITECTURES[name]
    except KeyError:
        raise UnknownName("network", name, _ARCHITECTURES) from None


def input_options(shape: Shape) -> dict[str, Any]:
    """The options that give a network pictures of this shape: `in_channels` and `side`.

    Raises:
        ExplorerError: the shape is not channels, height, width.
    """
    if len(shape) != 3:
        raise ExplorerError(
            f"the networks of the catalogue take pictures, like 3×224×224; got {shape_text(shape)}"
        )
    channels, height, width = shape
    return {"in_channels": channels, "side": height if height == width else (height, width)}


def _checked(owner: str, name: str, value: Any, default: Any) -> Any:
    """The value of an option in the type of its default.

    Raises:
        ExplorerError: another type, or out of range.
    """
    if isinstance(default, enum.Enum):
        return _choice(owner, name, value, type(default))
    if name == "side" and isinstance(value, (tuple, list)) and len(value) == 2:
        return tuple(_checked(owner, name, item, 1) for item in value)
    if not _fits(value, default):
        raise ExplorerError(f"{owner}: {name} is like {default!r}, got {value!r}")
    low, high = _LIMITS.get(name, (value, value))
    # false for NaN too
    if isinstance(value, (int, float)) and not low <= value <= high:
        raise ExplorerError(f"{owner}: {name} must be from {low:,} to {high:,}, got {value!r}")
    return value


def _choice(owner: str, name: str, value: Any, kind: type[enum.Enum]) -> enum.Enum:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(item.value) for item in kind)
        raise ExplorerError(f"{owner}: {name} must be one of {known}; got {value!r}") from None


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    return isinstance(value, type(default))
