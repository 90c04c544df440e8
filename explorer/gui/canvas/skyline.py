"""How far what already stands on a page reaches to both sides, by height."""

from __future__ import annotations

from dataclasses import dataclass

_BUCKET = 8.0  # height of one step, in px


@dataclass
class Spot:
    """Where a box stands: its anchor, its top and what it takes to the left and right."""

    x: float
    top: float
    left: float
    right: float
    height: float
    column: int = 0

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


class Skyline:
    """How far boxes reach to both sides, by height on the page."""

    def __init__(self, bottom: float) -> None:
        count = int(bottom / _BUCKET) + 4
        self._left = [0.0] * count
        self._right = [0.0] * count

    def cover(self, spot: Spot, margin: float = 0.0) -> None:
        """A box stands here."""
        start, end = self._steps(spot.top - margin, spot.bottom + margin)
        left, right = spot.left - spot.x, spot.right + spot.x
        for step in range(start, end):
            self._left[step] = max(self._left[step], left)
            self._right[step] = max(self._right[step], right)

    def left(self, top: float, bottom: float) -> float:
        """How far boxes between two heights reach to the left."""
        start, end = self._steps(top, bottom)
        return max(self._left[start:end])

    def right(self, top: float, bottom: float) -> float:
        """How far boxes between two heights reach to the right."""
        start, end = self._steps(top, bottom)
        return max(self._right[start:end])

    def _steps(self, top: float, bottom: float) -> tuple[int, int]:
        start = min(max(0, int(top / _BUCKET)), len(self._right) - 1)
        return start, min(max(start + 1, int(bottom / _BUCKET) + 1), len(self._right))
