"""Evaluates the text of a formula as a reader would, without executing anything."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

_SIGNS = str.maketrans({"·": "*", "−": "-", "⌊": "[", "⌋": "]", "⌈": "{", "⌉": "}"})
_ACTIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluated(text: str) -> Fraction:
    """The value of a formula made of numbers, + − · /, brackets, ⌊ ⌋ and ⌈ ⌉; exact."""
    return _value(ast.parse(text.translate(_SIGNS), mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int(number)):
            return Fraction(number)
        case ast.List(elts=[inside]):  # ⌊ … ⌋
            return Fraction(floor(_value(inside)))
        case ast.Set(elts=[inside]):  # ⌈ … ⌉
            return Fraction(ceil(_value(inside)))
        case ast.UnaryOp(op=ast.USub(), operand=inside):
            return -_value(inside)
        case ast.BinOp(left=left, op=sign, right=right):
            return _ACTIONS[type(sign)](_value(left), _value(right))
    raise ValueError(f"{ast.dump(node)} does not belong in a formula")
