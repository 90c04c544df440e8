"""Figures that were measured for plain layers, added up for the blocks around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from explorer.core.outline import Line


def summed(lines: Iterable[Line], values: Mapping[str, float]) -> dict[str, float]:
    """The figure of every line, by full name: a layer's own, a block's the sum of what is inside.

    Lines without a figure, and blocks that hold none, are left out.
    """
    found: dict[str, float] = {}
    around: dict[str, str] = {}
    for line in lines:  # blocks come before their insides
        around[line.name] = line.block
        value = values.get(line.name)
        name = line.name
        while value is not None and name:
            found[name] = found.get(name, 0.0) + value
            name = around[name]
    return found
