"""A conclusion does not lie: of runs that failed, of lost figures, of trainings that all diverged."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from explorer.core.claims import along, best, higher, not_higher
from explorer.core.experiment import DIVERGED, Cost, Experiment, Measure, Outcome, Verdict, Version, concluded
from explorer.core.pareto import Space, searched
from explorer.core.recipe import Recipe
from tests.core.test_claims import outcome, several

TEST = Measure.TEST_ERROR
COSTS = {name: Cost(100, 1000) for name in "abc"}


def experiment(*claims, lesson=""):
    return Experiment("try", "A try", "?", "", (Version("fast", Recipe(), ()),), claims, lesson=lesson)


def judged(outcomes, *claims, lesson="Lesson."):
    return concluded(experiment(*claims, lesson=lesson), outcomes, COSTS)


@pytest.mark.parametrize("claim", [not_higher("a", "b", TEST), higher("a", "b", TEST)])
def test_where_all_diverged_nothing_is_as_good_as_anything(claim):
    rows = [outcome(name, seed, None, state=DIVERGED) for name in "ab" for seed in (0, 1)]
    found = judged(rows, claim)
    assert found.findings[0].verdict is Verdict.NOT_SEEN
    assert found.findings[0].sentence == "Nothing can be said of a and b: every training diverged."
    assert "Lesson" not in found.sentence
    for other in (along("ab", TEST, "depth"), best("ab", TEST)):
        assert judged(rows, other, lesson="").findings[0].verdict is Verdict.NOT_SEEN


def test_a_run_that_failed_is_named_and_nothing_is_concluded():
    rows = [*several(a=[0.1, 0.1], b=[0.5]), outcome("b", 1, 0.5, state="failed")]
    found = judged(rows, not_higher("a", "b", TEST))
    assert found.sentence == (
        "3 of 4 trainings are over; b with seed 1 ended without a result. What follows may change."
    )


@pytest.mark.parametrize("lost", [(), ((1, 0.5, 0.5), (2, math.nan, math.nan))])
def test_figures_that_are_lost_are_no_error_of_100_percent(lost):
    rows = [*several(a=[0.1], b=[0.5]), Outcome("c", 0, "finished", 1000, 1000, lost)]
    found = judged(rows, not_higher("a", "c", TEST))
    assert found.findings[0].verdict is Verdict.MISSING
    assert "c with seed 0 ended without a result" in found.sentence


def test_depth_pays_only_where_it_beats_the_best_before():
    """The last step goes down, but only from a step up."""
    found = along("abc", TEST, "depth")(several(a=[0.05] * 3, b=[0.30] * 3, c=[0.15] * 3), COSTS)
    assert found.verdict is Verdict.NOT_SEEN
    assert found.gist == "Not seen here that more depth pays"
    late = along("abc", TEST, "depth")(several(a=[0.30] * 3, b=[0.295] * 3, c=[0.1] * 3), COSTS)
    assert late.gist == "More depth pays up to c"


def test_a_study_concludes_with_what_it_found():
    rows = several(a=[0.3] * 3, b=[0.1] * 3, c=[0.1] * 3)
    assert judged(rows, along("abc", TEST, "depth"), lesson="").sentence == "More depth pays up to b."
    reversed_ = several(a=[0.1] * 3, b=[0.3] * 3, c=[0.5] * 3)
    said = judged(reversed_, along("abc", TEST, "depth"), lesson="").sentence
    assert said == "Not seen here that more depth pays."
    one = judged(several(a=[0.3], b=[0.1], c=[0.01]), along("abc", TEST, "depth"), lesson="").sentence
    assert one.startswith("More depth, lower test error. It is one seed only")


def test_a_version_with_other_networks_has_its_own_claims():
    base = experiment(not_higher("a", "b", TEST), lesson="Lesson.")
    other = Version("paper", Recipe(), (), claims=(not_higher("c", "b", TEST),))
    both = replace(base, versions=(*base.versions, other))
    rows = several(b=[0.1, 0.1], c=[0.5, 0.5])
    assert concluded(both, rows, COSTS).findings[0].verdict is Verdict.MISSING
    assert concluded(both, rows, COSTS, "paper").findings[0].verdict is Verdict.NOT_SEEN


def plan(seeds=(0,)):
    from explorer.architectures import catalog

    return searched("lenet", catalog.build("lenet5"), Recipe(), Space((0.25, 0.5, 1.0)), seeds)


def results(found, errors, state="finished"):
    values = dict(zip(found.costs, errors, strict=True))
    return [outcome(item.variant, item.seed, values[item.variant], state=state) for item in found.trials]


def test_a_search_says_that_the_best_cannot_be_told_from_others():
    found = plan((0, 1, 2))
    same = found.judge(results(found, (0.1, 0.1, 0.1)))
    assert "2 others are no worse within chance" in same.sentence
    clear = found.judge(results(found, (0.5, 0.3, 0.1)))
    assert "within chance" not in clear.sentence
    assert "one seed" not in clear.sentence


def test_a_search_of_one_seed_or_of_divergences_says_so():
    found = plan()
    assert "one seed only" in found.judge(results(found, (0.5, 0.3, 0.1))).sentence
    none = found.judge(results(found, (None,) * 3, DIVERGED))
    assert none.sentence == "None of 3 candidates could be trained: every training diverged."
    failed = found.judge(results(found, (0.5, 0.3, 0.1), "failed"))
    assert failed.sentence.startswith("0 of 3 trainings are over; width")
