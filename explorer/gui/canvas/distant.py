"""Drawing a whole network from far away: all nodes as filled boxes, in a few calls."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.gui.canvas.face import PROBLEM, WAITING
from explorer.gui.canvas.ink import Ink, no_pen
from explorer.gui.canvas.picture import Picture
from explorer.gui.canvas.shape_rail import ShapeRail

_SMOOTH = 0.1  # from this zoom on curves are seen as such
_LEAST = 44.0  # px on the screen: a network is a hundred times longer than wide


class Distant:
    """A picture without words, gathered once and drawn in one call per colour."""

    def __init__(self, picture: Picture, ink: Ink) -> None:
        self._ink = ink
        self._picture = picture
        self._boxes: dict[tuple[str, int | None], list[QRectF]] = {}
        self._frames: list[QRectF] = []
        self._lines: dict[str, list[QLineF]] = {"edge": [], "skip": []}
        steps = ink.colouring.steps
        valued = ink.colouring.scale is not None
        self._names: dict[tuple[str, int | None], tuple[str, str]] = {}
        for node in picture.nodes.values():
            if node.unfolded:
                self._frames.append(QRectF(*node.rect))
                continue
            key = node.face.category, steps.get(node.name) if valued else None
            if node.face.state in (PROBLEM, WAITING):
                key = node.face.state, None
            boxes = self._boxes.get(key)
            if boxes is None:
                boxes = self._boxes[key] = []
                self._names[key] = node.name, node.face.category
            boxes.append(QRectF(*node.rect))
        for edge in picture.edges.values():
            lines, route = self._lines["skip" if edge.skip else "edge"], edge.route
            last = route.start
            curved = len(route.segments) > 1 or len(route.segments[0]) > 1
            for point in route.samples(10)[1:] if curved else route.segments[0]:
                lines.append(QLineF(*last, *point))
                last = point

    def paint(self, painter: QPainter, chosen: list[QRectF], rail: ShapeRail) -> None:
        """Draw everything; the painter is in the picture's coordinates.

        A network that would be a mere line on the screen is drawn wider than it is.
        """
        zoom, (left, top, width, height) = self._ink.zoom, self._picture.bounds
        across = self._picture.across
        wider = max(1.0, _LEAST / (max(1.0, height if across else width) * zoom))
        x, y = (1.0, wider) if across else (wider, 1.0)
        centre = left + width / 2, top + height / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=zoom >= _SMOOTH)
        painter.save()
        painter.translate(*centre)
        painter.scale(x, y)
        painter.translate(-centre[0], -centre[1])
        self._paint_boxes(painter)
        if chosen:
            self._paint_chosen(painter, chosen)
        painter.restore()
        rail.paint_far(painter, (wider - 1) * (height if across else width) / 2)

    def _paint_boxes(self, painter: QPainter) -> None:
        ink = self._ink
        painter.setPen(QPen(ink.colour["line2"], 0))
        painter.setBrush(ink.brush["panel"])
        if self._frames:
            painter.drawRects(self._frames)
        for token, lines in self._lines.items():
            if lines:
                painter.setPen(QPen(ink.colour[token], 0))
                painter.drawLines(lines)
        painter.setPen(no_pen())
        for key, boxes in self._boxes.items():
            if key[0] == PROBLEM:
                painter.setBrush(ink.brush["err"])
            elif key[0] == WAITING:
                painter.setBrush(ink.brush["line2"])
            else:
                painter.setBrush(ink.band(*self._names[key])[0])
            painter.drawRects(boxes)

    def _paint_chosen(self, painter: QPainter, chosen: list[QRectF]) -> None:
        pen = QPen(self._ink.colour["accent"], 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        glow = QColor(self._ink.colour["accent"])
        glow.setAlphaF(0.35)
        painter.setBrush(Qt.BrushStyle.NoBrush if len(chosen) > 400 else glow)
        painter.drawRects(chosen)
