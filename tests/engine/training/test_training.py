"""The training: what it tells, that it is repeated and resumed to the last bit, what a failure leaves."""

from __future__ import annotations

import errno
import itertools
import os
import random
import shutil
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.recipe import Recipe, Schedule
from explorer.engine.events import (
    Evaluated,
    Failed,
    Finished,
    Saved,
    SaveFailed,
    Started,
    Stepped,
    Stopped,
)
from explorer.engine.running.module import build
from explorer.engine.runs.checkpoint import Checkpoints, unpacked
from explorer.engine.training.trainer import train
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.sketch import Sketch
from tests.engine.training.short_runs import SHORT, STEPS, events, of, same, stop_after, weights
from tests.engine.training.training_graphs import tiny


def test_events_come_in_order_and_add_up(tmp_path):
    found = events(recipe=replace(SHORT, shift=0, flip=False), folder=tmp_path / "run")
    started, steps, epochs = found[0], of(Stepped, found), of(Evaluated, found)
    assert isinstance(started, Started)
    assert (started.train_pictures, started.test_pictures) == (1438, 359)
    assert started.steps_per_epoch == STEPS
    assert started.steps == 2 * STEPS
    assert started.classes == tuple("0123456789")
    assert started.parameters == 6 * 9 + 6 + 12 + 6 * 16 * 10 + 10
    points = [point for event in steps for point in event.points]
    assert [point.step for point in points] == list(range(1, 2 * STEPS + 1))
    assert [point.epoch for point in points] == [1] * STEPS + [2] * STEPS
    assert [event.epoch for event in epochs] == [1, 2]
    first = points[:STEPS]
    sizes = [128] * (STEPS - 1) + [1438 - 128 * (STEPS - 1)]
    mean = sum(point.loss * size for point, size in zip(first, sizes, strict=True)) / 1438
    assert epochs[0].train_loss == pytest.approx(mean)
    for event in epochs:
        confusion = np.array(event.confusion)
        assert confusion.sum() == 359
        assert np.trace(confusion) / 359 == pytest.approx(event.test_accuracy)
    last = found[-1]
    assert isinstance(last, Finished)
    assert last.test_accuracy == epochs[-1].test_accuracy > 0.5
    assert last.best_accuracy == max(event.test_accuracy for event in epochs)
    assert last.weights == b""


def test_it_learns_the_digits_and_gives_its_weights_without_a_folder():
    found = events(recipe=Recipe(epochs=6, learning_rate=0.1, shift=0))
    assert found[-1].test_accuracy > 0.93
    network = build(tiny())
    network.load_state_dict(unpacked(found[-1].weights))


def test_the_learning_rate_follows_the_schedule():
    recipe = replace(SHORT, schedule=Schedule.STEP)
    points = [point for event in of(Stepped, events(recipe=recipe)) for point in event.points]
    rates = [point.learning_rate for point in points]
    assert rates == pytest.approx([0.1] * 12 + [0.01] * 6 + [0.001] * 6)


def test_the_seed_decides_everything():
    def result(recipe):
        return unpacked(events(recipe=recipe)[-1].weights)

    one, again, other = (result(replace(SHORT, epochs=1, seed=seed)) for seed in (3, 3, 4))
    assert same(one, again)
    assert not same(one, other)


def test_other_random_draws_do_not_change_a_run():
    plain = events(recipe=replace(SHORT, epochs=1))
    disturbed = []
    for event in train(tiny(), replace(SHORT, epochs=1), device="cpu"):
        torch.rand(7)
        random.random()
        np.random.rand(3)
        disturbed.append(event)
    assert plain[-1].weights == disturbed[-1].weights


@pytest.mark.parametrize(
    ("calls", "step"),
    [
        (1, 0),
        (2, 1),
        (6, 5),
        (STEPS, STEPS - 1),
        (STEPS + 2, STEPS),
        (STEPS + 4, STEPS),
        (STEPS + 11, STEPS + 7),
    ],
)
def test_a_stopped_and_resumed_run_is_bit_identical(tmp_path, calls, step):
    whole = events(folder=tmp_path / "whole")
    first = events(folder=tmp_path / "run", should_stop=stop_after(calls))
    assert isinstance(first[-1], Stopped)
    assert first[-1].step == step
    second = events(folder=tmp_path / "run", resume=True)
    assert isinstance(second[-1], Finished)
    assert second[0].step == first[-1].step
    assert same(weights(tmp_path / "run"), weights(tmp_path / "whole"))
    newest = [Checkpoints(tmp_path / name).newest() for name in ("run", "whole")]
    assert same(newest[0].optimizer, newest[1].optimizer)
    figures = [
        [replace(event, seconds=0) for event in of(Evaluated, found)] for found in (whole, first + second)
    ]
    assert figures[0] == figures[1]


