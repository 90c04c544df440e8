"""Which lines of a network a person wants to see: words, or expressions such as `macs > 1e8`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.core.filter_tokens import FilterError, Piece, number_of, pieces
from explorer.core.outline import Line
from explorer.core.quantities import ALIASES, QUANTITIES, Quantity, Reading

Test = Callable[[Line, Reading, str], bool]
"""Whether a line is wanted; the text is what words are looked for in: its name and operator, and
those of the blocks around it."""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DEEPEST = 50
_LONGEST = 2_000


@dataclass(frozen=True)
class Filter:
    """A question that every line of a network answers with yes or no.

    `text` is what was written. `test` is None where nothing was asked, so that all lines are wanted;
    only one that `has_words` needs to be told what is said of a line.
    """

    text: str
    test: Test | None
    has_words: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether all lines are wanted."""
        return self.test is None

    def wants(self, line: Line, reading: Reading, said: str) -> bool:
        """Whether a line is wanted; `said` is its name and operator and those around it, in small letters."""
        return self.test is None or self.test(line, reading, said)


def parse(text: str) -> Filter:
    """Read a filter.

    Words are looked for in name and operator: `conv downsample`. Comparisons name a figure:
    `macs > 1e8`, `operator = Conv2d`, `name ~ layer3`, `output.height < 28`, `memory > 2 MiB`,
    `macs.share >= 5%`. They are joined by `and`, `or`, `not` and brackets; what stands side by
    side must hold together.

    Raises:
        FilterError: it makes no sense; with the place and what was expected there.
    """
    if len(text) > _LONGEST:
        raise FilterError(f"a filter has at most {_LONGEST:,} characters", _LONGEST)
    parser = _Parser(text)
    return Filter(text, parser.read(), parser.has_words)


def names() -> tuple[str, ...]:
    """All figures that a filter can ask for."""
    return tuple(QUANTITIES)


def completions(text: str, position: int) -> tuple[int, tuple[str, ...]]:
    """Where the word before a position begins, and what it could become: figures, kinds, joining words."""
    start = position
    while start and (text[start - 1].isalnum() or text[start - 1] in "._"):
        start -= 1
    begun = text[start:position].lower()
    if not begun:
        return start, ()
    known = (*QUANTITIES, *ALIASES, "and", "or", "not")
    found = [name for name in known if name.startswith(begun) and name != begun]
    return start, tuple(found)


