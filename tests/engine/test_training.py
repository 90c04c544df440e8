from __future__ import annotations

import errno
import itertools
import os
import random
import shutil
import threading
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.optim.sgd import sgd

from explorer.core.document import Document
from explorer.core.edits import apply_repair
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe, Schedule
from explorer.engine.events import (
    Evaluated,
    Event,
    Failed,
    Finished,
    Saved,
    SaveFailed,
    Started,
    Stepped,
    Stopped,
)
from explorer.engine.learning.optimizer import GradientDescent
from explorer.engine.running.module import build
from explorer.engine.runs.checkpoint import Checkpoints, unpacked
from explorer.engine.runs.run_folder import load_run
from explorer.engine.training import stepper
from explorer.engine.training.readiness import NotReady
from explorer.engine.training.trainer import train
from explorer.operators.activation import ReLU, Softmax
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import AdaptiveAvgPool2d
from explorer.operators.sketch import Sketch
from tests.engine.training_graphs import tiny

SHORT = Recipe(epochs=2, batch_size=128, learning_rate=0.1, shift=1, flip=True)
STEPS = 12  # of an epoch: 1,438 pictures, 128 at a time


def events(graph=None, recipe=SHORT, **settings) -> list[Event]:
    return list(train(graph or tiny(), recipe, device="cpu", **settings))


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def stop_after(calls):
    """Asked once before the data is read, before every step, and before every batch of the test."""
    count = itertools.count()
    return lambda: next(count) >= calls


