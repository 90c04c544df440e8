"""The canvas through real events: what a person does with mouse, keys and drags becomes edits."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragLeaveEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.drafting import Draftsman
from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.placing import NETWORK_MIME, OPERATOR_MIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten, Linear
from explorer.operators.pooling import MaxPool2d
from explorer.operators.residual import BasicBlock
from tests.gui.canvas_events import (
    at,
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


def test_a_block_dropped_on_an_edge_is_inserted_there(canvas: Canvas, bench: Workbench) -> None:
    opened = bench.document
    pool = MaxPool2d(kernel_size=2, stride=1, padding=0)
    assert drop(canvas, operator_mime(ReLU()), edge_middle(canvas, "block"))
    assert feeders(bench, "relu1") == ("relu",)
    assert feeders(bench, "block") == ("relu1",)
    assert bench.undo_label == "insert ReLU"
    assert bench.selection == ("relu1",)
    assert drop(canvas, operator_mime(pool), edge_middle(canvas, "conv1"))
    assert feeders(bench, "conv1") == ("maxpool1",)
    undo_all(bench)
    assert bench.document is opened
    assert set(canvas.picture.nodes) == set(opened.graph.nodes)


def test_a_block_dropped_beside_the_edge_in_the_gap_is_inserted_too(canvas: Canvas, bench: Workbench) -> None:
    beside = edge_middle(canvas, "block") + QPoint(70, 0)
    hover(canvas, operator_mime(ReLU()), beside, beside + QPoint(8, 0), beside)
    assert drop(canvas, operator_mime(ReLU()), beside)
    assert feeders(bench, "relu1") == ("relu",)
    assert feeders(bench, "block") == ("relu1",)


def test_hovering_over_an_edge_opens_it_and_says_what_comes_out(canvas: Canvas, bench: Workbench) -> None:
    before = canvas.picture.nodes["relu"].rect[1]
    point = edge_middle(canvas, "relu")
    data = operator_mime(MaxPool2d(kernel_size=2, stride=2))
    hover(canvas, data, point)
    assert canvas.picture.nodes["relu"].rect[1] > before + 40
    drop_now = canvas.dropping.drop
    assert drop_now is not None
    assert drop_now.proposal is not None
    # the addition below would get two shapes: that is said before the drop
    assert drop_now.proposal.wrong
    assert "Add needs equal shapes" in drop_now.proposal.says
    canvas.viewport().repaint()
    QApplication.sendEvent(canvas.viewport(), QDragLeaveEvent())
    assert canvas.picture.nodes["relu"].rect[1] == before
    assert bench.undo_label is None


def test_the_pill_tells_the_shapes(canvas: Canvas) -> None:
    hover(canvas, data := operator_mime(MaxPool2d(kernel_size=2, stride=2)), edge_middle(canvas, "conv1"))
    assert data.hasFormat(OPERATOR_MIME)
    assert canvas.dropping.drop is not None
    assert canvas.dropping.drop.proposal is not None
    assert canvas.dropping.drop.proposal.says == "3×32×32 → 3×16×16"


def test_a_block_dropped_on_a_node_goes_below_it(canvas: Canvas, bench: Workbench) -> None:
    assert drop(canvas, operator_mime(ReLU()), at(canvas, "conv1"))
    assert feeders(bench, "relu1") == ("conv1",)
    assert feeders(bench, "relu") == ("relu1",)
    assert feeders(bench, "add") == ("block", "relu1")


def test_a_block_dropped_on_the_page_floats_there(canvas: Canvas, bench: Workbench) -> None:
    point = QPoint(900, 60)
    assert drop(canvas, operator_mime(Flatten()), point)
    assert feeders(bench, "flatten1") == (None,)
    place = canvas.place_of(QPointF(point))
    x, y = bench.document.positions["flatten1"]
    assert (round(x), round(y)) == (round(place.x()), round(place.y()))
    left, top, width, height = canvas.picture.nodes["flatten1"].rect
    assert abs(left + width / 2 - x) < 1
    assert abs(top + height / 2 - y) < 1


def test_a_network_dropped_on_an_empty_canvas_is_opened(qtbot: QtBot) -> None:
    bench = Workbench()
    canvas = Canvas(bench)
    qtbot.addWidget(canvas)
    canvas.resize(600, 500)
    canvas.show()
    empty = canvas.findChild(QWidget, "emptyState")
    assert empty is not None
    assert empty.isVisible()
    data = QMimeData()
    data.setData(NETWORK_MIME, b"lenet5")
    assert drop(canvas, data, QPoint(300, 200))
    assert bench.document.name == "lenet5"
    assert not empty.isVisible()
    assert drop(canvas, data, QPoint(570, 20))
    assert bench.document.graph["group1"].operator.title == "lenet5"


def test_something_foreign_dragged_over_the_canvas_is_refused(canvas: Canvas, qtbot: QtBot) -> None:
    text = QMimeData()
    text.setText("hello")
    assert not drop(canvas, text, QPoint(300, 300))
    broken = QMimeData()
    broken.setData(OPERATOR_MIME, b'{"operator": "Conv9d"}')
    with qtbot.waitSignal(canvas.complained) as blocker:
        assert not drop(canvas, broken, QPoint(300, 300))
    assert "Conv9d" in blocker.args[0]


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
