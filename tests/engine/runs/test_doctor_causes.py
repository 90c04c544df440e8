"""The doctor tells a cause from what follows from it, and keeps silent where a figure has another reason."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from explorer.engine.events import Failed, Point, Stepped
from explorer.engine.runs import finding as kind
from tests.engine.runs.test_doctor import CONSTANT, epoch, history, kinds, look, only, steps


def rising_rate(made, losses, rates):
    points = (
        Point(step, 1, loss, 0.1, rate)
        for step, (loss, rate) in enumerate(zip(losses, rates, strict=True), 1)
    )
    made.take(Stepped(tuple(points), 100.0))


def one_answer(place):
    return tuple(tuple(10 if column == place else 0 for column in range(10)) for _ in range(10))


@pytest.mark.parametrize(
    ("optimizer", "rate", "lower"), [("sgd", 100.0, 0.05), ("sgd", 0.1, 0.01), ("adamw", 1.0, 1e-3)]
)
def test_a_rate_that_is_too_high_falls_to_one_that_learns(optimizer, rate, lower):
    made = history(replace(CONSTANT, learning_rate=rate, optimizer=optimizer))
    steps(made, [2.4] * 10 + [9.0] * 100)
    assert only(made).remedies[0].recipe.learning_rate == pytest.approx(lower)


def test_a_loss_that_begins_high_and_falls_by_small_steps_is_not_too_high_a_rate():
    made = history()
    steps(made, [20 - step / 10 for step in range(100)])
    for step in range(10, 101, 10):
        look(made, step, update=(1e-3,) * 3)
    assert kinds(made) == []
    for step in range(110, 191, 10):
        look(made, step, update=(5e-2,) * 3)
    assert kinds(made) == [kind.TOO_HIGH]


def test_a_warm_up_and_the_end_of_a_schedule_are_not_too_low_a_rate():
    """The weights hardly move where the rate is low on purpose."""
    warming = history()
    rising_rate(warming, [2.3] * 100, [1e-6 * step for step in range(100)])
    for step in range(10, 101, 10):
        look(warming, step, update=(1e-6,) * 3)
    for number in range(1, 6):
        epoch(warming, number, 2.3, 2.3, 0.1, 0.1, one_answer(1))
    assert kinds(warming) == []
    ending = history()
    rising_rate(ending, [2.2] * 200, [0.05] * 100 + [1e-6] * 100)
    for step in range(10, 201, 10):
        look(ending, step, update=((2e-3 if step <= 100 else 1e-6),) * 3)
    assert kinds(ending) == []
    low = history()
    steps(low, [2.3] * 200)
    for step in range(10, 201, 10):
        look(low, step, update=(1e-6,) * 3)
    assert kinds(low) == [kind.TOO_LOW]


def test_what_follows_from_too_high_a_rate_is_not_said_beside_it():
    made = history(replace(CONSTANT, learning_rate=100.0))
    steps(made, [2.4] * 2 + [900.0] * 100)
    for step in range(10, 101, 10):
        last = step > 50
        look(made, step, gradient=(1e-5, 0.05 if not last else 40.0, 4.0), update=(0.2,) * 3)
    assert kinds(made) == [kind.TOO_HIGH]
    learnt = history()
    steps(learnt, [0.5] * 50 + [9.0] * 60)
    for step in range(10, 101, 10):
        look(learnt, step, gradient=(0.05 if step <= 50 else 40.0, 1.0, 1.0), update=(0.2,) * 3)
    assert kinds(learnt) == [kind.TOO_HIGH, kind.EXPLODING]


def test_a_network_whose_numbers_grow_from_layer_to_layer_explodes_before_any_step():
    made = history()
    steps(made, [4e4, 1e30])
    made.take(Failed(3, 0, "the training diverged: at step 3 the loss is no longer a finite number", "lower"))
    finding = only(made)
    assert finding.kind == kind.EXPLODING
    assert "The loss of the first step is 4e+04, and guessing gives 2.3" in finding.sentence
    assert finding.remedies[0].recipe.clip_norm == 1.0
    sane = history()
    steps(sane, [2.5, 1e30])
    sane.take(Failed(3, 0, "the training diverged: at step 3 the loss is no longer a finite number", "lower"))
    assert kinds(sane) == [kind.TOO_HIGH]
    recovered = history()
    steps(recovered, [4e4] + [2.0 - step / 100 for step in range(100)])
    assert kinds(recovered) == []


def test_a_layer_that_began_dead_gets_other_weights_and_one_that_died_a_lower_rate():
    began = history()
    steps(began, [2.3] * 100)
    for step in range(10, 101, 10):
        look(began, step, gradient=(0.0, 0.0, 0.2), dead=(0.1, 0.97 if step == 60 else 1.0))
    finding = only(began)
    assert "from the first look on" in finding.sentence
    assert [item.recipe.seed for item in finding.remedies] == [1, 0]
    died = history()
    steps(died, [2.3, 2e4] + [2.3] * 98)
    for step in range(10, 101, 10):
        look(died, step, gradient=(0.0, 0.0, 0.2), dead=(0.1, 1.0))
    finding = only(died)
    assert "first look" not in finding.sentence
    assert [item.recipe.learning_rate for item in finding.remedies] == [pytest.approx(0.005)]


def test_one_answer_that_is_another_class_every_epoch_is_a_dead_network_too():
    made = history()
    steps(made, [2.31] * 100)
    for number in range(1, 5):
        epoch(made, number, 2.31, 2.31, 0.1, 0.1, one_answer(number))
    finding = only(made)
    assert finding.kind == kind.DEAD
    assert "one and the same class, another at times, since 4 epochs" in finding.sentence


def test_one_answer_at_less_than_the_loss_of_guessing_is_the_commonest_class():
    made = history()
    steps(made, [0.4] * 100)
    for number in range(1, 5):
        epoch(made, number, 0.4, 0.4, 0.9, 0.9, one_answer(1))
    assert kinds(made) == []


def test_the_changes_of_a_step_are_told_only_where_the_rate_is_at_its_height():
    made = history()
    assert math.isnan(made.change())
    assert not made.at_height
    rising_rate(made, [2.0] * 40, [0.05] * 20 + [0.001] * 20)
    for step in range(5, 41, 5):
        look(made, step, update=((1e-2 if step <= 20 else 1e-5),) * 3)
    assert made.change() == pytest.approx(1e-2)
    assert made.at_height