def weights(folder: Path, which="last"):
    return load_run(folder, which).weights


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


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
    running = train(tiny(), SHORT, device="cpu", folder=tmp_path)
    for event in running:
        if isinstance(event, Stepped):
            break
    running.close()
    assert Checkpoints(tmp_path).newest().entry.step == event.last.step
    assert not [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
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


def test_digits_that_would_not_fit_the_memory_are_refused():
    graph = _chain(AdaptiveAvgPool2d(1), Flatten(), Linear(10), shape=(1, 900_000, 900_000))
    with pytest.raises(ExplorerError, match="smaller sides"):
        events(graph)


def test_out_of_memory_says_which_batch_size_to_try(monkeypatch):
    def step(self, chosen, number, epoch, rate):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(stepper.Stepper, "step", step)
    failed = events()[-1]
    assert isinstance(failed, Failed)
    assert "batch size to 64" in failed.remedy
    assert "CUDA" not in failed.message


def test_an_unforeseen_error_is_not_swallowed(monkeypatch):
    def step(self, chosen, number, epoch, rate):
        raise RuntimeError("something nobody thought of")

    monkeypatch.setattr(stepper.Stepper, "step", step)
    with pytest.raises(RuntimeError, match="nobody thought of"):
        events()


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(("momentum", "decay"), [(0.0, 0.0), (0.9, 0.0), (0.9, 1e-2), (0.0, 1e-2)])
def test_the_optimizer_is_torchs_bit_for_bit(momentum, decay, nesterov):
    if nesterov and not momentum:
        nesterov = False  # torch refuses what would be plain descent
    start = [torch.randn(4, 3, generator=torch.Generator().manual_seed(0)), torch.ones(5)]
    ours, theirs = ([item.clone().requires_grad_() for item in start] for _ in range(2))
    named = [(str(index), item) for index, item in enumerate(ours)]
    recipe = Recipe(momentum=momentum, weight_decay=decay, nesterov=nesterov)
    one = GradientDescent(named)
    settings = {"momentum": momentum, "weight_decay": decay, "nesterov": nesterov, "dampening": 0}
    velocities = [None, None]
    for step in range(5):
        for parameters in (ours, theirs):
            for item in parameters:
                item.grad = (item.detach() * 2 + step).sin()
        one.step(0.1 / (step + 1), recipe)
        with torch.no_grad():  # what torch.optim.SGD does in its step, which takes seconds to import
            gradients = [item.grad for item in theirs]
            rate = 0.1 / (step + 1)
            sgd(theirs, gradients, velocities, foreach=False, lr=rate, maximize=False, **settings)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_the_window_can_apply_what_a_refusal_offers():
    graph = tiny(classes=1000)
    with pytest.raises(
        NotReady, match="ends in 1,000 numbers, digits has 10 classes: set out_features of fc to 10"
    ) as got:
        next(train(graph, SHORT, device="cpu"))
    repaired = apply_repair(Document(graph=graph), got.value.path, got.value.repairs[0])
    assert isinstance(events(repaired.graph, replace(SHORT, epochs=1))[-1], Finished)


def _chain(*steps, shape=(1, 8, 8)):
    sketch = Sketch()
    sketch.chain(sketch.input(shape), *((f"n{index}", item) for index, item in enumerate(steps)))
    return sketch.graph()


def test_the_head_is_found_behind_pooling_and_activations():
    graph = _chain(Conv2d(7, kernel_size=3), ReLU(), AdaptiveAvgPool2d(1), Flatten())
    with pytest.raises(NotReady, match="set out_channels of n0 to 10") as got:
        events(graph)
    assert got.value.path == ("n0",)


def test_a_softmax_at_the_end_is_remarked_on():
    graph = _chain(Flatten(), Linear(10), Softmax())
    started = next(event for event in train(graph, SHORT, device="cpu") if isinstance(event, Started))
    assert any("Softmax" in note for note in started.notes)


def _two_inputs():
    sketch = Sketch()
    sketch.chain(sketch.input((1, 8, 8)), ("flatten", Flatten()), ("fc", Linear(10)))
    sketch.chain(sketch.input((1, 8, 8), "second"), ("flatten2", Flatten()), ("fc2", Linear(10)))
    return sketch.graph()


def _two_results():
    sketch = Sketch()
    flat = sketch.add("flatten", Flatten(), sketch.input((1, 8, 8)))
    sketch.add("one", Linear(10), flat)
    sketch.add("two", Linear(10), flat)
    return sketch.graph()


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (_two_inputs(), "one Input"),
        (_two_results(), "one result, but it has 2"),
        (_chain(Linear(10), shape=(64,)), "channels, height and width"),
        (_chain(Flatten(), Linear(10), shape=(2, 8, 8)), "grey .* or coloured"),
        (_chain(Conv2d(10, kernel_size=3)), "global average pooling"),
        (_chain(Conv2d(10, kernel_size=8)), "append a Flatten"),
        (_chain(Conv2d(4, kernel_size=9), Flatten(), Linear(10)), "does not fit"),
        (_chain(Flatten()), "nothing that learns"),
        (Document().graph, "no Input"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_anything_is_written(graph, sentence, tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(ExplorerError, match=sentence):
        list(train(graph, SHORT, device="cpu", folder=folder))
    assert not folder.exists()


@pytest.mark.parametrize("recipe", [replace(SHORT, data="nowhere"), replace(SHORT, data=" ")])
def test_unknown_data_is_refused(recipe):
    with pytest.raises(ExplorerError, match="digits"):
        events(recipe=recipe)


def test_an_unknown_device_is_refused():
    with pytest.raises(ExplorerError, match="no device"):
        list(train(tiny(), SHORT, device="cuda:99"))


def test_a_run_is_not_overwritten_and_only_the_same_run_is_resumed(tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(ExplorerError, match="holds no run"):
        events(folder=folder, resume=True)
    events(folder=folder, should_stop=stop_after(3))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ExplorerError, match="holds a run already"):
        events(folder=folder)
    with pytest.raises(ExplorerError, match="not the one"):
        events(tiny(dropout=0.4), folder=folder, resume=True)
    with pytest.raises(ExplorerError, match="optimizer was sgd, is adam, seed was 0, is 4"):
        events(recipe=replace(SHORT, seed=4, optimizer="adam"), folder=folder, resume=True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    events(folder=folder, resume=True)
    with pytest.raises(ExplorerError, match="already done 2 epochs"):
        events(folder=folder, resume=True)
    longer = events(recipe=replace(SHORT, epochs=3), folder=folder, resume=True)
    assert [event.epoch for event in of(Evaluated, longer)] == [3]


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ExplorerError, match="not empty"):
        events(folder=tmp_path)


def test_two_trainings_cannot_share_a_folder(tmp_path):
    running = train(tiny(), SHORT, device="cpu", folder=tmp_path)
    assert isinstance(next(running), Started)
    with pytest.raises(ExplorerError, match="another training"):
        events(folder=tmp_path, resume=True)
    running.close()


def test_a_last_batch_of_one_picture_is_left_out():
    # 1,438 pictures, 479 at a time: 3 · 479 = 1,437
    found = events(recipe=replace(SHORT, epochs=1, batch_size=479))
    assert found[0].steps_per_epoch == 3
    assert isinstance(found[-1], Finished)


def test_events_are_frozen_and_saved_events_name_files_that_exist(tmp_path):
    found = list(itertools.islice(train(tiny(), SHORT, device="cpu", folder=tmp_path), 2))
    assert isinstance(found[1], Saved)
    with pytest.raises(FrozenInstanceError):
        found[0].step = 1
