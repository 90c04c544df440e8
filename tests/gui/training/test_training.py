"""The Train area, driven as a person would: start, watch, edit meanwhile, pause, stop, close."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.graph import Graph, Node
from explorer.gui.style import style_sheet
from explorer.gui.theme import theme
from explorer.gui.training.orders import free_folder
from explorer.gui.training.run import Run, State
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.sources import Input
from tests.gui.training.training_area import LONG, RECIPE, drawn, opened, press, until_steps


def test_two_epochs_run_while_the_network_is_edited(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    workbench, trained = area._workbench, area._workbench.document.graph
    assert area.findChild(QWidget, "lossPlot") is None  # pyqtgraph is not loaded before it is needed
    with qtbot.waitSignal(area.session.started):
        press(qtbot, area, "trainStart")
    run = area.session.run
    until_steps(qtbot, area)
    last = workbench.document.graph.order[-1]
    workbench.apply("rename", edits.rename(workbench.document, last, "renamed"))
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        pass
    assert run.state is State.FINISHED
    assert len(run.loss) == run.steps == 24  # 1,438 pictures in batches of 128, twice
    assert list(run.test_accuracy.xs) == [1, 2]
    assert run.loss.ys[-1] < run.loss.ys[0]
    assert 0.5 < run.last_accuracy <= 1
    loss, accuracy = (area.findChild(QWidget, name) for name in ("lossPlot", "accuracyPlot"))
    assert loss.points == {"LeNet-5": 24}
    assert accuracy.points == {"LeNet-5": 2}
    qtbot.waitUntil(lambda: loss.redraws > 0 and accuracy.redraws > 0)
    assert area.toolbar.whole.share == 1

    from explorer.engine.runs.run_folder import read_record, summarize

    record = read_record(run.folder)
    assert record.graph == trained  # the trainer kept the network it was started with
    assert "renamed" not in record.graph
    assert summarize(run.folder).state == "finished"
    assert summarize(run.folder).test_accuracy == pytest.approx(run.last_accuracy)

    again = opened(qtbot, tmp_path)
    qtbot.waitUntil(lambda: again.model.rowCount() == 1, timeout=LONG)
    read = again.model.runs[0]
    assert (read.name, read.state, list(read.loss.ys)) == ("LeNet-5", State.FINISHED, list(run.loss.ys))
    assert list(read.test_accuracy.ys) == list(run.test_accuracy.ys)
    middle = again.runs.visualRect(again.model.index(0)).center()
    qtbot.mouseClick(again.runs.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert read.slot == 0
    assert drawn(qtbot, again).loss.points == {"LeNet-5": 24}
    qtbot.mouseClick(again.runs.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert read.slot is None
    assert again.findChild(QWidget, "lossPlot").points == {}


def test_pause_go_on_and_stop(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, recipe=replace(RECIPE, epochs=10_000))
    press(qtbot, area, "trainStart")
    until_steps(qtbot, area)
    press(qtbot, area, "trainPause")
    run = area.session.run
    assert run.state is State.PAUSED
    assert not area.toolbar.pause.isEnabled()
    assert area.session.paused
    press(qtbot, area, "trainStart")  # the same button goes on
    assert run.state is State.RUNNING
    until_steps(qtbot, area, len(run.loss) + 1)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        press(qtbot, area, "trainStop")
    assert run.state is State.STOPPED
    assert not area.session.active
    assert area.toolbar.start.isEnabled()
    assert not area.toolbar.stop.isEnabled()
    assert any((run.folder / "checkpoints").glob("*.safetensors"))


@pytest.mark.parametrize("paused", [False, True])
def test_closing_while_it_trains_ends_the_thread_and_keeps_the_run(qtbot, tmp_path, paused):
    area = opened(qtbot, tmp_path, recipe=replace(RECIPE, epochs=10_000))
    area.start()
    until_steps(qtbot, area)
    (job,) = area.session._jobs.values()
    thread = job._thread
    if paused:
        area.session.pause()
    assert area.shutdown()
    assert not thread.isRunning()
    from explorer.engine.runs.run_folder import load_run, summarize

    folder = area.session.run.folder
    assert summarize(folder).state == "stopped"
    assert set(load_run(folder, "last").weights)


def test_closing_before_torch_is_loaded(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    area.start()
    assert area.shutdown()


def test_a_network_that_does_not_fit_the_data_offers_the_edit(qtbot, tmp_path):
    area = opened(qtbot, tmp_path, catalog.build("lenet5", classes=7))
    press(qtbot, area, "trainStart")
    assert not area.session.active
    assert area.notice.isVisible()
    assert "7 numbers" in area.notice.sentence.text()
    assert "10 classes" in area.notice.sentence.text()
    (fix,) = area.notice.buttons
    qtbot.mouseClick(fix, Qt.MouseButton.LeftButton)
    shown = area._workbench
    assert shown.analysis.rows[shown.document.graph.sinks[0]].output == (10,)
    assert shown.undo_label
    assert not area.notice.isVisible()


def test_a_network_with_a_problem_says_which(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    shown = area._workbench
    name = shown.document.graph.order[1]
    shown.apply("disconnect", edits.disconnect(shown.document, name, 0))
    area.start()
    assert not area.session.active
    assert name in area.notice.sentence.text()


def test_training_that_fails_says_what_happened(qtbot, tmp_path):
    graph = Graph(
        (
            Node("input", Input(shape=(1, 8, 8))),
            Node("flat", Flatten(), ("input",)),
            Node("wide", Linear(out_features=64), ("flat",)),
            Node("relu", ReLU(), ("wide",)),
            Node("head", Linear(out_features=10), ("relu",)),
        )
    )
    area = opened(qtbot, tmp_path, graph, replace(RECIPE, learning_rate=100.0, momentum=0.99, epochs=20))
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        area.start()
    run = area.session.run
    assert run.state is State.FAILED
    assert area.notice.isVisible()
    assert "learning rate" in area.notice.sentence.text()  # the remedy


def test_a_folder_that_cannot_be_written_is_one_sentence(qtbot, tmp_path):
    (tmp_path / "runs").write_text("a file where the folder should be")
    area = opened(qtbot, tmp_path)
    with qtbot.waitSignal(area.session.ended, timeout=LONG):
        area.start()
    assert area.session.run.state is State.FAILED
    assert "folder" in area.notice.sentence.text()


def test_ticked_runs_get_different_colours_and_give_them_back(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    runs = [Run(f"run {index}", "") for index in range(6)]
    for run in runs:
        area.model.add(run)
        area.model.tick(run, on=True)
    assert [run.slot for run in runs] == list(range(6))
    area.model.tick(runs[1], on=False)
    area.model.tick(runs[5], on=False)
    area.model.tick(runs[5], on=True)
    assert runs[5].slot == 1


def test_the_list_shows_a_run_without_figures(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    run = Run("nothing yet", "digits")
    run.loss.add(1, math.nan)
    area.model.add(run)
    assert run.last_loss is None
    area.grab()  # paints the dash


def test_folders_of_runs_are_new_and_harmless(tmp_path):
    first = free_folder(tmp_path, "../my net/é")
    assert first.parent == tmp_path
    assert "/" not in first.name.replace(str(tmp_path), "")
    first.mkdir()
    assert free_folder(tmp_path, "../my net/é") != first
    assert free_folder(tmp_path, "...").name.startswith("network-")


def test_both_themes_paint_all_parts(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    run = Run("one", "digits", steps=20, epochs=2, state=State.FINISHED)
    run.loss.extend((step, 2.0 / step) for step in range(1, 21))
    run.test_accuracy.extend([(1, 0.5), (2, 0.75)])
    area.model.add(run)
    area.model.tick(run, on=True)
    cards = drawn(qtbot, area)
    qtbot.waitUntil(lambda: cards.loss.redraws > 0)
    area.setStyleSheet(style_sheet(theme(dark=True)))  # as the window does
    dark = area.grab().toImage()
    area.setStyleSheet(style_sheet(theme(dark=False)))
    area.set_theme(theme(dark=False))
    redraws = cards.loss.redraws
    cards.scale.setCurrentIndex(1)
    cards.smoothing.setCurrentIndex(0)
    assert cards.loss.logarithmic
    qtbot.waitUntil(lambda: cards.loss.redraws > redraws)
    light = area.grab().toImage()
    assert dark.pixelColor(5, 5).lightness() < 80 < 200 < light.pixelColor(5, 5).lightness()
    middle = cards.mapTo(area, QPoint(40, 200))
    assert dark.pixelColor(middle).lightness() < 80 < 200 < light.pixelColor(middle).lightness()


def test_hidden_plots_are_not_drawn(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    run = Run("one", "digits", steps=20, epochs=2)
    area.model.add(run)
    area.model.tick(run, on=True)
    plot = drawn(qtbot, area).loss
    qtbot.waitUntil(lambda: plot.redraws > 0)
    area.hide()
    before = plot.redraws
    run.loss.add(1, 1.0)
    area._show_curves()
    assert not plot._due.isActive()
    area.show()
    qtbot.waitUntil(lambda: plot.redraws == before + 1)
