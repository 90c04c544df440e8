"""The window of the experiments: chosen, started, stopped, gone on with, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton

from explorer.architectures import catalog
from explorer.architectures.experiments import EXPERIMENTS, experiment_named, planned
from explorer.core.document import Document
from explorer.core.experiment import DIVERGED, Cost, Measure, Outcome
from explorer.core.recipe import Recipe
from explorer.engine.runs.run_folder import is_run, summarize
from explorer.gui.panel import IconButton
from explorer.gui.style import style_sheet
from explorer.gui.theme import theme
from explorer.gui.training.area import TrainArea
from explorer.gui.training.experiments import plot as experiment_plot
from explorer.gui.training.experiments import window as experiment_window
from explorer.gui.training.experiments.figures import last_epoch, share_done, spreads, standings
from explorer.gui.training.experiments.window import ExperimentWindow
from explorer.gui.workbench import Workbench

LONG = 120_000
SMALL = Document(
    "lenet5", catalog.build("lenet5"), recipe=Recipe(epochs=1, batch_size=256, learning_rate=0.05, shift=0)
)


def shortened(name, **settings):
    """An experiment with less to do."""
    found = experiment_named(name)
    return replace(
        found,
        versions=tuple(
            replace(version, recipe=replace(version.recipe, **settings)) for version in found.versions
        ),
    )


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    head = shortened("head", data="shapes:size=16,count=120,classes=6", epochs=2, batch_size=64)
    rows = tuple(head if item.name == "head" else item for item in EXPERIMENTS)
    monkeypatch.setattr(experiment_window, "EXPERIMENTS", rows)
    made = ExperimentWindow(Workbench(SMALL), tmp_path / "runs")
    made.setStyleSheet(style_sheet(theme(dark=True)))
    made.set_theme(theme(dark=True))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.show()
    qtbot.waitExposed(made)
    return made


def press(qtbot, window, name):
    qtbot.mouseClick(window.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def look(qtbot, window, name):
    window.choose(name)
    qtbot.waitUntil(lambda: window.session.found is not None, timeout=LONG)


def train(qtbot, window):
    press(qtbot, window, "experimentStart")
    qtbot.waitUntil(lambda: not window.session.active, timeout=LONG)


def test_every_experiment_can_be_looked_at(qtbot, window):
    for experiment in EXPERIMENTS:
        look(qtbot, window, experiment.name)
        page = window.page
        assert page.title.text() == experiment.title
        assert page.question.text() == experiment.question
        labels = [variant.label for variant in experiment.version().variants]
        assert [row[0] for row in page.table.texts()] == labels
        assert {row[5] for row in page.table.texts()} == {"not trained"}
        assert page.start.isEnabled()
        assert not page.verdict.isVisible()
        assert page.versions.isVisible() == (len(experiment.versions) == 2)
        window.grab()


def test_it_is_trained_and_says_what_it_shows(qtbot, window, tmp_path):
    look(qtbot, window, "head")
    ended = []
    window.run_ended.connect(ended.append)
    train(qtbot, window)
    page = window.page
    assert [row[5] for row in page.table.texts()] == ["trained", "trained"]
    assert page.table.texts()[0][1] == "156,934"
    assert not page.start.isVisible()
    assert page.verdict.isVisible()
    (_, first), (_, second) = page.verdict.texts()
    assert first.startswith("VGG with global average pooling has 24,198 parameters")
    assert "against" in second
    assert "one seed only" in page.verdict.sentence.text()
    assert [len(line.points) for line in page.plot.lines] == [2, 2]
    assert len(ended) == 2
    assert all(is_run(folder) and summarize(folder).state == "finished" for folder in ended)
    window.grab()


def test_more_seeds_are_added_to_what_is_there_and_stopping_keeps_it(qtbot, window):
    look(qtbot, window, "head")
    train(qtbot, window)
    window.page.seeds.setCurrentIndex(1)
    qtbot.waitUntil(lambda: window.session.found is not None, timeout=LONG)
    assert [row[5] for row in window.page.table.texts()] == ["1 of 3 trained", "1 of 3 trained"]
    assert window.page.start.text() == "Go on"
    press(qtbot, window, "experimentStart")
    over = lambda: sum(item.is_over for item in window.session.found.outcomes)  # noqa: E731
    qtbot.waitUntil(lambda: over() >= 3, timeout=LONG)
    press(qtbot, window, "experimentStop")
    qtbot.waitUntil(lambda: not window.session.active, timeout=LONG)
    assert 3 <= over() < 6
    assert window.page.start.text() == "Go on"
    train(qtbot, window)
    assert over() == 6
    assert "±" in window.page.table.texts()[0][4]


def test_another_experiment_can_be_looked_at_meanwhile(qtbot, window):
    look(qtbot, window, "head")
    press(qtbot, window, "experimentStart")
    look(qtbot, window, "width")
    assert len(window.page.table.texts()) == 4
    assert not window.page.start.isEnabled()
    assert not window.page.stop.isVisible()
    look(qtbot, window, "head")
    if window.session.active:
        assert window.page.stop.isVisible() or not window.session.active
    qtbot.waitUntil(lambda: not window.session.active, timeout=LONG)
    look(qtbot, window, "width")
    look(qtbot, window, "head")
    assert {row[5] for row in window.page.table.texts()} == {"trained"}


def test_the_time_is_measured_when_it_is_asked_for(qtbot, window):
    look(qtbot, window, "head")
    qtbot.waitUntil(lambda: window.session._looking is None, timeout=LONG)
    with qtbot.waitSignal(window.session.estimated, timeout=LONG):
        press(qtbot, window, "experimentMeasure")
    qtbot.waitUntil(lambda: window.session._looking is None, timeout=LONG)
    assert "left on this device" in window.page.time.text()


def test_the_open_network_is_searched(qtbot, window, monkeypatch):
    page = window.page
    look(qtbot, window, "search")
    assert [row[0] for row in page.table.texts()] == [
        f"width ×{text}, depth ×1" for text in ("0.5", "1", "2")
    ]
    page.form.limit.setText("70,000")
    page.form.limit.editingFinished.emit()
    qtbot.waitUntil(lambda: len(page.table.texts()) == 2, timeout=LONG)
    train(qtbot, window)
    assert "within 70,000 parameters (1 more cost too much)" in page.verdict.sentence.text()
    assert sum(item.on_front for item in page.plot.points) >= 1
    point = page.plot.points[0]
    place = page.plot.place(point.label).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, page.plot.mapToGlobal(QPoint(place)))
    said = []
    monkeypatch.setattr(experiment_plot.QToolTip, "showText", lambda _at, text, _of: said.append(text))
    QApplication.sendEvent(page.plot, event)
    assert f"{point.label}: " in said[0]
    window.grab()


@pytest.mark.parametrize(
    ("field", "text"), [("widths", "x"), ("depths", "2"), ("limit", "7"), ("limit", "-1")]
)
def test_what_cannot_be_searched_is_said(qtbot, window, field, text):
    look(qtbot, window, "search")
    made = getattr(window.page.form, field)
    made.setText(text)
    made.editingFinished.emit()
    assert window.page.notice.isVisible()
    assert not window.page.start.isEnabled()
    assert made.text() == text


def test_a_network_that_does_not_fit_the_data_is_not_searched(qtbot, window):
    window._workbench.apply("other", replace(SMALL, graph=catalog.build("lenet5", classes=7)))
    window.choose("search")
    assert "7 numbers" in window.page.notice.sentence.text()
    assert not window.page.start.isEnabled()


def test_another_run_in_a_folder_is_said(qtbot, window, tmp_path):
    look(qtbot, window, "head")
    train(qtbot, window)
    folder = tmp_path / "runs" / "head-fast-vgg-with-a-dense-head-seed-0"
    other = tmp_path / "runs" / "width-fast-width-x1-seed-0"
    folder.rename(other)
    window.choose("width")
    qtbot.waitUntil(lambda: window.page.notice.isVisible(), timeout=LONG)
    assert "holds another run" in window.page.notice.sentence.text()
    assert not window.page.start.isEnabled()


def test_it_opens_from_the_train_area(qtbot, tmp_path):
    area = TrainArea(Workbench(SMALL), runs_folder=tmp_path / "runs")
    area.set_theme(theme(dark=False))
    qtbot.addWidget(area, before_close_func=lambda area: area.shutdown())
    area.show()
    qtbot.mouseClick(area.findChild(IconButton, "trainExperiments"), Qt.MouseButton.LeftButton)
    window = area.experiments.window
    qtbot.waitUntil(lambda: window.session.found is not None, timeout=LONG)
    assert window.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_closing_the_area_stops_an_experiment_and_keeps_it(qtbot, tmp_path):
    area = TrainArea(Workbench(SMALL), runs_folder=tmp_path / "runs")
    qtbot.addWidget(area, before_close_func=lambda area: area.shutdown())
    area.experiments.open()
    window = area.experiments.window
    look(qtbot, window, "degradation")
    press(qtbot, window, "experimentStart")
    qtbot.waitUntil(lambda: window.session.found.outcomes[0].state == "running", timeout=LONG)
    assert area.shutdown()
    assert summarize(tmp_path / "runs" / planned(EXPERIMENTS[0]).trials[0].folder).state == "stopped"


def test_figures_over_seeds():
    costs = {"a": Cost(1, 2)}
    rows = [
        Outcome("a", 0, "finished", 100, 50, ((1, 0.5, 0.6), (2, 0.1, 0.2))),
        Outcome("a", 1, "running", 100, 50, ((1, 0.7, 0.8),)),
        Outcome("a", 2),
    ]
    (line,) = standings(rows, costs)
    assert (line.train_error, line.test_error, line.state) == (
        "40.0 ± 30.0 %",
        "50.0 ± 30.0 %",
        "seed 1: epoch 2",
    )
    (spread,) = spreads(rows, Measure.TRAIN_ERROR)
    assert spread.points == ((1, pytest.approx(0.6), 0.5, 0.7), (2, 0.1, 0.1, 0.1))
    (line,) = standings([Outcome("a", 0, DIVERGED)], costs)
    assert (line.train_error, line.state) == ("100 %", DIVERGED)
    trial = planned(experiment_named("degradation"), "paper").trials[0]
    assert last_epoch(rows[0], trial) == 64_000 * 128 // 100
    assert share_done(rows[0], trial) == 1.0
    assert share_done(rows[1], trial) < 0.001
