"""The doctor on real trainings that go wrong on purpose, and the learning-rate range test."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.experiments.rate_test import RateFound, RatePoint, RatesTried, find_rate, suggested
from explorer.engine.runs import doctor
from explorer.engine.runs.doctor import diagnose
from explorer.engine.runs.run_history import RunHistory, read_history
from explorer.engine.training import trainer as training
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

RECIPE = Recipe(epochs=6, batch_size=64)


def examined(graph, recipe, **settings):
    """What was said at any moment of a training, by kind; of each kind the newest."""
    made, said = RunHistory(recipe), {}
    for event in train(graph, recipe, device="cpu", probes=(), **settings):
        made.take(event)
        for finding in diagnose(made):
            said[finding.kind] = finding
    return said


def test_nothing_is_said_of_the_default_recipe(tmp_path):
    for seed in (3,):
        recipe = replace(RECIPE, seed=seed, epochs=4)
        assert examined(catalog.build("lenet5"), recipe, folder=tmp_path / str(seed)) == {}
        assert diagnose(read_history(tmp_path / str(seed))) == ()


def test_a_rate_of_ten_is_too_high_and_one_of_a_millionth_too_low():
    lenet = catalog.build("lenet5")
    high = examined(lenet, replace(RECIPE, learning_rate=10.0, epochs=3))
    assert high[doctor.TOO_HIGH].remedies[0].recipe.learning_rate == 0.05
    low = examined(lenet, replace(RECIPE, learning_rate=1e-6, epochs=3))
    assert set(low) == {doctor.TOO_LOW}
    assert 1e-4 <= low[doctor.TOO_LOW].remedies[0].recipe.learning_rate <= 0.1


def test_relus_that_begin_dead_are_found(monkeypatch):
    whole = training.initialized

    def dead(graph, seed):
        network = whole(graph, seed)
        with torch.no_grad():
            network.bn.weight.zero_()
            network.bn.bias.fill_(-1.0)
        return network

    monkeypatch.setattr(training, "initialized", dead)
    said = examined(tiny(), RECIPE)
    assert said[doctor.DEAD].layers == ("relu",)


def test_a_few_pictures_are_learnt_by_heart():
    data = "shapes:count=220,difficulty=hard,size=16"
    recipe = Recipe(
        data=data, epochs=30, batch_size=32, shift=0, schedule="constant", held_out=0.5, weight_decay=0.0
    )
    said = examined(tiny((3, 16, 16), 10, dropout=0.0), replace(recipe, learning_rate=0.1))
    assert said[doctor.OVERFITTING].remedies[0].recipe.shift == 2


def test_the_suggested_rate_learns():
    graph = catalog.build("lenet5")
    points, found = [], None
    for event in find_rate(graph, RECIPE, device="cpu"):
        points += event.points if isinstance(event, RatesTried) else ()
        found = event
    assert isinstance(found, RateFound)
    assert found.suggestion is not None
    assert 0.005 <= found.suggestion <= 0.2
    assert f"{found.suggestion:g}" in found.sentence
    rates = [point.rate for point in points]
    assert rates[0] == pytest.approx(1e-6)
    factors = [later / rate for rate, later in itertools.pairwise(rates)]
    assert factors == pytest.approx([rates[1] / rates[0]] * len(factors))
    recipe = replace(RECIPE, learning_rate=found.suggestion, epochs=3)
    last = list(train(graph, recipe, device="cpu", observers=()))[-1]
    assert last.best_accuracy > 0.9


def test_a_rate_is_suggested_only_where_the_loss_falls():
    flat = [RatePoint(step, 10.0 ** (step / 10 - 6), 2.3, 2.3) for step in range(1, 60)]
    assert suggested(flat).suggestion is None
    assert "does not learn" in suggested(flat).sentence
    assert suggested(flat[:3]).suggestion is None
    falling = [replace(point, smoothed=2.3 - point.step * 0.03) for point in flat]
    assert suggested(falling).suggestion == pytest.approx(0.1)
    with pytest.raises(ExplorerError, match="rise"):
        next(iter(find_rate(catalog.build("lenet5"), RECIPE, lowest=1.0, highest=0.1)))


def test_a_rate_test_can_be_stopped_and_takes_small_data():
    graph = tiny()
    made = 0
    events = find_rate(graph, replace(RECIPE, batch_size=1024), device="cpu", should_stop=lambda: made > 0)
    for event in events:
        made += len(event.points) if isinstance(event, RatesTried) else 0
    assert 0 < made < 100
    assert isinstance(list(find_rate(graph, replace(RECIPE, batch_size=1024), device="cpu"))[-1], RateFound)
