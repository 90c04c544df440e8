"""Full names of layers, each given once: dotted paths, and numbers in flat lists."""

from __future__ import annotations

from collections.abc import Collection

from explorer.core.graph import NodeId, flat_list, joined, local


class Names:
    """Full names of nodes, each given once.

    Members of a flat list (VGG's /features.conv1) are numbered in order of computation, through all
    blocks: features.0, features.1. An absolute id that is taken, because its block was copied, falls
    back on its place inside the block; any other double gets a number.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def take(self, names: Collection[str]) -> bool:
        """Give all of these as they are; False where one of them is given already."""
        if not self._taken.isdisjoint(names):
            return False
        self._taken.update(names)
        return True

    def give(self, parent: str, name: NodeId) -> str:
        """The full name of a node inside `parent` ("" at the top), which nothing else has."""
        if name.startswith("/") and (flat := flat_list(name)):
            return self._next(flat)
        full = joined(parent, name)
        if full not in self._taken:  # nearly all
            self._taken.add(full)
            return full
        full = joined(parent, local(name))
        number = 2
        while full in self._taken:
            full = f"{joined(parent, local(name))}_{number}"
            number += 1
        self._taken.add(full)
        return full

    def _next(self, flat: str) -> str:
        number = self._counts.get(flat, 0)
        while f"{flat}.{number}" in self._taken:
            number += 1
        self._counts[flat] = number + 1
        self._taken.add(f"{flat}.{number}")
        return f"{flat}.{number}"
