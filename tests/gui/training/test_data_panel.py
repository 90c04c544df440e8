"""The data panel: choosing data, its facts and samples, augmentation, and downloads that can be cancelled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.core.recipe import AUGMENTATION, Recipe
from explorer.engine.data import published_data
from explorer.gui.attributes.editors import NumberField
from explorer.gui.training.area import TrainArea
from explorer.gui.training.data.data_panel import DataPanel
from explorer.gui.workbench import Workbench
from tests.engine.data.published_files import small_mnist
from tests.engine.data.web_server import site
from tests.engine.training.training_graphs import picture_folder
from tests.gui.training.training_area import LONG


@pytest.fixture
def panel(qtbot):
    made = DataPanel(Workbench(Document("lenet5", catalog.build("lenet5"))))
    qtbot.addWidget(made)
    made.resize(288, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    assert made.shutdown()


def recipe(panel):
    return panel._workbench.document.recipe


def choose(panel, text):
    index = panel.choice.findText(text)
    assert index >= 0
    panel.choice.setCurrentIndex(index)
    panel.choice.activated.emit(index)


def quiet(qtbot, panel):
    qtbot.waitUntil(lambda: panel._job is None and panel.samples._job is None, timeout=LONG)


def test_built_in_data_is_known_at_once_and_its_samples_follow(qtbot, panel):
    assert panel.facts.classes == tuple("0123456789")
    assert panel.summary.text() == "1,438 to train, 359 to test, 10 classes (0, 1, 2, 3, …)"
    assert panel.fitting.text() == "Grey pictures of 8×8 are enlarged to 32×32."
    qtbot.waitUntil(lambda: panel.samples.strip.rows == 1)
    assert panel.samples.strip.names == tuple("0123456789")
    choose(panel, "CIFAR-10")
    assert panel.summary.text().startswith("50,000 to train, 10,000 to test, 10 classes (airplane,")
    assert panel.fitting.text() == "Coloured pictures of 32×32 are made grey."
    panel._workbench.undo()
    assert recipe(panel).data == "digits"
    assert panel.choice.currentText() == "Digits"


def test_shapes_are_set_in_the_form_and_drawn(qtbot, panel):
    choose(panel, "Shapes")
    assert panel.shapes.isVisible()
    panel.shapes.editor("classes").setValue(5)
    panel.shapes.editor("difficulty").setValue("hard")
    assert recipe(panel).data == "shapes:classes=5,difficulty=hard"
    assert "3,200 to train, 800 to test, 5 classes (disc, square, triangle, star, …)" in panel.summary.text()
    qtbot.waitUntil(lambda: len(panel.samples.strip.names) == 5)
    panel.shapes.editor("count").setValue(9)
    assert recipe(panel).data == "shapes:classes=5,difficulty=hard"
    refused = [item.text() for item in panel.shapes.findChildren(type(panel.summary)) if item.isVisible()]
    assert any("from 20 to 1,000,000" in text for text in refused)
    panel.shapes.editor("classes").setValue(100)
    panel.shapes.editor("count").setValue(150)
    assert recipe(panel).data == "shapes:classes=100,difficulty=hard"
    choose(panel, "Digits")
    assert not panel.shapes.isVisible()
    quiet(qtbot, panel)


def test_shapes_that_cannot_be_are_said_to_be_wrong(qtbot, panel):
    panel.set_data("shapes:sides=7")
    assert "Shapes has no setting" in panel.summary.text()
    assert panel.summary.property("role") == "error"
    assert panel.facts is None
    assert not panel.samples.isVisible()
    quiet(qtbot, panel)


def test_switches_are_edits_that_remember_their_figure(qtbot, panel):
    form = panel.augmentation
    assert form.switch("shift").isChecked()
    form.field("shift").setValue(5)
    form.switch("shift").click()
    assert recipe(panel).shift == 0
    assert not form.field("shift").isVisible()
    form.switch("shift").click()
    assert recipe(panel).shift == 5
    form.switch("colour").click()
    assert recipe(panel).colour == 0.2
    form.field("colour").setValue(3.0)
    assert recipe(panel).colour == 0.2
    form.switch("flip").setFocus()
    QTest.keyClick(form.switch("flip"), Qt.Key.Key_Space)
    assert recipe(panel).flip
    panel._workbench.undo()
    assert not recipe(panel).flip
    assert not form.switch("flip").isChecked()
    quiet(qtbot, panel)


def test_every_setting_of_the_augmentation_can_be_changed_here(qtbot, panel):
    form = panel.augmentation
    assert not form.switch("mixup").isVisible()
    form._more.click()
    for name in AUGMENTATION:
        if name == "border":
            form.border.setValue("mean")
            continue
        before = getattr(recipe(panel), name)
        form.switch(name).click()
        assert getattr(recipe(panel), name) != before, name
    assert recipe(panel).border == "mean"
    for switch in (form.switch(name) for name in AUGMENTATION if name != "border"):
        assert switch.accessibleName()
        assert switch.toolTip()
    form._more.click()
    assert form.switch("mixup").isVisible()  # what is on stays in view
    quiet(qtbot, panel)


def test_augmented_samples_stand_below_the_others(qtbot, panel):
    strip = panel.samples.strip
    choose(panel, "Shapes")
    # the samples of the digits may still stand there
    qtbot.waitUntil(lambda: panel.samples.filled and strip.names == panel.facts.classes[:10], timeout=LONG)
    quiet(qtbot, panel)
    panel.samples.switch.click()
    qtbot.waitUntil(lambda: strip.rows == 4, timeout=LONG)
    # once it is laid out
    qtbot.waitUntil(lambda: strip.height() > strip.picture_box(3, 0).top(), timeout=LONG)
    quiet(qtbot, panel)
    assert panel.samples.switch.text() == "Show augmented"
    rows = strip._rows
    assert rows[1][0] != rows[2][0]
    before = rows[1][0].copy()
    panel.augmentation.switch("colour").click()
    # while they are made anew, the strip may stand without them
    qtbot.waitUntil(lambda: strip.rows == 4 and strip._rows[1][0] != before, timeout=LONG)
    panel.samples.switch.click()
    assert strip.rows == 1
    quiet(qtbot, panel)


def test_the_tooltip_names_the_class_under_the_pointer(qtbot, panel):
    qtbot.waitUntil(lambda: panel.samples.strip.rows == 1)
    strip = panel.samples.strip
    assert [strip._name_at(strip.picture_box(0, index).center()) for index in (0, 3, 9)] == ["0", "3", "9"]
    assert strip._name_at(QPoint(10_000, 2)) == ""
    assert strip.picture_box(0, 9).right() < strip.width()


def test_a_folder_dropped_anywhere_on_the_area_becomes_the_data(qtbot, tmp_path):
    root = picture_folder(tmp_path / "pets", {"cats": 3, "dogs": 2})
    (root / "dogs" / "torn.png").write_text("no picture at all")
    area = TrainArea(Workbench(Document("lenet5", catalog.build("lenet5"))), runs_folder=tmp_path / "runs")
    qtbot.addWidget(area)
    area.resize(1200, 800)
    with qtbot.waitExposed(area):
        area.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(root))])
    place, keys = QPoint(600, 400), (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, *keys)
    QApplication.sendEvent(area, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(area.data.known):
        QApplication.sendEvent(area, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, *keys))
    assert area.data.facts.classes == ("cats", "dogs")
    assert "Each picture is scaled and cropped to 1×32×32." in area.data.fitting.text()
    qtbot.waitUntil(lambda: area.data.damaged.isVisible())
    assert area.data.damaged.text().startswith("One picture is left out:\ndogs/torn.png: it is not a picture")
    qtbot.waitUntil(lambda: area.data.samples.strip.names == ("cats", "dogs"))
    assert area.shutdown()


@pytest.fixture
def server(tmp_path, monkeypatch):
    with site() as web:
        data, files, _ = small_mnist(web.address)
        web.files = {f"/{name}": content for name, content in files.items()}
        monkeypatch.setattr(published_data, "_KNOWN", {"mnist": data})
        for module in ("published_data", "published_files"):
            monkeypatch.setattr(f"explorer.engine.data.{module}.data_folder", lambda: tmp_path)
        yield web


def test_a_data_set_that_is_not_here_is_downloaded_on_request(qtbot, panel, server, tmp_path):
    choose(panel, "MNIST")
    assert panel.download.isVisible()
    assert "It is not on this computer yet" in panel.download.said
    with qtbot.waitSignal(panel.download.done):
        panel.download.download.click()
    assert not panel.download.isVisible()
    qtbot.waitUntil(lambda: panel.samples.strip.names == ("a", "b", "c"))
    assert panel.summary.text().startswith("15 to train, 6 to test, 3 classes (a, b, c)")
    assert len(list((tmp_path / "mnist").iterdir())) == 4
    quiet(qtbot, panel)


def test_a_failed_download_says_what_to_do_and_can_be_tried_again(qtbot, panel, server, tmp_path):
    server.manner = "missing"
    choose(panel, "MNIST")
    panel.download.download.click()
    qtbot.waitUntil(lambda: not panel.download.line.running)
    assert "the server answered 404" in panel.download.said
    assert str(tmp_path / "mnist") in panel.download.said
    assert panel.download.download.isVisible()
    server.manner = "whole"
    with qtbot.waitSignal(panel.download.done):
        panel.download.download.click()
    quiet(qtbot, panel)


def test_a_download_can_be_cancelled(qtbot, panel, server, tmp_path, monkeypatch):
    class Slow:
        def read(self, _):
            panel.download.stop()
            return b"x"

        def close(self):
            """Nothing is held."""

    monkeypatch.setattr("explorer.engine.data.downloads.open_address", lambda *_: Slow())
    choose(panel, "MNIST")
    panel.download.download.click()
    assert panel.download.line.cancel.isVisible()
    qtbot.waitUntil(lambda: not panel.download.line.running)
    assert panel.download.said == "Cancelled; nothing of it was kept."
    assert panel.download.isVisible()
    assert list((tmp_path / "mnist").iterdir()) == []


def test_figures_in_the_form_have_names_and_tips(panel):
    for field in panel.findChildren(NumberField):
        assert field.accessibleName()
        assert field.toolTip()


def test_another_network_changes_what_is_said_about_the_fit(qtbot, panel):
    bench = panel._workbench
    wide = replace(bench.document, graph=catalog.build("lenet5", in_channels=3), recipe=Recipe())
    bench.apply("three channels", wide)
    assert panel.fitting.text() == "Grey pictures of 8×8 are enlarged to 32×32 and repeated in 3 channels."
    quiet(qtbot, panel)
