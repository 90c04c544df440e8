"""What cannot be trained is refused before anything is written; what was not foreseen is not swallowed."""

from __future__ import annotations

import itertools
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from torch.optim.sgd import sgd

from explorer.core.document import Document
from explorer.core.edits import apply_repair
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.engine.events import (
    Evaluated,
    Failed,
    Finished,
    Saved,
    Started,
)
from explorer.engine.learning.optimizer import GradientDescent
from explorer.engine.training import stepper
from explorer.engine.training.readiness import NotReady
from explorer.engine.training.trainer import train
from explorer.operators.activation import ReLU, Softmax
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import AdaptiveAvgPool2d
from explorer.operators.sketch import Sketch
from tests.engine.training.short_runs import SHORT, events, of, stop_after
from tests.engine.training.training_graphs import tiny


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
    ours, theirs, usual = ([item.clone().requires_grad_() for item in start] for _ in range(3))
    named = [(str(index), item) for index, item in enumerate(ours)]
    recipe = Recipe(momentum=momentum, weight_decay=decay, nesterov=nesterov)
    one = GradientDescent(named)
    settings = {"momentum": momentum, "weight_decay": decay, "nesterov": nesterov, "dampening": 0}
    velocities, others = [None, None], [None, None]
    for step in range(5):
        for parameters in (ours, theirs, usual):
            for item in parameters:
                item.grad = (item.detach() * 2 + step).sin()
        one.step(0.1 / (step + 1), recipe)
        with torch.no_grad():  # what torch.optim.SGD does in its step, which takes seconds to import
            rate = 0.1 / (step + 1)
            given = [item.grad for item in theirs], velocities
            sgd(theirs, *given, fused=True, lr=rate, maximize=False, **settings)
            given = [item.grad for item in usual], others
            sgd(usual, *given, foreach=False, lr=rate, maximize=False, **settings)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    for one, other in zip(ours, usual, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)


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
