"""Parts switched off in the Inspect area, by real clicks and keys: maps, predictions and causes follow."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QSlider

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.document import Document
from explorer.core.outline import flatten
from explorer.engine.running.switches import Switch
from explorer.gui.inspector.methods.switch_card import skip_port
from tests.gui.inspector.causing import (
    LEFT,
    LONG,
    asked,
    busy,
    choose,
    click_map,
    drawn,
    opened_area,
    settle,
)


@pytest.fixture
def area(qtbot, tmp_path):
    return opened_area(qtbot, tmp_path)


def test_a_map_is_switched_off_scaled_and_on_again(qtbot, area):
    plain, said = area.panel.maps.values.copy(), area.results.predictions.shown
    click_map(qtbot, area, 2)
    switches = area.results.switches
    buttons = {part.text(): part for part in switches.flow.findChildren(QPushButton) if part.isVisible()}
    buttons["Switch map 2 off"].setFocus()
    qtbot.keyClick(buttons["Switch map 2 off"], Qt.Key.Key_Space)
    settle(qtbot, area)
    values = area.panel.maps.values
    assert not values[2].any()
    assert np.array_equal(np.delete(values, 2, 0), np.delete(plain, 2, 0))
    assert all("→" in share for _, share in area.results.predictions.shown)
    assert area.results.predictions.switched.isVisible()
    # the keyboard stays at the button, which stands below what it moves
    focused = area.window().focusWidget()
    assert focused in switches.flow.findChildren(QPushButton)
    assert focused.text() == "Switch map 2 on"
    assert switches.geometry().top() == area.results.predictions.geometry().bottom() + 11

    layer = area.panel.maps.giver
    slider = switches.findChild(QSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    settle(qtbot, area)
    assert area.causes.active == (Switch(layer, channel=2, factor=0.5),)
    np.testing.assert_allclose(area.panel.maps.values[2], plain[2] * 0.5, rtol=1e-6)

    buttons = {part.text(): part for part in switches.flow.findChildren(QPushButton) if part.isVisible()}
    qtbot.mouseClick(buttons["Switch map 2 on"], LEFT)
    settle(qtbot, area)
    assert area.causes.active == ()
    assert np.array_equal(area.panel.maps.values, plain)
    assert area.results.predictions.shown == said


def test_a_skip_is_switched_off_and_causes_follow(qtbot, area):
    name = next(
        layer.name
        for layer in area.panel.layers._layers
        if type(layer.operator).__name__ == "Add" and layer.name.startswith("layer2.1")
    )
    area._workbench.select([name])
    settle(qtbot, area)
    plain = area.panel.maps.values.copy()
    choose(qtbot, area, "saliency")
    before = drawn(area).copy()
    switches = area.results.switches
    skip = next(part for part in switches.flow.findChildren(QPushButton) if "the skip from" in part.text())
    qtbot.mouseClick(skip, LEFT)
    settle(qtbot, area)
    assert area.causes.active == (Switch(name, port=1),)
    assert not np.array_equal(area.panel.maps.values, plain)
    assert np.array_equal(drawn(area), asked(area, "saliency", switches=area.causes.active).pixels)
    assert not np.array_equal(drawn(area), before)
    qtbot.mouseClick(switches.clear_all, LEFT)
    settle(qtbot, area)
    assert np.array_equal(area.panel.maps.values, plain)
    assert np.array_equal(drawn(area), before)


def test_an_edit_lets_go_of_switches_that_have_no_place(qtbot, area):
    switches, workbench = area.results.switches, area._workbench
    switches.toggle(Switch("conv1", channel=15))
    switches.toggle(Switch("layer3.2.relu_out"))
    settle(qtbot, area)
    workbench.apply("narrow", edits.set_attribute(workbench.document, ("conv1",), "out_channels", 8))
    qtbot.waitUntil(lambda: not busy(area), timeout=LONG)
    workbench.show(Document(name="lenet5", graph=catalog.build("lenet5")), None)
    settle(qtbot, area)
    assert area.causes.active == ()
    click_map(qtbot, area, 5)
    switches.toggle(Switch("c1", channel=5))
    settle(qtbot, area)
    workbench.apply("narrow", edits.set_attribute(workbench.document, ("c1",), "out_channels", 5))
    settle(qtbot, area)
    assert area.causes.active == ()
    assert len(area.panel.maps.values) == 5


def test_a_hand_at_the_slider_is_followed_while_it_moves(qtbot, area):
    layer = area.panel.maps.giver
    plain = area.panel.maps.values.copy()
    switches = area.results.switches
    switches.toggle(Switch(layer, channel=1))
    settle(qtbot, area)
    answered = []
    area.requests.answered.connect(answered.append)
    slider = switches.findChild(QSlider)
    # a hand that never rests: were each question to end the one before, nothing would ever be seen
    hand = QTimer(interval=1)
    hand.timeout.connect(lambda: slider.setValue(slider.value() % 150 + 1))
    hand.start()
    qtbot.waitUntil(lambda: len(answered) >= 6, timeout=LONG)
    hand.stop()
    slider.setValue(95)
    settle(qtbot, area)
    np.testing.assert_allclose(area.panel.maps.values[1], plain[1] * 0.95, rtol=1e-6)
    assert area.results.predictions.switched.isVisible()


def test_the_shortest_way_into_a_sum_is_called_the_skip(qtbot, area):
    layers = {layer.name: layer for layer in flatten(area._workbench.analysis)}
    sums = [layer for layer in layers.values() if layer.operator.kind() == "Add"]
    assert len(sums) == 9
    for layer in sums:
        port = skip_port(layers, layer)
        assert port is not None
        assert "bn2" not in layer.inputs[port]
    assert skip_port(layers, layers["conv1"]) is None
