"""The list of runs: search, notes, what differs, the bin, parallel coordinates, runs that others write."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from explorer.architectures import catalog
from explorer.core.recipe import Optimizer, Recipe
from explorer.engine.runs.metrics import append_metrics
from explorer.engine.runs.run_lock import locked
from explorer.engine.runs.run_notes import read_notes
from explorer.gui.training.differences import differences, network_facts, titles
from explorer.gui.training.run import Mark, Run, State
from explorer.gui.training.runs.run_panel import found_by
from tests.gui.training.training_area import LONG, opened
from tests.gui.training.written_runs import listed, more, written


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
        ("adam", ["LeNet-5"]),
        ("#good", ["plain"]),
        ("#goo", []),
        ("stopped low", ["plain"]),
        ("lenet5", ["LeNet-5", "LeNet-5"]),
    ):
        three.panel.search.setText(words)
        assert shown() == names, words
    three.panel.search.clear()
    assert len(shown()) == 3
    assert found_by(run, ["20250103"])


def test_what_differs_names_settings_and_only_those(three):
    for run in three.model.runs:
        three.model.tick(run, on=True)
    three.model.runs[0].marks.append(Mark(5, 0.5, "learning rate 0.5"))
    three.model.tick(three.model.runs[0], on=False)
    three.model.tick(three.model.runs[0], on=True)
    table = three.panel.differences
    assert table.isVisible()
    rows = dict(table.rows)
    assert rows["learning rate"] == ("0.001", "0.01", "0.1")
    assert rows["optimizer"] == ("sgd", "adam", "sgd")
    assert "parameters" not in rows
    assert rows["changed on the way"] == ("learning rate 0.5 after step 5", "–", "–")
    assert "batch size" not in rows
    assert sorted(titles(three.model.runs).values()) == ["LeNet-5 adam", "LeNet-5 sgd", "plain"]
    same = [run for run in three.model.runs if run.name == "LeNet-5"]
    assert sorted(titles(same).values()) == ["adam", "sgd"]
    assert list(titles([same[0], replace(same[0])]).values()) == ["LeNet-5 #1", "LeNet-5 #2"]
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
