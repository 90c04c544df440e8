"""Random gestures on a canvas; after each, canvas, table and document must agree.

Run `python -m tests.gui.random_gestures --count 2000` for many; the test suite does a few.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.operator import Operator
from explorer.core.outline import outline
from explorer.gui.canvas.frame_item import BlockFrame
from explorer.gui.canvas.motion import motion_reduced, reduce_motion
from explorer.gui.canvas.placing import NETWORK_MIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.layers.panel import LayersPanel
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.merge import Add, Concat
from explorer.operators.pooling import MaxPool2d
from explorer.operators.repeat import Repeat
from explorer.operators.residual import BasicBlock
from tests.gui.canvas_events import carry, click, drop, hover, operator_mime, screen, small

LEFT = Qt.MouseButton.LeftButton
NO, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier

KINDS: tuple[Operator, ...] = (
    ReLU(),
    Conv2d(out_channels=12, kernel_size=3, stride=2),
    MaxPool2d(kernel_size=2, stride=2),
    BasicBlock(channels=16, stride=2),
    Repeat(BasicBlock(channels=4), 2),
    Flatten(),
    Linear(out_features=5),
    Add(),
    Concat(),
)

KEYS = (
    (Qt.Key.Key_Delete, NO),
    (Qt.Key.Key_Delete, SHIFT),
    (Qt.Key.Key_K, NO),
    (Qt.Key.Key_K, NO),
    (Qt.Key.Key_G, CTRL),
    (Qt.Key.Key_G, CTRL | SHIFT),
    (Qt.Key.Key_D, CTRL),
    (Qt.Key.Key_C, CTRL),
    (Qt.Key.Key_X, CTRL),
    (Qt.Key.Key_V, CTRL),
    (Qt.Key.Key_A, CTRL),
    (Qt.Key.Key_L, CTRL),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Space, NO),
    (Qt.Key.Key_Return, NO),
    (Qt.Key.Key_Down, NO),
    (Qt.Key.Key_Up, NO),
    (Qt.Key.Key_Left, NO),
    (Qt.Key.Key_Right, NO),
    (Qt.Key.Key_Escape, NO),
)

_LARGEST = 60  # nodes of the network; then it is begun again


class Hand:
    """Does random things to one canvas, and remembers what it did."""

    def __init__(self, canvas: Canvas, layers: LayersPanel, seed: int) -> None:
        self.canvas, self.bench, self.layers = canvas, canvas.workbench, layers
        self.opened = self.bench.document
        self.done: list[str] = []
        self._draw = random.Random(seed)
        self._gestures: tuple[tuple[int, Callable[[], str]], ...] = (
            (6, self._drag),
            (4, self._connect),
            (2, self._pull),
            (4, self._drop),
            (2, self._hover_and_leave),
            (4, self._click),
            (5, self._key),
            (2, self._quick_add),
            (1, self._search),
            (2, self._double_click),
            (3, self._undo_or_redo),
            (1, self._drag_interrupted),
            (1, self._look),
        )

    def step(self) -> None:
        """One gesture, and the check of everything."""
        weights = [weight for weight, _ in self._gestures]
        (gesture,) = self._draw.choices([item for _, item in self._gestures], weights)
        self.done.append(gesture())
        self.canvas.viewport().repaint()
        if not motion_reduced():  # half of the time the next gesture begins in mid-movement
            QTest.qWait(self._draw.choice((0, 30)))
            if self._draw.random() < 0.5:
                return
            self.canvas._showing.motion.finish()
        check(self.canvas, self.layers)
        if len(self.bench.lines) > 6 * _LARGEST or len(self.bench.document.graph) > _LARGEST:
            self.done.append("undo all")
            self.undo_all()

    def undo_all(self) -> None:
        """Take everything back; what was opened must be there again."""
        while self.bench.undo_label is not None:
            self.bench.undo()
        if self.bench.document is not self.opened:
            raise AssertionError("undoing everything does not give the document that was opened")
        self.canvas._showing.motion.finish()
        check(self.canvas, self.layers)

    def _somewhere(self) -> QPoint:
        """A node, a port, an edge, or the empty page: near what can be meant."""
        canvas, draw = self.canvas, self._draw
        picture = canvas.picture
        kind = draw.randrange(8)
        if picture.nodes and kind < 4:
            left, top, width, height = draw.choice(list(picture.nodes.values())).rect
            point = screen(canvas, left + draw.random() * width, top + draw.random() * min(height, 60))
        elif picture.nodes and kind == 4:
            node = draw.choice(list(picture.nodes.values()))
            point = screen(canvas, *draw.choice([place for _, place in picture.ports(node)]))
        elif picture.edges and kind < 7:
            point = screen(canvas, *draw.choice(draw.choice(list(picture.edges.values())).route.samples()))
        else:
            point = QPoint(draw.randrange(canvas.width()), draw.randrange(canvas.height()))
        if not canvas.viewport().rect().adjusted(40, 40, -40, -40).contains(point):
            canvas.centerOn(canvas.place_of(QPointF(point)))
            point = canvas.viewport().rect().center()
        return point

    def _drag(self) -> str:
        modifier = self._draw.choice((NO, NO, NO, ALT, SHIFT))
        start = self._somewhere()
        end = self._somewhere() if self._draw.random() < 0.8 else start + QPoint(3, 2)
        carry(self.canvas, start, end, modifier=modifier)
        if self._draw.random() < 0.2:  # a shake
            for x in (30, -30, 30, -30, 30, -30):
                QTest.mouseMove(self.canvas.viewport(), end + QPoint(x, 0))
        again = self._somewhere()
        if self._draw.random() < 0.3:
            end = again
            QTest.mouseMove(self.canvas.viewport(), end)
        escaped = self._draw.random() < 0.1
        if escaped:
            QTest.keyClick(self.canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(self.canvas.viewport(), LEFT, modifier, end)
        return f"drag {start.toTuple()} to {end.toTuple()} with {modifier}, escaped: {escaped}"

    def _connect(self) -> str:
        """From a port of a node that is hovered to anywhere."""
        nodes = list(self.canvas.picture.nodes.values())
        if not nodes:
            return "nothing to connect"
        node = self._draw.choice(nodes)
        self.bench.select((node.name,))
        ports = [place for _, place in self.canvas.picture.ports(node)]
        start, end = screen(self.canvas, *self._draw.choice(ports)), self._somewhere()
        carry(self.canvas, start, end)
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NO, end)
        return f"connect {node.name} to what is at {end.toTuple()}"

    def _pull(self) -> str:
        """An end of an edge that was clicked."""
        edges = list(self.canvas.picture.edges.values())
        if not edges:
            return "nothing to pull"
        edge = self._draw.choice(edges)
        samples = edge.route.samples()
        click(self.canvas, screen(self.canvas, *samples[len(samples) // 2]))
        start = screen(self.canvas, *self._draw.choice((edge.route.start, edge.route.end)))
        end = self._somewhere()
        carry(self.canvas, start, end)
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NO, end)
        return f"pull {edge.key} to {end.toTuple()}"

    def _drag_interrupted(self) -> str:
        carry(self.canvas, self._somewhere(), self._somewhere(), modifier=self._draw.choice((NO, ALT)))
        said = self._undo_or_redo()
        QTest.mouseMove(self.canvas.viewport(), self._somewhere())
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NO, self._somewhere())
        return f"drag interrupted by {said}"

    def _mime(self) -> QMimeData:
        if self._draw.random() < 0.05:
            data = QMimeData()
            data.setData(NETWORK_MIME, b"lenet5")
            return data
        return operator_mime(self._draw.choice(KINDS))

    def _drop(self) -> str:
        modifier = self._draw.choice((NO, NO, SHIFT))
        data = self._mime()
        hover(self.canvas, data, self._somewhere(), self._somewhere(), modifier=modifier)
        point = self._somewhere()
        done = drop(self.canvas, data, point, modifier)
        return f"drop at {point.toTuple()} with {modifier}: {done}"

    def _hover_and_leave(self) -> str:
        hover(self.canvas, self._mime(), self._somewhere(), self._somewhere(), self._somewhere())
        self.canvas.viewport().repaint()
        if motion_reduced():
            check_drawn(self.canvas)
        leave(self.canvas)
        return "hover and leave"

    def _click(self) -> str:
        modifier = self._draw.choice((NO, NO, SHIFT, CTRL))
        point = self._somewhere()
        click(self.canvas, point, modifier)
        return f"click {point.toTuple()} with {modifier}"

    def _double_click(self) -> str:
        point = self._somewhere()
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NO, point)
        return f"double click {point.toTuple()}"

    def _key(self) -> str:
        key, modifier = self._draw.choice(KEYS)
        if key == Qt.Key.Key_A:  # all of a large network is seldom wanted
            modifier = self._draw.choice((CTRL, NO, NO))
        names = list(self.canvas.picture.nodes)
        if names and self._draw.random() < 0.7:
            self.bench.select(self._draw.sample(names, min(len(names), self._draw.choice((1, 2, 2, 3)))))
        if key == Qt.Key.Key_K and len(names) > 1:
            self.bench.select(self._draw.sample(names, 2))
        chosen = self.bench.selection
        QTest.keyClick(self.canvas, key, modifier)
        return f"{key} with {modifier} on {chosen}"

    def _quick_add(self) -> str:
        QTest.keyClick(self.canvas, Qt.Key.Key_Insert)
        field = QApplication.focusWidget()
        text = self._draw.choice(("conv", "pool", "add", "basic", "relu", "nothing of the kind"))
        if field is not None and field is not self.canvas:
            QTest.keyClicks(field, text)
            QTest.keyClick(
                field, self._draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape))
            )
        self.canvas.setFocus()
        return f"quick add {text}"

    def _search(self) -> str:
        QTest.keyClick(self.canvas, Qt.Key.Key_F, CTRL)
        field = QApplication.focusWidget()
        if field is not None and field is not self.canvas:
            QTest.keyClicks(field, self._draw.choice(("conv", "relu", "block", "zzz")))
            QTest.keyClick(field, Qt.Key.Key_Return)
            QTest.keyClick(field, Qt.Key.Key_Escape)
        self.canvas.setFocus()
        return "search"

    def _undo_or_redo(self) -> str:
        if self._draw.random() < 0.6:
            self.bench.undo()
            return "undo"
        self.bench.redo()
        return "redo"

    def _look(self) -> str:
        zoom = self._draw.choice((1.0, 1.0, 0.8, 0.5, 0.3, 0.15, 1.7))
        self.canvas.zoom_to(zoom)
        return f"zoom to {zoom}"


def leave(canvas: Canvas) -> None:
    """The drag goes away."""
    QApplication.sendEvent(canvas.viewport(), QDragLeaveEvent())


def check(canvas: Canvas, layers: LayersPanel) -> None:
    """Canvas, table and workbench show the one document."""
    bench = canvas.workbench
    document = bench.document
    fresh = analyze(document.graph)
    _same(dict(fresh.rows), dict(bench.analysis.rows), "rows of the analysis")
    _same(set(fresh.problems), set(bench.analysis.problems), "problems of the analysis")
    names = [line.name for line in outline(fresh)]
    _same(names, list(bench.lines), "lines of the workbench")
    _same(set(names), set(canvas.picture.names.values()), "names that the canvas knows")
    _same([name for name in bench.selection if name not in bench.lines], [], "selected names that are gone")
    if canvas.in_gesture or canvas.dropping.drop is not None:
        raise AssertionError("a gesture goes on after its end")
    drawn = {name for name, node in canvas.picture.nodes.items() if len(node.path) == 1}
    _same(drawn, set(document.graph.nodes), "drawn nodes of the network")
    edges = {key for key, edge in canvas.picture.edges.items() if len(edge.path) == 1}
    wanted = {
        (node.id, port)
        for node in document.graph
        for port, source in enumerate(node.inputs)
        if source is not None
    }
    _same(edges, wanted, "drawn edges of the network")
    for key, edge in canvas.picture.edges.items():
        if len(edge.path) == 1:
            _same(edge.source, document.graph[key[0]].inputs[key[1]], f"source of the edge {key}")
    check_drawn(canvas)
    _same(table_names(layers), {line.name for line in outline(fresh)}, "rows of the table")


def check_drawn(canvas: Canvas) -> None:
    """The items stand where the picture says."""
    picture, scene = canvas.picture, canvas.network_scene
    _same(set(scene.nodes), set(picture.nodes), "items of nodes")
    _same(set(scene.edges), set(picture.edges), "items of edges")
    for name, node in picture.nodes.items():
        item = scene.nodes[name]
        _same((item.x(), item.y()), node.rect[:2], f"place of {name}")
        _same(isinstance(item, BlockFrame), node.unfolded, f"{name} being unfolded")
        _same(item.opacity(), 0.35 if item.faded else 1.0, f"opacity of {name}")
    for key, edge in picture.edges.items():
        item = scene.edges[key]
        end = item.pos() + QPointF(*item._route.end)
        if abs(end.x() - edge.route.end[0]) + abs(end.y() - edge.route.end[1]) > 1e-6:
            raise AssertionError(f"the edge {key} is drawn to {end}, not to {edge.route.end}")


def table_names(layers: LayersPanel) -> set[str]:
    """The full names of all rows of the table, at every depth."""
    model = layers.model
    found: set[str] = set()
    above = [QModelIndex()]
    while above:
        parent = above.pop()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            line = model.line(index)
            if line is not None:
                found.add(line.name)
            if model.hasChildren(index):
                above.append(index)
    return found


def _same(one: object, other: object, what: str) -> None:
    if one != other:
        raise AssertionError(f"{what} differ:\n{one}\n{other}")


def begin(seed: int) -> Hand:
    """A shown canvas with its table, and a hand over it."""
    document = small() if seed % 3 else Document()
    if seed % 3 == 2:
        document = replace(document, unfolded=frozenset({"block"}))
    bench = Workbench(document)
    canvas = Canvas(bench)
    canvas.resize(1000, 800)
    canvas.show()
    canvas.setFocus()
    return Hand(canvas, LayersPanel(bench), seed)


def main() -> int:
    """Do as many gestures as are asked for, from several beginnings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--moving", action="store_true", help="with movements that gestures interrupt")
    options = parser.parse_args()
    reduce_motion(not options.moving)
    failures = 0
    raised: list[BaseException] = []
    sys.excepthook = lambda _kind, error, _trace: raised.append(error)  # those inside Qt's events
    for start in range(0, options.count, 100):
        seed = options.seed + start // 100
        hand = begin(seed)
        try:
            for _ in range(min(100, options.count - start)):
                hand.step()
                if raised:
                    raise raised.pop()
            hand.undo_all()
        except Exception as error:  # noqa: BLE001  (every kind is a finding; on to the next)
            failures += 1
            traceback.print_exception(error)
            raised.clear()
            print(f"seed {seed}, gesture {len(hand.done)}: {type(error).__name__}: {error}")
            print("\n".join(f"  {said}" for said in hand.done[-6:]))
        hand.canvas.close()
        hand.canvas.deleteLater()
    print(f"{options.count} gestures, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    sys.exit(main())
