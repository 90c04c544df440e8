"""Commands of the canvas by keys: blocks made and dissolved, copies, quick add, search."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.clipping import clipping_from_text
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.convolution import Conv2d
from tests.gui.canvas.canvas_events import at, click, feeders, undo_all

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_selection_becomes_a_block_and_is_dissolved_again(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    before = bench.analysis.totals
    bench.select(("conv1", "relu"))
    complaints: list[str] = []
    canvas.complained.connect(complaints.append)
    QTest.keyClick(canvas, Key.Key_G, CTRL)
    # what leaves both conv1 and relu cannot be one result
    assert "one result" in complaints[0]
    bench.select(("relu", "block"))
    QTest.keyClick(canvas, Key.Key_G, CTRL)
    (made,) = bench.selection
    assert feeders(bench, made) == ("conv1",)
    assert feeders(bench, "add") == (made, "conv1")
    assert not bench.analysis.problems
    QTest.keyClick(canvas, Key.Key_Space)
    assert canvas.picture.nodes[made].unfolded
    QTest.keyClick(canvas, Key.Key_G, CTRL | SHIFT)
    assert made not in bench.document.graph
    assert len(bench.document.graph) == len(opened.graph)
    assert (bench.analysis.totals.parameters, bench.analysis.totals.macs) == (before.parameters, before.macs)
    undo_all(bench)
    assert bench.document is opened


@pytest.mark.parametrize("chosen", [("input", "relu"), ("relu", "input")])
def test_a_skip_is_one_gesture(canvas: Canvas, bench: Workbench, chosen: tuple[str, str]) -> None:
    opened = bench.document
    bench.select(chosen)
    QTest.keyClick(canvas, Key.Key_K)
    (added,) = (name for name in bench.selection if bench.document.graph[name].operator.kind() == "Add")
    relu, projection = feeders(bench, added)
    assert relu == "relu"
    assert bench.document.graph[str(projection)].operator.kind() == "Conv2d"
    assert feeders(bench, str(projection)) == ("input",)
    assert feeders(bench, "block") == (added,)
    assert not bench.analysis.problems
    bench.undo()
    assert bench.document is opened
    bench.select(("conv1", "relu"))
    QTest.keyClick(canvas, Key.Key_K)
    assert feeders(bench, bench.selection[0]) == ("relu", "conv1")
    assert not bench.analysis.problems


def test_a_copy_stands_beside_its_original(canvas: Canvas, bench: Workbench) -> None:
    bench.select(("conv1", "relu"))
    QTest.keyClick(canvas, Key.Key_D, CTRL)
    copy, relu = bench.selection
    assert feeders(bench, relu) == (copy,)
    assert feeders(bench, copy) == (None,)
    mine, its = canvas.picture.nodes["conv1"].rect, canvas.picture.nodes[copy].rect
    assert its[0] >= mine[0] + mine[2]
    assert its[1] == pytest.approx(mine[1], abs=10)
    assert bench.undo_label == "duplicate 2 layers"


def test_layers_are_cut_and_pasted_as_text(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    bench.select(("relu",))
    QTest.keyClick(canvas, Key.Key_X, CTRL)
    assert feeders(bench, "block") == ("conv1",)
    assert [node.id for node in clipping_from_text(QGuiApplication.clipboard().text())] == ["relu"]
    QTest.keyClick(canvas, Key.Key_V, CTRL)
    assert bench.selection == ("relu",)
    assert feeders(bench, "relu") == (None,)
    canvas.fold("block")
    bench.select(("block.conv1", "block.bn1"))
    QTest.keyClick(canvas, Key.Key_C, CTRL)
    QTest.keyClick(canvas, Key.Key_V, CTRL)
    assert [bench.document.graph[name].operator.kind() for name in bench.selection] == [
        "Conv2d",
        "BatchNorm2d",
    ]
    undo_all(bench)
    assert bench.document is opened
    QGuiApplication.clipboard().setText("hello")
    complaints: list[str] = []
    canvas.complained.connect(complaints.append)
    QTest.keyClick(canvas, Key.Key_V, CTRL)
    assert "holds no layers" in complaints[0]
    assert bench.document is opened


def test_quick_add_puts_what_is_typed_below_the_selected_node(canvas: Canvas, bench: Workbench) -> None:
    canvas.activateWindow()
    click(canvas, at(canvas, "relu", 0.3))
    QTest.keyClick(canvas, Key.Key_Insert)
    field = canvas.findChild(QLineEdit, "quickAddField")
    blocks = canvas.findChild(QListWidget, "quickAddList")
    assert field is not None
    assert blocks is not None
    assert field.hasFocus()
    everything = blocks.count()
    QTest.keyClicks(field, "conv")
    assert 0 < blocks.count() < everything
    assert blocks.item(0).text().startswith("Conv2d")
    QTest.keyClick(field, Key.Key_Down)
    QTest.keyClick(field, Key.Key_Up)
    QTest.keyClick(field, Key.Key_Return)
    assert isinstance(bench.document.graph["conv2"].operator, Conv2d)
    assert feeders(bench, "conv2") == ("relu",)
    assert feeders(bench, "block") == ("conv2",)
    assert bench.selection == ("conv2",)
    assert not field.isVisible()
    assert QApplication.focusWidget() is canvas
    QTest.keyClick(canvas, Key.Key_Insert)
    QTest.keyClick(field, Key.Key_Escape)
    assert not field.isVisible()
    assert bench.undo_label == "insert Conv2d"


def test_search_goes_from_match_to_match(canvas: Canvas, bench: Workbench) -> None:
    canvas.activateWindow()
    canvas.setFocus()
    QTest.keyClick(canvas, Key.Key_F, CTRL)
    field = canvas.findChild(QLineEdit, "canvasSearch")
    count = canvas.findChild(QLabel, "canvasSearchCount")
    assert field is not None
    assert count is not None
    QTest.keyClicks(field, "conv")
    assert bench.selection == ("conv1",)
    assert count.text() == "1 of 3"
    QTest.keyClick(field, Key.Key_Return)
    assert bench.selection == ("block.conv1",)
    QTest.keyClick(field, Key.Key_Return)
    QTest.keyClick(field, Key.Key_Return)
    assert bench.selection == ("conv1",)
    QTest.keyClick(field, Key.Key_Return, SHIFT)
    assert bench.selection == ("block.conv2",)
    assert canvas.network_scene.nodes["block"].selected
    QTest.keyClicks(field, "zz")
    assert count.text() == "no match"
    QTest.keyClick(field, Key.Key_Escape)
    assert QApplication.focusWidget() is canvas
    assert not field.isVisible()


def test_a_match_far_away_is_brought_into_view(canvas: Canvas, bench: Workbench) -> None:
    canvas.camera.pan_by(QPoint(0, 5000))
    assert not canvas.camera.in_view().contains(canvas.picture.nodes["relu"].rect[0], 60)
    canvas.search()
    field = canvas.findChild(QLineEdit, "canvasSearch")
    assert field is not None
    QTest.keyClicks(field, "relu")
    left, top, *_ = canvas.picture.nodes["relu"].rect
    assert canvas.camera.in_view().contains(left, top)


def test_enter_asks_for_the_settings_of_the_selected_node(
    canvas: Canvas, bench: Workbench, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(canvas.edit_requested):
        QTest.keyClick(canvas, Key.Key_Return)
    bench.select(("conv1",))
    with qtbot.waitSignal(canvas.edit_requested):
        QTest.keyClick(canvas, Key.Key_Return)


def test_select_all_and_escape(canvas: Canvas, bench: Workbench) -> None:
    QTest.keyClick(canvas, Key.Key_A, CTRL)
    assert set(bench.selection) == set(bench.document.graph.nodes)
    QTest.keyClick(canvas, Key.Key_Escape)
    assert bench.selection == ()


def test_what_cannot_be_done_says_what_to_do(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    complaints: list[str] = []
    canvas.complained.connect(complaints.append)
    for key, modifier in (
        (Key.Key_K, Qt.KeyboardModifier.NoModifier),
        (Key.Key_G, CTRL),
        (Key.Key_G, CTRL | SHIFT),
    ):
        bench.select(())
        QTest.keyClick(canvas, key, modifier)
    assert [text.split(":")[0] for text in complaints] == [
        "a skip joins two layers",
        "select the layers that shall become a block",
        "select a block",
    ]
    canvas.fold("block")
    bench.select(("conv1", "block.conv1"))
    QTest.keyClick(canvas, Key.Key_G, CTRL)
    assert "different blocks" in complaints[-1]
    bench.undo()
    assert bench.document is opened
    assert canvas.findChild(QWidget, "quickAdd").isHidden()
