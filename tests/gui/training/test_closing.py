"""Closing the window while it trains: it asks, and does as it is told."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from explorer.core.recipe import Recipe
from explorer.engine.runs.heartbeat import RUNNING, life
from explorer.engine.runs.run_folder import summarize
from explorer.engine.runs.steering import Steering
from explorer.gui.dialogs import Leave
from tests.gui.training.training_area import LONG

ENDLESS = Recipe(epochs=100_000, batch_size=64)


@pytest.fixture
def training(qtbot, open_window, tmp_path):
    """A window that trains, and the answers it is given."""
    window, answers = open_window("lenet5")
    window.workbench.apply("recipe", replace(window.workbench.document, recipe=ENDLESS))
    window.window_actions["train"].trigger()
    area = window.areas.train
    area.session.runs_folder = tmp_path / "runs"
    area.start()
    qtbot.waitUntil(lambda: area.session.progress.step > 0, timeout=LONG)
    return window, answers, area.session.run


def test_cancel_goes_on_and_stop_keeps_the_run(qtbot, training):
    window, answers, run = training
    answers.leave_answer = Leave.CANCEL
    assert not window.close()
    assert answers.asked[-1] == "training LeNet-5, 0 waiting"
    steps = window.areas.train.session.progress.step
    qtbot.waitUntil(lambda: window.areas.train.session.progress.step > steps, timeout=LONG)
    answers.leave_answer = Leave.STOP
    assert window.close()
    assert summarize(run.folder).state == "stopped"
    assert any((run.folder / "checkpoints").glob("*.safetensors"))


def test_choices_are_remembered(qtbot, open_window, tmp_path):
    window, _ = open_window("lenet5")
    window.window_actions["train"].trigger()
    area = window.areas.train
    area.where.switch.click()
    area.watch_folder(tmp_path / "cluster")
    assert window.close()
    again, _ = open_window("lenet5")
    again.window_actions["train"].trigger()
    assert again.areas.train.where.apart
    assert tmp_path / "cluster" in again.areas.train.finder.folders


def test_let_it_run_on_goes_on_without_the_window(qtbot, training):
    window, answers, run = training
    answers.leave_answer = Leave.GO_ON
    assert window.close()
    stopped = summarize(run.folder).step
    qtbot.waitUntil(lambda: summarize(run.folder).step > stopped, timeout=LONG)
    assert life(run.folder) == RUNNING
    until = time.monotonic() + LONG / 1000
    while summarize(run.folder).state != "stopped" and time.monotonic() < until:
        Steering(run.folder).stop()
        qtbot.wait(200)
    assert summarize(run.folder).state == "stopped"
