from __future__ import annotations

import json

import pytest

from explorer.core.attribute import attributes, replaced
from explorer.core.errors import ExplorerError
from explorer.core.notation import recipe_from_data, settings_to_data
from explorer.core.recipe import (
    AUGMENTATION,
    CHANGEABLE,
    GROUPS,
    Optimizer,
    Recipe,
    Schedule,
    WarmUp,
    changes_between,
)
from explorer.core.recipe_presets import PRESETS, preset_named, preset_of


def heights(recipe, count=200):
    return [recipe.learning_rate_at(at / count) / recipe.learning_rate for at in range(count)]


def test_one_cycle_rises_from_a_25th_to_its_peak_and_falls_to_nearly_nothing():
    found = heights(Recipe(schedule=Schedule.ONE_CYCLE, peak_at=0.25))
    assert found[0] == pytest.approx(1 / 25)
    assert found[50] == 1.0
    assert found[:51] == sorted(found[:51])
    assert found[50:] == sorted(found[50:], reverse=True)
    assert Recipe(schedule=Schedule.ONE_CYCLE).learning_rate_at(1.0) == pytest.approx(0.05 / 250_000)


def test_the_steps_are_where_the_recipe_says():
    recipe = Recipe(schedule=Schedule.STEP, decay_at=(10, 60, 90), decay_factor=0.5)
    assert heights(recipe, 10) == pytest.approx([1] + [0.5] * 5 + [0.25] * 3 + [0.125])


def test_the_cosine_may_end_above_nothing():
    assert Recipe(lowest=0.1).learning_rate_at(1.0) == pytest.approx(0.005)


def test_a_plateau_falls_with_its_drops_only():
    recipe = Recipe(schedule=Schedule.PLATEAU, learning_rate=1.0, decay_factor=0.2)
    assert [recipe.learning_rate_at(0.9, drops) for drops in range(3)] == pytest.approx([1, 0.2, 0.04])


@pytest.mark.parametrize("schedule", [item for item in Schedule if item is not Schedule.ONE_CYCLE])
def test_every_schedule_can_warm_up(schedule):
    plain = heights(Recipe(schedule=schedule))
    rising = heights(Recipe(schedule=schedule, warm_up=0.1, warm_up_start=0.0))
    leaping = heights(Recipe(schedule=schedule, warm_up=0.1, warm_up_shape=WarmUp.CONSTANT))
    assert rising[20:] == leaping[20:] == plain[20:]
    assert rising[:20] == pytest.approx([height * at / 20 for at, height in enumerate(plain[:20])])
    assert leaping[:20] == pytest.approx([height / 10 for height in plain[:20]])


def test_the_110_layers_of_he_warm_up_for_400_steps():
    recipe = preset_named("cifar, he 2015, 110 layers").applied(Recipe())
    rates = [recipe.learning_rate_at(step / recipe.steps) for step in (0, 399, 400, 31_999, 32_000, 48_000)]
    assert rates == pytest.approx([0.01, 0.01, 0.1, 0.1, 0.01, 0.001])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_keeps_what_is_trained_on_and_is_recognised(preset):
    mine = Recipe(data="somewhere", seed=7, held_out=0.5, mixup=0.3, label_smoothing=0.1)
    recipe = preset.applied(mine)
    assert (recipe.data, recipe.seed, recipe.held_out) == ("somewhere", 7, 0.5)
    assert (recipe.mixup, recipe.label_smoothing) == (0.0, 0.0)
    assert preset_of(recipe) is preset
    assert preset_of(replaced(recipe, "learning_rate", 0.123)) is None
    assert preset.source


def test_the_d2l_recipe_is_that_of_the_text():
    recipe = preset_named("d2l").applied(Recipe())
    assert (recipe.learning_rate, recipe.batch_size, recipe.epochs) == (0.05, 128, 10)


def test_older_recipes_mean_what_they_meant():
    old = {"data": "digits", "epochs": 3, "schedule": "step", "nesterov": True, "seed": 5}
    recipe = recipe_from_data(old)
    assert (recipe.optimizer, recipe.precision.value) == (Optimizer.SGD, "float32")
    for name in ("steps", "clip_norm", "label_smoothing", "average", "early_stopping", "warm_up"):
        assert getattr(recipe, name) == 0
    assert recipe.accumulation == 1
    assert recipe.decay_all
    assert heights(recipe, 8) == pytest.approx([1] * 4 + [0.1] * 2 + [0.01] * 2)


def test_a_recipe_goes_through_json_whole():
    recipe = Recipe(optimizer=Optimizer.ADAMW, decay_at=(30, 60), precision="bfloat16", warm_up=0.125)
    assert recipe_from_data(json.loads(json.dumps(settings_to_data(recipe)))) == recipe


def test_every_setting_has_help_limits_and_a_heading():
    for declared in attributes(Recipe):
        assert declared.help.endswith("."), declared.name
        assert declared.name in (*AUGMENTATION, "data") or declared.group in GROUPS, declared.name
        assert declared.kind not in (int, float) or None not in (declared.low, declared.high), declared.name
    assert set(CHANGEABLE) <= {declared.name for declared in attributes(Recipe)}
    assert Recipe().idle <= {declared.name for declared in attributes(Recipe)}


def test_what_counts_for_nothing_is_told():
    assert {"beta1", "epsilon", "decay_at", "patience", "dropout", "warm_up_start"} <= Recipe().idle
    adam = Recipe(optimizer="adam", steps=5, override_dropout=True, schedule="one-cycle")
    assert {"momentum", "nesterov", "epochs", "warm_up"} <= adam.idle
    assert not {"beta1", "beta2", "epsilon", "peak_at", "dropout"} & adam.idle


def test_changes_are_told_apart():
    assert changes_between(Recipe(), Recipe(seed=3, optimizer="adam")) == {
        "seed": 3,
        "optimizer": Optimizer.ADAM,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer": "lion"},
        {"precision": "float8"},
        {"decay_at": (101,)},
        {"decay_at": "50"},
        {"beta2": 1.0},
        {"steps": -1},
        {"accumulation": 0},
        {"average": 1.0},
        {"warm_up": 1.0},
        {"clip_norm": float("inf")},
    ],
)
def test_values_outside_the_limits_are_refused(wrong):
    with pytest.raises(ExplorerError):
        Recipe(**wrong)
