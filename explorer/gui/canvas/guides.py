"""Lines to which a dragged node snaps: those on which other nodes stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.gui.canvas.ink import Ink
from explorer.gui.canvas.picture import NodePicture, Picture

NEAR = 6.0
"""Pixels of the screen from a line within which a node snaps to it."""

_OVER = 14.0  # px by which a guide reaches past the outermost nodes on it


@dataclass(frozen=True)
class Guide:
    """A line through the middles of nodes, from the first to the last of them."""

    start: tuple[float, float]
    end: tuple[float, float]


def snapped(
    picture: Picture, grabbed: NodePicture, moving: Collection[str], by: tuple[float, float], within: float
) -> tuple[tuple[float, float], tuple[Guide, ...]]:
    """How far to move instead, so that the grabbed node stands in line with others; and those lines.

    Nodes that move as well are no help; what stands inside a block moves with it.
    """
    place = _middle(grabbed)
    middle = (place[0] + by[0], place[1] + by[1])
    still = [
        _middle(node) for node in picture.nodes.values() if len(node.path) == 1 and node.name not in moving
    ]
    across, down = (_nearest([spot[axis] for spot in still], middle[axis], within) for axis in (0, 1))
    to = (middle[0] if across is None else across, middle[1] if down is None else down)
    guides = []
    if across is not None:
        on = [spot[1] for spot in still if spot[0] == across] + [to[1]]
        guides.append(Guide((across, min(on) - _OVER), (across, max(on) + _OVER)))
    if down is not None:
        on = [spot[0] for spot in still if spot[1] == down] + [to[0]]
        guides.append(Guide((min(on) - _OVER, down), (max(on) + _OVER, down)))
    return (by[0] + to[0] - middle[0], by[1] + to[1] - middle[1]), tuple(guides)


def paint_guides(painter: QPainter, ink: Ink, guides: Iterable[Guide]) -> None:
    """Draw guides, one pixel wide at every zoom."""
    pen = QPen(ink.colour["accent"], 1, Qt.PenStyle.DashLine)
    pen.setCosmetic(True)
    painter.setPen(pen)
    for guide in guides:
        painter.drawLine(QPointF(*guide.start), QPointF(*guide.end))


def _middle(node: NodePicture) -> tuple[float, float]:
    """The line of a node's ports, and its middle in the direction in which the network runs."""
    middle = sum(node.along) / 2
    return (middle, node.anchor) if node.across else (node.anchor, middle)


def _nearest(lines: Iterable[float], wanted: float, within: float) -> float | None:
    best = min(lines, key=lambda line: abs(line - wanted), default=None)
    return best if best is not None and abs(best - wanted) <= within else None


__all__ = ["NEAR", "Guide", "paint_guides", "snapped"]
