"""Where boxes of one graph stand: a straight main column, branches in columns beside it.

The method: longest paths give every box its height on the page, the longest chain of boxes
is the main column, what is left is cut into chains, and each chain becomes a column as near
to the main one as a skyline of what already stands there allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from explorer.gui.canvas.lanes import Port, Skip, Swing, swing
from explorer.gui.canvas.skyline import Skyline, Spot
from explorer.gui.canvas.wires import Wires

_LANE = 20.0  # between columns
_COMPONENT = 64.0  # between parts of a network that are not connected
_FORK = 18.0  # below a box that feeds several: room for the dot where they part
_OUT, _BACK = 34.0, 14.0  # for the curve into a side column, and for the one back from it
_LABEL = 24.0  # a box that wants this much room over it has a label there
_TAP = 7.0  # below a box: where lines to other columns leave


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
    """Boxes with their places, and for each skip how far it swings out."""

    spots: dict[str, Spot] = field(default_factory=dict)
    arcs: dict[Port, Swing] = field(default_factory=dict)
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


def place(
    boxes: Sequence[Box], openings: Mapping[Port, float] | None = None, farthest: float = 140.0
) -> Placement:
    """Place boxes, which come in an order of computation.

    `openings` are edges that shall be longer than they need to be, `farthest` is how far a
    curved skip may swing out.
    """
    placement = Placement()
    for number, part in enumerate(_components(boxes)):
        one = _Column(part, openings or {}).placement(farthest)
        shift = placement.right + _COMPONENT - one.left if number else 0.0
        for spot in one.spots.values():
            spot.x += shift
        placement.spots.update(one.spots)
        placement.arcs.update(
            {port: Swing(arc.reach + shift, arc.lane) for port, arc in one.arcs.items()}
            if shift
            else one.arcs
        )
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

    def placement(self, farthest: float) -> Placement:
        """All boxes placed; the main column stands at 0."""
        self._stack()
        self._settle()
        bottom = max(spot.bottom for spot in self._spots.values())
        sky = Skyline(bottom)
        for name in self._chains[0]:
            sky.cover(self._spots[name])
        wires = Wires()
        for chain in sorted(self._chains[1:], key=self._span):
            self._stand_beside(chain, sky, wires)
        placement = Placement(self._spots, {}, bottom=bottom)
        for spot in self._spots.values():
            placement.left = min(placement.left, spot.x - spot.left)
            placement.right = max(placement.right, spot.x + spot.right)
        self._swing(placement, sky, farthest)
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
            gap = gap + _FORK - _TAP if gap >= _LABEL else max(gap, _FORK)
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

    def _stand_beside(self, chain: list[str], sky: Skyline, wires: Wires) -> None:
        """Put a chain into the nearest free column, at the side where fewer lines cross boxes."""
        top = self._spots[chain[0]].top - _LANE / 2
        bottom = self._spots[chain[-1]].bottom + _LANE / 2
        ends = self._fed[chain[-1]]
        before = bool(ends) and all(port < self._main_port(target) for target, port in ends)
        left = max(self._spots[name].left for name in chain)
        right = max(self._spots[name].right for name in chain)
        places = [sky.right(top, bottom) + _LANE + left, -(sky.left(top, bottom) + _LANE + right)]
        if before:
            places.reverse()
        spots = [self._spots[name] for name in chain]
        heights = self._wire_heights(chain)
        x = min(places, key=lambda place: wires.conflicts(spots, place, heights))
        for spot in spots:
            spot.x = x
            sky.cover(spot, _LANE / 2)
        wires.add(spots, heights)

    def _wire_heights(self, chain: list[str]) -> list[tuple[float, float]]:
        """Where lines between a chain and other columns run across: (height, from where)."""
        inside = set(chain)
        found = []
        for name in chain:
            found += [
                (self._spots[source].bottom + _TAP, self._spots[source].x)
                for source in self._boxes[name].inputs
                if source is not None and source not in inside
            ]
            leaving = [self._spots[target] for target, _ in self._fed[name] if target not in inside]
            found += [(spot.top + spot.height / 2, spot.x) for spot in leaving]
        return found

    def _swing(self, placement: Placement, sky: Skyline, farthest: float) -> None:
        """Choose a side and a reach for every edge that passes boxes of its own column."""
        skips = []
        for name, box in self._boxes.items():
            spot = self._spots[name]
            if sum(source is not None for source in box.inputs) < 2:
                continue
            main = self._main_port(name)
            for port, source in enumerate(box.inputs):
                if source is None or self._spots[source].column != spot.column or port == main:
                    continue
                top, bottom = self._spots[source].bottom, spot.top + spot.height / 2
                skips.append(Skip((name, port), spot, top, bottom, port < main))
        placement.arcs = swing(skips, sky, farthest)
        for arc in placement.arcs.values():
            placement.left = min(placement.left, arc.reach)
            placement.right = max(placement.right, arc.reach)


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
