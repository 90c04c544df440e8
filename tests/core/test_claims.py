"""Conclusions follow from the figures: the same rule says that an effect is there, and that it is not."""

from __future__ import annotations

import pytest

from explorer.core.claims import along, best, cheaper, difference, higher, not_higher
from explorer.core.errors import ExplorerError
from explorer.core.experiment import DIVERGED, Cost, Measure, Outcome, Verdict, checked_seeds

TRAIN, TEST = Measure.TRAIN_ERROR, Measure.TEST_ERROR


def outcome(variant, seed, train, test=None, state="finished"):
    curve = () if train is None else ((1, 0.9, 0.9), (2, train, train if test is None else test))
    return Outcome(variant, seed, state, 1000, 1000, curve)


def several(**errors):
    """Outcomes of each variant with one error a seed."""
    return [
        outcome(name.replace("_", "-"), seed, error)
        for name, row in errors.items()
        for seed, error in enumerate(row)
    ]


def test_a_clear_difference_on_every_seed_is_seen():
    found = higher("plain-56", "plain-20", TRAIN)(
        several(plain_56=[0.6, 0.55, 0.7], plain_20=[0.1, 0.12, 0.1]), {}
    )
    assert found.verdict is Verdict.SEEN
    assert "61.7 % against 10.7 %" in found.sentence
    assert "over 3 seeds" in found.sentence


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([0.1, 0.12, 0.1], [0.6, 0.55, 0.7], "it is lower"),
        ([0.30, 0.10, 0.20], [0.10, 0.30, 0.20], "within chance"),
        ([0.101, 0.102, 0.103], [0.1, 0.1, 0.1], "within chance"),  # of 1,000 pictures: two more or fewer
        ([0.60, 0.60, 0.09], [0.1, 0.1, 0.1], "within chance"),  # one seed says otherwise
    ],
)
def test_what_is_not_there_is_said_not_to_be(one, other, said):
    found = higher("a", "b", TRAIN)(several(a=one, b=other), {})
    assert found.verdict is Verdict.NOT_SEEN
    assert found.sentence.startswith("Not seen here")
    assert said in found.sentence


def test_as_good_as_includes_better_and_what_chance_may_do():
    claim = not_higher("deep", "shallow", TRAIN)
    same, lower, worse = (
        claim(several(deep=deep, shallow=[0.1, 0.1, 0.1]), {})
        for deep in ([0.1, 0.11, 0.1], [0.01, 0.02, 0.01], [0.3, 0.35, 0.3])
    )
    assert (same.verdict, lower.verdict, worse.verdict) == (Verdict.SEEN, Verdict.SEEN, Verdict.NOT_SEEN)
    assert "no higher" in same.sentence
    assert "a lower" in lower.sentence
    assert "its training error is higher" in worse.sentence


def test_no_error_at_all_is_still_an_estimate():
    assert difference(several(a=[0.0], b=[0.0]), "a", "b", TRAIN).margin > 0


def test_one_seed_has_the_margin_of_its_pictures():
    found = difference(several(a=[0.5], b=[0.1]), "a", "b", TRAIN)
    # two standard errors of the difference of two shares of 1,000 pictures
    assert found.margin == pytest.approx(2 * (0.25 / 1000 + 0.09 / 1000) ** 0.5, rel=0.01)


def test_only_seeds_that_both_have_are_compared():
    rows = [outcome("a", 0, 0.5), outcome("a", 1, 0.9), outcome("b", 0, 0.1), outcome("b", 2, 0.9)]
    assert difference(rows, "a", "b", TRAIN).each == (pytest.approx(0.4),)
    assert difference([outcome("a", 0, 0.5), outcome("b", 1, 0.1)], "a", "b", TRAIN) is None


def test_a_run_that_diverged_counts_as_nothing_right_and_is_named():
    rows = [outcome("a", 0, None, state=DIVERGED), outcome("b", 0, 0.2)]
    found = higher("a", "b", TRAIN)(rows, {})
    assert found.verdict is Verdict.SEEN
    assert "100.0 % against 20.0 %" in found.sentence
    assert "a diverged with seed 0" in found.sentence


def test_what_is_not_trained_is_missing():
    rows = [outcome("a", 0, 0.5), outcome("b", 0, 0.1, state="stopped")]
    assert higher("a", "b", TRAIN)(rows, {}).verdict is Verdict.MISSING


def test_a_row_says_how_far_more_pays():
    costs = {name: Cost(100, 1000 * 2**place) for place, name in enumerate("abc")}
    found = along("abc", TEST, "depth")(several(a=[0.5, 0.5], b=[0.2, 0.2], c=[0.2, 0.2]), costs)
    assert found.verdict is Verdict.SEEN
    assert found.sentence.startswith("More depth pays up to b: a → b: 50.0 % to 20.0 %, 2 × the MACs")
    assert "(within chance)" in found.sentence
    none = along("ab", TEST, "depth")(several(a=[0.2, 0.2], b=[0.5, 0.5]), costs)
    assert none.verdict is Verdict.NOT_SEEN
    assert "(higher)" in none.sentence


def test_no_winner_is_named_where_chance_may_decide():
    costs = {name: Cost(100, 1000) for name in "abc"}
    clear = best("abc", TEST)(several(a=[0.5, 0.5], b=[0.1, 0.1], c=[0.4, 0.4]), costs)
    assert clear.verdict is Verdict.SEEN
    assert clear.sentence.startswith("b has the lowest test error, 10.0 %")
    close = best("abc", TEST)(several(a=[0.5, 0.5], b=[0.1, 0.1], c=[0.101, 0.1]), costs)
    assert close.verdict is Verdict.NOT_SEEN
    assert "No winner is seen here: b 10.0 %" in close.sentence
    assert "c cannot be told from b" in close.sentence


def test_costs_are_compared_exactly():
    costs = {"a": Cost(100, 5), "b": Cost(101, 5)}
    assert cheaper("a", "b")([], costs).verdict is Verdict.SEEN
    assert cheaper("b", "a")([], costs).verdict is Verdict.NOT_SEEN
    assert cheaper("a", "b", "macs")([], costs).verdict is Verdict.NOT_SEEN


def test_seeds_are_read_from_a_text():
    assert checked_seeds(" 2, 0,2 ") == (2, 0)
    for text in ("", "a", "-1", "1.5", "0;1"):
        with pytest.raises(ExplorerError, match="whole numbers"):
            checked_seeds(text)
