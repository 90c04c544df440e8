"""What helps the hand on the canvas: guides, fingers, explanations, quick add of blocks and networks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.graph import Graph, Node
from explorer.core.group import Group
from explorer.core.promotion import promoted
from explorer.gui.canvas.moving import Move
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Linear
from explorer.operators.sources import Input
from tests.core.networks import SHORTCUT
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
    undo_all,
)
from tests.gui.conftest import Opener

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


def middle(canvas: Canvas, name: str) -> tuple[float, float]:
    left, top, width, height = canvas.picture.nodes[name].rect
    return left + width / 2, top + height / 2


def loose(canvas: Canvas, place: QPoint) -> str:
    assert drop(canvas, operator_mime(ReLU()), place)
    (name,) = canvas.workbench.selection
    return name


def test_a_dragged_node_snaps_to_the_line_of_another(canvas: Canvas, bench: Workbench) -> None:
    name = loose(canvas, QPoint(880, 600))
    goal = canvas.viewportTransform().map(QPointF(*middle(canvas, "relu"))).toPoint()
    start = at(canvas, name, 0.3)
    end = QPoint(start.x() + 30, goal.y() + start.y() - at(canvas, name).y() + 4)
    carry(canvas, start, end)
    gesture = canvas._pointer.gesture
    assert isinstance(gesture, Move)
    assert len(gesture._guides) == 1
    canvas.viewport().repaint()
    QTest.mouseRelease(canvas.viewport(), LEFT, NO, end)
    assert middle(canvas, name)[1] == pytest.approx(middle(canvas, "relu")[1], abs=0.6)
    assert bench.undo_label == f"move {name}"


def test_ctrl_lets_go_of_the_lines_and_far_away_there_are_none(canvas: Canvas, qtbot: QtBot) -> None:
    name = loose(canvas, QPoint(880, 600))
    goal = canvas.viewportTransform().map(QPointF(*middle(canvas, "relu"))).toPoint()
    start = at(canvas, name, 0.3)
    end = QPoint(start.x() + 30, goal.y() + start.y() - at(canvas, name).y() + 4)
    carry(canvas, start, end)
    QTest.mouseMove(canvas.viewport(), end + QPoint(0, 9))
    gesture = canvas._pointer.gesture
    assert isinstance(gesture, Move)
    assert gesture._guides == ()
    QTest.keyClick(canvas, Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), LEFT, NO, end)


def test_a_small_drag_in_the_column_changes_nothing(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    start = at(canvas, "conv1", 0.3)
    drag(canvas, start, start + QPoint(5, 3))
    place = bench.document.positions.get("conv1")
    assert place is None or place[0] == pytest.approx(0, abs=0.6)
    undo_all(bench)
    assert bench.document is opened


@pytest.mark.qt_log_ignore("could not find the target for gesture")
def test_two_fingers_on_a_screen_zoom(canvas: Canvas, bench: Workbench, qtbot: QtBot) -> None:
    device: QPointingDevice = QTest.createTouchDevice()
    view, zoom, opened = canvas.viewport(), canvas.zoom, bench.document
    one, two = QPoint(400, 400), QPoint(500, 400)
    before = canvas.place_of(QPointF(450, 400))
    QTest.touchEvent(view, device).press(0, one, view).commit()
    QTest.touchEvent(view, device).stationary(0).press(1, two, view).commit()
    for step in range(1, 6):
        by = QPoint(10 * step, 0)
        QTest.touchEvent(view, device).move(0, one - by, view).move(1, two + by, view).commit()
    QTest.touchEvent(view, device).release(0, one - by, view).release(1, two + by, view).commit()
    assert canvas.zoom > 1.5 * zoom
    after = canvas.place_of(QPointF(450, 400))
    assert abs(after.x() - before.x()) + abs(after.y() - before.y()) < 3
    assert not canvas.in_gesture
    assert bench.document is opened


def wrong_card(canvas: Canvas) -> QWidget:
    canvas.insert_operator(Linear(out_features=10))
    card = canvas.findChild(QWidget, "problemCard")
    assert card is not None
    assert card.isVisible()
    return card


def test_a_problem_is_explained_with_its_numbers(canvas: Canvas, qtbot: QtBot) -> None:
    card = wrong_card(canvas)
    said, meant = card.findChild(QLabel, "problemBrief"), card.findChild(QLabel, "problemExplanation")
    explain = card.findChild(QPushButton, "explain")
    assert said is not None
    assert meant is not None
    assert explain is not None
    assert said.text() == "8 · 32 · 32 = 8,192 features for linear1"
    assert not meant.isVisible()
    height = card.height()
    qtbot.mouseClick(explain, LEFT)
    assert meant.isVisible()
    assert "10 · 8192 = 81,920 weights" in meant.text()
    assert card.height() > height + 40
    assert canvas.rect().contains(card.geometry())
    qtbot.mouseClick(explain, LEFT)
    assert card.height() == height


def test_enter_does_the_first_repair_of_the_selected_node(canvas: Canvas, bench: Workbench) -> None:
    wrong_card(canvas)
    asked: list[bool] = []
    canvas.edit_requested.connect(lambda: asked.append(True))
    bench.select(("conv1",))
    QTest.keyClick(canvas, Key.Key_Return)
    assert asked == [True]
    assert bench.analysis.problems
    bench.select(("linear1",))
    QTest.keyClick(canvas, Key.Key_Return)
    assert not bench.analysis.problems
    assert asked == [True]
    QTest.keyClick(canvas, Key.Key_Return)
    assert asked == [True, True]


def type_into_quick_add(canvas: Canvas, text: str) -> QListWidget:
    QTest.keyClick(canvas, Key.Key_Insert)
    field, found = canvas.findChild(QLineEdit, "quickAddField"), canvas.findChild(QListWidget, "quickAddList")
    assert field is not None
    assert found is not None
    QTest.keyClicks(field, text)
    return found


def press_enter(canvas: Canvas) -> None:
    field = canvas.findChild(QLineEdit, "quickAddField")
    assert field is not None
    QTest.keyClick(field, Key.Key_Return)


def test_quick_add_knows_networks_and_puts_blocks_first(canvas: Canvas, bench: Workbench) -> None:
    click(canvas, at(canvas, "relu", 0.3))
    found = type_into_quick_add(canvas, "vgg")
    names = [found.item(row).text() for row in range(found.count())]
    assert names[0].startswith("VGGBlock")
    assert any(name.startswith("VGG-16") for name in names)
    QTest.keyClicks(canvas.findChild(QLineEdit, "quickAddField"), "11_bn")
    assert found.item(0).text().startswith("VGG-11 + BN")
    press_enter(canvas)
    (added,) = bench.selection
    operator = bench.document.graph[added].operator
    assert isinstance(operator, Group)
    assert operator.title == "vgg11_bn"
    assert feeders(bench, added) == ("relu",)


def test_a_network_added_to_an_empty_canvas_is_opened(open_window: Opener) -> None:
    window, answers = open_window()
    canvas = window.design.canvas
    type_into_quick_add(canvas, "resnet18")
    press_enter(canvas)
    assert window.workbench.document.name == "resnet18"
    assert answers.asked == []


def test_quick_add_lists_blocks_of_ones_own(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    window.my_blocks.keep(Group("Bridge", SHORTCUT.graph), "Bridge")
    canvas, bench = window.design.canvas, window.workbench
    bench.select(["conv1"])
    found = type_into_quick_add(canvas, "bridge")
    assert [found.item(row).text() for row in range(found.count())] == ["Bridge   2 layers"]
    press_enter(canvas)
    (added,) = bench.selection
    assert bench.document.graph[added].inputs == ("conv1",)


def test_an_own_block_on_an_edge_is_offered_in_a_variant_that_fits(canvas: Canvas, bench: Workbench) -> None:
    inside = Graph(
        [
            Node("in", Input(shape=(3, 32, 32))),
            Node("conv", Conv2d(out_channels=30, padding=1), ("in",)),
            Node("relu", ReLU(), ("conv",)),
        ]
    )
    own = Group("Own", inside, promoted({"channels": [("conv", "out_channels")]}))
    data = operator_mime(own)
    hover(canvas, data, edge_middle(canvas, "block"))
    assert canvas.dropping.drop is not None
    _, fit, *_ = canvas.dropping.drop.slots
    assert (fit.title, fit.says, fit.wrong) == ("Fit: Own", "8×32×32 → 8×32×32", False)
    assert drop(canvas, data, edge_middle(canvas, "block"), Qt.KeyboardModifier.ShiftModifier)
    (added,) = bench.selection
    assert bench.document.graph[added].operator.value_of("channels") == 8
    assert not bench.analysis.problems
