from __future__ import annotations

import pytest

from explorer.core.errors import ValueOutOfRange
from explorer.core.recipe import Recipe, Schedule


def rates(schedule, steps=8):
    recipe = Recipe(learning_rate=0.8, schedule=schedule)
    return [recipe.learning_rate_at(step / steps) for step in range(steps)]


def test_the_cosine_falls_from_all_to_nearly_nothing_and_is_half_in_the_middle():
    found = rates(Schedule.COSINE)
    assert found[0] == 0.8
    assert found[4] == pytest.approx(0.4)
    assert found == sorted(found, reverse=True)
    assert Recipe(learning_rate=0.8).learning_rate_at(1.0) == pytest.approx(0.0)


def test_the_steps_are_at_half_and_three_quarters():
    assert rates(Schedule.STEP) == pytest.approx([0.8] * 4 + [0.08] * 2 + [0.008] * 2)


def test_a_constant_rate_stays():
    assert rates(Schedule.CONSTANT) == [0.8] * 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch_size": 1.5},
        {"learning_rate": float("nan")},
        {"momentum": 1.0},
        {"schedule": "linear"},
        {"seed": -1},
        {"shift": 65},
        {"flip": 1},
        {"data": 3},
    ],
)
def test_values_outside_the_limits_are_refused(wrong):
    with pytest.raises(ValueOutOfRange):
        Recipe(**wrong)
