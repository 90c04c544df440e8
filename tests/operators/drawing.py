"""Draws operators and input shapes from what the operators declare, for any source of chance."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from random import Random
from typing import Any

from explorer.core.attribute import Attribute, attributes
from explorer.core.composite import Composite
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, operators
from explorer.core.shapes import Shape, Side
from explorer.operators.sources import Input

DEEPEST = 2
"""How deep blocks are drawn inside blocks."""

_CHANNELS = (1, 2, 3, 4, 6, 8, 9, 12, 16, 24, 32)
_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16)


def drawn_operator(kind: type[Operator], random: Random, depth: int = 0) -> Operator:
    """An operator whose settings are within their declared limits, and small.

    Settings that only the operator itself can refuse together are drawn again.
    """
    declared = attributes(kind)
    for _ in range(50):
        try:
            return kind(**{item.name: _value(item, random, depth) for item in declared})
        except ExplorerError:
            continue
    return kind()


def drawn_shapes(operator: Operator, random: Random) -> tuple[Shape, ...]:
    """Input shapes that the operator may or may not accept."""
    low, high = operator.ports
    count = low if high == low else random.randint(low, low + 2 if high is None else high)
    first = drawn_shape(random)
    return (first, *(_beside(first, random) for _ in range(count - 1))) if count else ()


def drawn_shape(random: Random) -> Shape:
    """Mostly a map, sometimes a vector."""
    if random.random() < 0.12:
        return (random.randint(1, 40),)
    high = random.randint(1, 18)
    wide = high if random.random() < 0.5 else random.randint(1, 18)
    return (random.choice(_CHANNELS), high, wide)


def single_input_kinds(depth: int) -> tuple[type[Operator], ...]:
    """The operators that take one input; at the deepest level no blocks."""
    kinds = [kind for kind in operators().values() if kind.ports == (1, 1)]
    return tuple(kind for kind in kinds if depth < DEEPEST or not issubclass(kind, Composite))


def _beside(first: Shape, random: Random) -> Shape:
    """The shape of another input: mostly one that merges with the first."""
    chance = random.random()
    if chance < 0.55:
        return first
    if chance < 0.75:
        return (random.choice(_CHANNELS), *first[1:])
    if chance < 0.9:
        return (first[0], 1, 1)
    return drawn_shape(random)


def _value(declared: Attribute, random: Random, depth: int) -> Any:
    kind = declared.kind
    if kind is bool:
        return random.random() < 0.5
    if kind is Side:
        one = _whole(declared, random)
        return one if random.random() < 0.6 else (one, _whole(declared, random))
    if kind is int:
        return _whole(declared, random)
    if kind is float:
        return _fraction(declared, random)
    if kind is tuple:
        return drawn_shape(random) if random.random() < 0.9 else declared.default
    if kind is Graph:
        return _inside(random, depth + 1)
    if issubclass(kind, enum.Enum):
        return random.choice(list(kind))
    if issubclass(kind, Operator):
        return drawn_operator(random.choice(single_input_kinds(depth + 1)), random, depth + 1)
    return declared.default


def _whole(declared: Attribute, random: Random) -> int:
    low = 0 if declared.low is None else int(declared.low)
    high = low + 16 if declared.high is None else int(declared.high)
    choices: Sequence[int] = [low, low + 1, *_COUNTS]
    if 0 < declared.default <= 64:
        choices = [*choices, declared.default, declared.default, declared.default]
    if high > 1_000 or high - low > 64:  # windows and counts: mostly the small ones
        choices = [*choices, low, low + 1, low + 2, low + 3]
    return random.choice([value for value in choices if low <= value <= high])


def _fraction(declared: Attribute, random: Random) -> float:
    low = 0.0 if declared.low is None else declared.low
    high = low + 2.0 if declared.high is None else min(declared.high, low + 2.0)
    return random.choice([declared.default, declared.default, low + (high - low) * random.random()])


def _inside(random: Random, depth: int) -> Graph:
    """The graph of a user's block: a chain, sometimes with a shortcut around its last node."""
    nodes = [Node("in", Input(shape=drawn_shape(random)))]
    for number in range(random.randint(1, 3)):
        operator = drawn_operator(random.choice(single_input_kinds(depth)), random, depth)
        nodes.append(Node(f"n{number}", operator, (nodes[-1].id,)))
    if random.random() < 0.3:
        merge = operators()["Concat"]()
        nodes.append(Node("merge", merge, (nodes[-1].id, nodes[-2].id)))
    return Graph(nodes)
