"""Drawing a whole network from far away: all nodes as filled boxes, in a few calls."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.gui.canvas.face import PROBLEM, WAITING
from explorer.gui.canvas.ink import Ink, no_pen
from explorer.gui.canvas.picture import Picture


class Distant:
    """A picture without words, gathered once and drawn in one call per colour."""

    def __init__(self, picture: Picture) -> None:
        self._boxes: dict[str, list[QRectF]] = {}
        self._frames: list[QRectF] = []
        self._lines: dict[str, list[QLineF]] = {"edge": [], "skip": []}
        for node in picture.nodes.values():
            rect = QRectF(*node.rect)
            if node.unfolded:
                self._frames.append(rect)
                continue
            key = node.face.category
            if node.face.state in (PROBLEM, WAITING):
                key = node.face.state
            self._boxes.setdefault(key, []).append(rect)
        for edge in picture.edges.values():
            points = [QPointF(*point) for point in edge.route.samples(6)]
            lines = self._lines["skip" if edge.skip else "edge"]
            lines += [QLineF(one, other) for one, other in pairwise(points)]

    def paint(self, painter: QPainter, ink: Ink, chosen: list[QRectF]) -> None:
        """Draw everything; the painter is in the picture's coordinates."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        hairline = QPen(ink.colour["line2"], 0)
        painter.setPen(hairline)
        painter.setBrush(ink.brush["panel"])
        if self._frames:
            painter.drawRects(self._frames)
        for token, lines in self._lines.items():
            if lines:
                painter.setPen(QPen(ink.colour[token], 0))
                painter.drawLines(lines)
        painter.setPen(no_pen())
        for key, boxes in self._boxes.items():
            if key == PROBLEM:
                painter.setBrush(ink.brush["err"])
            elif key == WAITING:
                painter.setBrush(ink.brush["line2"])
            else:
                painter.setBrush(ink.category(key)[0])
            painter.drawRects(boxes)
        if chosen:
            pen = QPen(ink.colour["accent"], 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            glow = QColor(ink.colour["accent"])
            glow.setAlphaF(0.35)
            painter.setBrush(Qt.BrushStyle.NoBrush if len(chosen) > 400 else glow)
            painter.drawRects(chosen)
