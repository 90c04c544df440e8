"""A hand that does random things to a canvas, through real events."""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core import edits
from explorer.core.group import Group, promotable
from explorer.gui.canvas.motion import motion_reduced
from explorer.gui.canvas.placing import NETWORK_MIME
from explorer.gui.canvas.view import Canvas
from explorer.gui.layers.panel import LayersPanel
from tests.gui.canvas.agreement import check, check_drawn
from tests.gui.canvas.canvas_events import carry, click, drop, hover, operator_mime, screen
from tests.gui.canvas.random_choices import ALT, CTRL, KEYS, KINDS, LEFT, NO, SHIFT

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
            (3, self._quick_add),
            (2, self._promote),
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
        words = (
            "conv",
            "pool",
            "add",
            "basic",
            "relu",
            "shortcut",
            "two conv",
            "lenet",
            "nothing of the kind",
        )
        text = self._draw.choice(words)
        if field is not None and field is not self.canvas:
            QTest.keyClicks(field, text)
            QTest.keyClick(
                field, self._draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape))
            )
        self.canvas.setFocus()
        return f"quick add {text}"

    def _promote(self) -> str:
        """Some attributes inside a block of one's own become the block's, and one of them is turned."""
        own = [line for line in self.bench.lines.values() if isinstance(line.entry.node.operator, Group)]
        if not own:
            return "nothing to promote"
        line = self._draw.choice(own)
        group = line.entry.node.operator
        known = [target for target, declared, _ in promotable(group.graph) if declared.kind is int]
        chosen = self._draw.sample(known, min(len(known), self._draw.randrange(4)))
        bindings = {"a": chosen[:2], "b": chosen[2:]}
        bound = {name: targets for name, targets in bindings.items() if targets}
        document = edits.promote(self.bench.document, line.path, bound)
        self.bench.apply(f"choose attributes of {line.name}", document)
        if bound and self._draw.random() < 0.7:
            value = self._draw.randrange(1, 9)
            self.bench.apply("turn", edits.set_attribute(self.bench.document, line.path, "a", value))
        return f"promote {bound} of {line.name}"

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
