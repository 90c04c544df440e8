"""Maps in the Inspect area: one map alone, maps over the picture, orders, scales, palettes, larger tiles."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from explorer.engine.looking.map_figures import likeness_to
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.looked_at import LookedAt
from explorer.gui.inspector.maps.map_order import ORDERS
from explorer.gui.inspector.maps.number_area import Cell
from tests.gui.inspector.dropping import drop, picture_file, settle


@pytest.fixture
def looking(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    return area


def turned(view, point, notches, keys=Qt.KeyboardModifier.NoModifier):
    place = QPointF(point), QPointF(view.mapToGlobal(point)), QPoint(), QPoint(0, 120 * notches)
    return QWheelEvent(*place, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False)


def test_a_map_is_enlarged_and_its_numbers_are_read(qtbot, looking):
    panel = looking.panel
    grid, view, maps = panel.grid, panel.view, panel.maps
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.place_of(3).center())
    assert panel.enlarged
    assert panel.back.isVisible()
    assert view.index == 3
    high, wide = maps.values.shape[1:]
    corner = view.place_of(0, 0).topLeft()
    assert view.cell_at(corner + QPointF(1, 1)) == Cell(3, 0, 0)
    assert view.cell_at(corner - QPointF(1, 1)) is None
    assert view.cell_at(view.place_of(high - 1, wide - 1).center()) == Cell(3, high - 1, wide - 1)
    shown = view.grab().toImage()
    for row, column in ((0, 0), (high // 2, wide // 2)):
        colour = shown.pixelColor(view.place_of(row, column).center().toPoint())
        assert colour.getRgb()[:3] == tuple(maps.pixels[3, row, column])
    point = view.place_of(5, 6).center()
    QTest.mouseMove(view, point.toPoint())
    assert panel.readout.text().startswith("Map 3, row 5, column 6: ")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert panel.selected == Cell(3, 5, 6)
    assert looking.pictures.view.field is not None
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert panel.selected == Cell(3, 5, 7)
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.index == 4
    settle(qtbot, looking)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not panel.enlarged
    assert not panel.back.isVisible()


def test_the_wheel_zooms_about_the_pointer_and_dragging_moves(qtbot, looking):
    panel = looking.panel
    panel.enlarge(0)
    view = panel.view
    before, point = view.zoom, view.place_of(4, 4).center()
    view.wheelEvent(turned(view, point.toPoint(), 6))
    assert view.zoom > 2 * before
    assert view.cell_at(QPointF(point.toPoint())) == Cell(0, 4, 4)  # what the pointer was on stays under it
    place = view.place_of(4, 4).center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=point.toPoint())
    QTest.mouseMove(view, point.toPoint() + QPoint(40, 10))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=point.toPoint() + QPoint(40, 10))
    assert view.place_of(4, 4).center() - place == QPointF(40, 10)
    assert panel.selected is None  # a drag is no click
    for _ in range(12):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    without = view.grab().toImage()
    assert view.zoom >= 40
    assert without.pixelColor(1, 1).isValid()
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert view.zoom == before


def point_at(widget, point):
    """Moves the pointer within the widget's own window, wherever other windows stand."""
    window = widget.window()
    place = widget.mapTo(window, point)
    # a pointer that an earlier test left just there would not move at all
    for step in (place + QPoint(1, 1), place):
        QTest.mouseMove(window.windowHandle(), step)


def test_the_map_under_the_pointer_lies_over_the_picture(qtbot, looking):
    grid, view = looking.panel.grid, looking.pictures.view
    before = view.grab().toImage()
    point_at(grid.viewport(), grid.place_of(2).center())
    qtbot.waitUntil(lambda: not view._laid.isNull())
    assert view.grab().toImage() != before
    point_at(grid.viewport(), QPoint(2, 2))  # beside all maps
    qtbot.waitUntil(lambda: view._laid.isNull())
    assert view.grab().toImage() == before


