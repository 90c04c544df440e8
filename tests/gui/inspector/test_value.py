"""From a map to a multiplication, driven as a person would: click a number, read its sum, follow it down."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.core.graph import Graph, Node
from explorer.gui.inspector.maps.feature_grid import Cell
from explorer.operators.merge import Add
from explorer.operators.sources import Input
from tests.gui.inspector.dropping import LONG
from tests.gui.inspector.inspecting import click, figure, opened_area, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def area(qtbot, tmp_path):
    return opened_area(qtbot, tmp_path)


def test_a_clicked_number_is_taken_apart(qtbot, area):
    settle(qtbot, area)
    hint = area.results.value.hint
    assert hint.isVisible()  # nothing is chosen yet
    card = click(qtbot, area, "conv", Cell(2, 0, 5))
    assert card.isVisible()
    assert not hint.isVisible()
    value = float(area.panel.maps.values[2, 0, 5])
    assert card.title.text() == "Map 2, row 0, column 5"
    assert "3 channels" in card.told.text()
    assert figure(card.value.text()) == pytest.approx(value, rel=0.01, abs=1e-3)
    cell = card.story.cells[0]
    assert sum(card.parts.gives) + cell.bias == pytest.approx(value, abs=1e-4)
    # the strongest channel is shown first; the spin box and the bars choose others
    assert card.index == int(np.argmax(np.abs(card.parts.gives)))
    card.spin.setFocus()
    card.spin.setValue(0)
    assert card.index == 0
    qtbot.keyClick(card.spin, Qt.Key.Key_Up)
    assert card.index == 1
    bars = card.bars
    assert bars.index_at(QPointF(bars.width() + 5, 5)) is None
    third = next(x for x in range(bars.width()) if bars.index_at(QPointF(x, 5)) == 2)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(third + 2, bars.height() // 2))
    assert card.spin.value() == card.index == 2
    qtbot.keyClick(bars, Qt.Key.Key_Left)
    assert card.index == 1
    assert figure(card.gives.text()) == pytest.approx(card.parts.gives[1], rel=0.01, abs=1e-3)
    assert card.matrices.titles == ["kernel", "patch", "product"]
    part = card.matrices.part
    assert np.allclose(np.multiply(part.kernel, part.patch), part.products, atol=1e-6)
    assert not any(part.inside[0])  # the row above the picture
    assert all(part.inside[1])
    assert "channel 1" in card.together.text()
    assert "bias" in card.together.text()


def test_batch_norm_and_relu_follow_with_their_numbers(qtbot, area):
    card = click(qtbot, area, "conv", Cell(1, 6, 6))
    names = [name for name, _, _ in card.steps]
    assert names == ["then bn", "then relu"]
    assert card.steps[0][1].startswith("(")
    assert "√" in card.steps[0][1]
    assert card.steps[1][1].startswith("max(0, ")
    assert figure(card.steps[1][2]) == pytest.approx(max(0.0, figure(card.steps[0][2])), abs=1e-3)


def test_the_box_is_drawn_and_its_padding_told(qtbot, area):
    click(qtbot, area, "conv", Cell(0, 0, 11))
    view, facts = area.pictures.view, area.pictures.field_switches.facts.shown
    assert (view.field.left(), view.field.top(), view.field.width(), view.field.height()) == (10, -1, 3, 3)
    assert facts["this value sees"] == "3×3 px"
    assert facts["on the picture"] == "x 10–11, y 0–1"
    assert facts["in the padding"] == "1 px right, 1 px top"
    with_box = view.grab().toImage()
    qtbot.mouseClick(area.pictures.field_switches.show_field, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert view.field is None
    assert view.grab().toImage() != with_box


def test_a_large_kernel_is_read_by_pointing(qtbot, area):
    card = click(qtbot, area, "large", Cell(3, 5, 5))
    matrices = card.matrices
    assert matrices.part.size == (7, 7)
    assert "49 products" in card.sum.text()
    assert "no bias" in card.together.text()

    def pointed():  # the card may still be laid out: what moves is pointed at again
        QTest.mouseMove(matrices, QPoint(2, 2))
        QTest.mouseMove(matrices, matrices.cell_box(1, 2, 4).center().toPoint())
        return matrices.place == (2, 4)

    qtbot.waitUntil(pointed, timeout=LONG)
    part = matrices.part
    assert card.sum.text().startswith("row 2, column 4: ")
    assert figure(card.sum.text().rpartition("= ")[2]) == pytest.approx(
        part.products[2][4], rel=0.01, abs=1e-3
    )
    matrices.setFocus()
    qtbot.keyClick(matrices, Qt.Key.Key_Right)
    assert matrices.place == (2, 5)


def test_a_number_is_followed_into_the_layer_that_gave_it(qtbot, area):
    card = click(qtbot, area, "mean", Cell(6, 1, 2))
    assert "mean of 4" in card.told.text()
    matrices = card.matrices
    point = matrices.cell_box(1, 1, 0).center()
    read = matrices.part.patch[1][0]
    qtbot.mouseClick(matrices, Qt.MouseButton.LeftButton, CONTROL, pos=point.toPoint())
    settle(qtbot, area)
    assert area.panel.maps.giver == "pool"
    assert area.panel.grid.selected == Cell(6, 3, 4)
    assert card.title.text() == "Map 6, row 3, column 4"
    assert figure(card.value.text()) == pytest.approx(read, rel=0.01, abs=1e-3)
    # of the pool one number won; it came from the second input of the Concat
    winner = matrices.part.strongest
    assert matrices.titles == ["patch"]
    qtbot.keyClick(matrices, Qt.Key.Key_Down)
    for _ in range(winner[0]):
        qtbot.keyClick(matrices, Qt.Key.Key_Down)
    for _ in range(winner[1]):
        qtbot.keyClick(matrices, Qt.Key.Key_Right)
    qtbot.keyClick(matrices, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, area)
    assert area.panel.maps.giver == "concat"
    assert "channel 2 of input 2" in card.told.text()
    qtbot.mouseClick(card.source, Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    assert area.panel.maps.giver == "add"
    assert area.panel.grid.selected.map == 2
    assert card.parts.noun == "input"
    assert len(card.parts) == 2
    assert card.sum.text().startswith(("relu gives", "large gives"))


def test_the_window_slides_and_the_map_fills_in(qtbot, area):
    card = click(qtbot, area, "conv", Cell(1, 2, 10))
    slider = card.slider
    assert not slider.map.isVisible()
    qtbot.mouseClick(slider.forth, Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    assert area.panel.grid.selected == Cell(1, 2, 11)
    assert slider.map.isVisible()
    assert slider.map.seen == 36
    assert card.title.text() == "Map 1, row 2, column 11"
    assert area.pictures.view.field.left() == 10
    area.panel.grid.setFocus()
    qtbot.keyClick(area.panel.grid, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, area)
    assert card.title.text() == "Map 1, row 2, column 10"
    qtbot.keyClick(area.panel.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, area)
    slider.map.setFocus()
    qtbot.keyClick(slider.map, Qt.Key.Key_Up)
    settle(qtbot, area)
    assert area.panel.grid.selected == Cell(1, 1, 11)
    qtbot.mouseClick(slider.back, Qt.MouseButton.LeftButton)
    assert slider.place == (1, 10)
    slider.speed.setCurrentIndex(2)  # a row at a time
    qtbot.keyClick(slider.map, Qt.Key.Key_Space)
    assert slider.playing
    qtbot.waitUntil(lambda: not slider.playing, timeout=LONG)
    settle(qtbot, area)
    assert slider.place == (11, 11)
    assert card.title.text() == "Map 1, row 11, column 11"
    assert slider.map.seen == 144
    shown = slider.map.grab().toImage()
    slider.go(0, 0)
    assert slider.map.grab().toImage() != shown
    slider.toggle()
    assert slider.playing
    area.hide()
    assert not slider.playing


def test_the_effective_field_stands_beside_the_theoretical_one(qtbot, area):
    click(qtbot, area, "large", Cell(0, 6, 6))
    panel, weigh = area.results.fields, area.pictures.field_switches.weigh
    assert not panel.does.isVisible()
    qtbot.mouseClick(weigh, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    settle(qtbot, area)
    assert panel.may.isVisible()
    assert panel.does.isVisible()
    assert panel.may_words.text() == "may count: 7×7 px"
    held = [int(side) for side in panel.does_words.text().split()[1].split("×")]
    assert all(1 <= side <= 7 for side in held)
    before = panel.does.grab().toImage()
    panel.pictures.setFocus()
    qtbot.keyClick(panel.pictures, Qt.Key.Key_Down)
    settle(qtbot, area)
    assert panel.random
    click(qtbot, area, "large", Cell(0, 1, 1))
    assert panel.does.grab().toImage() != before
    qtbot.mouseClick(weigh, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert not panel.does.isVisible()


def test_a_number_of_a_vector_is_taken_apart_by_its_inputs(qtbot, area):
    area._workbench.show(Document(name="lenet5", graph=catalog.build("lenet5")), None)
    area._workbench.select(["output"])
    settle(qtbot, area)
    bars, card = area.panel.bars, area.values.card
    qtbot.mouseClick(
        bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(bars.viewport().width() // 2, 100)
    )
    settle(qtbot, area)
    index = bars.selected.map
    assert card.title.text() == f"Number {index}"
    assert card.parts.noun == "input"
    assert len(card.parts) == 84
    value = float(area.panel.maps.values[index])
    assert sum(card.parts.gives) + card.story.cells[0].bias == pytest.approx(value, abs=1e-4)
    assert not card.slider.isVisible()
    card.spin.setValue(17)
    assert card.matrices.part.size == (1, 1)
    qtbot.mouseDClick(
        card.matrices, Qt.MouseButton.LeftButton, pos=card.matrices.cell_box(1, 0, 0).center().toPoint()
    )
    settle(qtbot, area)
    assert area.panel.bars.selected == Cell(17, 0, 0)


def test_an_edit_or_another_layer_leaves_no_stale_card(qtbot, area):
    card = click(qtbot, area, "conv", Cell(2, 3, 3))
    area._workbench.select(["pool"])  # other sides: nothing is selected there
    settle(qtbot, area)
    assert not card.isVisible()
    assert area.pictures.view.field is None
    assert not area.pictures.field_switches.facts.isVisible()


def test_two_inputs_are_no_hindrance(qtbot, area):
    nodes = [
        Node("one", Input(shape=(3, 8, 8))),
        Node("two", Input(shape=(3, 8, 8))),
        Node("add", Add(), ("one", "two")),
    ]
    area._workbench.show(Document(name="two", graph=Graph(nodes)), None)
    card = click(qtbot, area, "add", Cell(1, 4, 4))
    assert card.parts.noun == "input"
    assert sum(card.parts.gives) == pytest.approx(float(area.panel.maps.values[1, 4, 4]), abs=1e-5)
