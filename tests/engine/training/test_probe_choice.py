"""Which layers are probed, how weights are spread in checkpoints, and how long steps wait for pictures."""

from __future__ import annotations

import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import Changed, Evaluated, Started, Stepped
from explorer.engine.looking.weight_histograms import weight_histograms
from explorer.engine.runs import probes
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.control import Control
from explorer.engine.runs.sightings import Probed
from explorer.engine.runs.watch import events_of
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

RECIPE = Recipe(epochs=3, batch_size=256, probe_layers="relu, gone, relu")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run whose probed layers are changed after the first epoch."""
    folder, control, events = tmp_path_factory.mktemp("runs") / "run", Control(), []
    for event in train(tiny(), RECIPE, device="cpu", folder=folder, control=control):
        events.append(event)
        if isinstance(event, Evaluated) and event.epoch == 1:
            control.change(probe_layers="conv,fc")
    return folder, events


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_chosen_layers_are_kept_and_may_change_while_it_goes_on(trained):
    folder, events = trained
    assert RECIPE.probed == ("relu", "gone")
    kept = [tuple(event.maps) for event in of(Probed, events)]
    assert kept[0] == ("relu",)
    assert kept[-1] == ("conv", "fc")
    assert [tuple(probes.read(folder).epoch(number).maps) for number in (1, 3)] == [kept[0], kept[-1]]
    (change,) = of(Changed, events)
    assert change.settings == {"probe_layers": "conv,fc"}
    sizes = probes.read(folder).sizes
    assert set(sizes) == {1, 2, 3}
    assert all(size > 0 for size in sizes.values())


def test_a_chosen_layer_that_is_not_there_is_said(trained):
    (started,) = of(Started, trained[1])
    assert any(note.startswith("gone is no layer of this network") for note in started.notes)


def test_the_share_of_waiting_is_measured_and_written(trained):
    folder, events = trained
    shares = [event.data_share for event in of(Stepped, events)]
    assert all(share is not None and 0 <= share <= 1 for share in shares)
    assert any(share > 0 for share in shares)
    import json

    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    again = of(Stepped, events_of(folder, lines))
    assert again[-1].data_share == pytest.approx(shares[-1], abs=1e-4)


def test_weights_and_what_is_remembered_of_gradients_are_spread(trained):
    folder, _ = trained
    newest, first = weight_histograms(folder, "conv"), weight_histograms(folder, "conv", 1)
    assert newest.epochs[-1] == newest.epoch == 3
    weights = Checkpoints(folder).of_epoch(3).weights["conv.weight"]
    spread = newest.spreads[0]
    assert (spread.name, sum(spread.counts)) == ("weights", weights.numel())
    assert spread.low == pytest.approx(float(weights.min()))
    assert spread.deviation == pytest.approx(float(weights.std(correction=0)), rel=1e-5)
    assert newest.spreads != first.spreads
    names = [item.name for item in newest.spreads]
    assert "sum of past gradients (momentum)" in names
    assert torch.isfinite(weights).all()


def test_a_layer_without_weights_and_an_epoch_that_is_gone_are_refused(trained):
    folder, _ = trained
    with pytest.raises(ExplorerError, match="relu has no weights"):
        weight_histograms(folder, "relu")
    with pytest.raises(ExplorerError, match="epoch 9"):
        weight_histograms(folder, "conv", 9)
