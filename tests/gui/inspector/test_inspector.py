"""The Inspect area, driven as a person would: drop a picture, choose a layer, read values, choose weights."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.document import Document
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.theme import theme
from tests.gui.inspector.dropping import LONG, drop, expected, picture_file, settle


def test_a_dropped_picture_is_seen_layer_by_layer(qtbot, area, tmp_path):
    assert area.panel.maps is None
    assert drop(qtbot, area, picture_file(tmp_path))
    workbench, panel = area._workbench, area.panel
    picture = area.pictures.picture
    assert picture.size == (48, 40)
    first = panel.maps
    assert first.layer == area.layer
    assert first.layer == next(name for name, row in workbench.analysis.rows.items() if row.parameters)
    assert np.array_equal(first.values, expected(area, picture, first.layer))

    # by the workbench's selection
    pool = next(name for name, row in workbench.analysis.rows.items() if "Pool" in row.node.operator.kind())
    workbench.select([pool])
    settle(qtbot, area)
    assert panel.maps.layer == pool
    assert np.array_equal(panel.maps.values, expected(area, picture, pool))
    assert panel.layers.box.currentText() == pool

    # by the buttons, which tell the workbench
    qtbot.mouseClick(panel.layers.back, Qt.MouseButton.LeftButton)
    settle(qtbot, area)
    assert workbench.selection == (panel.maps.layer,)
    assert panel.maps.layer != pool
    names = [panel.layers.box.itemText(index) for index in range(panel.layers.box.count())]
    assert names.index(panel.maps.layer) == names.index(pool) - 1

    # by the keyboard
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, area)
    assert panel.maps.layer == pool


def test_the_grid_paints_the_engines_pixels_and_reads_its_values(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    grid, maps = area.panel.grid, area.panel.maps
    count, high, wide = maps.values.shape
    assert grid.isVisible()
    assert list(grid.order) == list(range(count))
    shown = grid.viewport().grab().toImage()
    for index in (0, count - 1):
        place = grid.place_of(index)
        for row, column in ((0, 0), (high // 2, wide // 3), (high - 1, wide - 1)):
            point = QPoint(
                place.left() + (2 * column + 1) * place.width() // (2 * wide),
                place.top() + (2 * row + 1) * place.height() // (2 * high),
            )
            assert grid.cell_at(point) == Cell(index, row, column)
            colour = shown.pixelColor(point)
            assert colour.getRgb()[:3] == tuple(maps.pixels[index, row, column])
    place = grid.place_of(2)
    with qtbot.waitSignal(grid.hovered):
        QTest.mouseMove(grid.viewport(), place.center())
    cell = grid.cell_at(place.center())
    text = area.panel.readout.text()
    assert text.startswith(f"Map 2, row {cell.row}, column {cell.column}: ")
    said = float(text.rpartition(": ")[2].replace("−", "-"))
    assert said == pytest.approx(float(maps.values[2, cell.row, cell.column]), rel=0.01, abs=1e-3)

    # a click selects, marks what the value sees, and shows the map's figures
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    field = area.pictures.view.field
    assert (field.width(), field.height()) == (5, 5)  # the first convolution of LeNet
    assert area.pictures.field_switches.facts.shown["this value sees"] == "5×5 px"
    facts = area.results.map_facts.shown
    assert float(facts["max"].replace("−", "-")) == pytest.approx(float(maps.values[2].max()), rel=0.01)
    assert sum(area.results.map_histogram.counts) == high * wide
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.selected.map == 3


def test_maps_are_sorted_and_scaled_as_chosen(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    panel = area.panel
    panel.layers.colours.choose(cut=0.0)
    settle(qtbot, area)
    values = panel.maps.values.astype(np.float64)
    for choice, figures in ((1, values.mean((1, 2))), (2, values.max((1, 2))), (3, values.var((1, 2)))):
        panel.layers.order.setCurrentIndex(choice)
        assert list(panel.grid.order) == sorted(range(len(figures)), key=lambda i: -figures[i])
    together = panel.maps
    assert len(set(together.highs)) == 1
    assert together.highs[0] == pytest.approx(np.abs(values).max())
    assert panel.scale.ends[0].startswith("−")
    panel.layers.colours.choose(scale="map")
    settle(qtbot, area)
    assert panel.maps is not together
    assert len(set(panel.maps.highs)) > 1


def test_a_dense_layer_is_shown_as_bars(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    last = area._workbench.document.graph.sinks[0]
    area._workbench.select([last])
    settle(qtbot, area)
    panel = area.panel
    assert panel.maps.values.shape == (10,)
    assert panel.bars.isVisible()
    places = {panel.bars.cell_at(QPoint(x, 100)) for x in range(20, panel.bars.viewport().width() - 20, 3)}
    assert {cell.map for cell in places} == set(range(10))
    middle = QPoint(panel.bars.viewport().width() // 2, 100)
    qtbot.mouseClick(panel.bars.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    cell = panel.bars.cell_at(middle)
    said = float(area.results.map_facts.shown["value"].replace("−", "-"))
    assert said == pytest.approx(float(panel.maps.values[cell.map]), rel=0.01, abs=1e-3)
    assert area.pictures.view.field is None


def test_predictions_say_that_weights_are_random_and_follow_the_seed(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    predictions = area.results.predictions
    assert predictions.source.text() == "random weights, seed 0"
    assert "random" in predictions.note.text()
    before = predictions.shown
    assert len(before) == 5
    area.weights.seed.setValue(3)
    settle(qtbot, area)
    assert predictions.source.text() == "random weights, seed 3"
    assert predictions.shown != before
    assert np.array_equal(area.panel.maps.values, expected(area, area.pictures.picture, area.layer, seed=3))


def test_an_edit_of_the_network_is_followed(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    shown = area._workbench
    name = area.layer
    shown.apply("set channels", edits.set_attribute(shown.document, (name,), "out_channels", 9))
    settle(qtbot, area)
    assert len(area.panel.maps.values) == 9
    shown.apply("cut", edits.disconnect(shown.document, name, 0))
    settle(qtbot, area)
    assert area.panel.notice.isVisible()
    assert name in area.panel.notice.sentence.text()
    shown.undo()
    settle(qtbot, area)
    assert not area.panel.notice.isVisible()


def test_weights_of_a_run_and_of_a_file_are_used(qtbot, area, tmp_path):
    from explorer.core.recipe import Recipe
    from explorer.engine.pictures.images import fit
    from explorer.engine.running.activations import capture
    from explorer.engine.running.module import build
    from explorer.engine.running.weights import load_into
    from explorer.engine.runs.run_folder import load_run, read_record
    from explorer.engine.training.trainer import train

    graph = area._workbench.document.graph
    folder = tmp_path / "runs" / "lenet5-one"
    assert list(train(graph, Recipe(epochs=1, batch_size=256), folder=folder, name="lenet5", device="cpu"))
    drop(qtbot, area, picture_file(tmp_path))
    box = area.weights.box
    area.weights.look_for_runs(graph)
    qtbot.waitUntil(lambda: box.count() == 4, timeout=LONG)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)  # the best epoch of the run
    settle(qtbot, area)
    module = build(graph)
    load_into(module, load_run(folder, "best").weights)
    fed = read_record(folder).facts["preprocessing"]
    values = fit(area.pictures.picture, (1, 32, 32), fed["mean"], fed["std"])
    assert np.array_equal(area.panel.maps.values, capture(module, values[None], [area.layer])[area.layer][0])
    assert not area.results.predictions.note.isVisible()
    assert area.results.predictions.shown[0][0] in "0123456789"

    checkpoint = next((folder / "checkpoints").glob("step-*[0-9].safetensors"))
    area.weights._choose_file = lambda _: str(checkpoint)
    box.activated.emit(box.count() - 1)
    settle(qtbot, area)
    assert area.results.predictions.source.text() == checkpoint.name

    other = tmp_path / "other.safetensors"
    other.write_bytes(b"not weights at all")
    area.weights._choose_file = lambda _: str(other)
    before = area.panel.maps
    box.activated.emit(box.count() - 1)
    settle(qtbot, area)
    assert area.panel.notice.isVisible()
    assert "other.safetensors" in area.panel.notice.sentence.text()
    assert area.panel.maps is before


def test_only_the_newest_question_is_answered(qtbot, area, tmp_path):
    picture_file(tmp_path)
    drop(qtbot, area, tmp_path / "pattern.png")
    answered = []
    area.requests.answered.connect(answered.append)
    names = [area.panel.layers.box.itemText(index) for index in range(area.panel.layers.box.count())]
    for name in names:
        area._workbench.select([name])
    settle(qtbot, area)
    from explorer.engine.looking.findings import Maps

    layers = [report.layer for report in answered if isinstance(report, Maps)]
    assert layers == [names[-1]]
    assert area.panel.maps.layer == names[-1]


def test_closing_while_it_looks_leaves_no_thread(qtbot, area, tmp_path):
    area.pictures.read(picture_file(tmp_path))
    qtbot.waitUntil(lambda: area.pictures.picture is not None, timeout=LONG)
    assert area.shutdown()


def test_a_block_is_shown_by_what_it_gives(qtbot, area, tmp_path):
    area._workbench.show(Document(name="cifar_resnet20", graph=catalog.build("cifar_resnet20")), None)
    block = next(name for name, row in area._workbench.analysis.rows.items() if row.inner is not None)
    area._workbench.select([block])
    drop(qtbot, area, picture_file(tmp_path))
    maps = area.panel.maps
    assert maps.layer == block
    assert maps.giver.startswith(block)
    assert area.panel.layers.box.currentText() == maps.giver
    assert maps.values.shape == area._workbench.analysis.rows[block].output


def test_the_area_asks_nothing_while_it_is_hidden(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    before = area.panel.maps
    area.hide()
    last = area._workbench.document.graph.sinks[0]
    area._workbench.select([last])
    assert not area.requests.busy
    area.show()
    settle(qtbot, area)
    assert area.panel.maps is not before
    assert area.panel.maps.layer == last


def test_controls_have_names_and_tooltips(area):
    for name in ("pictureList", "featureGrid", "predictions", "methodList"):
        assert area.findChild(QWidget, name) is not None, name
    for control in area.findChildren(QPushButton):
        assert control.toolTip()
    assert area.panel.layers.back.toolTip()


def test_both_themes_colour_the_maps(qtbot, area, tmp_path):
    drop(qtbot, area, picture_file(tmp_path))
    light = area.panel.maps
    area.set_theme(theme(dark=True))
    settle(qtbot, area)
    assert area.panel.maps is not light
    assert np.array_equal(area.panel.maps.values, light.values)
    assert not np.array_equal(area.panel.maps.pixels, light.pixels)  # zero has the theme's neutral
    data = io.BytesIO()
    Image.fromarray(area.panel.maps.pixels[0]).save(data, "PNG")
    decoded = QImage.fromData(QByteArray(data.getvalue()))
    shown = area.panel.grid.image(0)
    assert decoded.convertToFormat(QImage.Format.Format_RGB888) == shown
