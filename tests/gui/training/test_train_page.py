"""The Train page's parts at all widths: tool bar, choices, schedule, lists, and what the doctor offers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from explorer.core.recipe import Recipe, Schedule
from explorer.engine.events import Point, Started, Stepped
from explorer.gui.focus_order import chain, following
from explorer.gui.progress import ProgressLine
from explorer.gui.quiet_choice import QuietChoice
from explorer.gui.shown_with import ShownWith
from explorer.gui.theme import theme
from explorer.gui.training.differences import data_names
from explorer.gui.training.insights.counterpart import counterpart
from explorer.gui.training.recipes.recipe_form import RecipeForm
from explorer.gui.training.recipes.schedule_strip import ScheduleStrip
from explorer.gui.training.run import Run, State
from explorer.gui.training.runs.past_runs import read_run
from explorer.gui.training.runs.run_list import ROW, RunModel, state_text
from explorer.gui.training.runs.run_panel import RunPanel
from explorer.gui.training.scale import figure, short
from explorer.gui.training.toolbar import TrainingToolbar
from explorer.gui.workbench import Workbench
from tests.gui.training.written_runs import written


def running():
    run = Run("plain-56", "", None, State.RUNNING, recipe=Recipe(batch_size=64))
    run.take(Started(None, "cpu", ("a", "b"), 50_000, 10_000, 164, 391, 0, 0, 1, (), (), 64_000))
    run.take(Stepped((Point(15_112, 39, 2.0, 0.1, 0.1),), 2540.0, 0, 0.03))
    return run


def test_words_of_a_progress_line_never_lie_over_each_other(qtbot):
    line = ProgressLine("Progress")
    qtbot.addWidget(line)
    line.show()
    for width in (400, 240, 150, 120):
        line.resize(width, 40)
        line.show_progress("Step 15,112 of 64,000", "41 min left", 0.2, "15,112 of 64,000", "Step 15,112")
        done, left = line.done, line.left
        # what is left is never cut
        qtbot.waitUntil(lambda left=left: left.width() >= left.sizeHint().width())
        assert done.geometry().right() < left.geometry().left()
    line.resize(400, 40)
    qtbot.waitUntil(lambda: line.done.text() == "Step 15,112 of 64,000")  # all of it, where there is room
    line.resize(150, 40)
    qtbot.waitUntil(lambda: line.done.text() == "Step 15,112")


def test_the_tool_bar_says_how_long_and_what_it_waits_for(qtbot):
    bar = TrainingToolbar()
    qtbot.addWidget(bar)
    bar.set_theme(theme(dark=True))
    run = running()
    for width in (1600, 1000, 660):
        bar.resize(width, 56)
        bar.show()
        bar.show_run(run, run.progress)
        texts = [part for part in bar.findChildren(QLabel) if part.isVisible() and part.text()]
        boxes = [part.rect().translated(part.mapTo(bar, part.rect().topLeft())) for part in texts]
        for place, box in enumerate(boxes):
            assert not any(box.intersects(other) for other in boxes[place + 1 :])
    assert bar.whole.left.text() == "20 min left"
    assert "data 3 %, computing 97 %" in {part.text() for part in texts}
    run.state = State.FINISHED
    bar.show_run(run, run.progress)
    assert bar.whole.left.text() == ""
    bar.show_device("Loading PyTorch…")
    bar.show_run(run, run.progress)
    assert "Loading PyTorch…" in {part.text() for part in bar.findChildren(QLabel)}


def test_a_quiet_choice_is_as_wide_as_what_is_chosen(qtbot):
    made = QuietChoice("Smoothing", ("log", "not smoothed at all"))
    qtbot.addWidget(made)
    short = made.sizeHint().width()
    made.setCurrentIndex(1)
    assert made.sizeHint().width() > short + 60
    told = []
    made.currentIndexChanged.connect(told.append)
    made.offer(("a", "b"), "b")
    assert (made.currentText(), made.count(), told) == ("b", 2, [])
    assert made.sizeHint().width() < short + 20


def strip_of(qtbot, recipe):
    strip = ScheduleStrip()
    qtbot.addWidget(strip)
    strip.resize(260, strip.height())
    strip.show_recipe(recipe)
    return strip


def test_the_schedule_says_where_it_falls_in_steps_or_epochs(qtbot):
    he = Recipe(learning_rate=0.1, schedule=Schedule.STEP, decay_at=(50, 75), steps=64_000)
    strip = strip_of(qtbot, he)
    assert strip.marks() == [(0.5, "32k"), (0.75, "48k"), (1.0, "64k steps")]
    assert strip.now == ""
    strip.show_share(0.2)
    assert strip.now == "now 0.1"
    strip.show_share(0.6, 0.003)  # of a plateau only the run itself knows it
    assert strip.now == "now 0.003"
    strip.show_recipe(Recipe(epochs=20))
    assert strip.marks() == [(0.25, "5"), (0.5, "10"), (0.75, "15"), (1.0, "20 epochs")]
    strip.show_recipe(Recipe(epochs=1))
    assert strip.marks()[-1] == (1.0, "1 epoch")
    assert "share" in vars(strip)
    assert strip.grab().width() == 260


def test_words_below_the_schedule_do_not_touch(qtbot):
    from PySide6.QtGui import QFontMetricsF

    strip = strip_of(qtbot, Recipe(schedule=Schedule.STEP, decay_at=(92, 96, 98), steps=64_000))
    boxes = [box for box, _ in strip._placed(QFontMetricsF(strip.font()), strip._box())]
    assert len(boxes) == 1
    assert all(box.left() >= 0 and box.right() <= 260 for box in boxes)


def test_no_steps_are_said_to_be_whole_epochs(qtbot):
    workbench = Workbench()
    form = RecipeForm(workbench)
    form.set_theme(theme(dark=False))
    qtbot.addWidget(form)
    form.show()
    steps = form._form_of("steps").editor("steps")
    assert steps.lineEdit().text() == ""
    assert steps.lineEdit().placeholderText() == "whole epochs"
    qtbot.keyClicks(steps, "500")
    qtbot.keyClick(steps, Qt.Key.Key_Return)
    assert workbench.document.recipe.steps == 500
    steps.lineEdit().clear()
    qtbot.keyClick(steps, Qt.Key.Key_Return)
    assert workbench.document.recipe.steps == 0
    assert not steps.property("refused")


def test_the_lock_stands_above_the_fields_while_a_run_goes_on(qtbot):
    form = RecipeForm(Workbench())
    form.set_theme(theme(dark=False))
    qtbot.addWidget(form)
    form.show()
    assert not form.locked.isVisible()
    form.show_run(Recipe(learning_rate=0.3))
    assert form.locked.isVisible()
    assert form.locked.text().startswith("Locked while the run goes on.")
    rate = form._form_of("learning_rate").editor("learning_rate")
    assert form.copy.mapTo(form, form.copy.rect().bottomLeft()).y() < rate.mapTo(form, rate.pos()).y()
    assert rate.isEnabled()
    assert not form._form_of("optimizer").editor("optimizer").isEnabled()
    form.show_share(0.5, 0.2)
    assert form._schedule.now == "now 0.2"
    form.show_next()
    form.show_share(0.5, 0.2)
    assert form._schedule.now == ""  # it is another recipe's


def test_a_run_is_compared_with_the_better_one_that_differs_least():
    recipe = Recipe(data="shapes")
    run = Run("plain-56", "", recipe=recipe, best_accuracy=0.2)
    near = Run("ResNet-56", "", recipe=recipe, best_accuracy=0.85)
    far = Run("ResNet-20", "", recipe=replace(recipe, learning_rate=0.3, epochs=3), best_accuracy=0.95)
    others = (
        Run("elsewhere", "", recipe=Recipe(), best_accuracy=0.99),
        Run("hardly", "", recipe=recipe, best_accuracy=0.21),
        Run("failed", "", state=State.FAILED, recipe=recipe, best_accuracy=0.9),
    )
    assert counterpart(run, (run, far, near, *others)) is near
    assert counterpart(run, (run, far, *others)) is far
    assert counterpart(run, (run, *others)) is None


def test_data_is_told_apart_by_its_title_or_else_by_its_settings():
    runs = [Run("a", "", recipe=Recipe(data=data)) for data in ("digits", "shapes:size=16")]
    assert data_names(runs) == ("Digits", "Shapes")
    runs = [Run("a", "", recipe=Recipe(data=data)) for data in ("shapes:size=16", "shapes:size=32,classes=4")]
    assert data_names(runs) == ("size=16", "size=32, classes=4")


def test_a_part_takes_its_hairline_along(qtbot):
    holder, part = QWidget(), QLabel("part")
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    around = ShownWith(part, above=12, ruled=True)
    column.addWidget(around)
    part.hide()
    holder.show()
    assert around.isHidden()
    part.show()
    assert around.isVisible()
    part.hide()
    assert not around.isVisible()


def test_the_list_of_runs_ends_where_its_rows_end(qtbot):
    model = RunModel()
    panel = RunPanel(model)
    panel.set_theme(theme(dark=True))
    qtbot.addWidget(panel)
    panel.resize(316, 900)
    panel.show()
    for number in range(3):
        model.add(Run(f"run {number}", "", recipe=Recipe()))
    qtbot.waitUntil(lambda: panel.list.height() == 3 * ROW + 1)
    for number in range(30):
        model.add(Run(f"more {number}", "", recipe=Recipe()))
    qtbot.waitUntil(lambda: 300 < panel.list.height() < 500)  # what stands below keeps its room
    panel.search.setText("run")
    qtbot.waitUntil(lambda: panel.list.height() == 3 * ROW + 1)


def test_a_run_from_the_disk_says_how_far_it_came(tmp_path):
    progress = read_run(written(tmp_path / "run") or tmp_path / "run").progress
    assert (progress.step, progress.steps, progress.epoch, progress.epochs) == (20, 20, 2, 20)
    assert (progress.batch, progress.batches) == (10, 10)


@pytest.mark.parametrize("width", [320, 700])
def test_cells_of_a_confusion_matrix_leave_room_for_the_names(qtbot, width):
    from explorer.gui.confusion_view import ConfusionView

    view = ConfusionView()
    qtbot.addWidget(view)
    view.set_theme(theme(dark=True))
    view.resize(width, 240)
    view.show_counts(((3, 1), (0, 4)), ("triangle", "square"))
    box = view.cell_box(1, 1)
    assert box.right() <= width
    assert box.width() == 64
    view.show_counts(tuple((1,) * 150 for _ in range(150)), ())
    small = view.cell_box(0, 0)
    assert small.width() == small.height() >= 2


def test_the_list_says_where_a_run_diverged():
    run = Run("plain-20", "", state=State.FAILED, message="the loss is no finite number any more")
    run.loss.add(211, 9.0)
    assert state_text(run) == "diverged at 212"
    run.message = "the disk is full"
    assert state_text(run) == "failed"
    run.state = State.FINISHED
    assert state_text(run) == ""


def test_tab_goes_through_parts_as_they_stand(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    first, last = QWidget(holder), QWidget(holder)
    one, four, two = QLineEdit(first), QLineEdit(last), QLineEdit(first)  # made in another order
    three = QLineEdit(last)
    QWidget.setTabOrder(three, four)
    chain(first, last)
    at, found = one, []
    for _ in range(4):
        found.append(at)
        at = following(at)
        while at.focusPolicy() == Qt.FocusPolicy.NoFocus:
            at = following(at)
    assert found == [one, two, three, four]


def test_the_fields_of_a_recipe_follow_its_presets(qtbot):
    form = RecipeForm(Workbench())
    form.set_theme(theme(dark=False))
    qtbot.addWidget(form)
    form.show()
    names, at = [], form.presets
    for _ in range(60):
        if at.isVisible() and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(at.objectName())
        at = following(at)
    wanted = ["attribute.optimizer", "attribute.learning_rate", "attribute.precision", "largestBatch"]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places)


def test_figures_of_a_run_that_diverges_stay_short():
    assert (short(5.11e34), figure(5.11e34), figure(2e6)) == ("5e34", "5e34", "2e6")
    assert (short(-2e15), figure(812.0), figure(11_800.0)) == ("−2e15", "812", "11,800")
