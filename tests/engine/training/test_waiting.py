"""Nobody waits for the device between two fetches: on a graphics processor every wait costs speed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from explorer.core.recipe import Recipe
from explorer.engine.data.datasets import load
from explorer.engine.data.survey import survey
from explorer.engine.learning.numerics import numerics
from explorer.engine.running.weights import initialized
from explorer.engine.training import stepper
from explorer.engine.training.stepper import Stepper
from tests.engine.training.training_graphs import tiny

CPU = torch.device("cpu")
BASE = Recipe(shift=2, flip=True, batch_size=32)
STEPS = 12
WAITING = ("aten::_local_scalar_dense", "aten::nonzero", "aten::equal", "aten::is_nonzero", "aten::item")


class Watch(TorchDispatchMode):
    """Writes down what a graphics processor would be waited for, and what is copied between devices."""

    def __init__(self):
        super().__init__()
        self.operations = 0
        self.waits = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.operations += 1
        name = function._schema.name
        if name in WAITING:
            self.waits.append(name)
        target = (kwargs or {}).get("device") if name == "aten::_to_copy" else None
        if target is not None and target != args[0].device:
            self.waits.append(f"{name} to {target}")
        if name.startswith("aten::index") and any(
            item is not None and item.dtype in (torch.bool, torch.uint8)
            for item in (args[1] if len(args) > 1 and isinstance(args[1], (list, tuple)) else ())
        ):
            self.waits.append(f"{name} by a mask")
        return function(*args, **(kwargs or {}))


def data_of(recipe):
    running = load(survey(recipe.data), recipe, (1, 8, 8), CPU)
    while True:
        try:
            next(running)
        except StopIteration as ended:
            return ended.value


def stepper_of(recipe):
    return Stepper(initialized(tiny(), 0), recipe, data_of(recipe), numerics(recipe, CPU))


def watched(made, recipe):
    order = made.order(0)
    with Watch() as watch:
        for number in range(STEPS):
            chosen = order[number * recipe.batch_size : (number + 1) * recipe.batch_size]
            made.step(chosen, number, 0, 0.01)
    return watch


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"optimizer": "adam", "weight_decay": 0.1, "decay_all": False},
        {"optimizer": "rmsprop", "learning_rate": 0.001},
        {"clip_norm": 0.1, "accumulation": 2, "average": 0.9, "nesterov": True},
        {"colour": 0.3, "rotation": 10.0, "erasing": 0.5, "mixup": 0.2, "border": "mean"},
        {"precision": "bfloat16", "label_smoothing": 0.1},
    ],
    ids=str,
)
def test_steps_wait_for_nothing(settings):
    recipe = replace(BASE, **settings)
    made = stepper_of(recipe)
    watch = watched(made, recipe)
    assert watch.operations > 20 * STEPS
    assert watch.waits == []
    assert len(made.fetch().losses) == STEPS  # none was fetched before


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_scaled_loss_waits_for_nothing_and_leaves_out_what_overflows(optimizer, monkeypatch):
    recipe = replace(BASE, optimizer=optimizer, clip_norm=1.0)
    numbers = numerics(replace(recipe, precision="float16"), CPU)
    # whether or not this processor computes with float16: the scaler is what is looked at
    monkeypatch.setattr(type(numbers), "autocast", lambda _: torch.autocast("cpu", enabled=False))
    numbers = replace(numbers, precision=stepper.Precision.FLOAT16)
    made = Stepper(initialized(tiny(), 0), recipe, data_of(recipe), numbers)
    assert watched(made, recipe).waits == []
    before = {name: item.clone() for name, item in made.network.named_parameters()}
    hook = next(made.network.parameters()).register_hook(lambda gradient: gradient * float("inf"))
    made.step(torch.arange(32), STEPS, 0, 0.01)
    hook.remove()
    assert all(torch.equal(item, before[name]) for name, item in made.network.named_parameters())
    assert made._scaler.state().tolist() == [2.0**15, 0.0]
    made.step(torch.arange(32), STEPS + 1, 0, 0.01)
    assert any(not torch.equal(item, before[name]) for name, item in made.network.named_parameters())
    assert made._scaler.state().tolist() == [2.0**15, 1.0]


def test_the_watch_sees_a_wait():
    with Watch() as watch:
        figures = torch.ones(3)
        figures.sum().item()
        figures[figures > 0]
        bool(figures.any())
    assert len(watch.waits) == 3
