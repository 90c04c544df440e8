"""What a training says of its layers on the canvas and in the card: sentence, legend, selection, probes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.core.recipe import Recipe
from explorer.engine.runs.doctor import diagnose
from explorer.engine.training.trainer import train
from explorer.gui.canvas.colouring import DEAD, GRADIENT, KIND, MACS, trained_sentence
from explorer.gui.canvas.view import Canvas
from explorer.gui.panel import IconButton
from explorer.gui.theme import theme
from explorer.gui.training.insights.insight_cards import InsightCards
from explorer.gui.training.insights.probe_choice import ProbeChoice
from explorer.gui.training.run import Run, State
from explorer.gui.training.session import Session
from explorer.gui.workbench import Workbench
from tests.engine.training.training_graphs import tiny
from tests.gui.training.test_layer_insight import NAMES, running

LONG = 60_000


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"conv1": 2e-4, "conv2": 0.5, "fc": 1.0}, "conv1 gets 1/5,000 of the last layer's gradient."),
        ({"conv1": 0.8, "fc": 1.0}, "conv1 gets 80 % of the last layer's gradient."),
        ({"conv1": 0.0, "fc": 1.0}, "conv1 gets no gradient."),
        ({"conv1": 3.0, "fc": 1.0}, "Every layer gets at least the last layer's gradient."),
        ({"conv1": 3.0, "fc": 0.0}, "fc, the last layer, gets no gradient."),
        ({"fc": 1.0}, "Every layer gets at least the last layer's gradient."),
    ],
)
def test_the_weakest_gradient_is_said_in_a_sentence(figures, said):
    assert trained_sentence(GRADIENT, figures) == said


def test_dead_relus_and_no_figures_are_said_too():
    assert trained_sentence(DEAD, {"relu": 0.25, "relu2": 0.5}) == "50 % of the channels of relu2 are dead."
    assert trained_sentence(DEAD, {"relu": 0.0}) == "No ReLU is dead."
    assert trained_sentence(GRADIENT, {}).startswith("No figures yet")


def test_the_legend_says_it_and_its_button_switches_the_colours_off(qtbot):
    canvas = Canvas(Workbench(Document(graph=catalog.build("cifar_resnet20"))))
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.set_theme(theme(dark=True))
    canvas.show()
    legend = canvas.findChild(object, "legend")
    canvas.look.set_colour_by(GRADIENT)
    assert legend.isVisible()  # it says why nothing is coloured yet
    assert "No figures yet" in legend.accessibleName()
    canvas.look.set_trained({GRADIENT: {"conv1": 1e-3, "layer1.0.conv1": 0.5, "fc": 1.0, "gone": 1e-9}})
    assert "conv1 gets 1/1,000 of the last layer's gradient." in legend.accessibleName()
    high = legend.height()
    close = legend.findChild(IconButton, "legendClose")
    assert legend.rect().contains(close.geometry())
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert canvas.look.colour_by == KIND
    assert not legend.isVisible()
    canvas.look.set_colour_by(MACS)
    assert legend.height() < high


def test_the_row_of_another_network_is_selected_in_the_card_alone(qtbot, tmp_path):
    workbench = Workbench(Document(graph=tiny()))
    made = InsightCards(workbench, Session(tmp_path))
    for part in (made.bar, made.card, made.panel):
        qtbot.addWidget(part)
    made.set_theme(theme(dark=False))
    run = running()
    made.show_run(run)
    made.card.strip.layer_chosen.emit(NAMES[1])
    assert workbench.selection == ()
    assert made.panel.title.text() == f"Selected layer: {NAMES[1]}"
    made.show_run(run)  # more figures come
    made._diagnose()
    assert made.panel.title.text() == f"Selected layer: {NAMES[1]}"


def test_a_better_run_is_offered_for_comparison(qtbot, tmp_path):
    made = InsightCards(Workbench(Document(graph=tiny())), Session(tmp_path))
    for part in (made.bar, made.card, made.panel):
        qtbot.addWidget(part)
    made.set_theme(theme(dark=False))
    run = running()
    made.show_run(run)
    assert [button.text() for button in made.bar.buttons] == ["Show the layers"]
    better = Run("ResNet-56", "", recipe=run.recipe, best_accuracy=0.9)
    made.know_runs([run, better])
    made._diagnose()
    assert diagnose(run.insight.history)
    button = next(part for part in made.bar.buttons if part.text() == "Compare with ResNet-56")
    with qtbot.waitSignal(made.overlay_wanted) as wanted:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted.args == [run, better]


def chosen(menu, name):
    return next(action for action in menu.actions() if action.objectName() == name)


def test_layers_to_keep_are_chosen_by_the_selection(qtbot):
    choice = ProbeChoice()
    qtbot.addWidget(choice)
    told = []
    choice.wanted.connect(told.append)
    choice.show_kept(("conv1",), (), going=True)
    choice.fill()
    assert not chosen(choice.menu(), "keepSelected").isEnabled()
    assert not chosen(choice.menu(), "keepUsual").isEnabled()
    choice.select(("conv1", "layer1.0.conv2"))
    choice.fill()
    entry = chosen(choice.menu(), "keepSelected")
    assert entry.text() == "Keep layer1.0.conv2 too"
    entry.trigger()
    choice.show_kept(("conv1",), ("conv1", "layer1.0.conv2"), going=False)
    choice.fill()
    choice.menu().actions()[1].trigger()  # conv1 is left out
    choice.fill()
    chosen(choice.menu(), "keepUsual").trigger()
    assert told == [("conv1", "layer1.0.conv2"), ("layer1.0.conv2",), ()]


def test_probes_of_the_next_run_are_the_recipes_and_weights_are_shown_as_histograms(qtbot, tmp_path):
    graph, folder = tiny(), tmp_path / "run"
    list(train(graph, Recipe(epochs=1, batch_size=128, probe_layers="relu"), device="cpu", folder=folder))
    workbench = Workbench(Document(graph=graph))
    made = InsightCards(workbench, Session(tmp_path / "runs"))
    qtbot.addWidget(made.card, before_close_func=lambda _: made.shutdown())
    for part in (made.bar, made.panel):
        qtbot.addWidget(part)
    made.set_theme(theme(dark=True))
    made.card.resize(900, 400)
    made.card.show()
    made.card.switch.choose(2)
    made.show_run(Run("tiny", "", folder, State.FINISHED))
    page = made.card.probes
    qtbot.waitUntil(lambda: page.maps is not None, timeout=LONG)
    assert page.maps.layers == ("relu",)
    assert "; 1 layer, " in page.text.text()
    assert page.maps.bytes == page.maps.all_bytes > 0
    workbench.select(("conv",))
    page.kept.fill()
    chosen(page.kept.menu(), "keepSelected").trigger()
    assert workbench.document.recipe.probed == ("relu", "conv")
    qtbot.mouseClick(made.panel.histogram, Qt.MouseButton.LeftButton)
    dialog = made.histogram
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=LONG)
    assert dialog.found.spreads[0].name == "weights"
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
