"""Rules that turn what trainings measured into sentences; differences within chance count as none."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.experiment import DIVERGED, Claim, Costs, Finding, Measure, Outcome, Verdict

_ERRORS = 2.0
"""How many standard errors a difference must have to be more than chance."""


@dataclass(frozen=True)
class Difference:
    """How much higher the figure of one variant is than that of another, seed by seed.

    `margin` is what chance may do: two standard errors of the mean difference, told from the spread
    over the seeds, or from the number of pictures where that says more (or there is one seed only).
    """

    one: float
    other: float
    each: tuple[float, ...]
    margin: float

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return statistics.fmean(self.each)

    @property
    def is_higher(self) -> bool:
        """Whether the first is higher by more than chance, on every seed."""
        return self.mean > self.margin and min(self.each) > 0

    @property
    def is_lower(self) -> bool:
        """Whether the first is lower by more than chance, on every seed."""
        return -self.mean > self.margin and max(self.each) < 0

    @property
    def text(self) -> str:
        """The difference with its margin, in percentage points."""
        seeds = f" over {len(self.each)} seeds" if len(self.each) > 1 else ""
        return f"{100 * abs(self.mean):.1f} ± {100 * self.margin:.1f} points apart{seeds}"


def difference(outcomes: Sequence[Outcome], one: str, other: str, measure: Measure) -> Difference | None:
    """How two variants differ on the seeds that both have; None where they have none in common.

    Source: the standard error of paired differences, and that of a share of n pictures, √(p (1 − p) / n).
    """
    found = {(item.variant, item.seed): item for item in outcomes if item.is_over}
    seeds = sorted(
        {item.seed for item in outcomes if (one, item.seed) in found and (other, item.seed) in found}
    )
    if not seeds:
        return None
    pairs = [(found[one, seed], found[other, seed]) for seed in seeds]
    each = tuple(first.value(measure) - second.value(measure) for first, second in pairs)
    counted = math.sqrt(sum(_variance(item, measure) for pair in pairs for item in pair) / len(pairs))
    spread = statistics.stdev(each) if len(each) > 1 else 0.0
    means = [statistics.fmean(item.value(measure) for item in row) for row in zip(*pairs, strict=True)]
    return Difference(means[0], means[1], each, _ERRORS * max(counted, spread) / math.sqrt(len(each)))


def higher(one: str, other: str, measure: Measure) -> Claim:
    """The claim that one variant's figure is higher than another's."""

    def judge(outcomes: Sequence[Outcome], _: Costs) -> Finding:
        found = difference(outcomes, one, other, measure)
        if found is None:
            return _missing(one, other)
        if _nothing_learnt(outcomes, one, other):
            return _void(one, other)
        figures = _figures(outcomes, found, one, other)
        if found.is_higher:
            return Finding(Verdict.SEEN, f"{one} has a higher {measure.value} than {other}: {figures}.")
        how = "it is lower" if found.is_lower else "the difference is within chance"
        return Finding(
            Verdict.NOT_SEEN,
            f"Not seen here that {one} has a higher {measure.value} than {other}; {how}: {figures}.",
        )

    return judge


def not_higher(one: str, other: str, measure: Measure) -> Claim:
    """The claim that one variant's figure is lower than another's, or the same within chance."""

    def judge(outcomes: Sequence[Outcome], _: Costs) -> Finding:
        found = difference(outcomes, one, other, measure)
        if found is None:
            return _missing(one, other)
        if _nothing_learnt(outcomes, one, other):
            return _void(one, other)
        figures = _figures(outcomes, found, one, other)
        if found.is_higher:
            return Finding(
                Verdict.NOT_SEEN,
                f"Not seen here that {one} is as good as {other}; its {measure.value} is higher: {figures}.",
            )
        how = "a lower" if found.is_lower else "no higher"
        note = "" if found.is_lower else ", which is within chance"
        return Finding(Verdict.SEEN, f"{one} has {how} {measure.value} than {other}: {figures}{note}.")

    return judge


def along(labels: Sequence[str], measure: Measure, more: str) -> Claim:
    """How a figure goes along a row of variants, each of which has `more` (depth, width) than the last."""

    def judge(outcomes: Sequence[Outcome], costs: Costs) -> Finding:
        steps = [
            (one, other, found)
            for one, other in itertools.pairwise(labels)
            if (found := difference(outcomes, other, one, measure)) is not None
        ]
        if len(steps) < len(labels) - 1:
            return _missing(*labels)
        if _nothing_learnt(outcomes, *labels):
            return _void(*labels)
        top = labels[0]
        for label in labels[1:]:  # what pays beats the best before it, not only the last
            gain = difference(outcomes, label, top, measure)
            top = label if gain is not None and gain.is_lower else top
        parts = [_step_text(*item, costs) for item in steps]
        if all(item[2].is_lower for item in steps):
            start = f"More {more}, lower {measure.value}"
        else:
            pays = f"More {more} pays up to {top}"
            start = pays if top != labels[0] else f"Not seen here that more {more} pays"
        verdict = Verdict.SEEN if top != labels[0] else Verdict.NOT_SEEN
        return Finding(verdict, f"{start}: {'; '.join(parts)}{_diverged(outcomes, *labels)}.", start)

    return judge


def cheaper(one: str, other: str, what: str = "parameters") -> Claim:
    """The claim that a variant has fewer parameters or MACs than another; exact counts decide."""

    def judge(_: Sequence[Outcome], costs: Costs) -> Finding:
        if one not in costs or other not in costs:
            return _missing(one, other)
        few, many = (getattr(costs[label], what) for label in (one, other))
        word = "MACs" if what == "macs" else what
        said = f"{one} has {few:,} {word}, {other} {many:,}"
        if few < many:
            return Finding(Verdict.SEEN, f"{said}: {many / max(1, few):.3g} times as many.")
        return Finding(Verdict.NOT_SEEN, f"Not seen here that {one} needs fewer {word}: {said}.")

    return judge


def best(labels: Sequence[str], measure: Measure) -> Claim:
    """Which variant has the lowest figure, and which others cannot be told from it."""

    def judge(outcomes: Sequence[Outcome], costs: Costs) -> Finding:
        means = {label: _mean(outcomes, label, measure) for label in labels}
        ranked = sorted((value, label) for label, value in means.items() if value is not None)
        if len(ranked) < len(labels):
            return _missing(*labels)
        if _nothing_learnt(outcomes, *labels):
            return _void(*labels)
        (lowest, first), *rest = ranked
        close = [
            label
            for _, label in rest
            if (found := difference(outcomes, label, first, measure)) is not None and not found.is_higher
        ]
        said = f"{first} has the lowest {measure.value}, {percent(lowest)}{_cost_text(first, costs)}"
        others = ", ".join(f"{label} {percent(value)}{_cost_text(label, costs)}" for value, label in rest)
        if close:
            told = f"{_listed(close)} cannot be told from {first}: the difference is within chance"
            return Finding(
                Verdict.NOT_SEEN,
                f"No winner is seen here: {first} {percent(lowest)}{_cost_text(first, costs)}, {others};"
                f" {told}{_diverged(outcomes, *labels)}.",
            )
        return Finding(Verdict.SEEN, f"{said}; then {others}{_diverged(outcomes, *labels)}.")

    return judge


def _variance(item: Outcome, measure: Measure) -> float:
    """The variance of a share of so many pictures; with one more right and one more wrong, so never 0."""
    count = item.pictures(measure)
    share = (item.value(measure) * count + 1) / (count + 2)
    return share * (1 - share) / max(1, count)


def _figures(outcomes: Sequence[Outcome], found: Difference, one: str, other: str) -> str:
    notes = _diverged(outcomes, one, other)
    return f"{percent(found.one)} against {percent(found.other)}, {found.text}{notes}"


def _diverged(outcomes: Sequence[Outcome], *labels: str) -> str:
    """Which trainings of some variants diverged, as the end of a sentence; nothing where none did."""
    failed = [
        f"{item.variant} diverged with seed {item.seed}"
        for item in outcomes
        if item.variant in labels and item.state == DIVERGED
    ]
    return f"; {', '.join(failed)}, which counts as 100 %" if failed else ""


def _nothing_learnt(outcomes: Sequence[Outcome], *labels: str) -> bool:
    """Whether every training of some variants diverged: then all are equal, and none is good."""
    return all(item.state == DIVERGED for item in outcomes if item.variant in labels and item.is_over)


def _void(*labels: str) -> Finding:
    text = f"Nothing can be said of {_listed(labels)}: every training diverged"
    return Finding(Verdict.NOT_SEEN, f"{text}.", text)


def _step_text(one: str, other: str, found: Difference, costs: Costs) -> str:
    told = percent(found.other), percent(found.one)
    how = "" if found.is_lower else " (higher)" if found.is_higher else " (within chance)"
    times = ""
    if one in costs and other in costs and costs[one].macs:
        times = f", {costs[other].macs / costs[one].macs:.2g} × the MACs"
    return f"{one} → {other}: {told[0]} to {told[1]}{how}{times}"


def _mean(outcomes: Sequence[Outcome], label: str, measure: Measure) -> float | None:
    values = [item.value(measure) for item in outcomes if item.variant == label and item.is_over]
    return statistics.fmean(values) if values else None


def _cost_text(label: str, costs: Costs) -> str:
    return f" ({costs[label].parameters:,} parameters)" if label in costs else ""


def _missing(*labels: str) -> Finding:
    return Finding(Verdict.MISSING, f"{_listed(labels)}: not all are trained yet.")


def _listed(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.1f} %"
