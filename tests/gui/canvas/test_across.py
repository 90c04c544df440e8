"""A network that runs from left to right: every gesture does what it does in one that runs down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.look import RIGHT
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten
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
    small,
    undo_all,
)

ALT = Qt.KeyboardModifier.AltModifier
EMPTY = QPoint(600, 720)
Key = Qt.Key


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Canvas]:
    view = Canvas(Workbench(small()))
    view.look.set_direction(RIGHT)
    qtbot.addWidget(view)
    view.resize(1700, 800)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close()


@pytest.fixture
def bench(canvas: Canvas) -> Workbench:
    return canvas.workbench


def release(canvas: Canvas, point: QPoint) -> None:
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def undone_is(bench: Workbench, opened: object) -> None:
    undo_all(bench)
    assert bench.document is opened


def test_it_runs_to_the_right(canvas: Canvas) -> None:
    lefts = [canvas.picture.nodes[name].rect[0] for name in ("input", "conv1", "relu", "block", "add")]
    assert lefts == sorted(lefts)
    assert canvas.picture.across
    assert all(0 < at(canvas, name).x() < canvas.width() for name in canvas.picture.nodes)


def test_drop_on_an_edge(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    before = canvas.picture.nodes["block"].rect[0]
    data = operator_mime(ReLU())
    hover(canvas, data, edge_middle(canvas, "block"))
    assert canvas.picture.nodes["block"].rect[0] > before + 40  # the edge opens to the right
    assert drop(canvas, data, edge_middle(canvas, "block"))
    assert feeders(bench, "relu1") == ("relu",)
    assert feeders(bench, "block") == ("relu1",)
    undone_is(bench, opened)


def test_a_variant_is_offered_and_taken(canvas: Canvas, bench: Workbench) -> None:
    data = operator_mime(MaxPool2d(kernel_size=2, stride=2))
    assert drop(canvas, data, edge_middle(canvas, "block"), modifier=Qt.KeyboardModifier.ShiftModifier)
    assert not bench.analysis.problems


def test_drop_on_a_node_and_on_the_page(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    assert drop(canvas, operator_mime(Conv2d(out_channels=8, padding=1)), at(canvas, "conv1"))
    assert feeders(bench, "conv2") == ("conv1",)
    assert drop(canvas, operator_mime(Flatten()), EMPTY)
    left, top, width, height = canvas.picture.nodes["flatten1"].rect
    place = canvas.place_of(QPointF(EMPTY))
    assert abs(left + width / 2 - place.x()) < 2
    assert abs(top + height / 2 - place.y()) < 2
    undone_is(bench, opened)


def test_connect_from_port_to_port(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    assert drop(canvas, operator_mime(ReLU()), EMPTY)
    click(canvas, at(canvas, "conv1", 0.5, 0.7))
    start = screen(canvas, *canvas.picture.nodes["conv1"].outlet)
    drag(canvas, start, at(canvas, "relu1", 0.5, 0.7))
    assert feeders(bench, "relu1") == ("conv1",)
    undone_is(bench, opened)


def test_reconnect_by_the_end_of_an_edge(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    edge = canvas.picture.edges["add", 1]
    click(canvas, edge_middle(canvas, "add", 1))
    drag(canvas, screen(canvas, *edge.route.start), at(canvas, "relu", 0.5, 0.7))
    assert feeders(bench, "add") == ("block", "relu")
    assert bench.undo_label == "reconnect relu to add"
    undone_is(bench, opened)


def test_a_skip_between_two_layers(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    click(canvas, at(canvas, "conv1", 0.5, 0.7))
    click(canvas, at(canvas, "relu", 0.5, 0.7), Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Key.Key_K)
    (added,) = bench.selection
    assert set(feeders(bench, added)) == {"conv1", "relu"}
    assert not bench.analysis.problems
    undone_is(bench, opened)


def test_arrows_walk_along_the_network(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, at(canvas, "input", 0.5, 0.7))
    for name in ("conv1", "relu", "block", "add"):
        QTest.keyClick(canvas, Key.Key_Right)
        assert bench.selection == (name,)
    for name in ("block", "relu"):
        QTest.keyClick(canvas, Key.Key_Left)
        assert bench.selection == (name,)


def test_alt_drag_detaches_and_puts_on_another_edge(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    drag(canvas, at(canvas, "relu", 0.5, 0.7), EMPTY, modifier=ALT)
    assert feeders(bench, "relu") == (None,)
    assert feeders(bench, "block") == ("conv1",)
    bench.undo()
    carry(canvas, at(canvas, "relu", 0.5, 0.7), EMPTY, modifier=ALT)
    for _ in range(2):
        goal = edge_middle(canvas, "add")
        QTest.mouseMove(canvas.viewport(), goal)
    release(canvas, goal)
    assert feeders(bench, "add") == ("relu", "conv1")
    undone_is(bench, opened)


def test_a_shake_splices_out(canvas: Canvas, bench: Workbench) -> None:
    start = at(canvas, "relu", 0.5, 0.7)
    carry(canvas, start, start + QPoint(40, 0))
    for x in (-40, 40, -40, 40, -40, 40):
        QTest.mouseMove(canvas.viewport(), start + QPoint(x, 0))
    QTest.mouseMove(canvas.viewport(), EMPTY)
    release(canvas, EMPTY)
    assert feeders(bench, "relu") == (None,)
    assert feeders(bench, "block") == ("conv1",)


def test_a_moved_node_stands_where_it_was_let_go(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    start = at(canvas, "relu", 0.5, 0.7)
    before = canvas.picture.nodes["relu"].rect
    drag(canvas, start, start + QPoint(23, 140))
    after = canvas.picture.nodes["relu"].rect
    assert after[1] - before[1] == pytest.approx(140 / canvas.zoom, abs=2)
    assert after[0] - before[0] == pytest.approx(23 / canvas.zoom, abs=2)
    undone_is(bench, opened)


def test_delete_joins_fold_unfolds_and_escape_gives_up(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    bench.select(["block"])
    QTest.keyClick(canvas, Key.Key_Space)
    assert canvas.picture.nodes["block"].unfolded
    inner = [canvas.picture.nodes[f"block.{name}"].rect[0] for name in ("conv1", "bn1", "relu")]
    assert inner == sorted(inner)
    bench.select(["relu"])
    QTest.keyClick(canvas, Key.Key_Delete)
    assert feeders(bench, "block") == ("conv1",)
    undone_is(bench, opened)
    carry(canvas, at(canvas, "relu", 0.5, 0.7), EMPTY, modifier=ALT)
    QTest.keyClick(canvas, Key.Key_Escape)
    release(canvas, EMPTY)
    assert bench.document is opened
    assert not canvas.in_gesture
