"""A training, others that wait, an experiment and processes of their own, all in one window."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from explorer.core.recipe import Recipe
from explorer.engine.runs.run_folder import is_run, read_record, summarize
from explorer.engine.runs.run_lock import is_locked
from explorer.engine.runs.steering import Steering
from explorer.gui.dialogs import Leave
from explorer.gui.training.run import State
from tests.gui.training.training_area import LONG, RECIPE, finish, opened, press, until_steps

ENDLESS = Recipe(epochs=100_000, batch_size=64)


@pytest.fixture
def together(qtbot, open_window, tmp_path):
    """A window over LeNet-5 with a recipe that never ends, its Train area and its experiments."""
    window, answers = open_window("lenet5")
    window.workbench.apply("recipe", replace(window.workbench.document, recipe=ENDLESS))
    window.window_actions["train"].trigger()
    area = window.areas.train
    area.session.runs_folder = tmp_path / "runs"
    area.experiments.open()
    experiments = area.experiments.window
    experiments.choose("search")
    qtbot.waitUntil(lambda: experiments.session.found is not None, timeout=LONG)
    return window, answers, area, experiments


def begin(qtbot, experiments):
    """Press Start in the window of the experiments."""
    qtbot.mouseClick(experiments.findChild(QPushButton, "experimentStart"), Qt.MouseButton.LeftButton)


def until_it_trains(qtbot, experiments):
    qtbot.waitUntil(lambda: experiments.session.found.outcomes[0].state == "running", timeout=LONG)


def first_run(tmp_path, experiments):
    return tmp_path / "runs" / experiments.session.plan.trials[0].folder


def test_a_training_waits_for_the_experiment_and_says_so(qtbot, together, tmp_path):
    _, _, area, experiments = together
    begin(qtbot, experiments)
    until_it_trains(qtbot, experiments)
    press(qtbot, area, "trainStart")
    (run,) = area.session.waiting
    assert run.state is State.WAITING
    assert area.notice.sentence.text() == (
        "LeNet-5 waits for its turn: the experiment “lenet5: width and depth” is training."
    )
    assert [made.text() for made in area.notice.buttons] == ["Show the experiment", "Train now, apart"]
    qtbot.wait(300)  # what is shown of runs is not asked of one that has not begun
    assert area.notice.sentence.text().startswith("LeNet-5 waits for its turn")
    press(qtbot, area, "trainStart")  # once is enough
    area.start()
    assert area.session.waiting == (run,)
    press(qtbot, area, "trainStop")
    assert not area.session.waiting
    assert run not in area.model.runs
    assert not area.notice.isVisible()
    press(qtbot, area, "trainStart")
    (again,) = area.session.waiting
    experiments.session.stop()
    qtbot.waitUntil(lambda: area.session.progress.step > 0, timeout=LONG)
    assert area.session.run is again
    assert not experiments.session.active
    assert summarize(first_run(tmp_path, experiments)).state == "stopped"


def test_an_experiment_waits_for_the_training(qtbot, together):
    _, _, area, experiments = together
    press(qtbot, area, "trainStart")
    qtbot.waitUntil(lambda: area.session.progress.step > 0, timeout=LONG)
    begin(qtbot, experiments)
    assert experiments.page.time.text() == "waits until LeNet-5 is over"
    assert experiments.page.stop.isVisible()
    experiments.session.stop()
    assert not experiments.session.active
    assert experiments.page.start.isEnabled()
    begin(qtbot, experiments)
    press(qtbot, area, "trainStop")
    until_it_trains(qtbot, experiments)
    assert area.session.trained is None


def test_closing_asks_for_all_of_them_and_stops_all(qtbot, together, tmp_path):
    window, answers, area, experiments = together
    begin(qtbot, experiments)
    until_it_trains(qtbot, experiments)
    press(qtbot, area, "trainStart")
    (run,) = area.session.waiting
    qtbot.mouseClick(area.notice.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.progress.step > 0, timeout=LONG)
    assert run.apart
    area.queue()
    (waiting,) = area.session.waiting
    answers.leave_answer = Leave.CANCEL
    assert not window.close()
    assert answers.asked[-1] == ("training The experiment “lenet5: width and depth”, LeNet-5, 1 waiting")
    steps = run.progress.step
    qtbot.waitUntil(lambda: run.progress.step > steps, timeout=LONG)
    answers.leave_answer = Leave.STOP
    assert window.close()
    assert summarize(first_run(tmp_path, experiments)).state == "stopped"
    assert not is_run(waiting.folder)
    until = time.monotonic() + LONG / 1000
    while is_locked(run.folder) and time.monotonic() < until:
        qtbot.wait(100)
    assert summarize(run.folder).state == "stopped"


def test_an_experiment_goes_on_without_the_window_and_the_next_one_stops_it(
    qtbot, together, tmp_path, open_window
):
    window, answers, _, experiments = together
    begin(qtbot, experiments)
    until_it_trains(qtbot, experiments)
    folder = first_run(tmp_path, experiments)
    answers.leave_answer = Leave.GO_ON
    assert window.close()
    before = summarize(folder)
    assert before.state == "stopped"
    qtbot.waitUntil(lambda: summarize(folder).step > before.step, timeout=LONG)
    again, _ = open_window("lenet5")
    again.workbench.apply("recipe", replace(again.workbench.document, recipe=ENDLESS))
    again.window_actions["train"].trigger()
    area = again.areas.train
    area.session.runs_folder = tmp_path / "runs"
    area.experiments.open()
    second = area.experiments.window
    second.choose("search")
    qtbot.waitUntil(lambda: bool(second.session.found and second.session.elsewhere), timeout=LONG)
    assert second.session.elsewhere == (folder,)
    assert second.page.time.text() == "trains in a process of its own"
    assert not second.page.start.isEnabled()
    qtbot.mouseClick(second.page.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not second.session.elsewhere, timeout=LONG)
    assert summarize(folder).state == "stopped"
    others = [tmp_path / "runs" / trial.folder for trial in second.session.plan.trials[1:]]
    assert not any(map(is_run, others))


def test_branching_and_reproducing_in_processes_of_their_own(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=replace(RECIPE, epochs=1))
    does = area.actions_of_runs
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStart")
    run = area.session.run
    area.where.switch.click()
    document, recipe = does._document(run)
    branch = does.begin_branch(run, document, 1, replace(recipe, learning_rate=0.005, epochs=2))
    does.do("reproduce", run)
    again = area.session.run
    assert again is not branch
    assert branch.apart
    assert again.apart
    assert branch.folder != again.folder
    finish(qtbot, area)
    assert [branch.state, again.state] == [State.FINISHED] * 2
    record = read_record(branch.folder)
    assert record.facts["parent"] == {"run": str(run.folder), "step": 12, "epoch": 1}
    assert (record.recipe.learning_rate, record.recipe.epochs) == (0.005, 2)
    assert read_record(again.folder).facts["reproduces"] == str(run.folder)
    assert "agree to the last bit" in area.notice.sentence.text()
    assert list(again.loss.ys) == list(run.loss.ys)


def test_a_single_step_in_a_process_of_its_own(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=ENDLESS)
    area.where.switch.click()
    press(qtbot, area, "trainStep")
    until_steps(qtbot, area)
    run = area.session.run
    qtbot.waitUntil(lambda: run.state is State.PAUSED, timeout=LONG)
    assert run.progress.step == 1
    Steering(run.folder).step()
    until_steps(qtbot, area, 2)
    assert run.progress.step == 2
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStop")
    assert summarize(run.folder).state == "stopped"
