"""The doctor on curves that are written here: what it says, with which figures, and when it is silent."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from explorer.core.recipe import Recipe
from explorer.engine.events import Changed, Evaluated, Failed, Point, Started, Stepped
from explorer.engine.runs import doctor
from explorer.engine.runs.doctor import diagnose
from explorer.engine.runs.run_history import RunHistory
from explorer.engine.runs.sightings import LayersSeen, Repeated
from explorer.engine.runs.watch import Rewound

CONSTANT = Recipe(schedule="constant")
NAMES = ("conv1", "conv2", "fc")
RELUS = ("relu1", "relu2")


def history(recipe=CONSTANT, classes=10):
    made = RunHistory(recipe)
    names = tuple(map(str, range(classes)))
    started = {"folder": None, "device": "cpu", "train_pictures": 100, "test_pictures": 10, "parameters": 1}
    plan = {"epochs": 5, "steps_per_epoch": 20, "step": 0, "epoch": 0, "damaged": (), "notes": ()}
    made.take(Started(**started, **plan, classes=names))
    return made


def steps(made, losses, start=1):
    points = (Point(step, 1, loss, 0.1, 0.05) for step, loss in enumerate(losses, start))
    made.take(Stepped(tuple(points), 100.0))


def epoch(made, number, train, test, right, test_right, confusion=None):
    spread = tuple(tuple(9 if row == column else 1 for column in range(10)) for row in range(10))
    made.take(Evaluated(20 * number, number, train, right, test, test_right, confusion or spread, False, 1.0))


def look(made, step, gradient=(1.0, 1.0, 1.0), update=(1e-3,) * 3, dead=(0.0, 0.0)):
    made.take(LayersSeen(step, NAMES, RELUS, gradient, update, (0.1, 0.1), (0.2, 0.2), dead))


def kinds(made):
    return [finding.kind for finding in diagnose(made)]


def only(made):
    (finding,) = diagnose(made)
    return finding


def test_a_sound_run_is_left_in_peace():
    made = history()
    steps(made, [2.4 * math.exp(-step / 60) + 0.05 for step in range(400)])
    for number in range(1, 21):
        look(made, 20 * number, gradient=(0.3, 0.5, 1.0))
        epoch(made, number, 0.3 / number, 0.4 / number, 0.9, 0.89)
    assert diagnose(made) == ()
    assert diagnose(RunHistory(CONSTANT)) == ()


def test_a_loss_above_guessing_means_too_high_a_rate():
    made = history(replace(CONSTANT, learning_rate=10.0))
    steps(made, [2.4] * 10 + [9.0] * 100)
    finding = only(made)
    assert finding.kind == doctor.TOO_HIGH
    assert finding.sentence == (
        "The loss is 9 after 110 steps, and guessing gives 2.3: a learning rate of 10 is too high."
    )
    assert finding.remedies[0].recipe == replace(CONSTANT, learning_rate=0.05)  # a tenth is too high too
    assert not finding.remedies[0].resume
    early = history()
    steps(early, [9.0] * 30)
    assert kinds(early) == []


def test_a_loss_that_is_no_number_is_told_with_its_step():
    made = history()
    steps(made, [2.3, 2.2])
    made.take(Failed(3, 0, "the training diverged: at step 3 the loss is no longer a finite number", "lower"))
    assert "since step 3" in only(made).sentence
    made.take(Rewound(0))
    assert kinds(made) == []


def test_a_loss_that_stands_still_with_tiny_changes_means_too_low_a_rate():
    made = history(replace(CONSTANT, learning_rate=1e-6))
    steps(made, [2.31 - step * 1e-5 for step in range(100)])
    look(made, 100, update=(1e-7,) * 3)
    finding = only(made)
    assert finding.kind == doctor.TOO_LOW
    assert finding.remedies[0].recipe.learning_rate == pytest.approx(0.03)
    assert finding.evidence["update"] == pytest.approx(1e-7)
    look(made, 110, update=(1e-3,) * 3)
    for step in range(120, 200, 10):
        look(made, step, update=(1e-3,) * 3)
    assert kinds(made) == []  # the weights move: it is hard, not slow


def test_a_test_loss_that_rises_while_the_training_goes_on_is_overfitting():
    made = history(replace(CONSTANT, shift=0))
    for number in range(1, 13):
        epoch(made, number, 1.0 / number**2, 0.8 + 0.1 * number, 0.99, 0.75)
    finding = only(made)
    assert finding.kind == doctor.OVERFITTING
    assert "since epoch 1" in finding.sentence
    assert finding.remedies[0].recipe.shift == 2
    shifted = history(replace(CONSTANT, shift=2, weight_decay=5e-4))
    shifted.epochs += made.epochs
    assert only(shifted).remedies[0].recipe.mixup == pytest.approx(0.4)
    much = history(replace(CONSTANT, shift=2, mixup=0.4, erasing=0.5, weight_decay=5e-4))
    much.epochs += made.epochs
    assert only(much).remedies[0].recipe.weight_decay == pytest.approx(5e-3)


def test_one_answer_for_everything_is_a_dead_network():
    made = history()
    steps(made, [2.3] * 100)
    one = tuple(tuple(10 if column == 3 else 0 for column in range(10)) for _ in range(10))
    epoch(made, 1, 2.3, 2.3, 0.1, 0.1, one)
    assert kinds(made) == []
    epoch(made, 2, 2.3, 2.3, 0.1, 0.1, one)
    assert kinds(made) == []  # forty steps say little
    epoch(made, 3, 2.3, 2.3, 0.1, 0.1, one)
    finding = only(made)
    assert finding.kind == doctor.DEAD
    assert "All 100 test pictures are taken for class 3" in finding.sentence


def test_relus_that_give_nothing_but_zero_are_named():
    made = history()
    steps(made, [2.3] * 100)
    for step in range(10, 60, 10):
        look(made, step, gradient=(0.0, 0.0, 0.2), dead=(0.1, 1.0))
    finding = only(made)
    assert (finding.kind, finding.layers) == (doctor.DEAD, ("relu2",))
    assert finding.sentence.startswith("relu2 gives nothing but 0")


def test_a_gradient_that_vanishes_is_told_with_its_size_and_since_when():
    made = history()
    for step in range(10, 110, 10):
        small = 1.0 if step < 40 else 2e-4
        look(made, step, gradient=(small, 0.5, 1.0))
    finding = only(made)
    assert finding.sentence == "conv1 gets 1/5,000 of the last layer's gradient, since step 40."
    assert finding.layers == ("conv1",)
    assert finding.remedies == ()


def test_a_gradient_that_grows_a_thousandfold_explodes():
    made = history()
    for step in range(10, 210, 10):
        look(made, step, gradient=(0.5, 0.5, 0.5) if step < 180 else (0.5, 900.0, 0.5))
    finding = only(made)
    assert (finding.kind, finding.layers) == (doctor.EXPLODING, ("conv2",))
    assert finding.remedies[0].recipe.clip_norm == 1.0
    look(made, 210, gradient=(0.5, math.nan, 0.5))
    assert kinds(made) == [doctor.EXPLODING]


def test_pictures_in_both_parts_are_a_leak():
    made = history()
    made.take(Repeated(17, 360, (1, 2, 3)))
    finding = only(made)
    assert finding.sentence.startswith("17 of 360 test pictures are trained on too (4.72 %)")
    assert finding.remedies[0].recipe.without_repeats


def test_a_loss_that_stands_still_high_is_a_plateau_unless_the_rate_falls():
    for schedule, expected in (("constant", [doctor.PLATEAU]), ("cosine", [])):
        made = history(replace(CONSTANT, schedule=schedule))
        for number in range(1, 17):
            epoch(made, number, 0.8 if number > 4 else 2.0, 0.9, 0.7, 0.7)
        assert kinds(made) == expected
    assert diagnose(made) == ()


def test_a_history_stays_small_and_knows_what_changed():
    made = history()
    steps(made, [1.0] * 5000)
    for step in range(10, 20_000, 10):
        look(made, step)
    assert len(made.losses) <= 512
    assert len(made.looks) <= 513
    assert made.looks[-1].step == 19_990
    assert made.recent_loss() == pytest.approx(1.0)
    made.take(Changed(5000, 3, {"learning_rate": 0.01}, 10))
    assert made.recipe.learning_rate == 0.01
    made.take(Rewound(100))
    assert made.looks[-1].step <= 100
    assert made.step < 100 + 16  # to the end of the stretch
