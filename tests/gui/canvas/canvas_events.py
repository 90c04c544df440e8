"""What a hand does on a canvas: real mouse, wheel and drop events, and a small network to do it to."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core.document import Document
from explorer.core.notation import operator_to_data
from explorer.core.operator import Operator
from explorer.gui.canvas.placing import OPERATOR_MIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add
from explorer.operators.residual import BasicBlock
from explorer.operators.sketch import Sketch


def small() -> Document:
    """input, conv1, relu, block, then an addition of the block and conv1's result."""
    sketch = Sketch()
    last = sketch.input((3, 32, 32))
    conv = sketch.chain(last, ("conv1", Conv2d(out_channels=8, kernel_size=3, padding=1)))
    last = sketch.chain(conv, ("relu", ReLU()), ("block", BasicBlock(channels=8)))
    sketch.add("add", Add(), last, conv)
    return Document(name="small", graph=sketch.graph())


def at(canvas: Canvas, name: str, across: float = 0.5, down: float = 0.5) -> QPoint:
    """A point of the viewport inside a node."""
    left, top, width, height = canvas.picture.nodes[name].rect
    return screen(canvas, left + across * width, top + down * height)


def screen(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.viewportTransform().map(QPointF(x, y)).toPoint()


def edge_middle(canvas: Canvas, name: str, port: int = 0) -> QPoint:
    samples = canvas.picture.edges[name, port].route.samples()
    if len(samples) == 2:
        (x, y), (_, below) = samples
        return screen(canvas, x, (y + below) / 2)
    return screen(canvas, *samples[len(samples) // 2])


def click(
    canvas: Canvas, point: QPoint, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.mouseMove(canvas.viewport(), point)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, modifier, point)


def drag(
    canvas: Canvas,
    start: QPoint,
    end: QPoint,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    carry(canvas, start, end, button, modifier)
    QTest.mouseRelease(canvas.viewport(), button, modifier, end)


def carry(
    canvas: Canvas,
    start: QPoint,
    end: QPoint,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """A drag that is not let go yet."""
    QTest.mouseMove(canvas.viewport(), start)
    QTest.mousePress(canvas.viewport(), button, modifier, start)
    for step in (0.2, 0.6, 1.0):
        QTest.mouseMove(canvas.viewport(), start + (end - start) * step)


def operator_mime(operator: Operator) -> QMimeData:
    data = QMimeData()
    data.setData(OPERATOR_MIME, json.dumps(operator_to_data(operator)).encode())
    return data


_ARGUMENTS = (Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def hover(
    canvas: Canvas,
    data: QMimeData,
    *points: QPoint,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """A drag enters, if it is not over the canvas already, and goes over these points."""
    action, button, _ = _ARGUMENTS
    if canvas.dropping.drop is None:
        QApplication.sendEvent(canvas.viewport(), QDragEnterEvent(points[0], action, data, button, modifier))
    for point in points:
        QApplication.sendEvent(canvas.viewport(), QDragMoveEvent(point, action, data, button, modifier))


def drop(
    canvas: Canvas,
    data: QMimeData,
    point: QPoint,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> bool:
    hover(canvas, data, point, modifier=modifier)
    action, button, _ = _ARGUMENTS
    event = QDropEvent(QPointF(point), action, data, button, modifier)
    QApplication.sendEvent(canvas.viewport(), event)
    return event.isAccepted()


def feeders(bench: Workbench, name: str) -> tuple[str | None, ...]:
    return bench.document.graph[name].inputs


def undo_all(bench: Workbench, limit: int = 50) -> None:
    for _ in range(limit):
        if bench.undo_label is None:
            return
        bench.undo()
    raise AssertionError("undo does not end")
