"""Width, depth and resolution by sliders: of the whole network, and of one block."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from explorer.core.scaling import counts
from explorer.gui.attributes.editors import NumberField
from explorer.gui.attributes.network_scale import NetworkScale
from explorer.gui.attributes.scale_slider import (
    FACTORS,
    ScaleSlider,
    counts_around,
    sides_around,
    widths_around,
)
from explorer.gui.main_window import MainWindow
from tests.gui.conftest import Opener


def drag(qtbot: QtBot, slider: ScaleSlider, *places: int, hold: bool = False) -> None:
    """Drag the handle of a slider to some of its values, one after the other."""
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(slider, left, pos=handle(slider, slider.value()))
    for place in places:
        qtbot.mouseMove(slider, handle(slider, place))
    if not hold:
        qtbot.mouseRelease(slider, left, pos=handle(slider, places[-1]))


def handle(slider: ScaleSlider, place: int) -> QPoint:
    """Where the middle of the handle is when the slider stands at a place."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    option.sliderPosition = place  # type: ignore[attr-defined]
    return (
        slider.style()
        .subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider)
        .center()
    )


def scale(window: MainWindow) -> NetworkScale:
    return window.design.properties.scale


def test_the_network_follows_a_drag_which_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start, seen = bench.document, []
    assert scale(window).isVisible()
    bench.changed.connect(lambda *_: seen.append(bench.analysis.totals.parameters))
    slider = scale(window).slider("width")
    half, quarter = FACTORS.index(0.5), FACTORS.index(0.25)
    drag(qtbot, slider, half, quarter, half)
    assert len(seen) >= 3
    assert bench.document.graph["conv1"].operator.out_channels == 32  # type: ignore[attr-defined]
    assert bench.document.graph["fc"].operator == start.graph["fc"].operator
    assert scale(window).number("width").value() == 0.5
    assert f"{bench.analysis.totals.parameters:,}" in window.status.totals.text()
    assert bench.undo_label == "widen by 0.5"
    bench.undo()
    assert bench.document is start
    assert scale(window).number("width").value() == 1.0


def test_sliding_there_and_back_gives_the_very_network(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    slider = scale(window).slider("width")
    for place in (3, 30, 11, FACTORS.index(1.0)):
        drag(qtbot, slider, place)
    assert bench.document is start
    assert not bench.modified


def test_depth_of_one_stage_and_of_all(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    stages = ("layer1", "layer2", "layer3", "layer4")
    type_in(qtbot, scale(window).number("layer3"), "6")
    assert counts(bench.document.graph) == dict(zip(stages, (2, 2, 6, 2), strict=True))
    assert bench.undo_label == "set n of layer3"
    slider = scale(window).slider("depth")
    drag(qtbot, slider, FACTORS.index(2.0))
    assert counts(bench.document.graph) == dict.fromkeys(stages, 4)
    assert not bench.analysis.causes
    bench.undo()
    assert counts(bench.document.graph)["layer3"] == 6
    assert scale(window).slider("layer3").values[scale(window).slider("layer3").value()] == 6


def test_width_depth_and_resolution_add_up(window: MainWindow, qtbot: QtBot) -> None:
    graph = window.workbench.document.graph
    type_in(qtbot, scale(window).number("width"), "2")
    type_in(qtbot, scale(window).number("resolution"), "96")
    type_in(qtbot, scale(window).number("layer1"), "3")
    scaled = window.workbench.document.graph
    assert scaled["input"].operator.shape == (3, 96, 96)  # type: ignore[attr-defined]
    assert scaled["conv1"].operator.out_channels == 2 * graph["conv1"].operator.out_channels  # type: ignore[attr-defined]
    assert counts(scaled)["layer1"] == 3
    for _ in range(3):
        window.workbench.undo()
    assert window.workbench.document.graph is graph


def test_a_network_for_one_size_says_so(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window("lenet5")
    drag(qtbot, scale(window).slider("resolution"), 0)
    assert window.workbench.analysis.causes
    assert window.status.problem_count.text() == "1 problem"


@pytest.mark.parametrize("text", ["0", "1000", "x"])
def test_a_refused_factor_says_why(window: MainWindow, qtbot: QtBot, text: str) -> None:
    before = window.workbench.document
    type_in(qtbot, scale(window).number("width"), text)
    assert window.workbench.document is before
    assert scale(window)._refusal.isVisible()
    assert scale(window)._refusal.text()


def test_the_input_has_them_as_well_and_layers_do_not(open_window: Opener) -> None:
    window, _ = open_window("vgg16")
    window.workbench.select(["input"])
    assert scale(window).isVisible()
    window.workbench.select(["block1"])
    assert not scale(window).isVisible()
    empty, _ = open_window()
    assert not scale(empty).isVisible()


def test_a_block_has_sliders_under_its_fields(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    start = bench.document
    bench.select(["layer2"])
    form = window.design.properties.form
    slider = form.findChild(ScaleSlider, "slider.n")
    assert isinstance(slider, ScaleSlider)
    drag(qtbot, slider, 6, 4)
    assert bench.document.graph["layer2"].operator.n == slider.values[4] == 5  # type: ignore[attr-defined]
    bench.undo()
    assert bench.document is start
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert bench.document.graph["layer2"].operator.n == 3  # type: ignore[attr-defined]


def test_the_title_of_the_network_can_be_changed(window: MainWindow, qtbot: QtBot) -> None:
    name = window.design.properties.name
    for text, result in (("mine", "mine"), ("a/b", "mine"), ("", "mine")):
        name.selectAll()
        qtbot.keyClicks(name, text) if text else name.clear()
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert window.workbench.document.name == name.text() == result
    assert window.windowTitle().startswith("mine*")
    window.workbench.undo()
    assert name.text() == "resnet18"


@pytest.mark.parametrize("value", [1, 3, 64, 96, 1000, 2048])
def test_sliders_hold_the_value_they_are_around(value: int) -> None:
    for around in (widths_around, counts_around, sides_around):
        values = around(value)
        assert value in values
        assert list(values) == sorted(set(values))
        assert values[0] >= 1
        assert values[-1] >= 1.9 * value


def type_in(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
