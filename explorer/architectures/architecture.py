"""Declaring a known network: its name, its options, and the published facts that a test asserts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError, UnknownName
from explorer.core.graph import Graph


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
    published: Mapping[str, str] | None = None


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
        for name, value in options.items():
            if name not in known:
                raise ExplorerError(f"{self.name} has no option {name!r}; it has {', '.join(known)}")
            _check(self.name, name, value, known[name])
        return self.function(**{**self.fixed, **options})


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


def _check(owner: str, name: str, value: Any, default: Any) -> None:
    """Refuse an option whose type is not that of its default."""
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, float):
        fits = isinstance(value, (int, float))
    elif isinstance(default, str):
        fits = isinstance(value, str)
    else:
        fits = isinstance(value, type(default))
    if not fits:
        raise ExplorerError(f"{owner}: {name} is like {default!r}, got {value!r}")
