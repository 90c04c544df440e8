"""Steering a training that goes on: single steps, other settings, the queue, remedies, branches."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from explorer.core.graph import Graph, Node
from explorer.core.recipe import Recipe
from explorer.engine.events import Failed, Remedy
from explorer.engine.runs.changes import read_changes
from explorer.engine.runs.run_folder import read_record, summarize
from explorer.gui.training.run import State
from explorer.gui.training.runs.sweep_dialog import BranchDialog, SweepDialog
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.sources import Input
from tests.gui.training.training_area import LONG, RECIPE, finish, opened, press, until_steps

ENDLESS = replace(RECIPE, epochs=10_000)


def plain_network():
    return Graph(
        (
            Node("input", Input(shape=(1, 8, 8))),
            Node("flat", Flatten(), ("input",)),
            Node("wide", Linear(out_features=64), ("flat",)),
            Node("relu", ReLU(), ("wide",)),
            Node("head", Linear(out_features=10), ("relu",)),
        )
    )


def type_into(qtbot, field, text):
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), text)
    qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)


def test_single_steps_from_the_start(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    press(qtbot, area, "trainStep")
    until_steps(qtbot, area)
    run = area.session.run
    qtbot.waitUntil(lambda: run.state is State.PAUSED and area.toolbar.step.isEnabled(), timeout=LONG)
    assert len(run.loss) == 1
    for count in (2, 3):
        press(qtbot, area, "trainStep")
        until_steps(qtbot, area, count)
        assert len(run.loss) == count
    press(qtbot, area, "trainStart")
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        pass
    assert run.state is State.FINISHED
    assert len(run.loss) == run.steps == 24


def test_settings_change_while_it_trains_and_are_written_down(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=ENDLESS)
    form, before = area.recipe, area._workbench.document
    press(qtbot, area, "trainStart")
    until_steps(qtbot, area)
    run = area.session.run
    assert form.which.isVisible()
    assert not form.findChild(QWidget, "attribute.optimizer").isEnabled()
    rate = form.findChild(QWidget, "attribute.learning_rate")
    type_into(qtbot, rate, "0.01")
    qtbot.waitUntil(lambda: len(run.marks) == 1, timeout=LONG)
    type_into(qtbot, form.findChild(QWidget, "attribute.batch_size"), "64")
    qtbot.waitUntil(lambda: len(run.marks) == 2, timeout=LONG)
    assert area._workbench.document is before  # the recipe of the next run is as it was
    assert (run.recipe.learning_rate, run.recipe.batch_size) == (0.01, 64)
    assert [mark.text for mark in run.marks] == ["learning rate 0.01", "batch size 64"]
    form.which.choose(1)
    assert form.findChild(QWidget, "attribute.optimizer").isEnabled()
    assert rate.lineEdit().text() == "0.05"
    form.which.choose(0)
    qtbot.mouseClick(form.findChild(QPushButton, "copyRecipe"), Qt.MouseButton.LeftButton)
    assert area._workbench.document.recipe == run.recipe
    assert area._workbench.undo_label == "take the recipe of LeNet-5"
    assert not form.steers
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStop")
    changes = read_changes(run.folder)
    assert [dict(change.settings) for change in changes] == [{"learning_rate": 0.01}, {"batch_size": 64}]
    assert [change.step for change in changes] == [mark.step for mark in run.marks]
    assert not form.which.isVisible()
    again = opened(qtbot, tmp_path)
    qtbot.waitUntil(lambda: again.model.rowCount() == 1, timeout=LONG)
    read = again.model.runs[0]
    assert read.marks == run.marks
    assert read.recipe == run.recipe


def test_others_wait_for_their_turn(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=ENDLESS)
    press(qtbot, area, "trainStart")
    until_steps(qtbot, area)
    bench = area._workbench
    bench.apply("other", replace(bench.document, recipe=RECIPE))
    press(qtbot, area, "trainQueue")
    press(qtbot, area, "trainQueue")
    second, third = area.session.waiting
    assert (second.state, third.state) == (State.WAITING, State.WAITING)
    assert area.model.rowCount() == 3
    area.actions_of_runs.do("withdraw", second)
    assert area.session.waiting == (third,)
    assert area.model.rowCount() == 2
    press(qtbot, area, "trainStop")
    finish(qtbot, area)
    assert third.state is State.FINISHED
    assert summarize(third.folder).state == "finished"
    assert not second.folder.exists()


def test_a_failure_offers_its_remedy_as_a_button(qtbot, tmp_path):
    rate = replace(RECIPE, learning_rate=100.0, momentum=0.99, epochs=20)
    area = opened(qtbot, tmp_path, plain_network(), rate)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        area.start()
    run = area.session.run
    assert run.state is State.FAILED
    first = area.notice.buttons[0]
    assert "10" in first.text()
    with qtbot.waitSignal(area.session.started, timeout=LONG):
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert area.session.run is not run
    assert area.session.run.recipe.learning_rate == 10.0
    assert not area.notice.isVisible()


def test_a_remedy_can_go_on_with_the_same_run(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=ENDLESS)
    press(qtbot, area, "trainStart")
    until_steps(qtbot, area, 5)
    run = area.session.run
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStop")
    less = replace(ENDLESS, batch_size=64, epochs=2)
    remedy = Remedy("Go on with batches of 64", less)
    run.take(Failed(5, 0, "there is not enough memory", "set the batch size to 64", remedies=(remedy,)))
    area.notices.offer(run)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        qtbot.mouseClick(area.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert area.model.runs == [run]
    assert run.state is State.FINISHED
    assert run.recipe.batch_size == 64
    assert list(run.test_accuracy.xs) == [1, 2]
    assert list(run.loss.xs) == sorted(set(run.loss.xs))


def test_branching_reproducing_and_resuming(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    does = area.actions_of_runs
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStart")
    run = area.session.run
    document, recipe = does._document(run)
    branch = does.begin_branch(run, document, 1, replace(recipe, learning_rate=0.005))
    finish(qtbot, area)
    assert branch.state is State.FINISHED
    parent = read_record(branch.folder).facts["parent"]
    assert parent["run"] == str(run.folder)
    assert parent["epoch"] == 1
    does.do("reproduce", run)
    finish(qtbot, area)
    assert "agree to the last bit" in area.notice.sentence.text()
    again = area.session.run
    assert list(again.loss.ys) == list(run.loss.ys)


def test_the_dialog_of_a_branch_offers_kept_epochs_and_a_tenth(qtbot):
    dialog = BranchDialog("lenet5", Recipe(learning_rate=0.1, epochs=20), (2, 4, 12), 11)
    qtbot.addWidget(dialog)
    assert dialog.epoch.currentData() == 12
    assert dialog.recipe.learning_rate == 0.01
    dialog.last.setText("12")
    assert not dialog.start.isEnabled()
    assert "more than 12" in dialog.problem.text()
    dialog.last.setText("15")
    assert dialog.start.isEnabled()
    dialog.rate.setText("fast")
    assert not dialog.start.isEnabled()
    assert "number" in dialog.problem.text()


def test_a_sweep_queues_a_run_for_every_combination(qtbot, tmp_path):
    dialog = SweepDialog(RECIPE)
    qtbot.addWidget(dialog)
    dialog.rows[0].values.setText("0.1, 0.01")
    second = dialog.rows[1]
    second.setting.setCurrentIndex(second.setting.findData("optimizer"))
    second.values.setText("sgd, adam")
    assert [recipe.optimizer.value for _, recipe in dialog.recipes] == ["sgd", "adam", "sgd", "adam"]
    assert "4 runs" in dialog.said.text()
    second.values.setText("sgd, magic")
    assert not dialog.start.isEnabled()
    assert "magic" in dialog.problem.text()
    area = opened(qtbot, tmp_path, recipe=replace(RECIPE, epochs=1))
    short = replace(RECIPE, epochs=1)
    recipes = tuple((f"learning_rate={rate}", replace(short, learning_rate=rate)) for rate in (0.1, 0.01))
    runs = area.actions_of_runs.queue_sweep(recipes)
    assert [run.state for run in runs] == [State.PREPARING, State.WAITING]
    finish(qtbot, area)
    assert [run.state for run in runs] == [State.FINISHED] * 2
    assert {read_record(run.folder).recipe.learning_rate for run in runs} == {0.1, 0.01}
    assert len({run.folder for run in runs}) == 2


def test_the_plot_offers_to_branch_where_it_is_clicked(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStart")
    cards = area.pages.cards
    qtbot.waitUntil(lambda: cards.accuracy.redraws > 0)
    wanted = []
    cards.branch_wanted.disconnect()
    cards.branch_wanted.connect(lambda run, epoch: wanted.append((run, epoch)))
    cards.accuracy.asked.disconnect()  # no menu pops up, which would wait for a hand
    qtbot.waitUntil(lambda: cards.accuracy._last == 2 and not cards.accuracy._due.isActive())
    with qtbot.waitSignal(cards.accuracy.asked) as asked:
        place = cards.accuracy._pixel(1.0, 0.5).toPoint()
        _context(cards.accuracy, place)
    line, x, _ = asked.args
    menu = cards.menu(cards.accuracy, line, x)
    menu.findChild(type(menu.actions()[0]), "branch").trigger()
    assert wanted == [(area.session.run, 1)]


def _context(plot, place: QPoint) -> None:
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, plot.mapToGlobal(place))
    QApplication.sendEvent(plot.viewport(), event)
