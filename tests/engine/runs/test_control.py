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
    Finished,
    Paused,
    Started,
    Stepped,
    Stopped,
)
from explorer.engine.runs import recorder
from explorer.engine.runs.changes import CHANGES, Change, changed, read_changes
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.control import Control
from explorer.engine.runs.heartbeat import read_status
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import current_recipe, load_run, read_record, summarize
from explorer.engine.runs.steering import CONTROL, Steering
from explorer.engine.training.trainer import train
from tests.engine.training.training_graphs import tiny

BASE = Recipe(epochs=3, batch_size=256, learning_rate=0.1, shift=1)
STEPS = 6


def run(recipe=BASE, **settings):
    return train(tiny(), recipe, device="cpu", **settings)


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def points(found):
    return [point for event in of(Stepped, found) for point in event.points]


def weights(folder):
    return load_run(folder, "last").weights


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def at_steps(control, commands):
    """A should_stop that tells the control something before steps: {step: action}; counts asks."""
    count = itertools.count(-1)  # it is asked once before the data is read

    def ask():
        action = commands.get(next(count))
        if action is not None:
            action()
        return False

    return ask


def test_settings_change_from_the_next_step_on_and_are_written_down(tmp_path):
    control = Control()
    ask = at_steps(control, {8: lambda: control.change(learning_rate=0.01, momentum=0.5)})
    found = list(run(folder=tmp_path, control=control, should_stop=ask))
    (event,) = of(Changed, found)
    step = event.step
    assert event.settings == {"learning_rate": 0.01, "momentum": 0.5}
    for point in points(found):
        base = BASE.learning_rate if point.step <= step else 0.01
        assert point.learning_rate < base or point.step == 1
    rates = {point.step: point.learning_rate for point in points(found)}
    assert rates[step + 1] < rates[step] / 5
    assert read_changes(tmp_path) == (Change(step, {"learning_rate": 0.01, "momentum": 0.5}),)
    assert [item["step"] for item in read_metrics(tmp_path) if item["kind"] == "change"] == [step]
    assert read_record(tmp_path).recipe == BASE
    assert current_recipe(tmp_path) == replace(BASE, learning_rate=0.01, momentum=0.5)
    assert summarize(tmp_path).recipe.momentum == 0.5
    # the same changes, planned, give the same weights
    list(run(folder=tmp_path / "again", changes=read_changes(tmp_path)))
    assert same(weights(tmp_path), weights(tmp_path / "again"))
    list(run(folder=tmp_path / "plain"))
    assert not same(weights(tmp_path), weights(tmp_path / "plain"))


@pytest.mark.parametrize("asked", [3, 9, 14])
def test_a_changed_batch_size_sees_every_picture_once_and_resumes_to_the_last_bit(tmp_path, asked):
    change = (Change(8, {"batch_size": 100}), Change(asked, {"learning_rate": 0.03}))
    changes = tuple(sorted(change, key=lambda item: item.step))
    whole = list(run(folder=tmp_path / "whole", changes=changes))
    assert [event.step for event in of(Evaluated, whole)] == [6, 6 + 2 + 10, 6 + 2 + 10 + 15]
    assert [event.steps_left for event in of(Changed, whole) if "batch_size" in event.settings] == [25]
    calls = itertools.count()
    first = list(run(folder=tmp_path / "run", changes=changes, should_stop=lambda: next(calls) > 11))
    assert isinstance(first[-1], Stopped)
    # whoever resumes may know of the changes or not
    recipe = current_recipe(tmp_path / "run") if asked == 3 else BASE
    second = list(run(recipe, folder=tmp_path / "run", resume=True))
    assert isinstance(second[-1], Finished)
    assert same(weights(tmp_path / "run"), weights(tmp_path / "whole"))
    assert second[-1].step == whole[-1].step
    steps = [item["step"] for item in read_metrics(tmp_path / "run") if item["kind"] == "step"]
    assert steps == list(range(1, whole[-1].step + 1))
    assert read_changes(tmp_path / "run") == changes


def test_resuming_with_other_settings_is_a_change_and_more_epochs_too(tmp_path):
    calls = itertools.count()
    list(run(folder=tmp_path, should_stop=lambda: next(calls) > 4))
    step = Checkpoints(tmp_path).newest().entry.step
    found = list(run(replace(BASE, learning_rate=0.01, batch_size=128), folder=tmp_path, resume=True))
    assert any("learning_rate is 0.01 from here on" in note for note in found[0].notes)
    assert read_changes(tmp_path) == (Change(step, {"learning_rate": 0.01, "batch_size": 128}),)
    wanted = replace(current_recipe(tmp_path), epochs=4)
    assert [event.epoch for event in of(Evaluated, list(run(wanted, folder=tmp_path, resume=True)))] == [4]
    last = Checkpoints(tmp_path).newest().entry.step
    assert read_changes(tmp_path)[-1].settings == {"epochs": 4}
    # all of it again, from the beginning, in one go
    again = list(run(folder=tmp_path / "again", changes=read_changes(tmp_path)))
    assert again[-1].step == last
    assert same(weights(tmp_path), weights(tmp_path / "again"))


