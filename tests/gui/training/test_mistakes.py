"""Mistakes and probes of a run on the disk, asked for through the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from explorer.core.document import Document
from explorer.core.recipe import Recipe
from explorer.engine.pictures.images import Picture
from explorer.engine.training.trainer import train
from explorer.gui.confusion_view import ConfusionView
from explorer.gui.theme import theme
from explorer.gui.training.insights.epoch_slider import EpochSlider
from explorer.gui.training.insights.insight_cards import InsightCards
from explorer.gui.training.run import Run, State
from explorer.gui.training.session import Session
from explorer.gui.workbench import Workbench
from tests.engine.training.training_graphs import tiny

LONG = 60_000
COUNTS = ((8, 2, 0), (0, 9, 1), (3, 0, 7))
CLASSES = ("cat", "dog", "owl")


@pytest.fixture
def matrix(qtbot):
    made = ConfusionView()
    qtbot.addWidget(made)
    made.set_theme(theme(dark=True))
    made.resize(400, 300)
    made.show_counts(COUNTS, CLASSES)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_cell_says_and_gives_its_pictures(matrix, qtbot):
    assert matrix.accessibleName() == "Confusion matrix: 24 of 30 pictures right"
    assert matrix.cell_text(2, 0) == "3 pictures of owl are taken for cat"
    assert matrix.cell_text(1, 1) == "9 of 10 pictures of dog are right"
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        point = matrix.cell_box(2, 0).center().toPoint()
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=point)
    assert chosen.args == [2, 0]
    image = matrix.grab().toImage()
    corners = (matrix.cell_box(*cell).adjusted(3, 3, 0, 0).topLeft().toPoint() for cell in ((1, 1), (1, 0)))
    right, none = map(image.pixelColor, corners)
    assert right != none


def test_the_matrix_works_by_keyboard(matrix, qtbot):
    matrix.choose((0, 0))
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.keyClick(matrix, Qt.Key.Key_Right)
    qtbot.keyClick(matrix, Qt.Key.Key_Up)
    assert "2 pictures of cat are taken for dog" in matrix.accessibleDescription()
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert chosen.args == [0, 1]


def test_the_slider_follows_the_newest_until_it_is_moved(qtbot):
    slider = EpochSlider()
    qtbot.addWidget(slider)
    assert slider.epoch is None
    assert slider.show_epochs([1])
    assert slider.show_epochs([1, 2, 3])
    assert slider.epoch == 3
    slider.slider.setValue(0)
    assert slider.epoch == 1
    assert not slider.show_epochs([1, 2, 3, 4])
    assert slider.epoch == 1


@pytest.fixture
def looked_at(qtbot, tmp_path):
    graph, folder = tiny(), tmp_path / "run"
    events = list(train(graph, Recipe(epochs=2, batch_size=128), device="cpu", folder=folder))
    made = InsightCards(Workbench(Document(graph=graph)), Session(tmp_path / "runs"))
    qtbot.addWidget(made.card, before_close_func=lambda _: made.shutdown())
    for part in (made.bar, made.panel):
        qtbot.addWidget(part)
    made.set_theme(theme(dark=True))
    made.card.resize(900, 400)
    run = Run("tiny", "", folder, State.FINISHED)
    made.show_run(run)
    made.card.show()
    qtbot.waitExposed(made.card)
    return made, run, events


def test_a_run_of_the_disk_is_read_when_it_is_looked_at(looked_at, qtbot):
    made, run, _ = looked_at
    qtbot.waitUntil(lambda: len(run.insight.layers) > 0, timeout=LONG)
    qtbot.waitUntil(lambda: made.card.strip.track.names == ("conv", "fc"), timeout=LONG)
    made.card.switch.choose(1)
    page = made.card.mistakes
    qtbot.waitUntil(lambda: page.list.count() > 0, timeout=LONG)
    assert page.matrix.counts == run.insight.history.epochs[-1].confusion
    assert "worst mistakes of epoch 2" in page.title.text()
    qtbot.waitUntil(lambda: not page.requests.busy, timeout=LONG)
    label, answer = next(
        (row, column)
        for row, counts in enumerate(page.matrix.counts)
        for column, count in enumerate(counts)
        if count and row != column
    )
    page.matrix.cell_chosen.emit(label, answer)
    count = min(48, page.matrix.counts[label][answer])
    qtbot.waitUntil(lambda: page.list.count() == count and not page.requests.busy, timeout=LONG)
    assert page.list.item(0).text() == f"{label} → {answer}"
    with qtbot.waitSignal(made.picture_wanted) as wanted:
        page.list.itemClicked.emit(page.list.item(0))
    assert isinstance(wanted.args[0], Picture)
    assert wanted.args[1] is run


def test_probes_go_through_the_epochs(looked_at, qtbot):
    made, run, _ = looked_at
    qtbot.waitUntil(lambda: run.insight.history is not None, timeout=LONG)
    made.card.switch.choose(2)
    page = made.card.probes
    qtbot.waitUntil(lambda: page.maps is not None and page.maps.epoch == 2, timeout=LONG)
    last = page.maps.pixels
    assert page.maps.layers == ("conv",)
    assert "6 maps, " in page.text.text()
    page.slider.slider.setValue(0)
    qtbot.waitUntil(lambda: page.maps.epoch == 1, timeout=LONG)
    assert page.maps.pixels.shape == last.shape
    assert (page.maps.pixels != last).any()
    page.picture.setCurrentIndex(1)
    qtbot.waitUntil(lambda: not page.requests.busy, timeout=LONG)
    page.grid.grab()
