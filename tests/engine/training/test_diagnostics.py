"""What is seen of the layers of a training: true figures, in files that go on, at no change of the run."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load

from explorer.core.recipe import Recipe
from explorer.engine.data.datasets import load as load_data
from explorer.engine.data.datasets import survey
from explorer.engine.events import Evaluated, Finished, Stopped
from explorer.engine.learning.numerics import numerics
from explorer.engine.running.weights import initialized
from explorer.engine.runs.layer_log import LAYERS, LayerReader, read_layers
from explorer.engine.runs.sightings import LayersSeen
from explorer.engine.runs.watch import watch
from explorer.engine.training import diagnostics
from explorer.engine.training.diagnostics import LayerObserver
from explorer.engine.training.observer import Rationed
from explorer.engine.training.stepper import Stepper
from explorer.engine.training.trainer import train
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.sketch import Sketch
from tests.engine.training.training_graphs import tiny

RECIPE = Recipe(epochs=2, batch_size=64, learning_rate=0.05)


class Looking:
    """Looks at every step, with the gradients and weights as torch itself has them."""

    def __init__(self, **settings):
        self.own = LayerObserver(**settings)
        self.truth = {}
        self.seen = None

    def before(self, network, step, pictures):
        self.own.before(network, step, pictures)

    def gradients(self, network):
        weights = {"conv": network.conv.weight, "fc": network.fc.weight}
        self.truth["gradient"] = [item.grad.norm().item() for item in weights.values()]
        self.kept = [item.detach().clone() for item in weights.values()]
        self.own.gradients(network)

    def after(self, network):
        weights = [network.conv.weight, network.fc.weight]
        pairs = zip(weights, self.kept, strict=True)
        self.truth["update"] = [((new - old).norm() / old.norm()).item() for new, old in pairs]
        self.seen = self.own.after(network)
        return self.seen


def one_look(recipe=RECIPE, graph=None, step=20, **settings):
    graph = graph or tiny()
    device = torch.device("cpu")
    coming = load_data(survey("digits"), recipe, (1, 8, 8), device)
    while True:
        try:
            next(coming)
        except StopIteration as ended:
            data = ended.value
            break
    looking = Looking(**settings)
    stepper = Stepper(initialized(graph, 0), recipe, data, numerics(recipe, device), observers=(looking,))
    stepper._looks = Rationed((looking,), share=1.0)  # at every tenth step, whatever it costs
    stepper.prepare((1, 8, 8))
    order = stepper.order(0)
    for number in range(step):
        stepper.step(order[64 * number : 64 * number + 64], number, 0, recipe.learning_rate)
    return looking, stepper


def test_norms_and_changes_are_those_of_torch():
    looking, _ = one_look()
    seen = looking.seen
    assert seen.weighted == ("conv", "fc")
    assert seen.activations == ("relu",)
    assert seen.step in (10, 20)
    assert seen.gradient == pytest.approx(looking.truth["gradient"], rel=1e-5)
    assert seen.update == pytest.approx(looking.truth["update"], rel=1e-4)
    assert 0 < seen.mean[0] < seen.deviation[0] * 3
    assert 0 <= seen.dead[0] <= 1


def test_mean_and_deviation_of_an_activation_are_those_of_torch():
    given = torch.randn(100, 5, 7, 7) * 3 + 1
    given[:, 2] = -1.0
    mean, deviation, dead = diagnostics._figures(given).tolist()
    seen = given[:64]
    assert mean == pytest.approx(seen.mean().item(), rel=1e-5)
    assert deviation == pytest.approx(seen.std(correction=0).item(), rel=1e-5)
    assert dead == pytest.approx(0.2)


def test_gradients_are_seen_before_they_are_cut():
    whole, _ = one_look()
    cut, _ = one_look(replace(RECIPE, clip_norm=1e-3), step=10)
    first, _ = one_look(step=10)
    assert max(cut.seen.gradient) > 1e-2  # the first steps moved nothing, and the gradient is whole
    assert max(cut.seen.update) < max(first.seen.update)
    assert whole.seen.step >= first.seen.step


def test_a_dead_relu_is_counted_by_channels():
    looking, stepper = one_look(step=10)
    with torch.no_grad():
        stepper.network.bn.bias[:3] = -50.0
    order = stepper.order(1)
    for number in range(10, 20):
        stepper.step(order[64 * (number - 10) :][:64], number, 1, 0.0)
    assert looking.seen.dead == (0.5,)


def test_a_large_weight_is_sampled_within_bounds(monkeypatch):
    whole, _ = one_look(step=10)
    monkeypatch.setattr(diagnostics, "_SAMPLE", 100)
    part, _ = one_look(step=10)
    assert part.own._before == []  # nothing is kept between the looks
    assert part.seen.update == pytest.approx(whole.seen.update, rel=0.3)
    assert part.seen.gradient == whole.seen.gradient


def test_a_translated_network_is_looked_at_apart():
    plain, _ = one_look(step=10)
    apart, stepper = one_look(step=10, compiled=True)
    assert apart.seen.gradient == plain.seen.gradient
    assert apart.seen.deviation == pytest.approx(plain.seen.deviation, rel=1e-3)
    assert apart.seen.dead == plain.seen.dead
    one, other = (dict(part.network.state_dict()) for part in (stepper, one_look(step=10)[1]))
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("settings", [{}, {"average": 0.9, "clip_norm": 1.0, "accumulation": 2}])
def test_a_training_is_the_same_bit_for_bit_with_and_without(settings):
    recipe = replace(RECIPE, **settings)
    ends = []
    for observers in (None, ()):
        events = list(train(tiny(), recipe, device="cpu", observers=observers))
        assert isinstance(events[-1], Finished)
        assert any(isinstance(event, LayersSeen) for event in events) == (observers is None)
        ends.append(load(events[-1].weights))
    assert ends[0].keys() == ends[1].keys()
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_the_file_is_read_as_it_was_seen_and_goes_on_after_a_resumption(tmp_path):
    folder = tmp_path / "run"
    made = 0

    def stop():
        return made >= 30

    for event in train(tiny(), RECIPE, device="cpu", folder=folder, should_stop=stop):
        if hasattr(event, "points"):
            made = event.last.step
    assert isinstance(event, Stopped)
    stopped = [look.step for look in read_layers(folder)]
    events = list(train(tiny(), RECIPE, device="cpu", folder=folder, resume=True))
    looks = list(read_layers(folder))
    steps = [look.step for look in looks]
    assert steps == sorted(set(steps))
    assert steps[: len(stopped)] == [step for step in stopped if step <= event.step]
    seen = [event for event in events if isinstance(event, LayersSeen)]
    assert [look.step for look in looks[-len(seen) :]] == [look.step for look in seen]
    assert looks[-1].gradient == pytest.approx(seen[-1].gradient, rel=1e-3)
    for line in (folder / LAYERS).read_text(encoding="utf-8").splitlines():
        json.loads(line, parse_constant=pytest.fail)
    followed = list(watch(folder))
    assert [event for event in followed if isinstance(event, LayersSeen)] == looks
    assert len([event for event in followed if isinstance(event, Evaluated)]) == 2


def test_lines_that_make_no_sense_are_left_out():
    reader = LayerReader()
    good = {"step": 10, "gradient": [1.0], "update": [0.1], "mean": [], "deviation": [], "dead": []}
    assert reader.take(good) is None  # nobody knows the names yet
    assert reader.take({"step": 10, "weighted": ["conv"], "activations": []}) is None
    look = reader.take({**good, "gradient": [None]})
    assert look is not None
    assert look.weighted == ("conv",)
    assert math.isnan(look.gradient[0])
    for damaged in ({**good, "gradient": [1.0, 2.0]}, {**good, "step": "ten"}, {**good, "update": 3}, {}):
        assert reader.take(damaged) is None


def test_layers_without_activation_or_with_two_weights_are_told_apart():
    sketch = Sketch()
    sketch.chain(
        sketch.input((1, 8, 8)),
        ("conv", Conv2d(4, kernel_size=3)),
        ("flatten", Flatten()),
        ("fc", Linear(10)),
    )
    looking, _ = one_look(graph=sketch.graph(), step=10)
    assert looking.seen.activations == ()
    assert looking.seen.dead == ()
    assert len(looking.seen.update) == 2
