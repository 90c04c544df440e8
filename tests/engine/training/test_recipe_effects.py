from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.recipe import Recipe
from explorer.engine.events import Evaluated, Finished, Preparing, Started, Stepped, Stopped
from explorer.engine.learning import numerics, optimizer
from explorer.engine.runs.checkpoint import Checkpoints, unpacked
from explorer.engine.runs.run_folder import load_run
from explorer.engine.training import stepper
from explorer.engine.training.trainer import train
from explorer.operators.dense import Flatten, Linear
from explorer.operators.sketch import Sketch
from tests.engine.training.training_graphs import tiny

BASE = Recipe(epochs=1, batch_size=256, learning_rate=0.05, shift=0, weight_decay=1e-3)
STEPS = 6


def events(recipe=BASE, **settings):
    return list(train(settings.pop("graph", None) or tiny(), recipe, device="cpu", **settings))


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def points(found):
    return [point for event in of(Stepped, found) for point in event.points]


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def plain():
    return unpacked(events()[-1].weights)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam"},
        {"optimizer": "adamw"},
        {"optimizer": "rmsprop", "learning_rate": 0.001},
        {"decay_all": False},
        {"nesterov": True},
        {"label_smoothing": 0.1},
        {"clip_norm": 0.1},
        {"override_dropout": True, "dropout": 0.7},
        {"average": 0.9},
        {"warm_up": 0.5},
        {"schedule": "one-cycle"},
        {"precision": "bfloat16"},
        {"mixup": 0.2},
    ],
    ids=str,
)
def test_a_setting_has_an_effect_and_the_network_still_learns(settings, plain):
    found = events(replace(BASE, **settings))
    assert isinstance(found[-1], Finished)
    assert not same(unpacked(found[-1].weights), plain)
    losses = [point.loss for point in points(found)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    "settings", [{"channels_last": True}, {"deterministic": True}, {"tf32": True}], ids=str
)
def test_how_it_is_computed_changes_next_to_nothing(settings, plain):
    recipe = replace(BASE, precision="tf32") if "tf32" in settings else replace(BASE, **settings)
    found = events(recipe)
    for name, item in unpacked(found[-1].weights).items():
        torch.testing.assert_close(item, plain[name], rtol=1e-3, atol=1e-4)
    assert not torch.are_deterministic_algorithms_enabled()
    if recipe.precision.value == "tf32":
        assert any("float32" in note for note in found[0].notes)


def test_a_batch_in_parts_is_the_same_step():
    sketch = Sketch()  # without BatchNorm, which sees each part for itself
    sketch.chain(sketch.input((1, 8, 8)), ("flatten", Flatten()), ("fc", Linear(10)))
    first, second = (
        unpacked(events(replace(BASE, batch_size=255, accumulation=parts), graph=sketch.graph())[-1].weights)
        for parts in (1, 4)
    )
    for name, item in first.items():
        torch.testing.assert_close(item, second[name], rtol=1e-4, atol=1e-6)


def test_the_gradient_is_shortened_to_the_length_that_is_allowed(monkeypatch):
    lengths = []
    real = optimizer.GradientDescent.step

    def step(self, rate, settings, spoilt):
        lengths.append(torch.stack([item.grad.norm() for item in self.parameters]).norm().item())
        real(self, rate, settings, spoilt)

    monkeypatch.setattr(optimizer.GradientDescent, "step", step)
    events(replace(BASE, clip_norm=0.05))
    assert lengths == pytest.approx([0.05] * STEPS, rel=1e-3)


def test_steps_end_a_run_within_an_epoch_and_it_is_tested_then(tmp_path):
    found = events(replace(BASE, epochs=1, steps=STEPS + 2), folder=tmp_path)
    assert [event.step for event in of(Evaluated, found)] == [STEPS, STEPS + 2]
    assert found[0].steps == STEPS + 2
    assert isinstance(found[-1], Finished)
    assert points(found)[-1].learning_rate == pytest.approx(BASE.learning_rate_at((STEPS + 1) / (STEPS + 2)))


def test_waiting_in_vain_ends_a_run_early():
    found = events(replace(BASE, epochs=50, learning_rate=0.0, early_stopping=3))
    assert [event.epoch for event in of(Evaluated, found)] == [1, 2, 3, 4]
    assert found[-1].why == "no better test accuracy for 3 epochs"


def test_a_plateau_lowers_the_rate_and_resuming_knows_it(tmp_path):
    recipe = replace(BASE, epochs=6, learning_rate=1e-7, schedule="plateau", patience=2, weight_decay=0.0)
    # running statistics move the accuracy for a while: only the rate's own history is compared
    whole = points(events(recipe, folder=tmp_path / "whole"))
    calls = itertools.count()
    first = events(recipe, folder=tmp_path / "run", should_stop=lambda: next(calls) > 37)
    assert isinstance(first[-1], Stopped)
    second = events(recipe, folder=tmp_path / "run", resume=True)
    rates = [point.learning_rate for point in whole]
    assert [point.learning_rate for point in points(first + second)] == rates
    epochs = of(Evaluated, first + second)
    drops, best, waited = 0, -1.0, 0
    for event in epochs:
        assert rates[event.step - 1] == pytest.approx(1e-7 * 0.1**drops)
        better = event.test_accuracy > best
        best, waited = max(best, event.test_accuracy), 0 if better else waited + 1
        if waited == 2:
            drops, waited = drops + 1, 0


