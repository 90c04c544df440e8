"""The kernels of a convolution, and the maps after its activation, chosen by the switch above the maps."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from safetensors.torch import save_file

from explorer.gui.inspector.maps.number_area import Cell
from tests.gui.inspector.dropping import LONG, picture_file
from tests.gui.inspector.inspecting import click, figure, network, opened_area, settle


@pytest.fixture
def area(qtbot, tmp_path):
    return opened_area(qtbot, tmp_path)


def test_kernels_of_a_convolution(qtbot, area):
    panel, switch = area.panel, area.panel.views
    area._workbench.select(["large"])
    settle(qtbot, area)
    qtbot.mouseClick(switch.button(2), Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    view = panel.kernels
    assert view.isVisible()
    sheet = view.sheet
    assert sheet.kernels.colour
    assert sheet.pixels.shape == (4, 7, 7, 3)
    assert view.facts.shown["kernels"] == "4 of 3×7×7"
    place = view.grid.place_of(2)
    qtbot.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert view.kernel == 2
    assert view.norms.index == 2
    view.order.setFocus()
    qtbot.keyClick(view.order, Qt.Key.Key_Down)
    norms = sheet.kernels.norms
    assert list(view.grid.order) == sorted(range(4), key=lambda index: -norms[index])
    qtbot.keyClick(view.order, Qt.Key.Key_Down)
    assert view.grid.order[0] == 2  # most like itself
    item = view.pairs.item(0)
    qtbot.mouseClick(
        view.pairs.viewport(), Qt.MouseButton.LeftButton, pos=view.pairs.visualItemRect(item).center()
    )
    assert view.kernel == sheet.pairs[0].first
    corner = QPointF(view.matrix.width() - 4, 4)
    qtbot.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=corner.toPoint())
    assert view.kernel == 0
    view.what.setFocus()
    qtbot.keyClick(view.what, Qt.Key.Key_Down)  # all channels of this kernel
    settle(qtbot, area)
    assert view.sheet.pixels.shape == (3, 7, 7, 3)
    view.number.setValue(3)
    settle(qtbot, area)
    assert np.array_equal(view.sheet.numbers, sheet.kernels.values[3])
    for shape in ((4, 7, 7, 3), (3, 7, 7, 3)):  # a double click goes to all kernels and back to one
        first = view.grid.place_of(1).center()
        qtbot.mouseDClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=first)
        settle(qtbot, area)
        assert view.sheet.pixels.shape == shape

    area._workbench.select(["pool"])  # has none: its maps are shown
    settle(qtbot, area)
    assert not view.isVisible()
    assert not switch.button(2).isEnabled()
    assert panel.grid.isVisible()


def test_a_kernel_of_zeros_says_nothing_on_any_picture(qtbot, area, tmp_path):
    from explorer.engine.running.weights import initialized

    weights = {name: item.clone() for name, item in initialized(network(), 0).state_dict().items()}
    weights["conv.weight"][2] = 0
    weights["conv.bias"][2] = 0
    save_file(weights, tmp_path / "dead.safetensors")
    area._workbench.select(["conv"])
    area.weights._choose_file = lambda _: str(tmp_path / "dead.safetensors")
    area.weights.box.activated.emit(area.weights.box.count() - 1)
    settle(qtbot, area)
    qtbot.mouseClick(area.panel.views.button(2), Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    view = area.panel.kernels
    assert view.facts.shown["all zeros"] == "1"
    assert "2" in view.dead.text()
    once = int(view.facts.shown["silent on 1 picture"].split()[0])
    area.pictures.read(picture_file(tmp_path, "other.png", (31, 60)))
    qtbot.waitUntil(lambda: area.pictures.picture.name == "other.png", timeout=LONG)
    settle(qtbot, area)
    twice = int(view.facts.shown["silent on 2 pictures"].split()[0])
    assert 1 <= twice <= once
    assert 2 in view.sheet.silent


def test_the_maps_after_the_activation(qtbot, area):
    switch = area.panel.views
    area._workbench.select(["conv"])
    settle(qtbot, area)
    signed = area.panel.maps.values
    assert (signed < 0).any()
    qtbot.mouseClick(switch.button(1), Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    assert area.panel.maps.giver == "relu"
    assert (area.panel.maps.values >= 0).all()
    assert area.panel.layers.box.currentText() == "conv"
    assert area._workbench.selection == ("conv",)
    card = click(qtbot, area, "conv", Cell(1, 4, 4))  # its story begins with the sum
    assert "3 channels" in card.told.text()
    assert card.steps[-1][0] == "then relu"
    assert figure(card.steps[-1][2]) == pytest.approx(
        float(area.panel.maps.values[1, 4, 4]), rel=0.01, abs=1e-3
    )
    area._workbench.select(["add"])  # no activation follows: its own maps
    settle(qtbot, area)
    assert area.panel.maps.giver == "add"
    assert switch.index == 0
