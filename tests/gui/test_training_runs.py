"""The list of runs: search, notes, what differs, the bin, parallel coordinates, runs that others write."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.core.recipe import Optimizer, Recipe
from explorer.engine.metrics import append_metrics
from explorer.engine.run_lock import locked
from explorer.engine.run_notes import read_notes
from explorer.engine.runs import RunRecord, write_record
from explorer.gui.training.differences import differences, network_facts, titles
from explorer.gui.training.plot_export import write_plot
from explorer.gui.training.run import Run, State
from explorer.gui.training.run_panel import found_by
from tests.gui.training_area import LONG, opened


def written(folder, name="lenet5", recipe=None, epochs=2, end="finished"):
    """A run on the disk, as another program would leave it."""
    folder.mkdir(parents=True)
    recipe = recipe or Recipe()
    write_record(folder, RunRecord(name, catalog.build("lenet5"), recipe, {"device": "cpu"}))
    start = {"kind": "start", "step": 0, "epoch": 0, "steps_per_epoch": 10, "last_step": 10 * epochs}
    append_metrics(folder, [start | {"device": "cpu", "epochs": epochs, "classes": [], "notes": []}])
    for epoch in range(1, epochs + 1):
        more(folder, epoch)
    if end:
        append_metrics(folder, [{"kind": "end", "state": end, "step": 10 * epochs, "epoch": epochs}])


def more(folder, epoch):
    """One more epoch of ten steps."""
    steps = range(10 * epoch - 9, 10 * epoch + 1)
    lines = [{"kind": "step", "step": step, "epoch": epoch, "loss": 2.0 / step} for step in steps]
    lines = [line | {"accuracy": 0.5, "learning_rate": 0.1} for line in lines]
    figures = {
        "confusion": [],
        "train_loss": 1.0,
        "train_accuracy": 0.5,
        "test_loss": 1.0,
        "test_accuracy": 0.9 - 0.1 / epoch,
    }
    last = {
        "kind": "epoch",
        "step": 10 * epoch,
        "epoch": epoch,
        "best": True,
        "seconds": 1.0,
        "confusion": [],
    }
    append_metrics(folder, [*lines, last | figures])


def listed(qtbot, area, count):
    qtbot.waitUntil(lambda: area.model.rowCount() == count, timeout=LONG)
    return area.model.runs


@pytest.fixture
def three(qtbot, tmp_path):
    runs = tmp_path / "runs"
    written(runs / "lenet5-20250101-000000", recipe=Recipe(learning_rate=0.1))
    written(runs / "lenet5-20250102-000000", recipe=Recipe(learning_rate=0.01, optimizer=Optimizer.ADAM))
    written(runs / "plain-20250103-000000", name="plain", recipe=Recipe(learning_rate=0.001), end="stopped")
    area = opened(qtbot, tmp_path)
    listed(qtbot, area, 3)
    return area


def test_search_finds_words_states_and_tags(qtbot, three):
    shown = lambda: [run.name for row, run in enumerate(three.model.runs) if not three.runs.isRowHidden(row)]  # noqa: E731
    run = three.model.runs[0]
    three.runs.setCurrentIndex(three.model.index(0))
    notes = three.panel.notes
    assert notes.isVisible()
    qtbot.keyClicks(notes.tags, "good, to show")
    qtbot.keyClick(notes.tags, Qt.Key.Key_Return)
    notes.text.setFocus()
    qtbot.keyClicks(notes.text, "the one with the low rate")
    three.runs.setFocus()
    assert read_notes(run.folder).tags == ("good", "to show")
    assert read_notes(run.folder).text == "the one with the low rate"
    for words, names in (
        ("plain", ["plain"]),
        ("adam", ["lenet5"]),
        ("#good", ["plain"]),
        ("#goo", []),
        ("stopped low", ["plain"]),
        ("lenet5", ["lenet5", "lenet5"]),
    ):
        three.panel.search.setText(words)
        assert shown() == names, words
    three.panel.search.clear()
    assert len(shown()) == 3
    assert found_by(run, ["20250103"])


def test_what_differs_names_settings_and_only_those(three):
    for run in three.model.runs:
        three.model.tick(run, on=True)
    table = three.panel.differences
    assert table.isVisible()
    rows = dict(table.rows)
    assert rows["learning rate"] == ("0.001", "0.01", "0.1")
    assert rows["optimizer"] == ("sgd", "adam", "sgd")
    assert "parameters" not in rows
    assert "batch size" not in rows
    assert sorted(titles(three.model.runs).values()) == ["lenet5 adam", "lenet5 sgd", "plain"]
    same = [run for run in three.model.runs if run.name == "lenet5"]
    assert sorted(titles(same).values()) == ["adam", "sgd"]
    assert list(titles([same[0], replace(same[0])]).values()) == ["lenet5 #1", "lenet5 #2"]
    three.model.tick(three.model.runs[0], on=False)
    three.model.tick(three.model.runs[1], on=False)
    assert not table.isVisible()


def test_networks_differ_in_their_figures():
    one, other = Run("a", "", recipe=Recipe()), Run("b", "", recipe=Recipe())
    one.network = network_facts(catalog.build("cifar_resnet20"))
    other.network = network_facts(catalog.build("cifar_resnet32"))
    rows = dict(differences([one, other]))
    assert rows["layers with weights"] == ("20", "32")
    assert rows["shortcuts"] == ("9", "15")
    assert int(rows["parameters"][0].replace(",", "")) < int(rows["parameters"][1].replace(",", ""))
    assert "BatchNorm" not in rows


def test_a_run_goes_to_the_bin_after_asking(qtbot, three, tmp_path):
    does, run = three.actions_of_runs, three.model.runs[0]
    asked, thrown = [], []
    does.ask = lambda text, *_: asked.append(text)
    does.do("delete", run)
    assert asked == ["Move the run plain to the bin?"]
    assert run in three.model.runs

    def bin_(folder):
        thrown.append(folder)
        folder.rename(tmp_path / "bin")
        return True

    does.ask, does.to_bin = lambda *_: True, bin_
    does.do("delete", run)
    assert thrown == [run.folder]
    assert run not in three.model.runs
    held = three.model.runs[0]
    with locked(held.folder):  # somebody trains there
        does.do("delete", held)
    assert "trained" in three.notice.sentence.text()
    assert held in three.model.runs


def test_opening_and_copying_a_run(three):
    wanted = []
    three.document_wanted.connect(wanted.append)
    does, run = three.actions_of_runs, three.model.runs[1]
    does.do("open", run)
    (document,) = wanted
    assert document.recipe == run.recipe
    assert document.graph == catalog.build("lenet5")
    does.do("copy", run)  # the same network is open: only the recipe is taken over
    assert wanted == [document]
    assert three._workbench.document.recipe == run.recipe
    compared = []
    three.compare_wanted.connect(compared.append)
    does.do("compare", run)
    assert compared == [run.folder]


def test_the_menu_offers_what_makes_sense(three):
    stopped, finished = three.model.runs[0], three.model.runs[1]
    verbs = lambda run: {action.objectName() for action in three.panel.menu_of(run).actions()} - {""}  # noqa: E731
    assert "run.resume" in verbs(stopped)
    assert "run.resume" not in verbs(finished)
    assert {"run.branch", "run.reproduce", "run.delete"} <= verbs(finished)
    waiting = Run("later", "", state=State.WAITING, folder=stopped.folder)
    assert verbs(waiting) == {"run.withdraw"}


def test_parallel_coordinates_keep_what_is_dragged_over(qtbot, three):
    qtbot.mouseClick(three.panel.axes, Qt.MouseButton.LeftButton)
    drawn = three.pages.parallel
    assert three.pages.currentWidget() is drawn
    names = [axis.name for axis in drawn.axes]
    assert names == ["network", "optimizer", "learning rate", "best test accuracy"]
    assert len(drawn.kept) == 3
    x = round(drawn.x_of(2))
    rates = drawn.axes[2].heights
    assert sorted(rates) == pytest.approx([0, 0.5, 1])  # a factor of 100: logarithmic
    qtbot.mousePress(drawn, Qt.MouseButton.LeftButton, pos=QPoint(x, round(drawn.y_of(0.4))))
    qtbot.mouseMove(drawn, QPoint(x, round(drawn.y_of(1.05))))
    qtbot.mouseRelease(drawn, Qt.MouseButton.LeftButton, pos=QPoint(x, round(drawn.y_of(1.05))))
    assert sorted(run.recipe.learning_rate for run in drawn.kept) == [0.01, 0.1]
    drawn.grab()
    qtbot.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=QPoint(x, round(drawn.y_of(0.4))))
    assert len(drawn.kept) == 3
    qtbot.mouseClick(three.panel.axes, Qt.MouseButton.LeftButton)
    assert three.pages.currentWidget() is not drawn


def test_a_run_that_something_else_writes_is_followed_live(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    folder = tmp_path / "cluster" / "job-7"
    written(folder, name="job", epochs=1, end="")
    with locked(folder):
        area.watch_folder(tmp_path / "cluster")
        (run,) = listed(qtbot, area, 1)
        qtbot.waitUntil(lambda: len(run.test_accuracy) == 1, timeout=LONG)
        assert run.state is State.RUNNING
        more(folder, 2)
        qtbot.waitUntil(lambda: len(run.test_accuracy) == 2, timeout=LONG)
        assert list(run.loss.xs) == list(range(1, 21))
        append_metrics(folder, [{"kind": "end", "state": "finished", "step": 20, "epoch": 2}])
        qtbot.waitUntil(lambda: run.state is State.FINISHED, timeout=LONG)
        qtbot.waitUntil(lambda: not area.session.live, timeout=LONG)


def test_a_run_whose_process_is_gone_can_be_resumed(qtbot, tmp_path):
    folder = tmp_path / "runs" / "lenet5-20250101-000000"
    written(folder, epochs=1, end="")
    area = opened(qtbot, tmp_path)
    (run,) = listed(qtbot, area, 1)
    assert run.state is State.LOST
    assert "resume" in run.message
    assert {"run.resume"} <= {action.objectName() for action in area.panel.menu_of(run).actions()}
    (folder / "run.json").write_text(json.dumps({"program": "another"}))
    area.actions_of_runs.do("resume", run)
    assert "not the record of a run" in area.notice.sentence.text()


def test_the_plot_zooms_moves_and_tells_figures(qtbot, three):
    for run in three.model.runs[:2]:
        three.model.tick(run, on=True)
    plot = three.findChild(QWidget, "lossPlot")
    qtbot.waitUntil(lambda: plot.redraws > 0 and not plot._due.isActive())
    assert plot.view == (0, 20)
    area = plot._area()
    middle = QPoint(round(area.center().x()), round(area.center().y()))
    qtbot.mouseMove(plot.viewport(), middle)
    figures = plot.overlay.figures()
    assert len(figures) == 2
    plot.grab()  # paints the figures
    QApplication.sendEvent(plot.viewport(), _wheel(plot, middle, 960))
    low, high = plot.view
    assert 0 < low < 10 < high < 20
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(plot.viewport(), middle + QPoint(50, 0))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 0))
    assert plot.view[0] < low
    qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert plot.view == (0, 20)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.view != (0, 20)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.view == (0, 20)


def test_a_plot_is_written_as_picture_drawing_and_table(qtbot, three, tmp_path):
    three.model.tick(three.model.runs[0], on=True)
    plot = three.findChild(QWidget, "lossPlot")
    qtbot.waitUntil(lambda: plot.redraws > 0)
    for name, begins in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.csv", b"run,step,Training loss")):
        write_plot(plot, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 21
    with pytest.raises(ExplorerError, match="png"):
        write_plot(plot, tmp_path / "a.pdf")


def test_other_quantities_are_drawn_in_the_second_card(qtbot, three):
    three.model.tick(three.model.runs[0], on=True)
    cards = three.pages.cards
    cards.quantity.setCurrentIndex(1)
    assert cards.second.currentWidget() is cards.other
    assert cards.other.points == {"plain": 20}
    assert cards.other.lines[0].text(0.1) == "0.1"
    cards.quantity.setCurrentIndex(0)
    assert cards.second.currentWidget() is cards.accuracy


def _wheel(plot, at, turn):
    return QWheelEvent(
        QPointF(at),
        QPointF(plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
