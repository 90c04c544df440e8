"""Gestures on the canvas through real events: edges pulled, nodes taken out and put elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.slots import slot_rects
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.pooling import MaxPool2d
from tests.gui.canvas.canvas_events import (
    at,
    carry,
    click,
    drag,
    drop,
    edge_middle,
    feeders,
    hover,
    operator_mime,
    screen,
    undo_all,
)

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
EMPTY = QPoint(960, 700)


def release(canvas: Canvas, point: QPoint) -> None:
    QTest.mouseRelease(canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, point)


def undone_is(bench: Workbench, opened: object) -> None:
    undo_all(bench)
    assert bench.document is opened


def test_the_end_of_an_edge_is_dragged_to_another_node(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    edge = canvas.picture.edges["add", 1]
    click(canvas, edge_middle(canvas, "add", 1))
    drag(canvas, screen(canvas, *edge.route.end), at(canvas, "block", 0.3))
    assert feeders(bench, "add") == ("block", None)
    assert feeders(bench, "block") == ("conv1",)
    assert bench.undo_label == "reconnect conv1 to block"
    undone_is(bench, opened)


def test_the_beginning_of_an_edge_is_dragged_to_another_node(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    edge = canvas.picture.edges["add", 1]
    click(canvas, edge_middle(canvas, "add", 1))
    drag(canvas, screen(canvas, *edge.route.start), at(canvas, "relu", 0.3))
    assert feeders(bench, "add") == ("block", "relu")
    assert bench.undo_label == "reconnect relu to add"
    undone_is(bench, opened)


def test_an_edge_dragged_to_nowhere_is_gone_and_one_dragged_back_stays(
    canvas: Canvas, bench: Workbench
) -> None:
    opened = bench.document
    middle = edge_middle(canvas, "add", 1)
    carry(canvas, middle, EMPTY)
    assert canvas.network_scene.edges["add", 1].opacity() < 0.5
    release(canvas, EMPTY)
    assert feeders(bench, "add") == ("block", None)
    bench.undo()
    assert bench.document is opened
    carry(canvas, edge_middle(canvas, "add", 1), EMPTY)
    end = at(canvas, "add", 0.3)
    QTest.mouseMove(canvas.viewport(), end)
    release(canvas, end)
    assert bench.document is opened
    assert bench.undo_label is None
    assert canvas.network_scene.edges["add", 1].opacity() == 1.0


@pytest.mark.qt_log_ignore("does not support raise")
def test_an_edge_pulled_onto_a_node_that_refuses_it_stays(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    carry(canvas, edge_middle(canvas, "block"), at(canvas, "input", 0.3))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, at(canvas, "input", 0.3))
    drag(canvas, edge_middle(canvas, "add", 1), at(canvas, "input", 0.3))
    assert bench.document is opened


def test_alt_drag_takes_a_node_out_of_its_chain(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    drag(canvas, at(canvas, "relu", 0.3), EMPTY, modifier=ALT)
    assert feeders(bench, "relu") == (None,)
    assert feeders(bench, "block") == ("conv1",)
    assert bench.undo_label == "detach relu"
    x, _ = bench.document.positions["relu"]
    assert x > canvas.picture.nodes["conv1"].anchor + 100
    undone_is(bench, opened)


def test_alt_drag_puts_a_node_on_another_edge_in_one_step(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    carry(canvas, at(canvas, "relu", 0.3), EMPTY, modifier=ALT)
    for _ in range(2):  # the edge opens under the pointer
        goal = edge_middle(canvas, "add")
        QTest.mouseMove(canvas.viewport(), goal)
    canvas.viewport().repaint()
    release(canvas, goal)
    assert feeders(bench, "add") == ("relu", "conv1")
    assert feeders(bench, "relu") == ("block",)
    assert feeders(bench, "block") == ("conv1",)
    assert "relu" not in bench.document.positions
    assert bench.undo_label == "put relu before add"
    undone_is(bench, opened)


def test_a_shake_takes_a_node_out_of_its_chain(canvas: Canvas, bench: Workbench) -> None:
    start = at(canvas, "relu", 0.3)
    carry(canvas, start, start + QPoint(40, 0))
    for x in (-40, 40, -40, 40, -40, 40):
        QTest.mouseMove(canvas.viewport(), start + QPoint(x, 0))
    QTest.mouseMove(canvas.viewport(), EMPTY)
    release(canvas, EMPTY)
    assert feeders(bench, "relu") == (None,)
    assert feeders(bench, "block") == ("conv1",)
    assert bench.undo_label == "detach relu"


def test_a_floating_node_is_dropped_on_an_edge(canvas: Canvas, bench: Workbench) -> None:
    assert drop(canvas, operator_mime(ReLU()), QPoint(900, 400))
    before = bench.document
    carry(canvas, at(canvas, "relu1", 0.3), edge_middle(canvas, "block"))
    goal = edge_middle(canvas, "block")
    QTest.mouseMove(canvas.viewport(), goal)
    release(canvas, goal)
    assert feeders(bench, "relu1") == ("relu",)
    assert feeders(bench, "block") == ("relu1",)
    bench.undo()
    assert bench.document is before


def test_a_layer_inside_a_block_moves_to_another_edge_of_it(canvas: Canvas, bench: Workbench) -> None:
    canvas.fold("block")
    unfolded = bench.document
    carry(canvas, at(canvas, "block.relu", 0.3), edge_middle(canvas, "block.add"), modifier=ALT)
    goal = edge_middle(canvas, "block.add")
    QTest.mouseMove(canvas.viewport(), goal)
    release(canvas, goal)
    inside = bench.analysis["block"].inner
    assert inside is not None
    assert inside.graph["relu"].inputs == ("bn2",)
    assert inside.graph["conv2"].inputs == ("bn1",)
    assert not bench.analysis.problems
    assert "block.relu" in canvas.picture.nodes
    bench.undo()
    assert bench.document is unfolded


def test_an_edge_is_drawn_inside_an_unfolded_block(canvas: Canvas, bench: Workbench) -> None:
    canvas.fold("block")
    click(canvas, at(canvas, "block.bn1", 0.3))
    start = screen(canvas, *canvas.picture.nodes["block.bn1"].outlet)
    drag(canvas, start, at(canvas, "block.add", 0.3))
    inside = bench.analysis["block"].inner
    assert inside is not None
    assert inside.graph["add"].inputs == ("bn2", "input", "bn1")
    assert not bench.analysis.problems
    assert bench.undo_label == "connect block.bn1 to block.add"


@pytest.mark.qt_log_ignore("does not support raise")
def test_an_edge_out_of_a_block_is_refused_with_the_reason(canvas: Canvas, bench: Workbench) -> None:
    canvas.fold("block")
    unfolded = bench.document
    click(canvas, at(canvas, "block.bn1", 0.3))
    start = screen(canvas, *canvas.picture.nodes["block.bn1"].outlet)
    goal = at(canvas, "relu", 0.3)
    carry(canvas, start, goal)
    assert "border of block" in QToolTip.text()
    assert canvas.network_scene.nodes["relu"].opacity() < 0.5
    release(canvas, goal)
    assert bench.document is unfolded


def test_a_selection_is_dragged_together(canvas: Canvas, bench: Workbench) -> None:
    before = {name: canvas.picture.nodes[name].rect for name in ("relu", "block", "add")}
    bench.select(("relu", "block"))
    start = at(canvas, "relu", 0.3)
    drag(canvas, start, start + QPoint(200, 30))
    after = {name: canvas.picture.nodes[name].rect for name in before}
    for name in ("relu", "block"):
        assert after[name][0] - before[name][0] == pytest.approx(200 / canvas.zoom, abs=2)
    assert after["add"][0] == before["add"][0]
    assert bench.undo_label == "move 2 layers"


def test_at_the_rim_the_page_follows(canvas: Canvas, bench: Workbench, qtbot: QtBot) -> None:
    start = at(canvas, "relu", 0.3)
    rim = QPoint(canvas.viewport().width() - 3, start.y())
    before = canvas.place_of(QPointF(0, 0)).x()
    carry(canvas, start, rim)
    qtbot.waitUntil(lambda: canvas.place_of(QPointF(0, 0)).x() > before + 100)
    release(canvas, rim)
    x = bench.document.positions["relu"][0]
    assert abs(canvas.place_of(QPointF(rim)).x() - x) < 120  # it stayed under the pointer
    stopped = canvas.place_of(QPointF(0, 0))
    qtbot.wait(40)
    assert canvas.place_of(QPointF(0, 0)) == stopped


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, ALT])
def test_escape_cancels_every_drag(canvas: Canvas, bench: Workbench, modifier: Qt.KeyboardModifier) -> None:
    opened = bench.document
    starts = [at(canvas, "relu", 0.3), edge_middle(canvas, "add", 1), QPoint(40, 40)]
    click(canvas, at(canvas, "conv1", 0.3))
    starts.append(screen(canvas, *canvas.picture.nodes["conv1"].outlet))
    picture = canvas.picture
    for start in starts:
        carry(canvas, start, start + QPoint(150, 90), modifier=modifier)
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        release(canvas, start + QPoint(150, 90))
        assert bench.document is opened
        assert not canvas.in_gesture
        for name, node in picture.nodes.items():
            assert canvas.picture.nodes[name].same(node)
            assert canvas.network_scene.nodes[name].opacity() == 1.0
        for item in canvas.network_scene.edges.values():
            assert item.opacity() == 1.0


def test_a_block_that_does_not_fit_is_offered_in_a_variant_that_does(
    canvas: Canvas, bench: Workbench
) -> None:
    data = operator_mime(Conv2d(out_channels=64, kernel_size=3))
    hover(canvas, data, edge_middle(canvas, "block"))
    assert canvas.dropping.drop is not None
    plain, fit, *_ = canvas.dropping.drop.slots
    assert plain.wrong
    assert fit.title == "Fit: Conv2d 3×3, 8"
    assert fit.says == "8×32×32 → 8×32×32"
    assert not fit.wrong
    canvas.viewport().repaint()
    assert canvas.dropping.drop.target is not None
    rects = slot_rects(canvas.picture, canvas.dropping.drop.target, len(canvas.dropping.drop.slots))
    first, slot = (screen(canvas, rect.center().x(), rect.center().y()) for rect in rects[:2])
    hover(canvas, data, first)
    assert canvas.dropping.drop.proposal is not None
    assert canvas.dropping.drop.proposal.wrong
    hover(canvas, data, first, modifier=SHIFT)
    assert canvas.dropping.drop.proposal.says == fit.says
    hover(canvas, data, first)
    assert canvas.dropping.drop.proposal.wrong
    hover(canvas, data, slot)
    assert canvas.dropping.drop.proposal.says == fit.says
    assert drop(canvas, data, slot)
    assert not bench.analysis.problems
    assert bench.document.graph["conv2"].operator == Conv2d(out_channels=8, kernel_size=3, padding=1)


def test_a_pooling_on_the_main_path_is_offered_without_its_stride(canvas: Canvas, bench: Workbench) -> None:
    data = operator_mime(MaxPool2d(kernel_size=2, stride=2))
    assert drop(canvas, data, edge_middle(canvas, "block"), modifier=SHIFT)
    assert not bench.analysis.problems
    assert bench.analysis["maxpool1"].output == (8, 32, 32)
