"""What is published of a known network, beside what is counted of it."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.architectures.architecture import Architecture, architectures
from explorer.architectures.printed import Comparison, Counted, Quantity, Verdict, judged, shown
from explorer.architectures.torchvision_sets import WeightFigures, size_reason
from explorer.core.analysis import Totals
from explorer.core.graph import Graph
from explorer.core.shapes import Side, pair

_IMAGENET = "IMAGENET1K_"


def recognized(graph: Graph, totals: Totals, name: str = "") -> Architecture | None:
    """The network of the catalogue that a graph is, with its default options; None where it is none.

    `name` is looked at first.
    """
    known = architectures()
    likely = [known[name]] if name in known else []
    likely += [item for item in known.values() if item.name != name]
    for item in likely:
        figures = (item.facts.parameters, item.facts.macs)
        if figures == (totals.parameters, totals.macs) and item.build() == graph:
            return item
    return None


def counted(totals: Totals) -> Counted:
    """The sums of an analysis as they are compared with what is published."""
    return Counted(totals.parameters, totals.macs, totals.buffers)


def comparisons(architecture: Architecture, totals: Totals) -> tuple[Comparison, ...]:
    """Every published figure of a network beside the counted one: the paper's, then torchvision's.

    `totals` are those of the network with its default options.
    """
    ours, facts = counted(totals), architecture.facts
    found = [judged(item, ours) for item in facts.published]
    for figures in facts.weights:
        found += _torchvision(figures, ours, architecture.options["side"])
    return tuple(_merged(found))


def tally(found: tuple[Comparison, ...]) -> dict[Verdict, int]:
    """How many figures have which verdict; verdicts that do not occur are left out."""
    counts = {verdict: sum(item.verdict is verdict for item in found) for verdict in Verdict}
    return {verdict: count for verdict, count in counts.items() if count}


def _torchvision(figures: WeightFigures, ours: Counted, side: Side) -> Iterator[Comparison]:
    source = f"torchvision, {figures.name.removeprefix(_IMAGENET)}"
    equal = figures.parameters == ours.parameters
    yield Comparison(
        str(Quantity.PARAMETERS),
        source,
        f"{figures.parameters:,}",
        shown(Quantity.PARAMETERS, ours.parameters),
        Verdict.EQUAL if equal else Verdict.UNEXPLAINED,
        _parameter_note(figures),
    )
    if ours.macs is not None:
        yield _operations(figures, ours.macs, side, source)
    reason = size_reason(figures, ours.numbers)
    yield Comparison(
        str(Quantity.SIZE),
        source,
        f"{figures.mebibytes:,} MiB",
        shown(Quantity.SIZE, ours.of(Quantity.SIZE) or 0),
        Verdict.UNEXPLAINED if reason is None else Verdict.EXPLAINED,
        reason or "no known reason fits",
    )
    if figures.top1 is not None:
        shares = f"{figures.top1} %, {figures.top5} %"
        yield Comparison("top-1 and top-5 accuracy, one crop", source, shares, "", Verdict.STATED)


def _operations(figures: WeightFigures, macs: int, side: Side, source: str) -> Comparison:
    """torchvision's "GFLOPS" are 10⁹ multiply-accumulates, rounded to three decimals."""
    equal = round(macs / 10**9, 3) == figures.gmacs
    reason = "torchvision calls them GFLOPS; they are 10⁹ multiply-accumulates"
    verdict = Verdict.EQUAL if equal else Verdict.UNEXPLAINED
    if not equal and pair(side) != pair(figures.side):
        verdict, reason = Verdict.EXPLAINED, f"published for pictures of {figures.side} pixels"
    return Comparison(
        str(Quantity.MACS), source, f"{figures.gmacs} × 10⁹", shown(Quantity.MACS, macs), verdict, reason
    )


def _parameter_note(figures: WeightFigures) -> str:
    return "the auxiliary heads are left out, here and there" if figures.network == "googlenet" else ""


def _merged(found: list[Comparison]) -> Iterator[Comparison]:
    """Sets that agree in a figure share one line."""
    lines: dict[tuple[str, str, str], Comparison] = {}
    for item in found:
        key = (item.what, item.published, item.counted)
        before = lines.get(key)
        if before is None or not item.source.startswith("torchvision"):
            lines[(*key[:2], key[2] + item.source) if before else key] = item
            continue
        extra = item.source.rpartition(", ")[2]
        lines[key] = Comparison(
            item.what, f"{before.source}, {extra}", item.published, item.counted, item.verdict, item.reason
        )
    yield from lines.values()


__all__ = ["comparisons", "counted", "recognized", "tally"]