def test_maps_are_sorted_by_similarity_and_influence(qtbot, looking):
    panel = looking.panel
    order = panel.layers.order
    order.setCurrentIndex(list(ORDERS).index("likeness"))
    assert "click a map" in panel.readout.text()
    grid = panel.grid
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.place_of(4).center())
    figures = likeness_to(panel.maps.values, 4)
    assert grid.order[0] == 4
    assert [figures[index] for index in grid.order] == sorted(figures, reverse=True)
    settle(qtbot, looking)
    order.setCurrentIndex(list(ORDERS).index("influence"))
    settle(qtbot, looking)
    found = np.abs(panel.maps.influence)
    assert found.any()
    assert [found[index] for index in grid.order] == sorted(found, reverse=True)
    assert "first order" in panel.readout.text()


def test_palettes_and_scales_are_chosen(qtbot, looking):
    colours, panel = looking.panel.layers.colours, looking.panel
    before = panel.maps.pixels
    colours.choose(signed="purple–green")
    settle(qtbot, looking)
    assert not np.array_equal(panel.maps.pixels, before)
    looking._workbench.select(["s2"])
    colours.choose(scale="network", cut=0.0)
    settle(qtbot, looking)
    top = max(abs(value) for value in panel.maps.highs)
    assert top > np.abs(panel.maps.values).max()
    assert "network" in panel.readout.text()


def test_tiles_grow_and_shrink_again(qtbot, looking):
    grid = looking.panel.grid
    grid.setFocus()
    before = grid.tiling
    qtbot.keyClick(grid, Qt.Key.Key_Plus)
    assert grid.tiling.wide > before.wide
    assert grid.columns == before.columns - 1
    qtbot.keyClick(grid, Qt.Key.Key_0)
    assert grid.tiling == before


def test_bars_turn_layers_and_step_like_maps(qtbot, looking):
    looking._workbench.select(["output"])
    settle(qtbot, looking)
    bars = looking.panel.bars
    qtbot.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    assert bars.selected == Cell(0, 0, 0)
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert bars.selected == Cell(1, 0, 0)
    keys = Qt.KeyboardModifier.ControlModifier
    bars.wheelEvent(turned(bars.viewport(), QPoint(20, 20), 1, keys))
    settle(qtbot, looking)
    assert looking.layer != "output"


def test_the_status_line_says_what_is_looked_at(qtbot, area, tmp_path):
    said = []
    LookedAt(area).parts_changed.connect(said.append)
    drop(qtbot, area, picture_file(tmp_path))
    texts = [text for _, text in said[-1]]
    assert texts[:3] == ["pattern.png", area.layer, "6 maps of 28×28"]
    assert texts[3] == "18.38 KiB"
    area.hide()
    assert said[-1] is None


def test_outermost_values_are_cut_and_the_scale_says_so(qtbot, looking):
    looking._workbench.select(["c1"])
    settle(qtbot, looking)
    panel, colours = looking.panel, looking.panel.layers.colours
    colours.choose(scale="layer", cut=1.0)
    settle(qtbot, looking)
    maps = panel.maps
    place = np.unravel_index(np.argmax(maps.values), maps.values.shape)
    assert maps.values[place] > maps.highs[0]
    assert panel.scale.ends[1] == f"≥ {number(maps.highs[0], signed=True)}"
    assert panel.scale.beyond[1]
    assert "1 % of the numbers" in panel.scale.toolTip()
    assert "outermost 1 % cut" in panel.readout.text()
    # the value under the pointer is what it is
    panel.read_out(Cell(*map(int, place)))
    assert panel.readout.text().endswith(f"{number(maps.values[place], signed=True)}, beyond the scale")
    panel.scale.grab()
    colours.choose(cut=0.0)
    settle(qtbot, looking)
    assert panel.maps.highs[0] == pytest.approx(np.abs(maps.values).max())
    assert panel.scale.beyond == (False, False)
    assert "≥" not in panel.scale.ends[1]
    panel.read_out(Cell(*map(int, place)))
    assert "beyond" not in panel.readout.text()
    colours.choose(scale="map", cut=1.0)
    settle(qtbot, looking)
    assert panel.scale.ends == ("−", "+")
    assert panel.scale.beyond[1]
