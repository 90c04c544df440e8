"""The multiplications of one number, large: opened by click and key, read, turned, followed and closed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from explorer.gui.fonts import font
from explorer.gui.inspector.maps.feature_grid import Cell
from explorer.gui.inspector.values.enlarged import LargeMatrices
from explorer.gui.inspector.values.matrix_numbers import written
from explorer.gui.inspector.values.terms import Part
from explorer.gui.theme import theme
from tests.gui.inspector.inspecting import click, figure, opened_area, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def area(qtbot, tmp_path):
    return opened_area(qtbot, tmp_path)


def press(qtbot, matrices, row, column):
    """Click a number of the patch."""
    qtbot.mouseClick(matrices, LEFT, pos=matrices.cell_box(1, row, column).center().toPoint())


def test_a_click_shows_a_large_kernel_with_all_its_numbers(qtbot, area):
    card = click(qtbot, area, "large", Cell(3, 5, 5))
    assert card.enlarged is None
    press(qtbot, card.matrices, 2, 4)
    large = card.enlarged
    qtbot.waitUntil(large.isVisible)
    assert large.title.text() == "large · Map 3, row 5, column 5"
    assert large.matrices.titles == ["kernel", "patch", "product"]
    assert large.matrices.part.gives == card.matrices.part.gives
    assert large.focusWidget() is large.matrices
    assert figure(large.total.text().removeprefix("= ")) == figure(card.value.text())
    # the mark is where it was clicked, and the arrow keys move it
    assert large.matrices.place == (2, 4)
    part = large.matrices.part
    qtbot.keyClick(large.matrices, Qt.Key.Key_Right)
    assert large.line.text().startswith("row 2, column 5: ")
    product = figure(large.line.text().rpartition("= ")[2])
    assert product == pytest.approx(part.products[2][5], rel=0.01, abs=1e-3)
    qtbot.keyClick(large.matrices, Qt.Key.Key_Escape)
    assert not large.isVisible()
    card.matrices.setFocus()
    qtbot.keyClick(card.matrices, Qt.Key.Key_Return)
    assert large.isVisible()


def test_the_large_numbers_follow_channel_window_and_layer(qtbot, area):
    card = click(qtbot, area, "large", Cell(3, 5, 5))
    press(qtbot, card.matrices, 0, 0)
    large = card.enlarged
    before = card.index
    step, key = (-1, Qt.Key.Key_PageUp) if before == 2 else (1, Qt.Key.Key_PageDown)
    qtbot.keyClick(large.matrices, key)
    assert card.index == before + step
    assert large.matrices.part.channel == before + step
    qtbot.mouseClick(card.slider.forth, LEFT)
    settle(qtbot, area)
    assert large.title.text() == "large · Map 3, row 5, column 6"
    click(qtbot, area, "relu", Cell(0, 3, 3))  # nothing is multiplied there
    assert not large.isVisible()


def test_a_number_of_the_patch_leads_to_its_own_layer(qtbot, area):
    card = click(qtbot, area, "mean", Cell(6, 1, 2))
    press_at = card.matrices.cell_box(0, 0, 0).center().toPoint()
    qtbot.mouseClick(card.matrices, LEFT, pos=press_at)
    large = card.enlarged
    assert large.matrices.titles == card.matrices.titles
    large.mark((1, 0))
    read = large.matrices.part.patch[1][0]
    qtbot.keyClick(large.matrices, Qt.Key.Key_Return)
    settle(qtbot, area)
    assert not large.isVisible()
    assert area.panel.maps.giver == "pool"
    assert area.panel.grid.selected == Cell(6, 3, 4)
    assert figure(card.value.text()) == pytest.approx(read, rel=0.01, abs=1e-3)


@pytest.mark.parametrize("side", [1, 3, 7, 11, 31])
def test_every_number_is_at_least_eleven_pixels_and_has_room(qtbot, side):
    kernel = [[(row - column) / 3 for column in range(side)] for row in range(side)]
    patch = [[-12.5 * row + column for column in range(side)] for row in range(side)]
    products = [
        [one * other for one, other in zip(*pair, strict=True)] for pair in zip(kernel, patch, strict=True)
    ]
    inside = [[True] * side for _ in range(side)]
    part = Part(1.0, kernel, patch, products, inside, None, 0, 0, 0, 0, (1, 1))
    matrices = LargeMatrices()
    qtbot.addWidget(matrices)
    matrices.set_theme(theme(dark=True))
    matrices.show_part(part, signed=True, names=("kernel", "patch"))
    assert matrices.text_size >= 11
    measure = QFontMetricsF(font(matrices.text_size))
    box = matrices.cell_box(2, side - 1, side - 1)
    for numbers in (kernel, patch):
        for text in (text for row in written(numbers, 1.0, 2 if side > 7 else 3) for text in row):
            assert measure.horizontalAdvance(text) <= box.width()
    assert measure.height() <= box.height()
    assert matrices.rect().contains(box.toAlignedRect())
    assert QPointF(matrices.width(), matrices.height()).x() >= box.right()
