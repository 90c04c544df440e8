"""The parts of the memory at its peak, each with the rule and the numbers that give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.core.formula import NONE, Formula, given, plain
from explorer.core.liveness import Amount, Moment
from explorer.core.memory import Timeline

_SAID: Mapping[str, str] = {
    "parameters": "The learned numbers, with their copy in half precision where there is one.",
    "buffers": "Numbers that are kept but not learned, such as running means.",
    "gradients": "One number for each parameter whose gradient is there at the peak.",
    "optimizer state": "What the optimizer remembers of each parameter, and the mean of the weights.",
    "pictures": "The batch as it enters the network.",
    "kept for backward": "Inputs, outputs and masks that the backward pass needs, each memory counted once.",
    "on their way": "Activations and gradients passed from layer to layer, and what a layer borrows.",
}


@dataclass(frozen=True)
class Term:
    """One part: its name, its bytes as a formula, and what it is in one sentence."""

    name: str
    bytes: Formula
    said: str


def terms_at_peak(timeline: Timeline, batch: int) -> tuple[Term, ...]:
    """The parts at the moment that takes most; their sum is `timeline.need(batch)` but for rounding.

    Numbers of less than a byte are rounded up to whole bytes in every part.
    """
    peak, numbers = timeline.peak(batch), timeline.numbers
    fixed = {name: amount.fixed for name, amount in timeline.constant.items()}
    learned = numbers.weights + numbers.cast
    formulas = {
        "parameters": _counted("parameters", fixed["parameters"], learned),
        "buffers": _counted("buffers", fixed["buffers"], numbers.weights),
        "gradients": _counted("parameters", peak.gradients.fixed, numbers.weights),
        "optimizer state": _counted(
            "parameters", fixed.get("optimizer state", 0), numbers.weights, numbers.copies
        ),
        "pictures": _each(batch, timeline.constant["pictures"].each, numbers.activations),
        "kept for backward": _moving(peak.kept, batch),
        "on their way": _moving(peak.passing, batch),
    }
    return tuple(Term(name, formula, _SAID[name]) for name, formula in formulas.items())


def peak_text(moment: Moment) -> str:
    """When the most memory is taken, as people say it: "in the backward pass of layer4.0.conv2"."""
    return f"in the {moment.phase} of {moment.layer}" if moment.layer else f"in the {moment.phase}"


def _counted(word: str, bits: int, each: int, copies: int = 1) -> Formula:
    """Bytes of so many numbers, each of so many bits, kept several times."""
    if not bits:
        return NONE
    numbers = given(word, bits // each // copies)
    if copies > 1:
        numbers = numbers * given("copies", copies)
    return _in_bytes(numbers, each)


def _each(batch: int, bits: int, width: int) -> Formula:
    """Bytes of a batch of pictures of so many bits, in numbers of a width."""
    return _in_bytes(given("pictures", batch) * given("numbers of one", bits // width), width)


def _in_bytes(numbers: Formula, bits: int) -> Formula:
    if bits % 8 == 0:
        return numbers * given("bytes of a number", bits // 8)
    return (numbers * given("bits of a number", bits) + 7) // plain(8)


def _moving(amount: Amount, batch: int) -> Formula:
    """Bytes as an expression of the batch; in bits where numbers are smaller than a byte."""
    if amount.each % 8 or amount.fixed % 8:
        return (_sum(batch, "bits", amount.each, amount.fixed) + 7) // plain(8)
    return _sum(batch, "bytes", amount.each // 8, amount.fixed // 8)


def _sum(batch: int, unit: str, each: int, fixed: int) -> Formula:
    moving = given("pictures", batch) * given(f"{unit} for one", each)
    standing = given(f"{unit} for any number", fixed)
    if each and fixed:
        return moving + standing
    return moving if each else standing
