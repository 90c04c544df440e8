"""Lines that run across the page between columns, and the boxes they would cross."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.gui.canvas.skyline import Spot

_STEP = 64.0  # height of one step in which boxes and lines are looked up

Wire = tuple[float, float]
"""The height of a line, and where it comes from or goes to."""


class Wires:
    """What stands beside the main column so far, and the lines that lead there."""

    def __init__(self) -> None:
        self._boxes: dict[int, list[Spot]] = {}
        self._lines: dict[int, list[tuple[float, float, float]]] = {}

    def conflicts(self, chain: Sequence[Spot], x: float, wires: Sequence[Wire]) -> int:
        """How many boxes would be crossed by lines if a chain stood there."""
        found = 0
        for height, start in wires:
            low, high = sorted((start, x))
            for box in self._boxes.get(int(height // _STEP), ()):
                if box.top - 2 < height < box.bottom + 2 and low < box.x < high:
                    found += 1
        for spot in chain:
            for step in self._steps(spot):
                for height, low, high in self._lines.get(step, ()):
                    if spot.top - 2 < height < spot.bottom + 2 and low < x < high:
                        found += 1
        return found

    def add(self, chain: Sequence[Spot], wires: Sequence[Wire]) -> None:
        """A chain stands where its spots say."""
        for spot in chain:
            for step in self._steps(spot):
                self._boxes.setdefault(step, []).append(spot)
        x = chain[0].x
        for height, start in wires:
            low, high = sorted((start, x))
            self._lines.setdefault(int(height // _STEP), []).append((height, low, high))

    @staticmethod
    def _steps(spot: Spot) -> range:
        return range(int((spot.top - 2) // _STEP), int((spot.bottom + 2) // _STEP) + 1)
