"""What goes wrong in a real training ends in a sentence; its button goes on from the last good state."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
import torch
from PySide6.QtCore import Qt
from torch import nn

from explorer.engine.runs import checkpoint
from explorer.engine.runs.changes import Change, read_changes
from explorer.engine.runs.checkpoint import Checkpoints
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import summarize
from explorer.gui.training.run import State
from tests.gui.training.training_area import LONG, RECIPE, opened, press

THREE = replace(RECIPE, epochs=3)
EPOCH = 12
"""Steps of an epoch with batches of 128."""


class Injured:
    """A convolution that goes wrong in its `at`-th step of training and in all that follow.

    `ill` says of which pictures.
    """

    def __init__(self, monkeypatch, at, harm, ill=lambda _: True):
        self.calls, self.well = 0, nn.Conv2d.forward
        injured = self

        def forward(layer, pictures):
            if layer.training and layer.in_channels == 1 and ill(pictures):
                injured.calls += 1
                if injured.calls >= at:
                    return harm(injured.well(layer, pictures))
            return injured.well(layer, pictures)

        monkeypatch.setattr(nn.Conv2d, "forward", forward)


def raising(error):
    def harm(_):
        raise error

    return harm


def failed(qtbot, area):
    """Train until it fails."""
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStart")
    run = area.session.run
    assert run.state is State.FAILED, run.message
    return run


def choose(qtbot, area, text):
    """Press a button of the notice and wait for the end of the run."""
    made = next(made for made in area.notice.buttons if made.text() == text)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert not area.notice.isVisible()


def went_on(run, steps):
    """The same run has every step once, on the screen and on the disk."""
    assert run.state is State.FINISHED
    assert list(run.loss.xs) == list(range(1, steps + 1))
    told = [item["step"] for item in read_metrics(run.folder) if item["kind"] == "step"]
    assert told == list(run.loss.xs)
    assert summarize(run.folder).state == "finished"
    assert not list((run.folder).glob("**/*.tmp"))


def test_no_memory_goes_on_with_half_the_batch(qtbot, tmp_path, monkeypatch):
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    Injured(monkeypatch, EPOCH + 4, raising(error), lambda pictures: len(pictures) > 64)
    area = opened(qtbot, tmp_path, recipe=THREE)
    run = failed(qtbot, area)
    assert "There is not enough memory for steps of 128 pictures" in area.notice.sentence.text()
    assert "CUDA" not in area.notice.sentence.text()
    choose(qtbot, area, "Go on with batches of 64")
    went_on(run, EPOCH + 2 * 23)
    assert read_changes(run.folder) == (Change(EPOCH, {"batch_size": 64}),)
    assert area.model.runs == [run]
    assert run.recipe.batch_size == 64


def test_a_loss_that_is_no_number_goes_on_with_a_tenth_of_the_rate(qtbot, tmp_path, monkeypatch):
    injured = Injured(monkeypatch, EPOCH + 4, lambda values: values * torch.nan)
    area = opened(qtbot, tmp_path, recipe=THREE)
    run = failed(qtbot, area)
    assert "at step 16 the loss is no longer a finite number" in area.notice.sentence.text()
    injured.calls = -10_000
    choose(qtbot, area, "Go on from the last healthy state with 0.005")
    went_on(run, 3 * EPOCH)
    assert read_changes(run.folder) == (Change(EPOCH, {"learning_rate": 0.005}),)


def test_a_rate_that_was_raised_can_go_back_to_the_first_one(qtbot, tmp_path, monkeypatch):
    injured = Injured(monkeypatch, 3 * EPOCH, lambda values: values * torch.nan)
    area = opened(qtbot, tmp_path, recipe=replace(THREE, epochs=4))
    area.session.started.connect(lambda _: injured.calls or area.session.change({"learning_rate": 0.5}))
    run = failed(qtbot, area)
    assert read_changes(run.folder)[0].settings == {"learning_rate": 0.5}
    injured.calls = -10_000
    choose(qtbot, area, "Go on from the last healthy state with 0.05")
    assert read_changes(run.folder)[-1] == Change(2 * EPOCH, {"learning_rate": 0.05})
    went_on(run, 4 * EPOCH)
    rates = {
        item["learning_rate"]
        for item in read_metrics(run.folder)
        if item.get("epoch") == 4 and "loss" in item
    }
    assert all(rate < 0.06 for rate in rates)


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported",
        "CUDA error: unspecified launch failure",
        "unspecified launch failure",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    ],
)
def test_a_lost_device_goes_on_on_the_processor(qtbot, tmp_path, monkeypatch, said):
    injured = Injured(monkeypatch, EPOCH + 4, raising(RuntimeError(said)))
    area = opened(qtbot, tmp_path, recipe=replace(THREE, epochs=2))
    run = failed(qtbot, area)
    assert "The graphics processor stopped working" in area.notice.sentence.text()
    injured.calls = -10_000
    choose(qtbot, area, "Go on on the processor")
    went_on(run, 2 * EPOCH)
    assert run.device == "cpu"


def test_a_full_disk_keeps_the_older_state_and_can_be_tried_again(qtbot, tmp_path, monkeypatch):
    full, write = [True], checkpoint.atomic_write

    def sometimes(path, data):
        if full[0] and "step-000000036" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, data)

    monkeypatch.setattr(checkpoint, "atomic_write", sometimes)
    area = opened(qtbot, tmp_path, recipe=THREE)
    run = failed(qtbot, area)
    assert "The disk is full" in area.notice.sentence.text()
    assert Checkpoints(run.folder).newest().entry.step == 2 * EPOCH
    full[0] = False
    choose(qtbot, area, "Try again")
    went_on(run, 3 * EPOCH)
    assert Checkpoints(run.folder).newest().entry.step == 3 * EPOCH
