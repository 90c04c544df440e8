"""A search over width and depth inside a budget: candidates by exact counts, and the front of them."""

from __future__ import annotations

import hashlib
import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from explorer.core import notation
from explorer.core.analysis import analyze
from explorer.core.claims import difference, percent
from explorer.core.errors import ExplorerError
from explorer.core.experiment import (
    DIVERGED,
    Conclusion,
    Cost,
    Costs,
    Finding,
    Measure,
    Outcome,
    Plan,
    Trial,
    Verdict,
    caution,
    folder_name,
    unfinished,
)
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.scaling import counts, deepened, widened

PARAMETERS, MACS = "parameters", "macs"
"""What a candidate costs, and a budget limits."""

_MOST = 200


@dataclass(frozen=True)
class Candidate:
    """The network with its maps and its stages multiplied, and what it costs exactly."""

    label: str
    graph: Graph
    cost: Cost


@dataclass(frozen=True)
class Space:
    """What is tried: factors of the width and of the depth, and how much a candidate may cost.

    `limit` is in parameters or in MACs of one picture, as `counted` says; 0 is none.
    """

    widths: tuple[float, ...] = (0.5, 1.0, 2.0)
    depths: tuple[float, ...] = (1.0,)
    counted: str = PARAMETERS
    limit: int = 0


@dataclass(frozen=True)
class Point:
    """A trained candidate: its cost, its mean error over the seeds, and whether none is better in both."""

    label: str
    cost: int
    error: float
    on_front: bool = False


