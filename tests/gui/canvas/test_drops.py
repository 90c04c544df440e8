"""Drags from the palette over the canvas: where a drop goes, and what is said before it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.placing import NETWORK_MIME, OPERATOR_MIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.dense import Flatten
from explorer.operators.pooling import MaxPool2d
from tests.gui.canvas.canvas_events import (
    at,
    drop,
    edge_middle,
    feeders,
    hover,
    operator_mime,
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