def test_a_run_waits_steps_singly_and_goes_on(tmp_path):
    control = Control()
    control.pause()
    running = run(folder=tmp_path, control=control)
    found = []

    def until(kind):
        for event in running:
            found.append(event)
            if isinstance(event, kind):
                return event
        raise AssertionError(f"no {kind}")

    until(Paused)
    assert not points(found)
    control.step()
    assert [point.step for point in until(Stepped).points] == [1]
    control.step(2)
    steps = [*until(Stepped).points, *until(Stepped).points]
    assert [point.step for point in steps] == [2, 3]
    assert len(of(Paused, found)) == 1
    threading.Timer(0.05, control.resume).start()
    assert read_status(tmp_path).state == "paused"
    until(Continued)
    assert read_status(tmp_path).state == "running"
    found += running
    assert isinstance(found[-1], Finished)
    assert read_status(tmp_path).state == "finished"
    list(run(folder=tmp_path / "whole"))
    assert same(weights(tmp_path), weights(tmp_path / "whole"))


def test_a_waiting_run_takes_changes_and_can_be_stopped(tmp_path):
    control = Control()
    running = run(folder=tmp_path, control=control)
    assert isinstance(next(running), Started)
    control.pause()
    control.change(learning_rate=0.5)
    threading.Timer(0.1, control.stop).start()
    found = list(running)
    assert of(Paused, found)
    assert of(Changed, found)
    assert isinstance(found[-1], Stopped)
    assert found[-1].step == 0
    assert Checkpoints(tmp_path).newest().entry.step == 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"seed": 3}, "seed cannot change while a run goes on"),
        ({"optimizer": "adam"}, "optimizer cannot change"),
        ({"learning_rate": -1.0}, "learning_rate must be"),
        ({"learning_rate": "fast"}, "learning_rate must be a number"),
        ({"nonsense": 1}, "nonsense cannot change"),
    ],
)
def test_what_cannot_change_is_refused_at_once(settings, sentence, tmp_path):
    control = Control()
    with pytest.raises(ExplorerError, match=sentence):
        control.change(**settings)
    assert not control.changed
    with pytest.raises(ExplorerError, match=sentence):
        Steering(tmp_path).change(**settings)


def test_a_run_is_steered_through_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.engine.runs.steering._POLL_SECONDS", 0.0)
    (tmp_path / CONTROL).write_text('{"do": "stop"}\n')  # told to an earlier training: it is over
    (tmp_path / CONTROL).rename(tmp_path / ".control")
    running = run(folder=tmp_path)
    assert isinstance(next(running), Started)
    steering = Steering(tmp_path)
    with (tmp_path / CONTROL).open("ab") as file:
        file.write(b'nonsense\n[]\n{"do": "dance"}\n{"do": "change", "settings": {"seed": 1}}\n{"do": "step"')
        file.write(b', "count": "x"}\n')
    steering.change(learning_rate=0.02)
    steering.pause()
    found = list(itertools.takewhile(lambda event: not isinstance(event, Paused), running))
    assert [event.settings for event in of(Changed, found)] == [{"learning_rate": 0.02}]
    steering.step(2)
    assert [point.step for point in next(running).points] == [1]
    assert [point.step for point in next(running).points] == [2]
    steering.resume()
    assert isinstance(next(running), Continued)
    steering.stop()
    assert isinstance(list(running)[-1], Stopped)
    # a resumed run does not obey what its predecessor was told
    assert isinstance(list(run(current_recipe(tmp_path), folder=tmp_path, resume=True))[-1], Finished)


def test_steering_a_folder_that_is_gone_is_said(tmp_path):
    with pytest.raises(ExplorerError, match="cannot be told anything"):
        Steering(tmp_path / "nowhere").pause()


def test_a_change_that_cannot_be_written_is_said_and_written_before_the_next_checkpoint(
    tmp_path, monkeypatch
):
    full = {"now": True}

    def write(folder, changes):
        if full["now"]:
            raise OSError(28, "No space left on device")
        write_real(folder, changes)

    write_real = recorder.write_changes
    monkeypatch.setattr(recorder, "write_changes", write)
    control = Control()
    control.change(learning_rate=0.01)
    running = run(folder=tmp_path, control=control)
    found = list(itertools.takewhile(lambda event: not isinstance(event, Changed), running))
    assert "the new settings are not written yet: the disk is full" in found[-1].message
    full["now"] = False
    assert isinstance(list(running)[-1], Finished)
    assert read_changes(tmp_path) == (Change(0, {"learning_rate": 0.01}),)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", '[{"step": -1, "settings": {}}]', '[{"step": 1, "settings": {"seed": 1}}]'],
)
def test_damaged_changes_are_refused_in_a_sentence(content, tmp_path):
    (tmp_path / CHANGES).write_text(content)
    with pytest.raises(ExplorerError, match=CHANGES):
        read_changes(tmp_path)


def test_changes_add_up():
    changes = (Change(3, {"momentum": 0.1}), Change(7, {"momentum": 0.2, "batch_size": 9}))
    assert changed(BASE, changes).batch_size == 9
    assert changed(BASE, changes, 6) == replace(BASE, momentum=0.1)
    assert json.dumps(changes[1].settings)