def test_stopping_before_the_data_is_read_leaves_nothing(tmp_path):
    found = events(folder=tmp_path / "run", should_stop=lambda: True)
    assert found == [Stopped(step=0, epoch=0, seconds=0.0)]
    assert not (tmp_path / "run").exists()


def test_resuming_many_times_is_bit_identical(tmp_path):
    events(folder=tmp_path / "whole")
    chance = random.Random(1)
    last = events(folder=tmp_path / "run", should_stop=stop_after(4))[-1]
    while not isinstance(last, Finished):
        stop = stop_after(chance.randint(2, 9))
        last = events(folder=tmp_path / "run", resume=True, should_stop=stop)[-1]
    assert same(weights(tmp_path / "run"), weights(tmp_path / "whole"))


def test_an_abandoned_generator_keeps_what_was_trained(tmp_path):
    before = threading.enumerate()  # libraries may have left some of their own
    running = train(tiny(), SHORT, device="cpu", folder=tmp_path)
    for event in running:
        if isinstance(event, Stepped):
            break
    running.close()
    assert Checkpoints(tmp_path).newest().entry.step == event.last.step
    assert set(threading.enumerate()) <= set(before)
    assert isinstance(events(folder=tmp_path, resume=True)[-1], Finished)


def test_a_damaged_checkpoint_is_passed_over_and_the_result_is_the_same(tmp_path):
    events(folder=tmp_path / "whole")
    events(folder=tmp_path / "run", should_stop=stop_after(STEPS + 9))
    newest = max((tmp_path / "run" / "checkpoints").glob("step-000000017*"))
    data = bytearray(newest.read_bytes())
    data[len(data) // 2] ^= 1
    newest.write_bytes(data)
    found = events(folder=tmp_path / "run", resume=True)
    assert found[0].step == STEPS
    assert any("damaged" in note for note in found[0].notes)
    assert same(weights(tmp_path / "run"), weights(tmp_path / "whole"))


def test_divergence_ends_at_the_last_healthy_state(tmp_path):
    found = events(
        recipe=replace(SHORT, learning_rate=100.0, momentum=0.99, shift=0), graph=_unsteady(), folder=tmp_path
    )
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "diverged" in failed.message
    assert "learning rate" in failed.remedy
    assert failed.healthy_step is not None
    kept = Checkpoints(tmp_path).newest()
    assert kept.entry.step == failed.healthy_step
    assert all(item.isfinite().all() for item in kept.weights.values())
    assert "NaN" not in (tmp_path / "metrics.jsonl").read_text()


def _unsteady():
    sketch = Sketch()
    steps = [("flatten", Flatten())]
    for index in range(6):
        steps += [(f"fc{index}", Linear(30)), (f"relu{index}", ReLU())]
    sketch.chain(sketch.input((1, 8, 8)), *steps, ("out", Linear(10)))
    return sketch.graph()


def test_a_full_disk_does_not_end_the_training_and_the_last_save_must_succeed(tmp_path, monkeypatch):
    full = {"now": False}
    real = os.fsync

    def fsync(descriptor):
        if full["now"]:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    found = []
    for event in train(tiny(), SHORT, device="cpu", folder=tmp_path):
        found.append(event)
        if isinstance(event, Started):
            continue
        full["now"] = True  # after the first checkpoint
    assert of(SaveFailed, found)
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "disk is full" in failed.message
    assert failed.healthy_step == 0
    build(tiny()).load_state_dict(unpacked(failed.weights))
    full["now"] = False
    assert isinstance(events(folder=tmp_path, resume=True)[-1], Finished)


def test_half_a_checkpoint_is_taken_away_and_a_vanished_folder_ends_the_training(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    real, calls = os.fsync, itertools.count()
    found = []
    for event in train(tiny(), replace(SHORT, epochs=4), device="cpu", folder=folder):
        found.append(event)
        if isinstance(event, Evaluated) and event.epoch == 1:

            def fsync(descriptor):
                if next(calls) == 2:  # the weights are written and their folder flushed: the optimizer's turn
                    raise OSError(errno.EIO, "Input/output error")
                real(descriptor)

            monkeypatch.setattr(os, "fsync", fsync)
        if isinstance(event, SaveFailed) and event.epoch == 1:
            names = sorted(path.name for path in (folder / "checkpoints").iterdir())
            assert names == [
                "manifest.json",
                "step-000000000.optimizer.safetensors",
                "step-000000000.safetensors",
            ]
        if isinstance(event, Saved) and event.epoch == 2:
            shutil.rmtree(folder)
    assert [event.epoch for event in of(SaveFailed, found)] == [1, 2]  # later: the figures cannot be written
    failed = found[-1]
    assert isinstance(failed, Failed)
    assert "folder of the run is gone" in failed.message
    assert failed.healthy_step is None
    assert unpacked(failed.weights)
