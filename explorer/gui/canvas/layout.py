"""Where boxes of one graph stand: a straight main column, branches in columns beside it.

The method: longest paths give every box its height on the page, the longest chain of boxes
is the main column, what is left is cut into chains, and each chain becomes a column as near
to the main one as a skyline of what already stands there allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from explorer.gui.canvas.skyline import Skyline, Spot

Port = tuple[str, int]
"""The end of an edge: the box it feeds, and which input."""

_LANE = 20.0  # between columns
_COMPONENT = 64.0  # between parts of a network that are not connected
_FORK = 18.0  # below a box that feeds several: room for the dot where they part
_OUT, _BACK = 34.0, 14.0  # for the curve into a side column, and for the one back from it
_BULGE, _SHORTEST, _LONGEST = 0.35, 26.0, 140.0  # of an arc, as a share of what it bypasses


@dataclass(frozen=True)
class Box:
    """Something to place, in px around its anchor: the vertical line on which its ports are.

    `above` is the room it wants over it, `narrow` its (left, right) in a side column.
    """

    name: str
    left: float
    right: float
    height: float
    inputs: tuple[str | None, ...] = ()
    above: float = 18.0
    narrow: tuple[float, float] | None = None


@dataclass
class Placement:
    """Boxes with their places, and for each skip how far it swings out (negative: to the left)."""

    spots: dict[str, Spot] = field(default_factory=dict)
    arcs: dict[Port, float] = field(default_factory=dict)
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


def place(boxes: Sequence[Box], openings: Mapping[Port, float] | None = None) -> Placement:
    """Place boxes, which come in an order of computation.

    `openings` are edges that shall be longer than they need to be.
    """
    placement = Placement()
    for number, part in enumerate(_components(boxes)):
        one = _Column(part, openings or {}).placement()
        shift = placement.right + _COMPONENT - one.left if number else 0.0
        for spot in one.spots.values():
            spot.x += shift
        placement.spots.update(one.spots)
        placement.arcs.update({port: reach + shift for port, reach in one.arcs.items()})
        placement.left = min(placement.left, one.left + shift)
        placement.right = max(placement.right, one.right + shift)
        placement.bottom = max(placement.bottom, one.bottom)
    return placement


class _Column:
    """The layout of one connected part."""

    def __init__(self, boxes: Sequence[Box], openings: Mapping[Port, float]) -> None:
        self._boxes = {box.name: box for box in boxes}
        self._openings = openings
        self._fed: dict[str, list[Port]] = {name: [] for name in self._boxes}
        for box in boxes:
            for port, source in enumerate(box.inputs):
                if source is not None:
                    self._fed[source].append((box.name, port))
        self._chains = self._cut()
        self._columns = {name: number for number, chain in enumerate(self._chains) for name in chain}
        self._spots = {
            name: self._spot(name, column) for column, chain in enumerate(self._chains) for name in chain
        }

    def placement(self) -> Placement:
        """All boxes placed; the main column stands at 0."""
        self._stack()
        self._settle()
        bottom = max(spot.bottom for spot in self._spots.values())
        sky = Skyline(bottom)
        for name in self._chains[0]:
            sky.cover(self._spots[name])
        for chain in sorted(self._chains[1:], key=self._span):
            self._stand_beside(chain, sky)
        placement = Placement(self._spots, {}, bottom=bottom)
        for spot in self._spots.values():
            placement.left = min(placement.left, spot.x - spot.left)
            placement.right = max(placement.right, spot.x + spot.right)
        self._swing(placement, sky)
        return placement

    def _spot(self, name: str, column: int) -> Spot:
        box = self._boxes[name]
        left, right = box.narrow if column and box.narrow else (box.left, box.right)
        return Spot(0.0, 0.0, left, right, box.height, column)

    def _cut(self) -> list[list[str]]:
        """The main chain first, then what is left, longer chains before shorter ones."""
        main = self._main_chain()
        taken = set(main)
        below: dict[str, int] = {}
        for name in reversed(self._boxes):
            if name not in taken:
                below[name] = 1 + max((below.get(target, 0) for target, _ in self._fed[name]), default=0)
        chains = [main]
        rank = {name: number for number, name in enumerate(self._boxes)}
        for start in sorted(below, key=lambda name: (-below[name], rank[name])):
            if start in taken:
                continue
            chain, current = [], start
            while current:
                chain.append(current)
                taken.add(current)
                free = [target for target, _ in self._fed[current] if target not in taken]
                current = max(free, key=lambda name: below[name], default="")
            chains.append(chain)
        return chains

    def _main_chain(self) -> list[str]:
        """The longest chain of boxes; of equal ones the branch that comes first."""
        depth: dict[str, int] = {}
        came_from: dict[str, str] = {}
        for box in self._boxes.values():
            best = max((source for source in box.inputs if source), key=depth.__getitem__, default="")
            depth[box.name] = 1 + (depth[best] if best else 0)
            came_from[box.name] = best
        current = max(depth, key=depth.__getitem__)
        chain = []
        while current:
            chain.append(current)
            current = came_from[current]
        return chain[::-1]

    def _gap(self, source: str, target: str, port: int) -> float:
        gap = self._boxes[target].above
        if len(self._fed[source]) > 1:
            gap = max(gap, _FORK)
        out, back = self._columns[source], self._columns[target]
        if out != back:
            gap = max(gap, _BACK if out > back else _OUT)
        return max(gap, self._openings.get((target, port), 0.0))

    def _stack(self) -> None:
        """Every box as high as those that feed it allow."""
        for name, box in self._boxes.items():
            spot = self._spots[name]
            for port, source in enumerate(box.inputs):
                if source is not None:
                    lowest = self._spots[source].bottom + self._gap(source, name, port)
                    spot.top = max(spot.top, lowest)

    def _settle(self) -> None:
        """Side chains hang in the middle of their room; those that only feed stand at what they feed."""
        rank = {name: number for number, name in enumerate(self._boxes)}
        for chain in sorted(self._chains[1:], key=lambda chain: -rank[chain[-1]]):
            inside = set(chain)
            room = [
                self._spots[target].top - self._gap(name, target, port) - self._spots[name].bottom
                for name in chain
                for target, port in self._fed[name]
                if target not in inside
            ]
            fed = any(source for name in chain for source in self._boxes[name].inputs if source not in inside)
            if room:
                slack = max(0.0, min(room)) / (2 if fed else 1)
                for name in chain:
                    self._spots[name].top += slack

    def _span(self, chain: list[str]) -> tuple[float, int]:
        """Short chains stand nearest; of equal ones the branch that comes first."""
        sources = [source for source in self._boxes[chain[0]].inputs if source is not None]
        top = min((self._spots[source].bottom for source in sources), default=self._spots[chain[0]].top)
        ends = [self._spots[target].top for target, _ in self._fed[chain[-1]]]
        return round(max(ends, default=self._spots[chain[-1]].bottom) - top), self._arrival(chain)

    def _arrival(self, chain: list[str]) -> int:
        return min((port for _, port in self._fed[chain[-1]]), default=0)

    def _main_port(self, target: str) -> int:
        """The port of a box at which its own column arrives."""
        column = self._spots[target].column
        ports = [
            port
            for port, source in enumerate(self._boxes[target].inputs)
            if source is not None and self._spots[source].column == column
        ]
        return max(
            ports, key=lambda port: self._spots[str(self._boxes[target].inputs[port])].bottom, default=-1
        )

    def _stand_beside(self, chain: list[str], sky: Skyline) -> None:
        top = self._spots[chain[0]].top - _LANE / 2
        bottom = self._spots[chain[-1]].bottom + _LANE / 2
        ends = self._fed[chain[-1]]
        before = bool(ends) and all(port < self._main_port(target) for target, port in ends)
        left = max(self._spots[name].left for name in chain)
        right = max(self._spots[name].right for name in chain)
        x = sky.right(top, bottom) + _LANE + left
        if before:
            x = -(sky.left(top, bottom) + _LANE + right)
        for name in chain:
            self._spots[name].x = x
            sky.cover(self._spots[name], _LANE / 2)

    def _swing(self, placement: Placement, sky: Skyline) -> None:
        """Choose a side and a reach for every edge that passes boxes of its own column."""
        for name, box in self._boxes.items():
            spot = self._spots[name]
            if sum(source is not None for source in box.inputs) < 2:
                continue
            main = self._main_port(name)
            for port, source in enumerate(box.inputs):
                if source is None or self._spots[source].column != spot.column or port == main:
                    continue
                top, bottom = self._spots[source].bottom, spot.top + spot.height / 2
                bulge = min(_LONGEST, max(_SHORTEST, _BULGE * (bottom - top)))
                right, left = sky.right(top, bottom), sky.left(top, bottom)
                own = max(spot.left, spot.right)
                if spot.column:  # beside a side column nothing is known to be nearer
                    right = left = spot.x + own
                to_left = left < right if left != right else port < main
                reach = -(left + bulge) if to_left and not spot.column else right + bulge
                placement.arcs[name, port] = reach
                placement.left = min(placement.left, reach)
                placement.right = max(placement.right, reach)


def _components(boxes: Sequence[Box]) -> list[list[Box]]:
    """The connected parts, in order of their first box."""
    root = {box.name: box.name for box in boxes}

    def top(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    rank = {box.name: number for number, box in enumerate(boxes)}
    for box in boxes:
        for source in box.inputs:
            if source is not None:
                one, other = sorted((top(source), top(box.name)), key=rank.__getitem__)
                root[other] = one
    parts: dict[str, list[Box]] = {}
    for box in boxes:
        parts.setdefault(top(box.name), []).append(box)
    return list(parts.values())