VARIANTS = [
    {"optimizer": "adamw", "average": 0.9},
    {"optimizer": "rmsprop", "learning_rate": 0.001, "clip_norm": 1.0},
    {"accumulation": 3, "shift": 2, "flip": True, "mixup": 0.3},
    {"schedule": "one-cycle", "channels_last": True, "label_smoothing": 0.1},
    {"precision": "float16", "batch_size": 100},
    {"steps": 11, "average": 0.99, "colour": 0.3, "erasing": 0.5},
]


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_every_kind_of_run_is_resumed_to_the_last_bit(settings, tmp_path):
    recipe = replace(BASE, **{"epochs": 2, **settings})
    events(recipe, folder=tmp_path / "whole")
    chance = random.Random(str(settings))
    last = None
    while not isinstance(last, Finished):
        calls, stop = itertools.count(), chance.randint(2, 8)
        last = events(
            recipe,
            folder=tmp_path / "run",
            resume=last is not None,
            should_stop=lambda calls=calls, stop=stop: next(calls) >= stop,
        )[-1]
    one, other = (Checkpoints(tmp_path / name).newest() for name in ("whole", "run"))
    assert same(one.weights, other.weights)
    assert same(one.optimizer, other.optimizer)
    names = [name for name in one.state.training if name.startswith(("raw.", "average", "scaler"))]
    assert all(torch.equal(one.state.training[name], other.state.training[name]) for name in names)
    assert one.entry.sums == other.entry.sums


def test_random_states_are_put_back(tmp_path):
    np.random.seed(5)
    random.seed(5)
    random.gauss(0, 1)
    calls = itertools.count()
    events(folder=tmp_path, should_stop=lambda: next(calls) >= 4)
    expected = (np.random.rand(), random.random(), random.gauss(0, 1))
    np.random.seed(9)
    random.seed(9)
    running = train(tiny(), BASE, device="cpu", folder=tmp_path, resume=True)
    assert isinstance(next(running), Started)
    assert (np.random.rand(), random.random(), random.gauss(0, 1)) == expected
    running.close()


def test_the_mean_weights_are_those_that_are_tested_and_kept(tmp_path):
    found = events(replace(BASE, average=0.9), folder=tmp_path)
    checkpoint = Checkpoints(tmp_path).newest()
    raw = {
        name.removeprefix("raw."): item
        for name, item in checkpoint.state.training.items()
        if name.startswith("raw.")
    }
    assert raw.keys() == load_run(tmp_path, "last").weights.keys()
    assert not same(raw, checkpoint.weights)
    assert isinstance(found[-1], Finished)


def test_a_compiler_that_fails_is_no_obstacle(monkeypatch):
    def broken(network, **settings):
        def run(values):
            raise RuntimeError("no C++ compiler")

        return run

    monkeypatch.setattr(torch, "compile", broken, raising=False)
    found = events(replace(BASE, compiled=True))
    assert of(Preparing, found)
    started = of(Started, found)[0]
    assert any("torch.compile does not work here" in note for note in started.notes)
    assert same(unpacked(found[-1].weights), unpacked(events()[-1].weights))


def test_a_compiled_network_trains_the_same_weights_under_their_names(monkeypatch, plain):
    # the real compiler takes half a minute: here it only wraps, as the real one does
    class Wrapped(torch.nn.Module):
        def __init__(self, inner):
            super().__init__()
            self._orig_mod = inner

        def forward(self, values):
            return self._orig_mod(values)

        def __len__(self):  # as torch's own
            raise TypeError("Network does not support len()")

    monkeypatch.setattr(torch, "compile", lambda network, **_: Wrapped(network), raising=False)
    assert same(unpacked(events(replace(BASE, compiled=True))[-1].weights), plain)


def test_what_a_device_cannot_compute_falls_back_with_a_sentence(monkeypatch):
    monkeypatch.setattr(numerics, "_casts", lambda *_: False)
    found = events(replace(BASE, precision="bfloat16"))
    assert any("does not compute with bfloat16" in note for note in found[0].notes)


def test_observers_see_gradients_and_cost_little_and_change_nothing(plain):
    class Looking:
        steps: list[int] = []
        norms: list[float] = []

        def before(self, network, step, pictures):
            self.steps.append(step)

        def gradients(self, network):
            self.norms.append(sum(item.grad.abs().sum().item() for item in network.parameters()))

        def after(self, network):
            assert all(item.grad is None for item in network.parameters())
            return Preparing(f"seen {len(self.steps)}")

    looking = Looking()
    recipe = replace(BASE, batch_size=64)
    found = events(recipe, observers=[looking])
    assert looking.steps[0] == 10
    assert all(norm > 0 for norm in looking.norms)
    assert [event.what for event in of(Preparing, found)] == [
        f"seen {number}" for number in range(1, len(looking.steps) + 1)
    ]
    assert same(unpacked(found[-1].weights), unpacked(events(recipe)[-1].weights))
    rationed = stepper.Rationed([looking], every=1, share=0.0)
    network = torch.nn.Linear(1, 1)
    network(torch.ones(1, 1)).sum().backward()
    before = len(looking.steps)
    for step in range(1, 50):
        rationed.before(network, step, torch.ones(1, 1))
    assert len(looking.steps) == before + 1  # the first look has used up what it may cost
