"""Causes in the Inspect area, by real clicks and keys: what is drawn is what the engine found."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QSpinBox, QToolButton, QWidget

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.document import Document
from explorer.engine.causes.methods import METHODS
from explorer.engine.running.switches import Switch
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.methods.list import MAXIMIZE, PICTURES, VALUE
from tests.gui.inspector.causing import (
    LEFT,
    LONG,
    asked,
    busy,
    choose,
    click_map,
    drawn,
    opened_area,
    picture,
    settle,
)


@pytest.fixture
def area(qtbot, tmp_path):
    return opened_area(qtbot, tmp_path)


def test_every_method_lays_its_map_over_the_picture_and_says_its_limit(qtbot, area):
    causes = area.causes.causes
    assert drawn(area) is None
    assert not causes.cause.isVisible()
    for method in METHODS:
        if method.name in causes.list._buttons:
            choose(qtbot, area, method.name)
        else:  # by the menu behind "…"
            action = next(item for item in causes.list.more.menu().actions() if item.text() == method.title)
            action.trigger()
            settle(qtbot, area)
            assert causes.list.button(method.name).isChecked()
        assert causes.cause.isVisible()
        assert not area.results.value.parentWidget().isVisible()
        assert method.limit[1:] in causes.cause.limit.text()
        assert method.title in causes.cause.title.text()
        expected = asked(area, method.name)
        assert np.array_equal(drawn(area), expected.pixels)
        assert expected.label in causes.cause.title.text()
        assert causes.cause.random.isVisible()
    choose(qtbot, area, VALUE)
    assert drawn(area) is None
    assert not causes.cause.isVisible()
    assert area.results.value.parentWidget().isVisible()


def test_the_row_is_walked_by_the_arrow_keys(qtbot, area):
    row = area.causes.causes.list
    row.button(VALUE).setFocus()
    qtbot.keyClick(row.button(VALUE), Qt.Key.Key_Right)
    settle(qtbot, area)
    assert row.name == "grad_cam"
    assert drawn(area) is not None


def test_another_class_layer_picture_and_strength_are_followed(qtbot, area):
    causes = area.causes.causes
    choose(qtbot, area, "grad_cam")
    box = causes.cause.classes
    box.setFocus()
    index = box.findData(7)
    box.setCurrentIndex(index)
    box.activated.emit(index)
    settle(qtbot, area)
    assert np.array_equal(drawn(area), asked(area, "grad_cam", 7).pixels)
    assert "class 7" in causes.cause.title.text()

    last = drawn(area).copy()
    causes.cause.maps.setFocus()
    qtbot.keyClick(causes.cause.maps, Qt.Key.Key_Down)  # the layer that is shown
    settle(qtbot, area)
    assert np.array_equal(drawn(area), asked(area, "grad_cam", 7, area.panel.maps.giver).pixels)
    assert not np.array_equal(drawn(area), last)

    area.pictures.add(picture(5))
    settle(qtbot, area)
    assert np.array_equal(drawn(area), asked(area, "grad_cam", 7, area.panel.maps.giver).pixels)

    seen = area.pictures.view.grab().toImage()
    causes.cause.strength.setFocus()
    qtbot.keyClick(causes.cause.strength, Qt.Key.Key_Home)
    assert area.pictures.view.grab().toImage() != seen
    assert causes.cause.share == 0


def test_another_layer_alone_asks_nothing_again(qtbot, area):
    choose(qtbot, area, "grad_cam")
    answered = []
    area.causes.causes.requests.answered.connect(answered.append)
    area._workbench.select(["layer2"])
    settle(qtbot, area)
    assert not answered


def test_a_slow_method_stops_and_offers_to_begin_again(qtbot, area):
    causes = area.causes.causes
    qtbot.mouseClick(causes.list.button("occlusion"), LEFT)
    qtbot.waitUntil(lambda: causes.cause.work.running, timeout=LONG)
    qtbot.mouseClick(causes.cause.work.stop, LEFT)
    settle(qtbot, area)
    if drawn(area) is None:  # it was stopped before it was done
        assert causes.cause.work.start.isVisible()
        qtbot.mouseClick(causes.cause.work.start, LEFT)
        settle(qtbot, area)
    assert np.array_equal(drawn(area), asked(area, "occlusion").pixels)
    assert not causes.cause.work.isVisible()
    area.pictures.add(picture(3))
    settle(qtbot, area)
    assert drawn(area) is None  # that of another picture would deceive
    assert "changed" in causes.cause.work.note.text()
    qtbot.mouseClick(causes.cause.work.start, LEFT)
    settle(qtbot, area)
    assert np.array_equal(drawn(area), asked(area, "occlusion").pixels)


def test_what_a_network_is_not_made_for_is_one_sentence(qtbot, area):
    area._workbench.show(Document(name="lenet5", graph=catalog.build("lenet5")), None)
    settle(qtbot, area)
    causes = area.causes.causes
    next(item for item in causes.list.more.menu().actions() if item.text() == "CAM").trigger()
    settle(qtbot, area)
    assert causes.notice.isVisible()
    assert "Grad-CAM" in causes.notice.sentence.text()
    choose(qtbot, area, "grad_cam")
    assert not causes.notice.isVisible()
    assert drawn(area) is not None


def test_a_picture_is_climbed_to_and_opened(qtbot, area):
    causes = area.causes.causes
    click_map(qtbot, area, 3)
    qtbot.mouseClick(causes.list.button(MAXIMIZE), LEFT)
    qtbot.waitUntil(lambda: causes.dream.dreamt is not None, timeout=LONG)
    assert causes.dream.map.value() == 3
    assert causes.dream.dreamt.request.look.layer == area.panel.maps.giver
    assert not causes.dream.still.image.isNull()
    qtbot.mouseClick(causes.dream.work.stop, LEFT)
    settle(qtbot, area)
    assert causes.dream.work.start.isVisible()
    shown = causes.dream.dreamt.dream.pixels
    qtbot.mouseClick(causes.dream.open, LEFT)
    settle(qtbot, area)
    assert np.array_equal(area.pictures.picture.pixels, shown)
    causes.dream.seed.setFocus()
    qtbot.keyClick(causes.dream.seed, Qt.Key.Key_Up)
    assert causes.dream.dreamt is None  # another seed is another picture


def test_exciting_pictures_are_shown_and_opened_at_their_cell(qtbot, area):
    causes = area.causes.causes
    area._workbench.show(Document(name="lenet5", graph=catalog.build("lenet5")), None)
    settle(qtbot, area)
    click_map(qtbot, area, 1)
    choose(qtbot, area, PICTURES)
    excited = causes.pictures.excited
    assert excited.done == excited.count
    assert excited.request.channel == 1
    strengths = [item.value for item in excited.pictures]
    assert strengths == sorted(strengths, reverse=True)
    assert "9" in causes.pictures.told.text()
    sheet = causes.pictures.sheet
    place = sheet.place_of(4).center().toPoint()
    qtbot.mouseClick(sheet, LEFT, pos=QPoint(place.x(), place.y()))
    settle(qtbot, area)
    chosen = excited.pictures[4]
    assert area.pictures.picture is chosen.picture
    assert area.panel.selected == Cell(1, chosen.row, chosen.column)
    value = area.panel.maps.values[1, chosen.row, chosen.column]
    assert value == pytest.approx(chosen.value, rel=1e-5)
    assert causes.pictures.excited is excited  # the answer still holds: it is not of this picture


def test_a_network_with_a_problem_shows_no_cause(qtbot, area):
    choose(qtbot, area, "saliency")
    workbench = area._workbench
    workbench.apply("cut", edits.disconnect(workbench.document, "conv1", 0))
    qtbot.waitUntil(lambda: not busy(area), timeout=LONG)
    assert drawn(area) is None
    workbench.undo()
    settle(qtbot, area)
    assert drawn(area) is not None


def test_all_controls_are_named_and_tell_what_they_do(qtbot, area):
    click_map(qtbot, area, 0)
    area.results.switches.toggle(Switch("conv1", channel=0))
    settle(qtbot, area)
    for name in VALUE, "grad_cam", MAXIMIZE, PICTURES:
        area.causes.causes.list.choose(name)
        area.causes.causes.requests.withdraw()
        for part in (area.causes.causes, area.results.switches):
            for control in part.findChildren(QWidget):
                told = isinstance(control, QPushButton | QSlider | QComboBox | QSpinBox | QToolButton)
                if told and control.isVisible():
                    assert control.toolTip(), control
                    assert control.accessibleName(), control
    settle(qtbot, area)


def test_the_data_of_the_run_in_use_are_offered(qtbot, area, tmp_path):
    from explorer.core.recipe import Recipe
    from explorer.engine.training.trainer import train

    graph = area._workbench.document.graph
    recipe = Recipe(data="shapes:classes=10,count=40,size=16", epochs=1, batch_size=20)
    assert list(train(graph, recipe, folder=tmp_path / "runs" / "one", name="one", device="cpu"))
    pictures = area.causes.causes.pictures
    assert pictures.data == area._workbench.document.recipe.data
    box = area.weights.box
    area.weights.look_for_runs(graph)
    qtbot.waitUntil(lambda: any("best" in box.itemText(index) for index in range(box.count())), timeout=LONG)
    index = next(index for index in range(box.count()) if "best" in box.itemText(index))
    box.setCurrentIndex(index)
    box.activated.emit(index)
    settle(qtbot, area)
    assert pictures.data == recipe.data
    choose(qtbot, area, PICTURES)
    assert pictures.excited.total == 40
    assert not pictures.random.isVisible()
    assert {item.label for item in pictures.excited.pictures} <= set(area.causes.causes._answer.classes)
