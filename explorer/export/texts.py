"""What teaching texts and papers say of the compared networks, beside what is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from explorer.architectures.printed import Verdict
from explorer.architectures.published import comparisons, recognized
from explorer.core.shapes import ELEMENT_BYTES
from explorer.export.subjects import Subject, default_subject, published_accuracy

PAIR = ("vgg16", "resnet50")
"""The two networks of the table that most texts print."""

_FIRST_VERSION = "resnet50_v1"
_MIB = 2**20


@dataclass(frozen=True)
class Claim:
    """What is said, what is counted here, and why they differ; `equal` where they agree as printed.

    `about` is the network, "" where the claim is about several; `source` is who says so.
    """

    about: str
    said: str
    here: str
    note: str
    equal: bool
    source: str


def claims(subjects: Sequence[Subject]) -> tuple[Claim, ...]:
    """The table of the texts where its two networks are compared, then what papers and torchvision print."""
    known = [(item, recognized(item.graph, item.analysis.totals, item.name)) for item in subjects]
    names = {architecture.name for _, architecture in known if architecture is not None}
    found: list[Claim] = []
    if PAIR[0] in names and names & {PAIR[1], _FIRST_VERSION}:
        found += table_of_the_texts()
    told = set()
    for item, architecture in known:
        if architecture is None or architecture.name in told:
            continue
        told.add(architecture.name)
        for pair in comparisons(architecture, item.analysis.totals):
            if pair.verdict is Verdict.STATED and not pair.reason:
                continue  # an accuracy, which the totals show
            equal = pair.verdict is Verdict.EQUAL
            here = pair.counted or "not counted"
            said = f"{pair.what} {pair.published}"
            found.append(Claim(item.title, said, here, pair.reason, equal, pair.source))
    return tuple(found)


def table_of_the_texts() -> tuple[Claim, ...]:
    """VGG-16 against ResNet-50 as texts print it: parameters, "FLOPs", size, top-5 error, recomputed."""
    first, second, version = (default_subject(name) for name in (*PAIR, _FIRST_VERSION))
    return (_parameters(first, second), _operations(first, second, version), _sizes(first, second), _errors())


def _parameters(first: Subject, second: Subject) -> Claim:
    counts = first.analysis.totals.parameters, second.analysis.totals.parameters
    return Claim(
        "",
        "138 M and 25.5 M parameters",
        f"{counts[0] / 1e6:.2f} M and {counts[1] / 1e6:.2f} M",
        _digits_note((("138", counts[0]), ("25.5", counts[1])), 10**6),
        True,
        TEXTS,
    )


def _operations(first: Subject, second: Subject, version: Subject) -> Claim:
    counts = [item.analysis.totals.macs for item in (first, second, version)]
    agrees = _cut("3.8", counts[2], 10**9) or _rounds("3.8", counts[2], 10**9)
    why = f"3.8 is v1 ({counts[2] / 1e9:.3f} G), with the stride in the 1×1." if agrees else ""
    return Claim(
        "",
        "15.5 G and 3.8 G “FLOPs”",
        f"{counts[0] / 1e9:.2f} G and {counts[1] / 1e9:.2f} G",
        f"They are MACs. {why}".rstrip(),
        False,
        TEXTS,
    )


def _sizes(first: Subject, second: Subject) -> Claim:
    totals = first.analysis.totals, second.analysis.totals
    sizes = [(item.parameters + item.buffers) * ELEMENT_BYTES for item in totals]
    agrees = _rounds("528", sizes[0], _MIB) and _rounds("98", sizes[1], _MIB)
    return Claim(
        "",
        "528 MB and 98 MB",
        f"{sizes[0] / _MIB:.2f} and {sizes[1] / _MIB:.2f} MiB",
        "MiB, not MB: parameters and buffers in fp32." if agrees else "Parameters and buffers in fp32.",
        False,
        TEXTS,
    )


def _errors() -> Claim:
    # imported here for the same reason as in `default_subject`: the catalogue registers itself
    from explorer.architectures.catalog import architecture_named

    known = [published_accuracy(architecture_named(name)) for name in PAIR]
    errors = [item.top5_error for item in known if item is not None and item.top5_error is not None]
    return Claim(
        "",
        "top-5 error 7.3 % and 5.2 %",
        " and ".join(f"{error:.1f} %" for error in errors),
        "The texts have several crops and scales; these weights see one crop.",
        False,
        TEXTS,
    )


TEXTS = "the text"
"""Who says what most texts print."""


def _digits_note(printed: Sequence[tuple[str, int]], unit: int) -> str:
    """Whether printed digits are the counts, and which of them were cut instead of rounded."""
    cut = [
        f"{count / unit:.3f} was cut to {text}, not rounded"
        for text, count in printed
        if not _rounds(text, count, unit) and _cut(text, count, unit)
    ]
    return f"The same; {', '.join(cut)}." if cut else "The same."


def _rounds(text: str, count: int, unit: int) -> bool:
    return _quantized(text, count, unit, ROUND_HALF_EVEN) == Decimal(text)


def _cut(text: str, count: int, unit: int) -> bool:
    return _quantized(text, count, unit, ROUND_DOWN) == Decimal(text)


def _quantized(text: str, count: int, unit: int, how: str) -> Decimal:
    step = Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
    return (Decimal(count) / unit).quantize(step, how)
