"""Watching, branching, reproducing, queueing and keeping runs."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import replace

import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import (
    Changed,
    Continued,
    Evaluated,
    Failed,
    Finished,
    Paused,
    Started,
    Stepped,
)
from explorer.engine.experiments.reproduction import compared, reproduce
from explorer.engine.runs import heartbeat
from explorer.engine.runs.changes import Change
from explorer.engine.runs.control import Control
from explorer.engine.runs.heartbeat import STATUS, life, read_status
from explorer.engine.runs.origin import Branch
from explorer.engine.runs.run_folder import load_run, read_record, summarize
from explorer.engine.runs.watch import Lost, Rewound, watch
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

BASE = Recipe(epochs=3, batch_size=256, learning_rate=0.1, shift=1)


def run(recipe=BASE, **settings):
    settings.setdefault("device", "cpu")
    return list(train(settings.pop("graph", None) or tiny(), recipe, name="tiny", **settings))


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def points(found):
    return [point for event in of(Stepped, found) for point in event.points]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "parent"
    return folder, run(folder=folder, changes=(Change(9, {"momentum": 0.8}),))


def test_a_watched_run_tells_what_the_run_told(finished):
    folder, told = finished
    seen = list(watch(folder))
    assert points(seen) == points(told)
    assert of(Evaluated, seen) == of(Evaluated, told)
    assert of(Changed, seen) == of(Changed, told)
    (started,), (first,) = of(Started, seen), of(Started, told)
    assert replace(started, damaged=()) == replace(first, damaged=())
    assert seen[-1] == told[-1]


def test_a_run_is_watched_live_through_a_resumption(tmp_path):
    calls = itertools.count()
    run(folder=tmp_path, should_stop=lambda: next(calls) > 8)
    with (tmp_path / "metrics.jsonl").open("rb+") as file:
        text = file.read()
        file.truncate(text.rindex(b'{"kind": "end"') + 9)  # killed in the middle of a line
    watching = watch(tmp_path)
    first = list(itertools.takewhile(lambda event: not isinstance(event, Evaluated), watching))
    assert isinstance(first[0], Started)
    running = threading.Thread(target=run, kwargs={"folder": tmp_path, "resume": True})
    running.start()
    rest = list(watching)
    running.join()
    (rewound,) = of(Rewound, rest)
    kept = [point for point in points(first + rest[: rest.index(rewound)]) if point.step <= rewound.step]
    later = points(rest[rest.index(rewound) :])
    assert [point.step for point in kept + later] == list(range(1, 19))
    assert isinstance(rest[-1], Finished)


def test_a_run_whose_process_is_gone_is_lost_and_a_strangers_lines_do_no_harm(
    finished, tmp_path, monkeypatch
):
    monkeypatch.setattr("explorer.engine.runs.watch._LIFE_SECONDS", 0.0)
    folder, _ = finished
    (tmp_path / "run.json").write_bytes((folder / "run.json").read_bytes())
    lines = [
        b"not json",
        b"[1]",
        b'{"kind": "step", "step": 1}',
        b'{"kind": "step", "step": 2, "epoch": 1, "loss": 0.5, "accuracy": 0.5, "learning_rate": 0.1, "": 3}',
        b'{"kind": "epoch"}',
        b'{"kind": "music"}',
        b'{"kind": "step", "step": 3, "ep',
    ]
    (tmp_path / "metrics.jsonl").write_bytes(b"\n".join(lines))
    seen = list(watch(tmp_path))
    assert [point.step for point in points(seen)] == [2]
    assert seen[-1] == Lost(2, 1)
    assert list(watch(tmp_path, should_stop=lambda: True)) == []
    with pytest.raises(ExplorerError, match="holds no run"):
        next(watch(tmp_path / "nowhere"))


def test_a_failure_is_watched_with_its_sentence(finished, tmp_path):
    folder, _ = finished
    (tmp_path / "run.json").write_bytes((folder / "run.json").read_bytes())
    line = {
        "kind": "end",
        "state": "failed",
        "step": 5,
        "epoch": 0,
        "message": "it burst",
        "remedy": "mend it",
    }
    (tmp_path / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    assert list(watch(tmp_path)) == [Failed(5, 0, "it burst", "mend it")]


def test_signs_of_life(tmp_path, monkeypatch):
    assert life(tmp_path) == "interrupted"
    heart = heartbeat.Heartbeat(tmp_path)
    heart.beat("running", 5, 1)
    first = read_status(tmp_path)
    assert (first.state, first.step, first.epoch) == ("running", 5, 1)
    heart.beat("running", 6, 1)
    assert read_status(tmp_path) == first  # not written at every step
    heart.beat("paused", 6, 1)
    assert read_status(tmp_path).state == "paused"
    assert life(tmp_path) == "interrupted"  # on this computer the lock tells
    monkeypatch.setattr(heartbeat.platform, "node", lambda: "another computer")
    assert life(tmp_path) == "paused"
    old = json.loads((tmp_path / STATUS).read_text())
    (tmp_path / STATUS).write_text(json.dumps({**old, "beat": old["beat"] - 3600}))
    assert life(tmp_path) == "interrupted"
    (tmp_path / STATUS).write_text("{")
    assert read_status(tmp_path) is None


def test_a_paused_run_is_listed_as_paused(tmp_path):
    control = Control()
    control.pause()
    running = train(tiny(), BASE, device="cpu", folder=tmp_path, control=control)
    for event in running:
        if isinstance(event, Paused):
            break
    assert summarize(tmp_path).state == "paused"
    control.resume()
    assert isinstance(next(running), Continued)
    assert summarize(tmp_path).state == "running"
    running.close()
    assert summarize(tmp_path).state == "interrupted"


def test_a_branch_goes_on_from_an_epoch_with_another_rate(finished, tmp_path):
    folder, told = finished
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    recipe = replace(BASE, learning_rate=0.01, epochs=4, label_smoothing=0.1)
    found = run(recipe, folder=tmp_path / "branch", branch=Branch(folder, 2))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert (found[0].epoch, found[0].step) == (2, 12)
    assert any("branched from epoch 2 (step 12) of parent" in note for note in found[0].notes)
    assert any("learning_rate 0.1 becomes 0.01" in note for note in found[0].notes)
    assert [event.epoch for event in of(Evaluated, found)] == [3, 4]
    assert points(found)[0].learning_rate == pytest.approx(recipe.learning_rate_at(0.5))
    assert read_record(tmp_path / "branch").facts["parent"] == {"run": str(folder), "step": 12, "epoch": 2}
    # with the recipe of the parent it is the parent
    same = run(replace(BASE, momentum=0.8), folder=tmp_path / "same", branch=Branch(folder, 2))
    assert points(same) == points(told)[12:]
    ours, theirs = (load_run(path, "last").weights for path in (tmp_path / "same", folder))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    # it is resumed and reproduced like any other
    run(replace(recipe, epochs=5), folder=tmp_path / "branch", resume=True)
    assert read_record(tmp_path / "branch").facts["parent"]["epoch"] == 2
    again = list(reproduce(tmp_path / "branch", tmp_path / "again", device="cpu"))
    assert again[-1].identical


def test_a_branch_may_have_another_optimizer(finished, tmp_path):
    folder, _ = finished
    recipe = replace(BASE, optimizer="adamw", epochs=4, learning_rate=0.001)
    found = run(recipe, folder=tmp_path / "branch", branch=Branch(folder))
    assert any("another optimizer" in note for note in found[0].notes)
    assert isinstance(found[-1], Finished)


@pytest.mark.parametrize(
    ("settings", "branch", "sentence"),
    [
        ({}, {"epoch": 9}, "no sound checkpoint of epoch 9; it holds those of 1, 2, 3"),
        ({}, {"step": 7}, "no sound checkpoint of step 7"),
        ({"epochs": 2}, {"epoch": 2}, "ask for more than that"),
        ({"seed": 4}, {"epoch": 2}, "what was trained on would be tested"),
        ({"held_out": 0.3}, {"epoch": 2}, "what was trained on would be tested"),
    ],
)
def test_what_cannot_be_branched_is_refused(finished, tmp_path, settings, branch, sentence):
    with pytest.raises(ExplorerError, match=sentence):
        run(replace(BASE, **settings), folder=tmp_path / "branch", branch=Branch(finished[0], **branch))
    with pytest.raises(ExplorerError, match="the network is not that of"):
        run(graph=tiny(dropout=0.1), folder=tmp_path / "other", branch=Branch(finished[0]))


def test_a_run_is_reproduced_to_the_last_bit_with_its_changes(finished, tmp_path):
    folder, _ = finished
    *_, agreement = reproduce(folder, tmp_path / "again", device="cpu")
    assert agreement.identical
    assert agreement.steps == 18
    assert "agree to the last bit" in agreement.sentence
    run(replace(BASE, momentum=0.5), folder=tmp_path / "other")
    other = compared(folder, tmp_path / "other")
    assert other.differing == 3  # the first step has no velocity yet
    assert other.largest > 0
    assert "part at step 3 of 18" in other.sentence
    (tmp_path / "other" / "metrics.jsonl").write_text("")
    assert "nothing can be compared" in compared(folder, tmp_path / "other").sentence
