"""What a run keeps of each epoch: what was said of every picture, and the maps of a few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.data.datasets import load, survey
from explorer.engine.events import Evaluated, Finished
from explorer.engine.looking.held_out_pictures import held_out_pictures
from explorer.engine.looking.probe_pictures import probed_maps
from explorer.engine.runs import probes
from explorer.engine.runs.epoch_files import epochs_in, read_epoch, write_epoch
from explorer.engine.runs.judgements import judged_epochs, read_judged
from explorer.engine.runs.run_folder import read_record
from explorer.engine.runs.sightings import Judged, Probed, Repeated
from explorer.engine.training import prober
from explorer.engine.training.prober import probed_layers
from explorer.engine.training.repeats import repeated_places
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import picture_folder, tiny

RECIPE = Recipe(epochs=2, batch_size=128)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    return folder, list(train(tiny(), RECIPE, device="cpu", folder=folder, probes=("relu", "gone")))


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_every_picture_has_its_judgement(trained):
    folder, events = trained
    assert judged_epochs(folder) == (1, 2)
    for tested, judged in zip(of(Evaluated, events), of(Judged, events), strict=True):
        kept = read_judged(folder, tested.epoch)
        for seen in (judged, kept):
            assert len(seen.labels) == 359
            assert (seen.labels == seen.answers).mean() == pytest.approx(tested.test_accuracy)
            assert seen.losses.astype(np.float64).mean() == pytest.approx(tested.test_loss, rel=1e-2)
        for label, row in enumerate(tested.confusion):
            assert [len(kept.of(label, answer)) for answer in range(10)] == list(row)
        worst = kept.worst(5)
        assert all(kept.labels[place] != kept.answers[place] for place in worst)
        losses = [float(kept.losses[place]) for place in worst]
        assert losses == sorted(losses, reverse=True)


def test_the_pictures_of_a_run_are_found_again(trained):
    folder, events = trained
    record = read_record(folder)
    found = held_out_pictures(record, lambda: False)
    labels = of(Judged, events)[-1].labels
    assert [int(found.label(place)) for place in range(len(found))] == labels.tolist()
    coming = load(survey("digits"), RECIPE, (1, 8, 8), torch.device("cpu"))
    data = _ended(coming)
    fed = data.test.batch(torch.tensor([7]))[0][0, 0].numpy()
    assert np.array_equal(found.picture(7).pixels[:, :, 0], fed)
    other = {**record.facts, "data": {**record.facts["data"], "fingerprint": "another"}}
    with pytest.raises(ExplorerError, match="is not what it was"):
        held_out_pictures(replace(record, facts=other), lambda: False)


def test_the_pictures_of_a_folder_are_found_again(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 12, "b": 9})
    (root / "a" / "000.png").write_bytes(b"no picture")
    recipe = Recipe(data=str(root), epochs=1, batch_size=8, held_out=0.4)
    events = list(train(tiny((3, 12, 12), 2), recipe, device="cpu", folder=tmp_path / "run"))
    found = held_out_pictures(read_record(tmp_path / "run"), lambda: False)
    judged = of(Judged, events)[-1]
    names = [found.label(place) for place in range(len(found))]
    assert names == [("a", "b")[label] for label in judged.labels]
    assert found.picture(0).pixels.shape == (12, 12, 3)


def test_probes_are_read_by_epoch_and_layer(trained):
    folder, events = trained
    kept = probes.read(folder)
    assert kept.epochs == (1, 2)
    assert kept.layers == ("relu",)  # names that are not there are left out
    assert kept.maps(1, "relu").shape == (4, 6, 8, 8)
    assert kept.maps(1, "relu").dtype == np.float16
    assert (kept.maps(1, "relu") >= 0).all()
    assert not np.array_equal(kept.maps(1, "relu"), kept.maps(2, "relu"))
    assert np.array_equal(kept.maps(2, "relu"), of(Probed, events)[-1].maps["relu"])
    assert len(set(kept.epoch(2).labels)) == 4
    with pytest.raises(DocumentError, match="was not probed"):
        kept.maps(1, "conv")
    shown = probed_maps(folder, 1, "relu", 2)
    assert shown is not None
    assert shown.pixels.shape == (6, 8, 8, 3)
    assert (shown.low, shown.epochs) == (0.0, (1, 2))
    assert probed_maps(folder / "nothing") is None


def test_probing_changes_nothing_and_stays_small(monkeypatch):
    plain = list(train(tiny(), RECIPE, device="cpu", probes=()))[-1]
    other = list(train(tiny(), RECIPE, device="cpu", probes=("conv", "relu", "fc")))[-1]
    assert isinstance(plain, Finished)
    assert isinstance(other, Finished)
    assert plain.weights == other.weights
    monkeypatch.setattr(prober, "_ROOM", 10_000)
    events = train(tiny((1, 40, 40)), replace(RECIPE, steps=1), device="cpu")
    found = next(iter(of(Probed, events))).maps["conv"]
    assert found.shape == (4, 6, 8, 8)  # halved until it fits
    assert probed_layers(tiny((1, 40, 40))) == ("conv",)


def test_epochs_become_fewer_as_they_become_many(tmp_path):
    for epoch in range(1, 40):
        write_epoch(tmp_path, epoch, {"number": np.array(epoch)}, most=8)
        there = epochs_in(tmp_path)
        assert there[-1] == epoch
        assert len(there) <= 9
    assert there[:4] == (8, 16, 24, 32)  # sparse, and the newest all there
    assert read_epoch(tmp_path, 24)["number"] == 24
    (tmp_path / "epoch-00024.npz").write_bytes(b"PK damaged")
    with pytest.raises(DocumentError, match="damaged"):
        read_epoch(tmp_path, 24)


def test_a_resumed_run_forgets_what_came_later(tmp_path):
    folder = tmp_path / "run"
    list(train(tiny(), RECIPE, device="cpu", folder=folder))
    (folder / "judgements" / "epoch-00009.npz").write_bytes(b"of another future")
    list(train(tiny(), replace(RECIPE, epochs=3), device="cpu", folder=folder, resume=True))
    assert judged_epochs(folder)[:2] == (1, 2)
    assert 9 not in judged_epochs(folder)


def test_pictures_in_both_parts_are_found_told_and_left_out(tmp_path):
    root = picture_folder(tmp_path / "data", {"a": 20, "b": 20})
    for name in ("a", "b"):
        for number in range(20):
            copy = root / name / f"copy{number:02}.png"
            copy.write_bytes((root / name / f"{number:03}.png").read_bytes())
    recipe = Recipe(data=str(root), epochs=1, batch_size=16, held_out=0.3)
    graph = tiny((3, 12, 12), 2)
    events = list(train(graph, recipe, device="cpu", folder=tmp_path / "leaking"))
    (told,) = of(Repeated, events)
    assert 0 < told.count <= told.total == 24
    sound = replace(recipe, without_repeats=True)
    events = list(train(graph, sound, device="cpu", folder=tmp_path / "sound"))
    assert not of(Repeated, events)
    assert len(of(Judged, events)[0].labels) == 24 - told.count
    found = held_out_pictures(read_record(tmp_path / "sound"), lambda: False)
    assert len(found) == 24 - told.count
    data = _ended(load(survey(str(root)), recipe, (3, 12, 12), torch.device("cpu")))
    assert len(repeated_places(data)) == told.count
    assert repeated_places(_ended(load(survey("digits"), RECIPE, (1, 8, 8), torch.device("cpu")))) == []


def _ended(coming):
    while True:
        try:
            next(coming)
        except StopIteration as ended:
            return ended.value
