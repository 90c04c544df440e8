"""Whole-number expressions that know their value, their rule in words and their rule in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True)
class Token:
    """One piece of a formula: its word, its number here, and where that number is from.

    `source` is "attribute" (then `attribute` names the setting), "input" (a figure of the
    input shape) or "sign".
    """

    word: str
    number: str
    source: str = "sign"
    attribute: str = ""


@dataclass(frozen=True)
class Formula:
    """An exact count together with the expression that gives it.

    Combine with +, -, * and // (floor); `rule` is the expression in words, `shown` the same
    with this layer's numbers, and evaluating `shown` gives `value`.
    """

    value: int
    tokens: tuple[Token, ...]
    precedence: int = _ATOM

    @property
    def rule(self) -> str:
        """The expression in words: "out · in · kernel · kernel"."""
        return _spell(token.word for token in self.tokens)

    @property
    def shown(self) -> str:
        """The expression with this layer's numbers: "128 · 64 · 3 · 3"."""
        return _spell(token.number for token in self.tokens)

    @property
    def bracketed(self) -> Formula:
        """The same in brackets, unless it is a single figure."""
        return Formula(self.value, self._wrapped(_ATOM))

    def __add__(self, other: Formula | int) -> Formula:
        other = plain(other)
        return self._join("+", other, self.value + other.value, _SUM, _SUM)

    def __sub__(self, other: Formula | int) -> Formula:
        other = plain(other)
        return self._join("−", other, self.value - other.value, _SUM, _PRODUCT)

    def __mul__(self, other: Formula | int) -> Formula:
        other = plain(other)
        return self._join("·", other, self.value * other.value, _PRODUCT, _PRODUCT)

    def __floordiv__(self, other: Formula | int) -> Formula:
        other = plain(other)
        quotient = self._join("/", other, 0, _PRODUCT, _ATOM)
        if self.value % other.value == 0:
            return Formula(self.value // other.value, quotient.tokens, _PRODUCT)
        tokens = (_sign("⌊"), *quotient.tokens, _sign("⌋"))
        return Formula(self.value // other.value, tokens)

    def _join(self, sign: str, other: Formula, value: int, low: int, other_low: int) -> Formula:
        tokens = (*self._wrapped(low), _sign(sign), *other._wrapped(other_low))
        return Formula(value, tokens, _SUM if sign in "+−" else _PRODUCT)

    def _wrapped(self, precedence: int) -> tuple[Token, ...]:
        if self.precedence >= precedence:
            return self.tokens
        return (_sign("("), *self.tokens, _sign(")"))


def setting(word: str, value: int, attribute: str) -> Formula:
    """A figure that an attribute of the operator sets."""
    return Formula(value, (Token(word, str(value), "attribute", attribute),))


def given(word: str, value: int) -> Formula:
    """A figure that comes with the input or the output shape."""
    return Formula(value, (Token(word, str(value), "input"),))


def plain(value: Formula | int) -> Formula:
    """A bare number; a formula stays as it is."""
    if isinstance(value, Formula):
        return value
    return Formula(value, (Token(str(value), str(value)),))


NONE = plain(0)
"""No parameters, or no multiplications."""


def product(factors: Iterable[Formula]) -> Formula:
    """The product of one factor or more."""
    first, *rest = factors
    for factor in rest:
        first = first * factor
    return first


def ceiling(part: Formula, whole: Formula) -> Formula:
    """⌈part / whole⌉: the quotient, rounded up."""
    quotient = part._join("/", whole, 0, _PRODUCT, _ATOM)
    return Formula(-(-part.value // whole.value), (_sign("⌈"), *quotient.tokens, _sign("⌉")))


def summed(parts: Mapping[str, int]) -> Formula:
    """The sum of what the parts count, each under its name; parts that count nothing are left out."""
    counted = {name: count for name, count in parts.items() if count}
    if not counted:
        return NONE
    tokens: list[Token] = []
    for name, count in counted.items():
        if tokens:
            tokens.append(Token("+", "+"))
        tokens.append(Token(name.removeprefix("/"), str(count), "input"))
    return Formula(sum(counted.values()), tuple(tokens), _SUM if len(counted) > 1 else _ATOM)


def _sign(text: str) -> Token:
    return Token(text, text)


def _spell(words: Iterable[str]) -> str:
    text = " ".join(words)
    for opening in "(⌊⌈":
        text = text.replace(f"{opening} ", opening)
    for closing in ")⌋⌉":
        text = text.replace(f" {closing}", closing)
    return text
