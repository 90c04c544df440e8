"""The pieces of a formula as they are drawn, and a fact as it is spoken."""

from __future__ import annotations

from explorer.core.formula import Token
from explorer.gui.attributes.facts import Fact
from explorer.gui.attributes.half_known import UNKNOWN
from explorer.gui.fonts import MEDIUM, NORMAL, SEMIBOLD

Face = tuple[float, int]
"""Height in pixels and weight of letters."""


def styled(token: Token) -> tuple[str, Face, str, str]:
    """Text, face, colour and attribute of one piece of a formula."""
    text = f"{int(token.number):,}" if token.number.isdecimal() and len(token.number) > 4 else token.number
    if token.source == "attribute":
        return text, (13, MEDIUM), "accent", token.attribute
    if token.number == UNKNOWN:
        return f" {UNKNOWN} ", (13, SEMIBOLD), "err", ""
    if token.source == "input":
        return text, (13, SEMIBOLD), "text", ""
    return text, (13, NORMAL), "text2", ""


def spoken(fact: Fact) -> str:
    """A fact for assistive tools."""
    shown = " ".join(token.number for token in fact.tokens)
    parts = "".join(f"\n  {part.name} {part.figure} {part.words}".rstrip() for part in fact.parts)
    rule = f": {fact.words}" if fact.words and fact.name else fact.words
    return f"{fact.name} {fact.result} {fact.unit}".rstrip() + rule + (f"; {shown}" if shown else "") + parts
