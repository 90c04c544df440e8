"""The inside of a run in the window: strip, selected layer, doctor's bar, canvas colours, rate test."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from explorer.core.document import Document
from explorer.core.recipe import Recipe
from explorer.engine.runs.doctor import diagnose
from explorer.engine.runs.sightings import LayersSeen
from explorer.gui.canvas.colouring import DEAD as BY_DEAD
from explorer.gui.canvas.colouring import GRADIENT as BY_GRADIENT
from explorer.gui.canvas.colouring import Scale, colouring, gathered
from explorer.gui.theme import theme
from explorer.gui.training.insights.gradient_strip import GradientStrip
from explorer.gui.training.insights.insight_cards import InsightCards
from explorer.gui.training.insights.layer_panel import activations_after
from explorer.gui.training.insights.strip_rows import row_labels, rows_of
from explorer.gui.training.layer_tracks import COLUMNS, DEAD, GRADIENT, NOT_FINITE, UPDATE, LayerTracks
from explorer.gui.training.recipes.rate_dialog import RateDialog
from explorer.gui.training.run import Run, State
from explorer.gui.workbench import Workbench
from tests.engine.training.training_graphs import tiny

LONG = 60_000
NAMES = ("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer2.0.conv1", "fc")
RELUS = ("relu", "layer1.0.relu1")


def look(step, gradient=(0.01, 0.1, 1.0, 1.0, 2.0), dead=(0.25, math.nan)):
    update = tuple(value / 1000 for value in gradient)
    return LayersSeen(step, NAMES, RELUS, gradient, update, (0.5, 0.5), (0.7, 0.8), dead)


def tracks(count=30, every=10):
    made = LayerTracks()
    for number in range(1, count + 1):
        made.take(look(number * every))
    return made


def test_columns_stay_few_and_keep_what_was_seen():
    made = tracks(6000)
    track = made.tracks[GRADIENT]
    assert len(track.columns) <= COLUMNS
    assert track.steps >= 60_000
    assert [10**value for value in track.columns[0]] == pytest.approx([0.005, 0.05, 0.5, 0.5, 1.0], rel=1e-3)
    assert made.tracks[DEAD].names == ("relu",)  # the other is no ReLU
    assert made.figures(GRADIENT)["conv1"] == 0.01  # in its own units
    made.forget_after(1000)
    assert track.steps <= 1000 + track.width


def test_gaps_repeat_what_was_before_and_odd_figures_are_marked():
    made = LayerTracks()
    made.take(look(10))
    made.take(look(60, gradient=(math.nan, 0.0, 1.0, 1.0, 2.0)))
    track = made.tracks[GRADIENT]
    assert len(track.columns) == 6
    assert list(track.columns[3]) == list(track.columns[0])
    levels = [track.level(value) for value in track.columns[5]]
    assert levels[0] == NOT_FINITE
    assert levels[1] == 1
    assert track.value_of(levels[4]) == pytest.approx(0.0, abs=0.05)
    assert 0.0 <= track.scale.share(0.0) <= 1.0


def test_rows_are_named_by_stage_where_they_are_thin():
    assert [label.text for label in row_labels(NAMES, 20.0)] == list(NAMES)
    thin = row_labels(NAMES * 1, 6.0)
    assert thin[0].text == "conv1"
    assert thin[-1].text == "fc"
    assert rows_of(NAMES, ("layer1",)) == (1, 2)
    assert rows_of(NAMES, ("layer1.0.conv2",)) == (2, 2)
    assert rows_of(NAMES, ("bn1",)) is None


@pytest.fixture
def strip(qtbot):
    made = GradientStrip()
    qtbot.addWidget(made)
    made.set_theme(theme(dark=True))
    made.resize(700, 200)
    made.show()
    qtbot.waitExposed(made)
    made.show_track(tracks().tracks[GRADIENT])
    return made


def test_a_click_selects_the_layer_of_the_row(strip, qtbot):
    box = strip.row_box("layer1.0.conv2")
    with qtbot.waitSignal(strip.layer_chosen) as chosen:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert chosen.args == ["layer1.0.conv2"]


def test_the_pointer_says_the_figure_of_its_moment(strip, qtbot):
    said = []
    strip.pointed.connect(said.append)
    box = strip.row_box("conv1")
    place = QPointF(box.left() + 3, box.center().y())
    none = Qt.MouseButton.NoButton  # sent to the strip itself: another window may lie under the cursor
    move = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(strip, move)
    assert said[-1] == "conv1: gradient norm 0.005, step 10"
    assert strip.moment == 0
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.moment == 1
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    assert strip.moment is None


def test_arrow_keys_move_the_selection(strip, qtbot):
    strip.select(("conv1",))
    with qtbot.waitSignal(strip.layer_chosen) as chosen:
        qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert chosen.args == ["layer1.0.conv1"]


def test_colours_of_the_strip_follow_the_figures(strip):
    image = strip.grab().toImage()
    low, high = (strip.row_box(name).center().toPoint() for name in ("conv1", "fc"))
    dark, bright = image.pixelColor(low), image.pixelColor(high)
    assert dark.lightnessF() < 0.35 < bright.lightnessF()
    assert bright.green() > bright.blue()  # viridis ends in yellow


class _Session:
    """Takes remedies, as the session of the area does."""

    run, active = None, False

    def __init__(self):
        self.taken = []

    def apply(self, run, remedy):
        self.taken.append((run, remedy))


def cards(qtbot, workbench=None):
    session = _Session()
    made = InsightCards(workbench or Workbench(Document(graph=tiny())), session)
    for part in (made.bar, made.card, made.panel):
        qtbot.addWidget(part)
        part.resize(800, 300)
    made.set_theme(theme(dark=False))
    return made, session


def running(looks=12):
    run = Run("net", "", None, State.RUNNING, recipe=Recipe(schedule="constant"))
    for number in range(1, looks + 1):
        run.take(look(10 * number, gradient=(1e-4, 0.1, 1.0, 1.0, 2.0)))
    return run


def test_the_bar_says_what_is_wrong_and_can_be_put_away(qtbot):
    made, _ = cards(qtbot)
    run = running()
    made.show_run(run)
    assert made.bar.isVisibleTo(None)
    assert made.bar.sentence.text() == diagnose(run.insight.history)[0].sentence
    assert "conv1 gets 1/20,000 of the last layer's gradient" in made.bar.sentence.text()
    assert [button.text() for button in made.bar.buttons] == ["Show the layers"]
    made.card.switch.choose(1)
    qtbot.mouseClick(made.bar.buttons[0], Qt.MouseButton.LeftButton)
    assert made.card.switch.index == 0
    qtbot.mouseClick(made.bar._close, Qt.MouseButton.LeftButton)
    assert made.bar.finding is None
    made.show_run(None)
    made.show_run(run)
    assert made.bar.finding is None  # of this run, for good


def test_a_remedy_goes_to_the_session(qtbot):
    made, session = cards(qtbot)
    run = running(0)
    for number in range(1, 25):
        value = 0.5 if number < 20 else 500.0
        run.take(look(10 * number, gradient=(value, value, value, value, value)))
    made.show_run(run)
    qtbot.mouseClick(made.bar._remedy, Qt.MouseButton.LeftButton)
    ((told, remedy),) = session.taken
    assert told is run
    assert remedy.recipe == replace(run.recipe, clip_norm=1.0)


def test_selection_is_the_same_both_ways_and_shows_the_layer(qtbot):
    workbench = Workbench(Document(graph=tiny()))
    made, _ = cards(qtbot, workbench)
    run = Run("net", "", None, State.RUNNING)
    names = {
        "weighted": ("conv", "fc"),
        "activations": ("relu",),
        "gradient": (0.5, 1.0),
        "update": (1e-3, 1e-2),
    }
    run.take(LayersSeen(10, **names, mean=(0.1,), deviation=(0.2,), dead=(0.5,)))
    made.show_run(run)
    assert not made.panel.empty.isHidden()
    assert made.panel.histogram.isHidden()
    made.card.strip.layer_chosen.emit("conv")
    assert workbench.selection == ("conv",)
    assert made.panel.title.text() == "Selected layer: conv"
    assert made.panel.empty.isHidden()
    assert made.panel.dead.text() == "50 % of the channels"
    assert made.panel.lines[UPDATE].figure.text() == "0.001"
    workbench.select(("fc",))
    assert made.panel.dead.isHidden()


def test_the_activation_after_a_layer_is_found_through_norm_and_sum():
    from explorer.architectures import catalog
    from explorer.core.analysis import analyze
    from explorer.core.outline import flatten

    found = activations_after(flatten(analyze(catalog.build("cifar_resnet20"))))
    assert found["conv1"] == "relu"
    assert found["layer1.0.conv1"] == "layer1.0.relu"
    assert found["layer1.0.conv2"].startswith("layer1.0.")
    assert "fc" not in found


def test_a_folded_block_has_the_figure_of_its_worst_layer(qtbot):
    from explorer.architectures import catalog
    from explorer.gui.canvas.view import Canvas

    workbench = Workbench(Document(graph=catalog.build("cifar_resnet20")))
    canvas = Canvas(workbench)
    qtbot.addWidget(canvas)
    canvas.show()
    inside = [
        name for name in workbench.lines if name.startswith("layer1.") and name.endswith(("conv1", "conv2"))
    ]
    figures = dict.fromkeys(inside, 3.0) | {inside[1]: 0.5, "conv1": 1.0, "gone": 5.0}
    found = gathered(BY_GRADIENT, figures, canvas.picture, workbench.lines)
    assert found["conv1"] == 1.0
    assert found["layer1"] == 0.5  # the weakest gradient
    assert "layer2" not in found
    shares = gathered(BY_DEAD, {"relu": 0.0, inside[0]: 0.5, inside[1]: 0.1}, canvas.picture, workbench.lines)
    assert shares["layer1"] == 0.5  # the most dead
    coloured = colouring(BY_DEAD, canvas.picture, shares)
    assert coloured.scale == Scale(BY_DEAD, 0.0, 1.0)
    assert coloured.steps["relu"] == 0
    assert coloured.scale.text(0.3) == "30 %"
    canvas.look.set_colour_by(BY_GRADIENT)
    canvas.look.set_trained({BY_GRADIENT: figures})
    assert canvas.ink.colouring.steps["layer1"] == 0
    assert canvas.ink.colouring.scale.highest == pytest.approx(found["conv1"])
    canvas.look.set_trained({})
    assert canvas.ink.colouring.scale is None


def test_a_rate_is_found_and_taken_over(qtbot):
    workbench = Workbench(Document(graph=tiny(), recipe=Recipe(learning_rate=7.0)))
    dialog = RateDialog(workbench, theme(dark=True))
    qtbot.addWidget(dialog, before_close_func=lambda dialog: dialog.shutdown())
    dialog.open()
    dialog.start()
    qtbot.waitUntil(lambda: not dialog._job.running, timeout=LONG)
    assert dialog.rate is not None, dialog.text.text()
    assert len(dialog.plot.points) > 20
    assert dialog.use.text() == f"Use {dialog.rate:g}"
    dialog.grab()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert workbench.document.recipe.learning_rate == dialog.rate != 7.0
    assert workbench.undo_label == "set the learning rate"
