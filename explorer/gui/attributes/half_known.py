"""What can be said of a layer's counts before its input is known: 4096 · ? + 4096."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import lcm

from explorer.core.composite import Composite
from explorer.core.errors import ShapeError
from explorer.core.formula import Formula, Token
from explorer.core.operator import Operator
from explorer.core.shapes import Shape

UNKNOWN = "?"
_CHANNELS = (48, 80)
_SIDES = (479, 607)
"""Sides no window of use is larger than; prime, so that no figure of theirs is another's by chance."""


def half_known(operator: Operator, count: str) -> tuple[str, tuple[Token, ...]]:
    """The rule of `parameters` or `macs` in words and in numbers; what depends on the input is "?".

    Nothing for blocks, whose rule is the sum over what is inside, and for what counts nothing.
    """
    if isinstance(operator, Composite):
        return "", ()
    stand_ins = list(_accepted(operator))
    if len(stand_ins) < 2:
        return "", ()
    # what differs between two inputs comes with the input
    rule: Callable[..., Formula] = getattr(operator, count)
    first, second = (rule(shape) for shape in stand_ins[:2])
    if not first.value or len(first.tokens) != len(second.tokens):
        return "", ()
    tokens = tuple(
        replace(one, number=UNKNOWN, source="input")
        if one.source == "input" or (one.number != other.number and one.source != "attribute")
        else one
        for one, other in zip(first.tokens, second.tokens, strict=True)
    )
    return first.rule, tokens


def _accepted(operator: Operator) -> Iterator[Shape]:
    """Inputs that the operator takes: maps or vectors of two sizes."""
    if operator.ports[0] != 1:
        return
    groups = getattr(operator, "groups", 1) or 1
    vectors: list[Shape] = [(side,) for side in _SIDES]
    maps: list[Shape] = [
        (lcm(channels, groups), side, side) for channels, side in zip(_CHANNELS, _SIDES, strict=True)
    ]
    for pair_of_inputs in (vectors, maps):
        try:
            for shape in pair_of_inputs:
                operator.infer(shape)
        except ShapeError:
            continue
        yield from pair_of_inputs
        return
