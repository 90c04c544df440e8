"""Blocks of a person's own with one of their attributes changed: what changes with it depends on it."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Any

from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.nested_settings import with_setting
from explorer.core.operator import operator_named
from explorer.core.shapes import Shape, pair


def variants(group: Group, name: str, shapes: tuple[Shape, ...]) -> Iterator[tuple[str, Any, Analysis]]:
    """For each attribute of the block's own another value that works, and the block with it as a network.

    `name` is the block's full name, `shapes` what enters it. Attributes that cannot be changed alone
    are left out, and those whose layers differ.
    """
    for declared in group.settings():
        if declared.name not in group.promoted or group.is_mixed(declared.name):
            continue
        for value in _others(group.value_of(declared.name)):
            analysis = _alone(group, declared.name, value, name, shapes)
            if analysis is not None:
                yield declared.name, value, analysis
                break


def _alone(group: Group, attribute: str, value: Any, name: str, shapes: tuple[Shape, ...]) -> Analysis | None:
    """The block with another value as a network of its own; None where it does not work so."""
    try:
        changed = group.with_value(attribute, value)
    except ExplorerError:  # out of its range: the next value is tried
        return None
    entry = operator_named("Input")()
    entries = [
        Node(f"entering{number}", with_setting(entry, ["shape"], shape))
        for number, shape in enumerate(shapes)
    ]
    block = Node(name, changed, tuple(node.id for node in entries))
    analysis = analyze(Graph([*entries, block]))
    return None if analysis.problems else analysis


def _others(value: Any) -> Iterator[Any]:
    """Other values, the most likely to work first."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, enum.Enum):
        yield from (item for item in type(value) if item != value)
    elif isinstance(value, int):
        yield from (other for other in (2 * value, value + 1, value + 2, value - 1, 3) if other != value)
    elif isinstance(value, float):
        yield from (value / 2, value + 0.125)
    elif isinstance(value, tuple) and len(value) == 2:
        high, wide = pair((value[0], value[1]))
        yield from ((high + by, wide + by) for by in (1, 2))
