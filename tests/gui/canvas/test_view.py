"""Looking at the canvas: folding, pushing, walking and zooming through real events."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.canvas.view import Canvas
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from tests.gui.canvas.canvas_events import (
    at,
    click,
    drag,
    screen,
    undo_all,
)


def test_space_and_double_click_fold_and_unfold(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    click(canvas, at(canvas, "block", 0.3))
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.picture.nodes["block"].unfolded
    assert "block.conv1" in canvas.picture.nodes
    assert bench.undo_label == "unfold block"
    click(canvas, at(canvas, "block.conv1", 0.3))
    assert bench.selection == ("block.conv1",)
    QTest.mouseDClick(
        canvas.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        screen(
            canvas, canvas.picture.nodes["block"].rect[0] + 60, canvas.picture.nodes["block"].rect[1] + 13
        ),
    )
    assert not canvas.picture.nodes["block"].unfolded
    assert "block.conv1" not in canvas.picture.nodes
    undo_all(bench)
    assert bench.document is opened


def test_space_with_a_drag_pans_and_folds_nothing(canvas: Canvas, bench: Workbench) -> None:
    canvas.setFocus()
    bench.select(("block",))
    before = canvas.place_of(QPointF(0, 0))
    QApplication.sendEvent(
        canvas, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    )
    drag(canvas, QPoint(300, 300), QPoint(340, 350))
    QApplication.sendEvent(
        canvas, QKeyEvent(QKeyEvent.Type.KeyRelease, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    )
    after = canvas.place_of(QPointF(0, 0))
    assert round((before.x() - after.x()) * canvas.zoom) == 40
    assert round((before.y() - after.y()) * canvas.zoom) == 50
    assert bench.undo_label is None
    drag(canvas, QPoint(300, 300), QPoint(260, 250), Qt.MouseButton.MiddleButton)
    assert round(canvas.place_of(QPointF(0, 0)).x()) == round(before.x())


def test_arrows_walk_the_graph(canvas: Canvas, bench: Workbench) -> None:
    visited = []
    canvas.fold("block")
    for _ in range(20):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
        visited.append(bench.selection[0])
    inside = ["block.conv1", "block.bn1", "block.relu", "block.conv2", "block.bn2", "block.add"]
    assert visited[:12] == ["input", "conv1", "relu", "block", *inside, "block.relu_out", "add"]
    assert visited[-1] == "add"
    for _ in range(20):
        QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert bench.selection == ("input",)


def test_the_wheel_zooms_at_the_pointer(canvas: Canvas) -> None:
    point = QPointF(400, 300)
    before, zoom = canvas.place_of(point), canvas.zoom
    event = QWheelEvent(
        point,
        canvas.viewport().mapToGlobal(point),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)
    assert canvas.zoom == pytest.approx(zoom / 1.25**2)
    after = canvas.place_of(point)
    assert abs(after.x() - before.x()) < 2 / canvas.zoom
    assert abs(after.y() - before.y()) < 2 / canvas.zoom
    canvas.zoom_to(2.0)
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.zoom <= 1.0


def test_only_what_changed_is_drawn_anew(canvas: Canvas, bench: Workbench) -> None:
    items = dict(canvas.network_scene.nodes)
    bench.select(("add",))
    canvas.insert_operator(ReLU())
    for name, item in items.items():
        assert canvas.network_scene.nodes[name] is item


def test_both_themes_and_all_zooms_paint(canvas: Canvas, bench: Workbench) -> None:
    bench.apply("unfold", replace(bench.document, unfolded=frozenset({"block"})))
    bench.select(("relu", "block"))
    seen = set()
    for dark in (False, True):
        canvas.set_theme(theme(dark))
        for zoom in (2.0, 1.0, 0.5, 0.3, 0.1, 0.01):
            canvas.zoom_to(zoom)
            picture = canvas.viewport().grab().toImage()
            seen.add((dark, picture.pixelColor(3, 3).name()))
            if zoom <= 1:
                colours = {
                    picture.pixel(x, y)
                    for x in range(0, picture.width(), 2)
                    for y in range(0, picture.height(), 2)
                }
                assert len(colours) >= 3
    assert {(dark, theme(dark).hex("canvas").lower()) for dark in (False, True)} <= seen