def candidates(graph: Graph, space: Space) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The networks of a space that fit its budget, the cheapest first, and those that do not.

    Factors that give the same network count once.

    Raises:
        ExplorerError: a factor makes no sense, the network has nothing to scale, or there are more than 200.
    """
    if len(space.widths) * len(space.depths) > _MOST:
        raise ExplorerError(f"a search has at most {_MOST} candidates; name fewer widths or depths")
    if any(factor != 1 for factor in space.depths) and not counts(graph):
        raise ExplorerError("the network repeats nothing, so it cannot be made deeper; leave the depth at 1")
    found: list[Candidate] = []
    for depth in space.depths:
        deep = deepened(graph, depth) if counts(graph) else graph
        for width in space.widths:
            scaled = widened(deep, width)
            analysis = analyze(scaled)
            if analysis.problems:
                raise ExplorerError(f"the network with width ×{width:g} and depth ×{depth:g} has a problem")
            cost = Cost(analysis.totals.parameters, analysis.totals.macs)
            candidate = Candidate(f"width ×{width:g}, depth ×{depth:g}", scaled, cost)
            if all(known.graph != scaled for known in found):
                found.append(candidate)
    ranked = sorted(found, key=lambda item: _price(item.cost, space.counted))
    inside = [item for item in ranked if not space.limit or _price(item.cost, space.counted) <= space.limit]
    return tuple(inside), tuple(item for item in ranked if item not in inside)


def searched(name: str, graph: Graph, recipe: Recipe, space: Space, seeds: Sequence[int] = (0,)) -> Plan:
    """A search as trainings: all candidates inside the budget with the first seed, then with the next.

    Raises:
        ExplorerError: see `candidates`; or nothing fits the budget.
    """
    inside, outside = candidates(graph, space)
    if not inside:
        cheapest = _price(outside[0].cost, space.counted)
        raise ExplorerError(
            f"no candidate has {space.limit:,} {word(space.counted)} or fewer; the smallest has {cheapest:,}"
        )
    costs = {item.label: item.cost for item in inside}
    mark = _mark(graph, recipe)
    trials = tuple(
        Trial(
            item.label,
            seed,
            item.graph,
            replace(recipe, seed=seed),
            folder_name("search", name, item.label, f"seed-{seed}", mark),
        )
        for seed in seeds
        for item in inside
    )
    return Plan(
        f"{name}: width and depth",
        "search",
        trials,
        costs,
        lambda outcomes: _concluded(outcomes, costs, space, len(outside)),
    )


def points(outcomes: Iterable[Outcome], costs: Costs, counted: str = PARAMETERS) -> tuple[Point, ...]:
    """What is trained so far as points, the cheapest first; the front has those that none beats in both.

    Source: the order of Pareto; of two equal ones both are on the front.
    """
    errors: dict[str, list[float]] = {}
    for item in outcomes:
        if item.is_over:
            errors.setdefault(item.variant, []).append(item.value(Measure.TEST_ERROR))
    found = [
        Point(label, _price(costs[label], counted), statistics.fmean(values))
        for label, values in errors.items()
    ]
    found.sort(key=lambda item: (item.cost, item.error))
    return tuple(replace(item, on_front=not any(_beats(other, item) for other in found)) for item in found)


def word(counted: str) -> str:
    """How what is counted is written."""
    return "MACs" if counted == MACS else counted


def _mark(graph: Graph, recipe: Recipe) -> str:
    """Six signs that tell the runs of one search from those with another network or recipe."""
    data = [notation.graph_to_data(graph), notation.settings_to_data(replace(recipe, seed=0))]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:6]


def _beats(one: Point, other: Point) -> bool:
    no_worse = one.cost <= other.cost and one.error <= other.error
    return no_worse and (one.cost < other.cost or one.error < other.error)


def _concluded(outcomes: Sequence[Outcome], costs: Costs, space: Space, outside: int) -> Conclusion:
    found = points(outcomes, costs, space.counted)
    unit = word(space.counted)
    if not found or not all(item.is_over for item in outcomes):
        return Conclusion((), unfinished(outcomes))
    if all(item.state == DIVERGED for item in outcomes):
        return Conclusion((), f"None of {len(found)} candidates could be trained: every training diverged.")
    front = [item for item in found if item.on_front]
    first = min(front, key=lambda item: (item.error, item.cost))
    listed = "; ".join(f"{item.label} {percent(item.error)} with {item.cost:,}" for item in front)
    findings = [Finding(Verdict.SEEN, f"The front, by test error and {unit}: {listed}.")]
    cheap = _cheapest_as_good(front, first, outcomes)
    if cheap is not None and cheap is not first:
        text = (
            f"{cheap.label} is as good as {first.label} within chance, with"
            f" {first.cost / max(1, cheap.cost):.2g} times fewer {unit}."
        )
        findings.append(Finding(Verdict.SEEN, text))
    limit = f" within {space.limit:,} {unit}" if space.limit else ""
    left = f" ({outside} more cost too much)" if outside else ""
    return Conclusion(
        tuple(findings),
        f"Of {len(found)} candidates{limit}{left}, {first.label} has the lowest test error,"
        f" {percent(first.error)}, with {first.cost:,} {unit}{_alike(found, first, outcomes)}."
        + caution(outcomes),
    )


def _alike(found: Sequence[Point], first: Point, outcomes: Sequence[Outcome]) -> str:
    """How many others cannot be told from the best, as the end of a sentence."""
    close = [
        item
        for item in found
        if item.label != first.label
        and (gap := difference(outcomes, item.label, first.label, Measure.TEST_ERROR)) is not None
        and not gap.is_higher
    ]
    if not close:
        return ""
    which = f"{close[0].label} is" if len(close) == 1 else f"{len(close)} others are"
    return f"; {which} no worse within chance"


def _cheapest_as_good(front: Sequence[Point], first: Point, outcomes: Sequence[Outcome]) -> Point | None:
    """The cheapest point of the front that cannot be told from the best."""
    for item in front:
        found = difference(outcomes, item.label, first.label, Measure.TEST_ERROR)
        if found is not None and not found.is_higher:
            return item
    return None


def _price(cost: Cost, counted: str) -> int:
    return cost.macs if counted == MACS else cost.parameters
