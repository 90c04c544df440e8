"""Movement on the canvas: drawing is on its way, values never are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.motion import motion_reduced, reduce_motion
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from tests.gui.canvas.agreement import check_drawn
from tests.gui.canvas.canvas_events import at, drag


@pytest.fixture
def _moving() -> Iterator[None]:
    reduce_motion(False)
    yield
    reduce_motion(True)


def settled(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not canvas._showing.motion.running)
    check_drawn(canvas)


@pytest.mark.usefixtures("_moving")
def test_unfolding_moves_what_is_below_and_arrives(canvas: Canvas, bench: Workbench, qtbot: QtBot) -> None:
    before = canvas.picture.nodes["add"].rect[1]
    canvas.fold("block")
    end = canvas.picture.nodes["add"].rect[1]
    assert end > before + 100
    item = canvas.network_scene.nodes["add"]
    assert item.y() == before
    assert canvas.network_scene.nodes["block.conv1"].opacity() < 1
    seen = []
    qtbot.waitUntil(lambda: seen.append(item.y()) or before < item.y() < end)  # type: ignore[func-returns-value]
    settled(canvas, qtbot)
    assert seen == sorted(seen)


@pytest.mark.usefixtures("_moving")
def test_an_edit_in_mid_movement_goes_on_from_where_things_are(
    canvas: Canvas, bench: Workbench, qtbot: QtBot
) -> None:
    opened = bench.document
    canvas.fold("block")
    item = canvas.network_scene.nodes["add"]
    start = item.y()
    qtbot.waitUntil(lambda: item.y() > start + 5)
    drawn = item.y()
    bench.select(("add",))
    canvas.insert_operator(ReLU())
    assert item.y() == pytest.approx(drawn, abs=40)
    assert item.y() < canvas.picture.nodes["add"].rect[1]
    bench.undo()
    bench.undo()
    assert bench.document is opened
    settled(canvas, qtbot)


@pytest.mark.usefixtures("_moving")
def test_arranging_and_fitting_move(canvas: Canvas, bench: Workbench, qtbot: QtBot) -> None:
    drag(canvas, at(canvas, "relu", 0.3), at(canvas, "relu", 0.3) + QPoint(200, 20))
    canvas.arrange()
    assert canvas._showing.motion.running
    settled(canvas, qtbot)
    canvas.zoom_to(0.3)
    canvas.fit()
    assert canvas.zoom == pytest.approx(0.3)
    qtbot.waitUntil(lambda: canvas.zoom > 0.4)
    canvas.zoom_to(0.5)  # whoever takes hold of the page ends its flight
    qtbot.wait(30)
    assert canvas.zoom == 0.5


@pytest.mark.usefixtures("_moving")
def test_another_network_is_shown_at_once(canvas: Canvas, bench: Workbench) -> None:
    bench.open("resnet18")
    assert not canvas._showing.motion.running
    check_drawn(canvas)


def test_without_motion_everything_is_there_at_once(canvas: Canvas) -> None:
    assert motion_reduced()
    canvas.fold("block")
    assert not canvas._showing.motion.running
    check_drawn(canvas)


def test_the_system_decides_where_nobody_chose() -> None:
    reduce_motion(None)
    assert motion_reduced() in (True, False)
    reduce_motion(True)


def test_two_fingers_zoom_and_push(canvas: Canvas) -> None:
    touch_pad = QPointingDevice.primaryPointingDevice()
    point = QPointF(400, 300)
    place, zoom = canvas.place_of(point), canvas.zoom
    gesture = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, touch_pad, 2, point, point, point, 0.25, QPointF(), 1
    )
    QApplication.sendEvent(canvas.viewport(), gesture)
    assert canvas.zoom == pytest.approx(zoom * 1.25)
    moved = canvas.place_of(point) - place
    assert abs(moved.x()) + abs(moved.y()) < 2
    before = canvas.place_of(QPointF(0, 0))
    wheel = QWheelEvent(
        point,
        canvas.viewport().mapToGlobal(point),
        QPoint(-30, -40),
        QPoint(-60, -80),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.ScrollUpdate,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), wheel)
    after = canvas.place_of(QPointF(0, 0))
    assert round((after.x() - before.x()) * canvas.zoom) == 30
    assert round((after.y() - before.y()) * canvas.zoom) == 40
