"""Asks where something of the Inspect area is to be saved, and as what kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

FileChooser = Callable[[QWidget, str, str], str]
"""Asks for a file, given a title and a suggestion; "" where none is named."""

DOUBLE = "@2x.png"
"""How the name of a picture of twice its size ends."""
_PICTURES = "Pictures (*.png);;Pictures of twice the size (*@2x.png);;Drawings (*.svg)"
_KINDS = {
    ".png": _PICTURES,
    ".svg": "Drawings (*.svg)",
    ".npz": "Numbers of NumPy (*.npz)",
    ".html": "Web pages (*.html)",
}


def ask_file(parent: QWidget, title: str, suggestion: str) -> str:
    """The chosen path with the ending of the chosen kind; "" where none was chosen."""
    double = suggestion.endswith(DOUBLE)
    kind = _KINDS[Path(suggestion).suffix]
    wanted = kind.split(";;")[1] if double else kind.split(";;")[0]
    path, chosen = QFileDialog.getSaveFileName(parent, title, suggestion, kind, wanted)
    if path and "@2x" in chosen and not path.lower().endswith(DOUBLE):
        path = f"{path.removesuffix('.png')}{DOUBLE}"
    return path
