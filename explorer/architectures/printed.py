"""A figure as a publication prints it, and whether what is counted agrees with it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from explorer.core.shapes import ELEMENT_BYTES
from explorer.core.units import count_text

_MIB = 2**20
_UNITS: Mapping[str, int] = {
    "": 1,
    "M": 10**6,
    "million": 10**6,
    "B": 10**9,
    "billion": 10**9,
    "× 10⁹": 10**9,
    "MB": _MIB,  # every size that is printed in MB here was found to be in MiB
    "MiB": _MIB,
}


class Quantity(enum.StrEnum):
    """What a printed figure counts that can be counted here too."""

    PARAMETERS = "parameters"
    MACS = "MACs"
    SIZE = "file size"


class Verdict(enum.Enum):
    """How a printed figure and the counted one stand to each other."""

    EQUAL = "equal to the digits that are printed"
    EXPLAINED = "different, for a known reason"
    UNEXPLAINED = "different, and the reason is not known"
    STATED = "measured by its authors; it does not follow from the network"


SIGNS: Mapping[Verdict, str] = {
    Verdict.EQUAL: "✓",
    Verdict.EXPLAINED: "≠",
    Verdict.UNEXPLAINED: "≠",
    Verdict.STATED: "·",
}
WORDS: Mapping[Verdict, str] = {
    Verdict.EQUAL: "equal",
    Verdict.EXPLAINED: "explained",
    Verdict.UNEXPLAINED: "for a reason that is not known",
    Verdict.STATED: "measured",
}


@dataclass(frozen=True)
class Printed:
    """One figure of a publication, in its own words.

    `counts` is None for what does not follow from the network (an accuracy). `reason` says why
    the network here differs from it, where it does.
    """

    what: str
    text: str
    source: str
    counts: Quantity | None = None
    reason: str = ""

    @property
    def figure(self) -> tuple[Decimal, int]:
        """The digits and their unit: "3.8 × 10⁹" is 3.8 and 1,000,000,000.

        Raises:
            ValueError: the text is not a number and a known unit.
        """
        digits, _, unit = self.text.partition(" ")
        if unit not in _UNITS:
            raise ValueError(f"{self.text!r} has a unit that is not known")
        return Decimal(digits.replace(",", "")), _UNITS[unit]


@dataclass(frozen=True)
class Counted:
    """What is counted of a network: parameters, MACs for one picture, and numbers kept in all."""

    parameters: int
    macs: int | None = None
    buffers: int = 0

    @property
    def numbers(self) -> int:
        """Parameters and buffers: what a file of weights holds."""
        return self.parameters + self.buffers

    def of(self, quantity: Quantity) -> int | None:
        """One quantity, exactly; sizes are in bytes of fp32 numbers."""
        if quantity is Quantity.PARAMETERS:
            return self.parameters
        return self.macs if quantity is Quantity.MACS else self.numbers * ELEMENT_BYTES


@dataclass(frozen=True)
class Comparison:
    """A published figure beside ours; `counted` is "" where there is nothing to count."""

    what: str
    source: str
    published: str
    counted: str
    verdict: Verdict
    reason: str = ""


def judged(printed: Printed, counted: Counted) -> Comparison:
    """Compare one printed figure with what is counted.

    They are equal where the count, rounded to the digits that are printed, is the printed figure.
    """
    exact = counted.of(printed.counts) if printed.counts is not None else None
    if printed.counts is None or exact is None:
        return Comparison(
            printed.what, printed.source, printed.text, "", Verdict.STATED, printed.reason
        )  # fmt: skip
    digits, unit = printed.figure
    step = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    value = Decimal(exact) / unit
    verdict, reasons = Verdict.EQUAL, [printed.reason] if printed.reason else []
    if value.quantize(step, ROUND_HALF_EVEN) != digits:
        verdict = Verdict.EXPLAINED
        if not reasons and value.quantize(step, ROUND_DOWN) == digits:
            reasons.append(f"the digits after {digits} are cut off, not rounded")
        if not reasons:
            verdict, reasons = Verdict.UNEXPLAINED, [_unknown(digits * unit, exact)]
    reasons += _unit_notes(printed, exact)
    text = shown(printed.counts, exact)
    return Comparison(printed.what, printed.source, printed.text, text, verdict, "; ".join(reasons))


def _unknown(published: Decimal, exact: int) -> str:
    """What can be said where no rule gives the published figure."""
    more = 100 * (Decimal(exact) - published) / published
    than = f"{abs(more):.1f} % {'more' if more > 0 else 'less'}"
    return f"the reason is not known: the publication does not say how it counted, and here it is {than}"


def shown(quantity: Quantity, exact: int) -> str:
    """A counted figure as text: exact counts, and sizes in MiB."""
    return f"{exact / _MIB:,.2f} MiB" if quantity is Quantity.SIZE else count_text(exact)


def _unit_notes(printed: Printed, exact: int) -> list[str]:
    if printed.counts is Quantity.MACS and "FLOP" in printed.what:
        return ["these FLOPs are multiply-accumulates, each counted once"]
    if printed.counts is Quantity.SIZE and printed.text.endswith("MB"):
        return [f"these MB are MiB (2²⁰ bytes); it is {exact / 10**6:,.1f} MB of 10⁶ bytes"]
    return []


__all__ = ["SIGNS", "WORDS", "Comparison", "Counted", "Printed", "Quantity", "Verdict", "judged", "shown"]
