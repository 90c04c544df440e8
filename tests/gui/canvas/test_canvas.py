"""The canvas through real events: what a person does with mouse, keys and drags becomes edits."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.drafting import Draftsman
from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import MaxPool2d
from explorer.operators.residual import BasicBlock
from tests.gui.canvas.canvas_events import (
    at,
    click,
    drag,
    drop,
    edge_middle,
    feeders,
    operator_mime,
    screen,
    undo_all,
)


def test_selection_goes_both_ways(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, at(canvas, "relu"))
    assert bench.selection == ("relu",)
    click(canvas, at(canvas, "conv1"), Qt.KeyboardModifier.ShiftModifier)
    assert bench.selection == ("relu", "conv1")
    click(canvas, at(canvas, "relu"), Qt.KeyboardModifier.ShiftModifier)
    assert bench.selection == ("conv1",)
    bench.select(("block.conv1",))  # inside a folded block: the block is marked
    assert canvas.network_scene.nodes["block"].selected
    assert not canvas.network_scene.nodes["conv1"].selected
    click(canvas, QPoint(960, 30))
    assert bench.selection == ()


def test_a_rubber_band_selects_what_it_touches(canvas: Canvas, bench: Workbench) -> None:
    left, top, width, _ = canvas.picture.nodes["conv1"].rect
    end = canvas.picture.nodes["relu"].rect
    drag(canvas, screen(canvas, left - 30, top - 4), screen(canvas, left + width / 3, end[1] + 4))
    assert bench.selection == ("conv1", "relu")


def test_deleting_a_node_joins_its_neighbours(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    click(canvas, at(canvas, "relu"))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert feeders(bench, "block") == ("conv1",)
    assert bench.undo_label == "delete relu"
    assert "relu" not in canvas.picture.nodes
    bench.undo()
    assert bench.document is opened
    click(canvas, at(canvas, "relu"))
    QTest.keyClick(canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert feeders(bench, "block") == (None,)


def test_a_node_inside_a_block_can_be_deleted(canvas: Canvas, bench: Workbench) -> None:
    canvas.fold("block")
    bench.select(("block.relu",))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert "block.relu" not in bench.lines
    assert "block.conv2" in canvas.picture.nodes
    assert bench.analysis.problems == {}


def test_an_edge_can_be_clicked_and_deleted(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, edge_middle(canvas, "add", 1))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert feeders(bench, "add") == ("block", None)


def test_moving_a_node_is_one_step(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    before = canvas.picture.nodes["relu"].rect
    start = at(canvas, "relu", 0.3)
    drag(canvas, start, start + QPoint(260, 40))
    assert bench.undo_label == "move relu"
    left, top, *_ = canvas.picture.nodes["relu"].rect
    assert abs(left - before[0] - 260 / canvas.zoom) < 2
    assert abs(top - before[1] - 40 / canvas.zoom) < 2
    assert bench.document.graph is opened.graph
    bench.undo()
    assert bench.document is opened
    assert canvas.picture.nodes["relu"].rect == before


def test_escape_takes_a_gesture_back(canvas: Canvas, bench: Workbench) -> None:
    before = canvas.picture.nodes["relu"].rect
    start = at(canvas, "relu", 0.3)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(canvas.viewport(), start + QPoint(120, 0))
    assert canvas.picture.nodes["relu"].rect != before
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.picture.nodes["relu"].rect == before
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert bench.undo_label is None


def test_arrange_takes_moved_nodes_back(canvas: Canvas, bench: Workbench) -> None:
    start = at(canvas, "relu", 0.3)
    before = canvas.picture.nodes["relu"].rect
    drag(canvas, start, start + QPoint(150, 0))
    QTest.keyClick(canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert canvas.picture.nodes["relu"].rect == before
    assert bench.undo_label == "arrange"


def test_an_edge_is_drawn_from_port_to_port(canvas: Canvas, bench: Workbench) -> None:
    assert drop(canvas, operator_mime(ReLU()), QPoint(900, 400))
    floating = canvas.picture.nodes["relu1"]
    click(canvas, at(canvas, "conv1", 0.3))
    start = screen(canvas, *canvas.picture.nodes["conv1"].outlet)
    drag(canvas, start, screen(canvas, *floating.inlet))
    assert feeders(bench, "relu1") == ("conv1",)
    assert bench.undo_label == "connect conv1 to relu1"


@pytest.mark.qt_log_ignore("does not support raise")
def test_refused_ports_are_dimmed_while_an_edge_is_drawn(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, at(canvas, "block", 0.3))
    start = screen(canvas, *canvas.picture.nodes["block"].outlet)
    QTest.mouseMove(canvas.viewport(), start)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(canvas.viewport(), start + QPoint(30, 0))
    items = canvas.network_scene.nodes
    assert items["conv1"].opacity() == 0.35
    assert items["add"].opacity() == 1.0
    end = at(canvas, "conv1")
    QTest.mouseMove(canvas.viewport(), end)
    assert "close a circle" in QToolTip.text()
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert bench.undo_label is None
    assert items["conv1"].opacity() == 1.0


def test_an_edge_is_pulled_off_its_input(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, at(canvas, "relu", 0.3))
    start = screen(canvas, *canvas.picture.nodes["relu"].inlet)
    drag(canvas, start, QPoint(950, 700))
    assert feeders(bench, "relu") == (None,)


def test_a_problem_has_a_card_with_a_repair(canvas: Canvas, bench: Workbench, qtbot: QtBot) -> None:
    canvas.insert_operator(Linear(out_features=10))
    assert "linear1" in bench.analysis.problems
    card = canvas.findChild(QWidget, "problemCard")
    assert card is not None
    assert card.isVisible()
    assert canvas.picture.nodes["linear1"].face.state == "problem"
    button = card.findChild(QPushButton, "repair")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bench.analysis.problems
    assert not card.isVisible()
    assert bench.undo_label is not None
    assert "linear1" in bench.undo_label


def test_a_block_is_put_below_the_selected_node_or_at_the_end(canvas: Canvas, bench: Workbench) -> None:
    bench.select(("conv1",))
    canvas.insert_operator(ReLU())
    assert feeders(bench, "relu1") == ("conv1",)
    bench.select(())
    canvas.insert_operator(ReLU())
    assert feeders(bench, "relu2") == ("add",)
    bench.select(())
    bench.apply("unfold", replace(bench.document, unfolded=frozenset({"block"})))
    bench.select(("block.conv1",))
    canvas.insert_operator(MaxPool2d(kernel_size=3, stride=1, padding=1))
    assert bench.selection == ("block.maxpool1",)
    assert bench.analysis.problems == {}


def test_undoing_everything_gives_the_document_that_was_opened(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    drop(canvas, operator_mime(ReLU()), edge_middle(canvas, "block"))
    click(canvas, at(canvas, "block", 0.3))
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    start = at(canvas, "conv1", 0.3)
    drag(canvas, start, start + QPoint(90, 10))
    click(canvas, at(canvas, "relu", 0.3))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert bench.undo_label == "delete relu"
    undo_all(bench)
    assert bench.document is opened
    assert set(canvas.network_scene.nodes) == set(opened.graph.nodes)


def test_an_undo_in_the_middle_of_a_gesture_ends_it(canvas: Canvas, bench: Workbench) -> None:
    canvas.insert_operator(ReLU())
    start = at(canvas, "relu1", 0.3)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(canvas.viewport(), start + QPoint(80, 0))
    bench.undo()
    QTest.mouseMove(canvas.viewport(), start + QPoint(120, 0))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert bench.undo_label is None
    assert "relu1" not in canvas.picture.nodes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_many_edits_the_canvas_is_what_a_new_one_would_be(
    canvas: Canvas, bench: Workbench, seed: int
) -> None:
    draw = random.Random(seed)
    kinds = [
        ReLU(),
        Flatten(),
        Linear(out_features=7),
        MaxPool2d(kernel_size=2, stride=2),
        BasicBlock(channels=4),
    ]
    for _ in range(60):
        names = list(canvas.picture.nodes)
        name = draw.choice(names) if names else ""
        step = draw.randrange(6)
        if step == 0 or not name:
            bench.select((name,) if name else ())
            canvas.insert_operator(draw.choice(kinds))
        elif step == 1:
            bench.select((name,))
            canvas.delete_selection(bypass=draw.random() < 0.7)
        elif step == 2:
            bench.select((name,))
            canvas.fold_selection()
        elif step == 3:
            bench.undo()
        elif step == 4:
            bench.redo()
        else:
            point = QPoint(draw.randrange(60, 900), draw.randrange(40, 700))
            drop(canvas, operator_mime(draw.choice(kinds)), point)
        canvas.viewport().repaint()
    fresh = Draftsman().picture(bench.document, bench.analysis)
    assert set(fresh.nodes) == set(canvas.picture.nodes) == set(canvas.network_scene.nodes)
    assert set(fresh.edges) == set(canvas.picture.edges) == set(canvas.network_scene.edges)
    for name, node in fresh.nodes.items():
        assert canvas.picture.nodes[name].same(node)
        item = canvas.network_scene.nodes[name]
        assert (item.x(), item.y()) == node.rect[:2]
        assert isinstance(item, BlockFrame) == node.unfolded
    for key, edge in fresh.edges.items():
        assert canvas.picture.edges[key].same(edge)
        item = canvas.network_scene.edges[key]
        assert item.pos() + QPointF(*item._route.end) == QPointF(*edge.route.end)
