"""Which texts stand in a box of a drawing, and where: elided before they would run over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.export.diagram import BAND, WIDTH, Box

_ROOM = WIDTH - BAND - 20
_BETWEEN = 8
_MEAN_WIDTH = 0.58
"""Width of a mean sign of a sans-serif font, in parts of its size."""


@dataclass(frozen=True)
class Label:
    """One text. `x`, `y` are its anchor on the middle line; `anchor` is start, middle or end."""

    text: str
    x: float
    y: float
    size: float
    anchor: str
    bold: bool = False
    quiet: bool = False


def labels(box: Box) -> Iterator[Label]:
    """The texts of a box without the letter of its band."""
    left, right = box.x + BAND + 10, box.x + WIDTH - 10
    first = box.y + (13 if box.two_lines else box.height / 2)
    beside = box.kind if box.two_lines else box.shape
    if _width(box.name, 12.5) + _BETWEEN + _width(beside, 11) > _ROOM:
        beside = ""
    yield Label(elided(box.name, 12.5, _ROOM), left, first, 12.5, "start", bold=True)
    if beside:
        yield Label(beside, right, first, 11, "end", quiet=box.two_lines)
    if box.two_lines:
        second = box.y + 30
        room = _ROOM - _BETWEEN - _width(box.shape, 11)
        if box.telling and room > 24:
            yield Label(elided(box.telling, 11, room), left, second, 11, "start", quiet=True)
        yield Label(elided(box.shape, 11, _ROOM), right, second, 11, "end")


def elided(text: str, size: float, room: float) -> str:
    """The text, its middle left out where it is too wide."""
    fits = int(room / (size * _MEAN_WIDTH))
    if len(text) <= fits:
        return text
    keep = max(2, fits - 1)
    return f"{text[: (keep + 1) // 2]}…{text[len(text) - keep // 2 :]}"


def _width(text: str, size: float) -> float:
    return len(text) * size * _MEAN_WIDTH
