"""Pictures come into the Inspect area: dropped, pasted, chosen; what is none is told in a sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

from tests.gui.inspector.dropping import LONG, drop, picture_file, settle


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("broken.png", b"\x89PNG\r\n\x1a\nnonsense", "damaged"),
        ("empty.jpg", b"", "empty"),
        ("page.png", b"<!DOCTYPE html><html></html>", "web page"),
    ],
)
def test_a_broken_picture_is_one_sentence_and_changes_nothing(qtbot, area, tmp_path, name, data, word):
    drop(qtbot, area, picture_file(tmp_path))
    before = area.panel.maps
    (tmp_path / name).write_bytes(data)
    drop(qtbot, area, tmp_path / name)
    sentence = area.panel.notice.sentence.text()
    assert area.panel.notice.isVisible()
    assert word in sentence
    assert "\n" not in sentence
    assert "Error" not in sentence
    assert area.panel.maps is before
    assert area.pictures.picture.name == "pattern.png"


def test_a_document_that_is_dropped_is_left_to_the_window(qtbot, area, tmp_path):
    (tmp_path / "net.archx").write_text("{}")
    assert not drop(qtbot, area, tmp_path / "net.archx")


def test_a_picture_is_pasted(qtbot, area):
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, area)
    assert area.pictures.picture.pixels.shape == (10, 20, 3)
    assert tuple(area.pictures.picture.pixels[0, 0]) == (255, 0, 0)
    QGuiApplication.clipboard().setText("no picture")
    area.pictures.paste()
    assert "clipboard" in area.panel.notice.sentence.text()


def test_a_sample_is_chosen_with_the_mouse(qtbot, area):
    found = area.pictures.list
    qtbot.waitUntil(lambda: found.count() >= 20, timeout=LONG)
    items = {found.item(index).text(): found.item(index) for index in range(found.count())}
    found.scrollToItem(items["digit 3"])
    place = found.visualItemRect(items["digit 3"]).center()
    qtbot.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(qtbot, area)
    assert area.pictures.picture.name == "digit 3"
    assert area.pictures.facts.shown["fed to the network"].startswith("1×32×32")
