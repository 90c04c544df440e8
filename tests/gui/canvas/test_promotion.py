"""Attributes of a block of one's own: chosen in a dialog, turned in the form, undone, kept and used again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.architectures import catalog
from explorer.core import clipping, edits
from explorer.core.document import Document
from explorer.core.group import Group
from explorer.gui.attributes.editors import NumberField
from explorer.gui.attributes.promotion import PromotionDialog
from explorer.gui.dialogs import Dialogs
from explorer.gui.main_window import MainWindow
from explorer.operators.repeat import Repeat
from tests.gui.conftest import Opener
from tests.gui.windows import Answers

OK = QDialogButtonBox.StandardButton.Ok
BINDINGS = {"channels": [("conv1", "out_channels"), ("conv2", "out_channels")]}


def group_of(document: Document, name: str) -> Group:
    operator = document.graph[name].operator
    assert isinstance(operator, Group)
    return operator


def block() -> Group:
    """Two equal convolutions with normalization and ReLU, of the first block of ResNet-18."""
    start = Document(graph=catalog.build("resnet18"))
    opened = edits.dissolve(edits.dissolve(start, "layer1"), "layer1.0")
    names = [name for name in opened.graph.nodes if name.startswith("layer1.0.")]
    return group_of(edits.group(opened, names, "Residual"), "layer1.0")


@pytest.fixture
def dialog(qtbot: QtBot) -> PromotionDialog:
    made = PromotionDialog(block())
    qtbot.addWidget(made)
    made.show()
    return made


def tick(dialog: PromotionDialog, qtbot: QtBot, layer: str, attribute: str) -> None:
    """Space on a line, as a person without a mouse does it."""
    dialog.tree.setFocus()
    dialog.tree.setCurrentItem(dialog.item(layer, attribute))
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Space)


def test_equal_attributes_come_under_one_name(dialog: PromotionDialog, qtbot: QtBot) -> None:
    assert dialog.bindings == {}
    assert dialog.sentence.text() == "Residual has no attribute of its own."
    tick(dialog, qtbot, "conv1", "out_channels")
    assert dialog.bindings == {"channels": [("conv1", "out_channels")]}
    tick(dialog, qtbot, "conv2", "out_channels")
    assert dialog.bindings == BINDINGS
    assert dialog.sentence.text() == "Residual has channels (2 layers)."
    tick(dialog, qtbot, "conv1", "out_channels")
    assert dialog.bindings == {"channels": [("conv2", "out_channels")]}
    assert dialog.item("conv1", "out_channels").text(2) == ""


def test_a_name_is_written_and_what_cannot_be_is_said(dialog: PromotionDialog, qtbot: QtBot) -> None:
    item = dialog.item("conv1", "out_channels")
    dialog.tree.setFocus()
    dialog.tree.setCurrentItem(item, 2)
    qtbot.keyClick(dialog.tree, Qt.Key.Key_F2)
    field = dialog.tree.viewport().findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "width")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.bindings == {"width": [("conv1", "out_channels")]})
    for wrong, reason in (("3x3", "begin with a letter"), ("title", "has a title already")):
        item.setText(2, wrong)
        assert reason in dialog.sentence.text()
        assert not dialog.buttons.button(OK).isEnabled()
    item.setText(2, " my  width ")
    assert list(dialog.bindings) == ["my_width"]
    item.setText(2, "width")
    assert dialog.buttons.button(OK).isEnabled()
    dialog.item("conv1", "bias").setText(2, "width")
    assert "different kinds" in dialog.sentence.text()
    item.setText(2, "")
    assert item.checkState(0) is Qt.CheckState.Unchecked


def test_only_names_can_be_written(dialog: PromotionDialog, qtbot: QtBot) -> None:
    dialog.tree.setCurrentItem(dialog.item("conv1", "out_channels"), 0)
    qtbot.keyClick(dialog.tree, Qt.Key.Key_F2)
    assert dialog.tree.viewport().findChild(QLineEdit) is None
    assert dialog.item("conv1", "out_channels").text(1) == "64"


def test_a_filter_finds_an_attribute_among_many(dialog: PromotionDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.filter, "conv2 chan")
    shown = [target for target, item in dialog._items.items() if not item.isHidden()]
    assert shown == [("conv2", "out_channels")]


def test_the_same_attribute_with_another_value_gets_a_name_of_its_own(qtbot: QtBot) -> None:
    group = block()
    other = group.holding(
        group.graph.with_operator("conv2", group.graph["conv2"].operator.with_value("out_channels", 5))
    )
    dialog = PromotionDialog(other)
    qtbot.addWidget(dialog)
    for layer in ("conv1", "conv2"):
        dialog.item(layer, "out_channels").setCheckState(0, Qt.CheckState.Checked)
    assert list(dialog.bindings) == ["channels", "conv2_channels"]


def stem(window: MainWindow, answers: Answers, qtbot: QtBot) -> Group:
    """The first layers of ResNet-18 grouped, with attributes of their own, all by the window's buttons."""
    bench = window.workbench
    bench.select(["conv1", "bn1", "relu"])
    window.window_actions["group"].trigger()
    answers.bindings = {"channels": [("conv1", "out_channels")], "kernel": [("conv1", "kernel_size")]}
    assert window.design.properties.promote.isVisible()
    qtbot.mouseClick(window.design.properties.promote, Qt.MouseButton.LeftButton)
    return group_of(bench.document, bench.selection[0])


