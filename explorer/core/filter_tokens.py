"""Reads the words, signs and numbers of a filter, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from explorer.core.errors import ExplorerError
from explorer.core.quantities import SHARE, SIZE, TIME, Quantity

_COMPARISONS = ("<=", ">=", "!=", "!~", "==", "<", ">", "=", "~", "≤", "≥", "≠")
_PLAIN = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!="}
_SIGNS = ("(", ")", *_COMPARISONS)
_NUMBER = re.compile(r"([0-9][0-9_,]*(?:\.[0-9]+)?|\.[0-9]+)(?:e([+-]?[0-9]+))?\s*(%|[a-zµ]*)", re.IGNORECASE)
_THOUSANDS = {"": 0, "k": 1, "m": 2, "g": 3, "b": 3, "t": 4}
_BYTES = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_BYTES |= {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_MILLISECONDS = {"ms": Fraction(1), "s": Fraction(1000), "us": Fraction(1, 1000), "µs": Fraction(1, 1000)}
_HIGHEST_POWER, _MOST_DIGITS = 200, 120


class FilterError(ExplorerError):
    """A filter makes no sense. `place` counts the characters before what is wrong."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(f"character {place + 1}: {reason}")
        self.reason, self.place = reason, place


@dataclass(frozen=True)
class Piece:
    """One word, sign or number, and the place where it begins."""

    text: str
    place: int
    quoted: bool = False

    @property
    def is_sign(self) -> bool:
        """Whether it is a bracket or a comparison."""
        return not self.quoted and self.text in _SIGNS

    @property
    def is_comparison(self) -> bool:
        """Whether it compares what stands on its sides."""
        return not self.quoted and self.text in _COMPARISONS

    @property
    def is_unit(self) -> bool:
        """Whether it can follow a number as its unit."""
        known = (*_THOUSANDS, *_BYTES, *_MILLISECONDS, "%", "px")
        return not self.quoted and bool(self.text) and self.text.lower() in known


def pieces(text: str) -> list[Piece]:
    """The pieces of a filter in order.

    Raises:
        FilterError: a quotation mark is not closed.
    """
    found: list[Piece] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] in "\"'":
            end = text.find(text[place], place + 1)
            if end < 0:
                raise FilterError(f"this {text[place]} is not closed; add another at the end", place)
            found.append(Piece(text[place + 1 : end], place, quoted=True))
            place = end + 1
        else:
            sign = next((item for item in _SIGNS if text.startswith(item, place)), "")
            end = place + len(sign) if sign else _end_of_word(text, place)
            word = text[place:end]
            found.append(Piece(_PLAIN.get(word, word), place))
            place = end
    return found


def _end_of_word(text: str, place: int) -> int:
    end = place
    while end < len(text) and not text[end].isspace():
        if any(text.startswith(sign, end) for sign in _SIGNS):
            break
        end += 1
    return end


def number_of(piece: Piece, quantity: Quantity) -> int | Fraction:
    """The exact number that a piece writes: 1e8, 10k, 2.5M, 1,000, 25%, 2MiB, 3ms.

    Raises:
        FilterError: it is no number, has a unit that the figure has not, or is out of all bounds.
    """
    match = _NUMBER.fullmatch(piece.text)
    if match is None:
        raise FilterError(
            f"{quantity.name} is a number, and {piece.text[:40]!r} is none; write it like 1e8, 10k or 25%",
            piece.place,
        )
    digits, power, unit = match[1].replace(",", "").replace("_", ""), match[2] or "0", match[3].lower()
    if len(digits) > _MOST_DIGITS or len(power) > 6 or abs(int(power)) > _HIGHEST_POWER:
        raise FilterError(
            f"{piece.text[:20]}… is out of all bounds; numbers have up to {_HIGHEST_POWER} digits",
            piece.place,
        )
    value = Fraction(digits) * Fraction(10) ** int(power) * _scale(unit, piece, quantity)
    return int(value) if value.denominator == 1 else value


def _scale(unit: str, piece: Piece, quantity: Quantity) -> Fraction:
    if unit == "%":
        if quantity.measure != SHARE:
            raise FilterError(
                f"{quantity.name} is no share; write {quantity.name}.share, or no %", piece.place
            )
        return Fraction(1, 100)
    if quantity.measure == SIZE and unit in _BYTES:
        return Fraction(_BYTES[unit])
    if quantity.measure == TIME and unit in _MILLISECONDS:
        return _MILLISECONDS[unit]
    if unit in _THOUSANDS:
        return Fraction(1000 ** _THOUSANDS[unit])
    if unit == "px":
        return Fraction(1)
    raise FilterError(
        f"{unit!r} is no unit of {quantity.name}; use k, M, G, T{_units_of(quantity)} or none", piece.place
    )


def _units_of(quantity: Quantity) -> str:
    return {SIZE: ", kB, MB, KiB, MiB, GiB", SHARE: ", %", TIME: ", ms, s"}.get(quantity.measure, "")
