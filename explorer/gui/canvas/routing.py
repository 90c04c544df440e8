"""Which line each edge of a level follows, from where its boxes stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.core.analysis import Analysis
from explorer.core.document import Position
from explorer.core.graph import NodeId
from explorer.gui.canvas.face import Face
from explorer.gui.canvas.layout import Box, Placement, Port
from explorer.gui.canvas.routes import (
    Route,
    arc,
    inward,
    lane,
    outward,
    straight,
    sweep,
    sweep_aside,
)
from explorer.gui.canvas.skyline import Spot

_HEAD = 14.0  # shorter edges have no arrow head
_TURN = 92.0  # half a side column: curves turn only above their own column
_LOW_TURN = 21.0  # the same where the network runs to the right


@dataclass
class Level:
    """The inside of a block (or the network) laid out in its own coordinates."""

    analysis: Analysis
    boxes: dict[NodeId, Box]
    placement: Placement
    faces: dict[NodeId, Face]
    entering: frozenset[NodeId]
    opened: dict[NodeId, Level]
    routes: dict[Port, Route] = field(default_factory=dict)
    labels: frozenset[Port] = frozenset()


class Router:
    """Lines for the edges of one level."""

    def __init__(self, level: Level, moved: Mapping[NodeId, object], *, across: bool) -> None:
        self._level, self._moved = level, moved
        self._tight = across  # boxes are long then, and columns near each other
        self._turn = _LOW_TURN if across else _TURN
        self._spots = level.placement.spots
        self._consumers = level.analysis.graph.consumers

    def routes(self) -> dict[Port, Route]:
        """One for every edge."""
        found = {}
        for name, box in self._level.boxes.items():
            for port, source in enumerate(box.inputs):
                if source is not None:
                    found[name, port] = self._route(name, port, source)
        return found

    def _route(self, name: NodeId, port: int, source: NodeId) -> Route:
        spots, arcs = self._spots, self._level.placement.arcs
        start, end = spots[source], spots[name]
        leaving, arriving = (start.x, start.bottom), (end.x, end.top)
        swung = arcs.get((name, port))
        if name in self._moved or source in self._moved:
            if swung is None and start.column == end.column:
                return sweep(leaving, arriving) if start.x != end.x else self._down(leaving, arriving)
            if len(self._level.boxes[name].inputs) == 1:
                return sweep(leaving, arriving)
            return sweep_aside(leaving, _side(end, start.x))
        if swung is not None:
            reach, bent = swung.reach, lane if swung.lane else arc
            if reach < end.x:
                return bent(leaving, end.x - max(start.left, end.left), reach, _side(end, reach))
            return bent(leaving, end.x + max(start.right, end.right), reach, _side(end, reach))
        if start.column == end.column:
            return self._down(leaving, arriving)
        continues = any(spots[target].column == start.column for target, _ in self._consumers[source])
        arrived = any(
            item is not None and spots[item].column == end.column for item in self._level.boxes[name].inputs
        )
        if continues or not arrived:
            return outward(leaving, arriving, self._turn, len(self._consumers[source]) > 1, tight=self._tight)
        return inward(leaving, _side(end, start.x), self._turn, tight=self._tight)

    def _down(self, leaving: Position, arriving: Position) -> Route:
        if arriving[1] < leaving[1]:
            return sweep(leaving, arriving)
        return straight(leaving, arriving, arriving[1] - leaving[1] >= _HEAD)


def is_shortcut(level: Level, name: NodeId, source: NodeId) -> bool:
    """Whether an edge is part of a branch of its own that ends in an addition."""
    spots, consumers = level.placement.spots, level.analysis.graph.consumers
    column = spots[name].column or spots[source].column
    if not column:
        return False
    current = source if spots[source].column == column else name
    while spots[current].column == column:
        following = consumers[current]
        if not following:
            return False
        current = following[0][0]
    return level.analysis.graph.nodes[current].operator.kind() == "Add"


def _side(spot: Spot, towards: float) -> Position:
    """The middle of the side of a box that faces a place."""
    x = spot.x - spot.left if towards < spot.x else spot.x + spot.right
    return x, spot.top + spot.height / 2