def field(window: MainWindow, name: str) -> NumberField:
    editor = window.design.properties.form.editor(name)
    assert isinstance(editor, NumberField)
    assert editor.objectName() == f"attribute.{name}"
    return editor


def test_the_block_is_turned_in_the_form_and_all_is_undone(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window("resnet18")
    bench, opened = window.workbench, window.workbench.document
    group = stem(window, answers, qtbot)
    assert answers.asked == ["attributes of Group"]
    assert bench.undo_label is not None
    assert bench.undo_label.startswith("choose attributes of ")
    assert group.value_of("channels") == 64
    channels = field(window, "channels")
    assert channels.value() == 64
    channels.selectAll()
    qtbot.keyClicks(channels, "32")
    qtbot.keyClick(channels, Qt.Key.Key_Return)
    (name,) = bench.selection
    assert bench.analysis[name].output == (32, 112, 112)  # type: ignore[union-attr]
    assert window.design.canvas.picture.nodes[name].face.attributes == "channels 32, kernel 7"
    while bench.undo_label is not None:
        bench.undo()
    assert bench.document is opened


def test_several_such_blocks_are_turned_together(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window("resnet18")
    bench = window.workbench
    stem(window, answers, qtbot)
    (first,) = bench.selection
    window.window_actions["duplicate"].trigger()
    (second,) = bench.selection
    bench.apply("set", edits.set_attribute(bench.document, (second,), "channels", 5))
    bench.select([first, second])
    channels = field(window, "channels")
    assert channels.lineEdit().placeholderText() == "mixed"
    channels.setValue(48)
    assert [group_of(bench.document, name).value_of("channels") for name in (first, second)] == [48, 48]
    assert not window.design.properties.promote.isVisible()


def test_layers_that_differ_show_no_value(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window()
    window.workbench.apply("add", edits.add(Document(), block(), name="res"))
    window.workbench.select(["res"])
    answers.bindings = BINDINGS
    window.window_actions["promote"].trigger()
    window.workbench.apply(
        "x", edits.set_attribute(window.workbench.document, ("res", "conv1"), "out_channels", 3)
    )
    assert field(window, "channels").lineEdit().placeholderText() == "mixed"
    field(window, "channels").setValue(9)
    assert not group_of(window.workbench.document, "res").is_mixed("channels")


def test_it_is_copied_kept_and_dissolved(open_window: Opener, qtbot: QtBot) -> None:
    window, answers = open_window("resnet18")
    bench = window.workbench
    group = stem(window, answers, qtbot)
    (name,) = bench.selection
    window.window_actions["copy"].trigger()
    copied = clipping.clipping_from_text(QApplication.clipboard().text())
    assert [node.operator for node in copied] == [group]
    names = window.design.palette_panel.names
    names.name.setText("Stem")
    qtbot.keyClick(names.name, Qt.Key.Key_Return)
    (kept,) = window.my_blocks.groups
    assert kept.promoted == group.promoted
    bench.select([name])
    window.window_actions["dissolve"].trigger()
    assert not bench.analysis.problems


def test_nothing_is_chosen_where_the_dialog_is_left(open_window: Opener) -> None:
    window, answers = open_window("resnet18")
    bench = window.workbench
    bench.select(["conv1", "bn1"])
    window.window_actions["group"].trigger()
    before = bench.document
    window.window_actions["promote"].trigger()
    assert bench.document is before
    answers.bindings = {"x": [("conv9", "bias")]}
    window.window_actions["promote"].trigger()
    assert "holds no conv9" in window.errors.sentence.text()
    bench.select(["layer1"])
    assert not window.window_actions["promote"].isEnabled()


def test_a_block_is_repeated_and_its_count_turned(window: MainWindow, qtbot: QtBot) -> None:
    bench, canvas = window.workbench, window.design.canvas
    bench.select(["relu"])
    qtbot.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    operator = bench.document.graph["relu"].operator
    assert isinstance(operator, Repeat)
    assert operator.n == 2
    bench.select(["layer1"])
    qtbot.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    operator = bench.document.graph["layer1"].operator
    assert isinstance(operator, Repeat)
    assert operator.n == 3
    bench.select(["input"])
    qtbot.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "cannot be repeated" in window.errors.sentence.text()


def test_the_dialog_of_the_window_is_asked_and_answered(window: MainWindow, qtbot: QtBot) -> None:
    given, window.dialogs = window.dialogs, Dialogs(window)
    bench = window.workbench
    bench.select(["conv1", "bn1"])
    window.window_actions["group"].trigger()
    (name,) = bench.selection

    def answer() -> None:
        dialog = window.findChild(PromotionDialog)
        if dialog is None or not dialog.isVisible():
            QTimer.singleShot(10, answer)
            return
        dialog.item("conv1", "out_channels").setCheckState(0, Qt.CheckState.Checked)
        dialog.accept()

    QTimer.singleShot(0, answer)
    window.window_actions["promote"].trigger()
    window.dialogs = given  # what is unsaved at the end is not asked about
    assert group_of(bench.document, name).value_of("channels") == 64
