"""Candidates by exact counts, and the front of what was trained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.experiment import Cost, Outcome
from explorer.core.pareto import MACS, PARAMETERS, Space, candidates, points, searched
from explorer.core.recipe import Recipe

GRAPH = catalog.build("cifar_resnet20", depth=8, side=8, in_channels=1)


def over(label, error, seed=0, state="finished"):
    return Outcome(label, seed, state, 1000, 1000, ((1, error, error),))


def test_candidates_are_counted_exactly_and_kept_inside_the_budget():
    space = Space((0.5, 1.0, 2.0), (1.0, 2.0), PARAMETERS, 100_000)
    inside, outside = candidates(GRAPH, space)
    assert len(inside) + len(outside) == 6
    assert all(item.cost.parameters <= 100_000 for item in inside)
    assert all(item.cost.parameters > 100_000 for item in outside)
    assert [item.cost.parameters for item in inside] == sorted(item.cost.parameters for item in inside)
    wide = next(item for item in inside + outside if item.label == "width ×0.5, depth ×2")
    same = catalog.build("cifar_resnet20", depth=14, width=0.5, side=8, in_channels=1)
    assert wide.cost == Cost(*_counts(same))


def _counts(graph):
    from explorer.core.analysis import analyze

    totals = analyze(graph).totals
    return totals.parameters, totals.macs


def test_factors_that_round_to_the_same_network_count_once():
    inside, _ = candidates(GRAPH, Space((1.0, 1.001), (1.0, 1.1)))
    assert len(inside) == 1


def test_a_budget_in_macs():
    inside, outside = candidates(GRAPH, Space((0.5, 1.0), counted=MACS, limit=400_000))
    assert [item.label for item in inside] == ["width ×0.5, depth ×1"]
    assert outside[0].cost.macs > 400_000


def test_what_cannot_be_searched_is_refused():
    with pytest.raises(ExplorerError, match="the smallest has"):
        searched("net", GRAPH, Recipe(), Space(limit=10))
    with pytest.raises(ExplorerError, match="cannot be made deeper"):
        candidates(catalog.build("lenet5"), Space((1.0,), (1.0, 2.0)))
    with pytest.raises(ExplorerError, match="at most 200"):
        candidates(GRAPH, Space(tuple(range(1, 22)), tuple(range(1, 12))))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 20)), min_size=1, max_size=15))
def test_nothing_beats_the_front_and_something_beats_all_else(pairs):
    costs = {str(place): Cost(cost, 1) for place, (cost, _) in enumerate(pairs)}
    found = points([over(str(place), error / 20) for place, (_, error) in enumerate(pairs)], costs)
    front = [item for item in found if item.on_front]
    assert front
    for item in found:
        beaten = any(
            other.cost <= item.cost
            and other.error <= item.error
            and (other.cost, other.error) != (item.cost, item.error)
            for other in found
        )
        assert item.on_front is not beaten


def test_the_conclusion_names_the_front_and_what_is_as_good_for_less():
    plan = searched("net", GRAPH, Recipe(), Space((0.5, 1.0, 2.0)), (0, 1))
    small, middle, large = plan.costs
    errors = {small: 0.4, middle: 0.1, large: 0.099}
    outcomes = [over(trial.variant, errors[trial.variant], trial.seed) for trial in plan.trials]
    said = plan.judge(outcomes)
    assert f"{large} has the lowest test error, 9.9 %" in said.sentence
    assert f"{middle} is as good as {large} within chance" in said.findings[1].sentence
    part = [replace(outcomes[0], state="running"), *outcomes[1:]]
    assert plan.judge(part).sentence == "5 of 6 trainings are over."


def test_another_recipe_has_folders_of_its_own_and_another_seed_those_of_the_search():
    first = searched("net", GRAPH, Recipe(), Space((0.5, 1.0)), (0, 1))
    again = searched("net", GRAPH, Recipe(seed=7), Space((1.0, 0.5)), (0, 1))
    other = searched("net", GRAPH, Recipe(epochs=3), Space((0.5, 1.0)), (0, 1))
    assert [trial.folder for trial in first.trials] == [trial.folder for trial in again.trials]
    assert not {trial.folder for trial in first.trials} & {trial.folder for trial in other.trials}
