"""The pen of a run: its colour, and its dash as the second sign."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from explorer.gui.theme import Theme

_DASHES = ((), (5, 3), (6, 2.5, 1.5, 2.5), (1.5, 2.5))
_COLOURS = 4


def colour_token(slot: int) -> str:
    """The theme's colour of a run by its slot."""
    return f"run{slot % _COLOURS + 1}"


def run_pen(theme: Theme, slot: int, width: float = 2.0) -> QPen:
    """Colour and dash by slot; the fifth run has the first colour with the second dash."""
    pen = QPen(theme[colour_token(slot)], width)
    dash = _DASHES[(slot + slot // _COLOURS) % len(_DASHES)]
    if dash:
        pen.setDashPattern([part * 2 / width for part in dash])
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
