"""The Train page under hands: names at the curves, search, Tab order, what a dying button leaves behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QIcon
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from explorer.architectures.titles import spoken_name
from explorer.core.recipe import Recipe
from explorer.gui.confusion_view import ConfusionView
from explorer.gui.focus_order import chain, following
from explorer.gui.panel import Notice, button
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.training.insights.gradient_strip import GradientStrip
from explorer.gui.training.layer_tracks import GRADIENT, Track
from explorer.gui.training.plots import plot_view
from explorer.gui.training.run import Run
from tests.gui.training.training_area import LONG, drawn, opened
from tests.gui.training.written_runs import listed, written


@pytest.fixture
def three(qtbot, tmp_path):
    long = Recipe(data="shapes:size=16")
    written(tmp_path / "runs" / "a-20250101-000000", name="cifar_plain56", recipe=long)
    written(tmp_path / "runs" / "b-20250102-000000", name="cifar_plain56", recipe=Recipe(learning_rate=0.02))
    written(tmp_path / "runs" / "c-20250103-000000", name="A network with a very long name of its own")
    area = opened(qtbot, tmp_path)
    listed(qtbot, area, 3)
    return area


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("cifar_plain56", "plain-56"),
        ("cifar_resnet20 again", "ResNet-20 again"),
        ("vgg11", "VGG-11"),
        ("vgg11_bn lr 0.1", "VGG-11 BN lr 0.1"),
        ("my net", "my net"),
        ("", ""),
    ],
)
def test_networks_of_the_catalogue_are_called_by_their_titles(name, spoken):
    assert spoken_name(name) == Run(name, "").name == spoken


def test_names_at_the_curves_take_a_third_at_most(qtbot, three):
    for run in three.model.runs:
        three.model.tick(run, on=True)
    plot = drawn(qtbot, three).loss
    qtbot.waitUntil(lambda: plot._ends.width() > 100, timeout=LONG)  # laid out, and drawn
    assert plot._ends.width() <= plot.plotItem.size().width() / 3 + 1
    wide = plot._ends.width()
    three.model.tick(three.model.runs[0], on=False)  # the long name goes, and with it the room for it
    qtbot.waitUntil(lambda: plot._ends.width() < wide - 10, timeout=LONG)
    assert not any("very long" in line.name for line in plot.lines)


def test_the_whole_name_of_a_curve_is_in_the_tooltip(qtbot, three, monkeypatch):
    told = []
    monkeypatch.setattr(plot_view.QToolTip, "showText", lambda *given: told.append(given[1]))
    for run in three.model.runs:
        three.model.tick(run, on=True)
    plot = drawn(qtbot, three).loss
    qtbot.waitUntil(lambda: plot.redraws > 0 and not plot._due.isActive(), timeout=LONG)
    plot.grab()  # paints the names
    box, line = next(item for item in plot._ends._boxes if "very long" in item[1].name)
    for place in (box.center(), QPointF(-50, 0)):
        at = plot.mapFromScene(plot._ends.mapToScene(place))
        event = QHelpEvent(QEvent.Type.ToolTip, at, plot.viewport().mapToGlobal(at))
        QApplication.sendEvent(plot.viewport(), event)
    assert told == [f"{line.name}: {line.text(line.curve.end[1])}", ""]


def test_the_margin_of_an_axis_follows_its_figures(qtbot, three):
    three.model.tick(three.model.runs[0], on=True)
    plot = drawn(qtbot, three).loss
    qtbot.waitUntil(lambda: plot.redraws > 0 and not plot._due.isActive(), timeout=LONG)
    narrow = plot._values.width()
    plot.set_values(lambda value: f"{value:.12f}", None)
    qtbot.waitUntil(lambda: plot._values.width() > narrow + 20, timeout=LONG)
    plot.set_values(lambda value: f"{value:.0f}", None)
    qtbot.waitUntil(lambda: plot._values.width() < narrow + 10, timeout=LONG)


def test_a_search_holds_for_the_runs_side_by_side_too(qtbot, three):
    three.panel.axes.click()
    parallel = three.pages.parallel
    assert len(parallel.runs) == 3
    qtbot.keyClicks(three.panel.search, "plain-56")
    assert len(parallel.runs) == 2
    three.panel.search.clear()
    assert len(parallel.runs) == 3
    for run in three.model.runs:
        three.model.tick(run, on=True)
    three.panel.axes.click()
    qtbot.keyClicks(three.panel.search, "plain-56")
    assert len(three.pages._ticked) == 3  # what is ticked stays drawn


def test_pages_without_a_ticked_run_say_what_to_do(qtbot, three):
    assert three.pages.empty.sentence.text() == "Tick a run in the list to draw it, or start one."


def test_the_strip_tells_the_epoch(qtbot):
    strip, track = GradientStrip(), Track(GRADIENT)
    qtbot.addWidget(strip)
    for step in (10, 20, 30):
        track.add(step, ("conv1",), (0.5,))
    strip.show_track(track, batches=12)
    assert strip.text_at(0).endswith(f"step {track.steps:,}, epoch 3")
    strip.show_track(track)
    assert "epoch" not in strip.text_at(0)


def test_tab_comes_to_the_buttons_of_a_notice_where_it_stands(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    before, notice, after = QPushButton("before"), Notice(), QPushButton("after")
    for part in (before, notice, after):
        column.addWidget(part)
    notice.follow(before)
    fix = button("Mend it", lambda: None, "Mend it")
    notice.say("Something is wrong", fix)
    order, at = [], before
    for _ in range(12):
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(at)
        at = following(at)
    assert order[:3] == [before, fix, after]


def test_a_widget_that_dies_leaves_those_behind_it_alone(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    one, two = QPushButton(holder), QLineEdit(holder)
    sign = two.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
    chain(one, two)
    one.deleteLater()
    QApplication.sendPostedEvents(one, QEvent.Type.DeferredDelete.value)
    assert not isValid(one)
    assert isValid(sign)
    assert isValid(two)


def test_a_column_that_scrolls_shows_that_it_has_the_focus(qtbot):
    column = ScrollColumn(QWidget())
    qtbot.addWidget(column)
    column.resize(100, 100)
    column.show()
    QApplication.sendEvent(column, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert column.ring.isVisible()
    assert column.ring.size() == column.size()
    QApplication.sendEvent(column, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert not column.ring.isVisible()
    QApplication.sendEvent(column, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert not column.ring.isVisible()


def test_a_run_is_taken_out_of_the_bin_again(qtbot, three):
    does, run = three.actions_of_runs, three.model.runs[1]
    does.ask, does.to_bin = lambda *_: True, lambda _: False
    does.do("delete", run)
    assert run not in three.model.runs
    assert not run.folder.exists()
    assert three.notice.sentence.text() == f"{run.name} was moved to the bin."
    qtbot.mouseClick(three.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert run in three.model.runs
    assert run.folder.is_dir()
    assert not three.notice.isVisible()
    does.do("delete", run)
    run.folder.mkdir()
    qtbot.mouseClick(three.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert "exists again" in three.notice.sentence.text()


def test_one_mistake_is_told_as_one(qtbot):
    view = ConfusionView()
    qtbot.addWidget(view)
    view.show_counts(((3, 1), (2, 4)), ("cat", "dog"))
    assert view.cell_text(0, 1) == "1 picture of cat is taken for dog"
    assert view.cell_text(1, 0) == "2 pictures of dog are taken for cat"
