"""What is saved and undone: a named network, where its nodes stand, and how to train it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.core.graph import Graph
from explorer.core.recipe import Recipe

Position = tuple[float, float]
"""Where the middle of a node stands, in canvas units of one pixel at 100 %."""


@dataclass(frozen=True)
class Document:
    """An immutable document.

    `positions` holds only nodes that a person moved, by full name; all others are laid out.
    `unfolded` names the blocks that show their insides. Neither changes what the network is.
    """

    name: str = "untitled"
    graph: Graph = field(default_factory=Graph)
    positions: Mapping[str, Position] = field(default_factory=dict)
    unfolded: frozenset[str] = frozenset()
    recipe: Recipe = Recipe()
    notes: str = ""
