"""Sweeps and queues of runs; their notes, their sizes, and putting them away."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import Finished, Stopped
from explorer.engine.experiments.queue import Began, Queued, Refused, sweep, train_all
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.run_folder import load_run, run_folders, summarize
from explorer.engine.runs.run_notes import NOTES, RunNotes, read_notes, write_notes
from explorer.engine.runs.run_shelf import DISCARDED, all_tags, discard, disk_size, matches
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

BASE = Recipe(epochs=3, batch_size=256, learning_rate=0.1, shift=1)


def run(recipe=BASE, **settings):
    return list(train(tiny(), recipe, device="cpu", name="tiny", **settings))


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "parent"
    return folder, run(folder=folder)


def test_a_sweep_has_every_combination_once():
    found = sweep(BASE, {"learning_rate": [0.1, 0.2, 0.1], "optimizer": ["sgd", "adam"]})
    assert len(found) == 4
    assert found[1][0] == "learning_rate=0.1,optimizer=adam"
    assert found[1][1].optimizer.value == "adam"
    with pytest.raises(ExplorerError, match="learning_rate must be"):
        sweep(BASE, {"learning_rate": [-1.0]})
    with pytest.raises(ExplorerError, match="at most 1,000"):
        sweep(BASE, {"seed": range(1001)})


def test_a_queue_trains_one_after_the_other_and_is_not_held_up(tmp_path):
    short = replace(BASE, epochs=1)
    queued = [
        Queued(tiny(), short, tmp_path / "one", "one"),
        Queued(tiny(classes=3), short, tmp_path / "two", "two"),
        Queued(tiny(), replace(short, learning_rate=0.01), tmp_path / "three", "three"),
    ]
    found = list(train_all(queued, device="cpu"))
    assert [(event.number, event.total, event.name) for event in of(Began, found)] == [
        *((1, 3, "one"), (2, 3, "two"), (3, 3, "three")),
    ]
    (refused,) = of(Refused, found)
    assert "set out_features of fc to 10" in refused.message
    assert len(of(Finished, found)) == 2
    assert [path.name for path in run_folders(tmp_path)] == ["one", "three"]
    calls = itertools.count()
    queued = [replace(item, folder=None) for item in queued]
    found = list(train_all(queued, device="cpu", should_stop=lambda: next(calls) > 3))
    assert len(of(Began, found)) == 1
    assert isinstance(found[-1], Stopped)


def test_notes_and_tags_are_kept_beside_a_run(finished, tmp_path):
    assert read_notes(tmp_path) == RunNotes()
    write_notes(tmp_path, RunNotes("the good one\n好", (" best ", "best", "", "lr")))
    notes = read_notes(tmp_path)
    assert notes == RunNotes("the good one\n好", ("best", "lr"))
    summary = summarize(finished[0])
    assert (summary.best_epoch, summary.state) == (finished[1][-1].best_epoch, "finished")
    for words in ("", "parent", "TINY digits", "sgd finished", "#best", "good #LR"):
        assert matches(summary, notes, words), words
    for words in ("adam", "#good", "parent nowhere"):
        assert not matches(summary, notes, words), words
    assert all_tags([notes, RunNotes(tags=("lr",))]) == ("lr", "best")
    for wrong in (RunNotes(tags=("x" * 61,)), RunNotes("x" * 1_000_001), RunNotes(tags=(3,))):
        with pytest.raises(ExplorerError):
            write_notes(tmp_path, wrong)
    (tmp_path / NOTES).write_text('{"notes": 3}')
    with pytest.raises(ExplorerError, match="is damaged"):
        read_notes(tmp_path)


def test_a_run_is_measured_and_put_away_never_deleted(finished, tmp_path):
    folder = tmp_path / "run"
    run(replace(BASE, epochs=1), folder=folder)
    assert disk_size(folder) == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    running = train(tiny(), replace(BASE, epochs=2), device="cpu", folder=folder, resume=True)
    next(running)
    with pytest.raises(ExplorerError, match="is being trained"):
        discard(folder)
    running.close()
    target = discard(folder)
    assert target == tmp_path / DISCARDED / "run"
    assert load_run(target).weights
    assert run_folders(tmp_path) == ()
    run(replace(BASE, epochs=1), folder=folder)
    assert discard(folder).name == "run-2"
    asked = []
    run(replace(BASE, epochs=1), folder=folder)
    assert discard(folder, lambda path: not asked.append(path)) is None
    assert asked == [folder]
    with pytest.raises(ExplorerError, match="holds no run"):
        discard(tmp_path)


def test_ends_of_epochs_are_thinned_out_evenly(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.engine.runs.manifest._EPOCHS", 4)
    run(replace(BASE, epochs=11), folder=tmp_path)
    kept = {entry.epoch for entry in Checkpoints(tmp_path).entries}
    assert kept | {4, 8, 10, 11} == kept
    assert len(kept) <= 5
