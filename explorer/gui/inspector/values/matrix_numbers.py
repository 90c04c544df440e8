"""How the numbers of a small matrix are written: in one unit, and short enough for a cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from PySide6.QtGui import QFontMetricsF

from explorer.gui.fonts import font
from explorer.gui.inspector.values.terms import Grid


def finite(numbers: Grid) -> list[float]:
    """All numbers of a matrix but infinities."""
    return [value for value in chain.from_iterable(numbers) if abs(value) != float("inf")]


def unit(high: float) -> tuple[float, str]:
    """In what small numbers are written, so that their digits are seen, and how this is said."""
    for power in range(1, 7):
        if 0 < high < 0.95 * 10.0**-power:
            continue
        return (1.0, "") if power == 1 or not high else (10.0 ** (1 - power), f" in 10{_raised(1 - power)}")
    return 1.0, ""


def written(numbers: Grid, unit: float, places: int = 2) -> list[list[str]]:
    """Every number in a unit, with at most so many places after the point."""
    return [[_short(value / unit, places) for value in row] for row in numbers]


def widest(texts: Sequence[Sequence[str]], size: float) -> float:
    """The room that the longest text takes, in pixels."""
    measure = QFontMetricsF(font(size))
    return max(measure.horizontalAdvance(text) for row in texts for text in row)


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _short(value: float, places: int) -> str:
    """A number in the room of a cell."""
    if value != value or abs(value) == float("inf"):
        return "–"
    for whole in (10.0, 100.0):
        if abs(value) >= whole - 0.5 * 10.0**-places:
            places = max(0, places - 1)
    text = f"{abs(value):.{places}f}"
    return f"−{text}" if value < 0 and float(text) else text