class _Parser:
    """Reads one filter from left to right: or, and, not, brackets, comparisons and words."""

    def __init__(self, text: str) -> None:
        self._pieces = pieces(text)
        self._place = 0
        self._depth = 0
        self._length = len(text)
        self.has_words = False

    def read(self) -> Test | None:
        if not self._pieces:
            return None
        test = self._either()
        left = self._next()
        if left is not None:
            raise FilterError(f"nothing opens this {left.text!r}; take it out", left.place)
        return test

    def _next(self) -> Piece | None:
        return self._pieces[self._place] if self._place < len(self._pieces) else None

    def _is(self, word: str) -> bool:
        piece = self._next()
        return piece is not None and not piece.quoted and piece.text.lower() == word

    def _either(self) -> Test:
        tests = [self._all()]
        while self._is("or"):
            self._place += 1
            tests.append(self._all())
        if len(tests) == 1:
            return tests[0]
        return lambda line, reading, said: any(test(line, reading, said) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._next() is not None and not self._is("or") and not self._is(")"):
            if self._is("and"):
                self._place += 1
            tests.append(self._one())
        if len(tests) == 1:
            return tests[0]
        return lambda line, reading, said: all(test(line, reading, said) for test in tests)

    def _one(self) -> Test:
        piece = self._next()
        if piece is None:
            raise FilterError(
                "something is missing at the end: a word, or a comparison like macs > 1e8", self._length
            )
        if self._is("not"):
            self._place += 1
            return self._deeper(self._negated, piece)
        if self._is("("):
            self._place += 1
            return self._deeper(self._bracket, piece)
        if not piece.quoted and (piece.is_sign or piece.text.lower() in ("and", "or")):
            raise FilterError(
                f"{piece.text!r} needs something before it: a word, or a figure like macs", piece.place
            )
        self._place += 1
        sign = self._next()
        if sign is not None and sign.is_comparison:
            self._place += 1
            return self._comparison(piece, sign)
        self.has_words = True
        return _word(piece.text)

    def _deeper(self, read: Callable[[Piece], Test], piece: Piece) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(f"brackets are nested more than {_DEEPEST} deep", piece.place)
        test = read(piece)
        self._depth -= 1
        return test

    def _negated(self, _: Piece) -> Test:
        test = self._one()
        return lambda line, reading, said: not test(line, reading, said)

    def _bracket(self, opening: Piece) -> Test:
        if self._is(")"):
            raise FilterError("there is nothing between these brackets", opening.place)
        test = self._either()
        if not self._is(")"):
            raise FilterError("this bracket is not closed; add )", opening.place)
        self._place += 1
        return test

    def _comparison(self, named: Piece, sign: Piece) -> Test:
        quantity = _quantity(named)
        value = self._next()
        if value is None or (not value.quoted and (value.is_sign or value.text.lower() in ("and", "or"))):
            wanted = "a text" if quantity.is_text else "a number like 1e8, 10k or 25%"
            raise FilterError(
                f"{named.text} {sign.text} needs {wanted} after it",
                value.place if value is not None else self._length,
            )
        self._place += 1
        unit = self._next()
        if quantity.is_text:
            return _text_test(quantity, sign, value)
        if sign.text in ("~", "!~"):
            raise FilterError(
                f"{sign.text} looks into texts, and {named.text} is a number; use = or <", sign.place
            )
        if unit is not None and unit.is_unit and not value.quoted and value.text[-1:].isdigit():
            self._place += 1
            value = Piece(value.text + unit.text, value.place)
        return _number_test(quantity, sign.text, number_of(value, quantity))


def _quantity(named: Piece) -> Quantity:
    name = named.text.lower()
    name = ALIASES.get(name, name)
    if name in QUANTITIES and not named.quoted:
        return QUANTITIES[name]
    raise FilterError(f"no figure is named {named.text[:40]!r}; {_near(name)}", named.place)


def _near(name: str) -> str:
    # difflib takes its time to load, and few filters are wrong
    from difflib import get_close_matches

    close = get_close_matches(name, [*QUANTITIES, *ALIASES], 2)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return "there are name, operator, parameters, macs, memory, field, output.height and others"


def _word(text: str) -> Test:
    wanted = text.lower()
    return lambda _line, _reading, said: wanted in said


def _text_test(quantity: Quantity, sign: Piece, value: Piece) -> Test:
    if sign.text in _ORDER:
        raise FilterError(f"{quantity.name} is a text: use =, != or ~ (contains)", sign.place)
    of, wanted = quantity.of, value.text.lower()
    if sign.text in ("=", "!="):
        same = sign.text == "="
        return lambda line, reading, _said: (str(of(line, reading) or "").lower() == wanted) is same
    parts, holds = wanted.split("*"), sign.text == "~"
    return lambda line, reading, _said: _contains(str(of(line, reading) or "").lower(), parts) is holds


def _contains(text: str, parts: list[str]) -> bool:
    """Whether the parts stand in the text one after the other, anything between them."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _number_test(quantity: Quantity, sign: str, value: object) -> Test:
    of = quantity.of
    if sign in ("=", "!="):
        same = sign == "="

        def equal(line: Line, reading: Reading, _: str) -> bool:
            figure = of(line, reading)
            return figure is not None and (figure == value) is same

        return equal
    holds = _ORDER[sign]

    def ordered(line: Line, reading: Reading, _: str) -> bool:
        figure = of(line, reading)
        return figure is not None and holds(figure, value)

    return ordered


__all__ = ["Filter", "FilterError", "completions", "names", "parse"]
