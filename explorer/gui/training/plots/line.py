"""What a plot draws: one line of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.gui.training.curve import Curve


@dataclass(frozen=True)
class Line:
    """One line of a plot: a run's curve with its colour and dash by `slot`.

    `dim` draws it thinner (the training accuracy beside the test accuracy); `live` adds a dot
    at its end; `raw` draws the values thin beside the smoothed ones. `text` is the figure that stands
    below the name at the end of the line. `marks` are places where something was changed, in words.
    `best` is the place of the best value, which gets a ring. `more` is the end of the name that tells
    it from its like; it stands beside the figure where the whole name has no room.
    """

    name: str
    curve: Curve
    slot: int
    text: Callable[[float], str]
    live: bool = False
    dim: bool = False
    raw: bool = True
    marks: tuple[tuple[float, str], ...] = ()
    best: float | None = None
    more: str = ""
