"""Colours for the numbers of one multiplication: the scales of the maps."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtGui import QColor

from explorer.gui.theme import Theme


class Shades:
    """From a number to its colour: blue over neutral to orange with a sign, else viridis."""

    def __init__(self, theme: Theme, numbers: Iterable[float], *, signed: bool) -> None:
        self._theme = theme
        self.signed = signed
        self.high = max((abs(value) for value in numbers if math.isfinite(value)), default=0.0)

    def colour(self, value: float) -> QColor:
        """The colour of a number; what is no number has that of a problem."""
        if not math.isfinite(value):
            return self._theme["err"]
        share = value / self.high if self.high else 0.0
        if not self.signed:
            # the window starts without numpy; it is here when there are numbers to draw
            from explorer.engine.drawing.colour_scales import VIRIDIS

            red, green, blue = VIRIDIS[round(255 * min(1.0, max(0.0, share)))].tolist()
            return QColor(red, green, blue)
        end = self._theme["positive" if share >= 0 else "negative"]
        return mixed(self._theme["neutral"], end, min(1.0, abs(share)))


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return QColor(*(round(a + (b - a) * share) for a, b in parts))
