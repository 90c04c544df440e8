"""All known networks. Importing this module registers every family."""

from __future__ import annotations

from typing import Any

from explorer.architectures.architecture import (
    Architecture,
    Facts,
    architecture_named,
    architectures,
)
from explorer.core.graph import Graph


def build(name: str, **options: Any) -> Graph:
    """A network of the catalogue as a graph.

    Raises:
        UnknownName: no network has this name.
        ExplorerError: an option that it does not have, or of the wrong type.
    """
    return architecture_named(name).build(**options)


__all__ = ["Architecture", "Facts", "architecture_named", "architectures", "build"]
