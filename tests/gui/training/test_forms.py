"""Data and recipe in the Train area: fields, drops, refusals."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from explorer.core.recipe import Schedule
from tests.gui.training.training_area import opened


def test_the_recipe_is_edited_as_steps_of_the_history(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    shown = area._workbench
    epochs = area.recipe.findChild(QWidget, "attribute.epochs")
    epochs.setFocus()
    epochs.lineEdit().selectAll()
    qtbot.keyClicks(epochs.lineEdit(), "17")
    qtbot.keyClick(epochs.lineEdit(), Qt.Key.Key_Return)
    assert shown.document.recipe.epochs == 17
    assert shown.undo_label == "set epochs"
    for _ in range(3):
        qtbot.keyClick(epochs, Qt.Key.Key_Up)
    assert shown.document.recipe.epochs == 20
    shown.undo()  # all of it is one step: the focus never left
    assert shown.document.recipe.epochs == 2
    assert epochs.lineEdit().text() == "2"
    rate = area.recipe.findChild(QWidget, "attribute.learning_rate")
    before = shown.document.recipe.learning_rate
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert shown.document.recipe.learning_rate > before
    schedule = area.recipe.findChild(QWidget, "attribute.schedule")
    qtbot.keyClick(schedule, Qt.Key.Key_Down)
    assert shown.document.recipe.schedule is Schedule.STEP


@pytest.mark.parametrize("text", ["0", "-3", "many", "100001"])
def test_a_refused_setting_shows_why_and_changes_nothing(qtbot, tmp_path, text):
    area = opened(qtbot, tmp_path)
    epochs = area.recipe.findChild(QWidget, "attribute.epochs")
    epochs.lineEdit().setText(text)
    qtbot.keyClick(epochs.lineEdit(), Qt.Key.Key_Return)
    assert area._workbench.document.recipe.epochs == 2
    errors = [found.text() for found in area.recipe.findChildren(QLabel) if found.property("role") == "error"]
    assert len([text for text in errors if text]) == 1
    epochs.lineEdit().setText("5")
    qtbot.keyClick(epochs.lineEdit(), Qt.Key.Key_Return)
    assert area._workbench.document.recipe.epochs == 5


def test_seldom_changed_settings_are_behind_a_button(qtbot, tmp_path):
    area = opened(qtbot, tmp_path)
    nesterov = area.recipe.findChild(QWidget, "attribute.nesterov")
    assert not nesterov.isVisible()
    qtbot.mouseClick(area.recipe.findChild(QWidget, "recipeSection.optimizer"), Qt.MouseButton.LeftButton)
    assert nesterov.isVisible()
    qtbot.mouseClick(nesterov, Qt.MouseButton.LeftButton)
    assert area._workbench.document.recipe.nesterov is True


def drop(target, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    target.dropEvent(event)
    return event.isAccepted()


def test_a_dropped_folder_is_looked_into_and_becomes_the_data(qtbot, tmp_path):
    for name, count in (("cats", 3), ("dogs", 2)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for index in range(count):
            Image.new("RGB", (12, 12), (index * 40, 0, 0)).save(tmp_path / "pets" / name / f"{index}.png")
    area = opened(qtbot, tmp_path)
    with qtbot.waitSignal(area.data.known):
        assert drop(area.data, tmp_path / "pets")
    assert area._workbench.document.recipe.data == str(tmp_path / "pets")
    assert area.data.facts.classes == ("cats", "dogs")
    assert area.data.facts.pictures == 5
    assert "3 to train, 2 to test, 2 classes (cats, dogs)" in area.data.summary.text()
    area.start()  # LeNet has ten outputs
    assert "2 classes" in area.notice.sentence.text()
    with qtbot.waitSignal(area.data.known):
        area._workbench.undo()
    assert area.data.facts.data == "digits"


def test_a_folder_without_classes_is_one_sentence(qtbot, tmp_path):
    (tmp_path / "empty").mkdir()
    area = opened(qtbot, tmp_path)
    area.data.set_data(str(tmp_path / "empty"))
    qtbot.waitUntil(
        lambda: "class" in area.data.summary.text() and "put the pictures" in area.data.summary.text()
    )
    assert area.data.facts is None
