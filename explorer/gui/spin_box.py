"""A field for a whole number whose text stands as far from its border as that of every other field."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox

_INDENT = 6


def indent(box: QAbstractSpinBox) -> None:
    """Move the text of a spin box in: a style sheet's padding does not reach it (Qt 6.11)."""
    box.lineEdit().setTextMargins(_INDENT, 0, 0, 0)


class SpinBox(QSpinBox):
    """A `QSpinBox` as the window's other fields look; takes the same arguments."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        indent(self)
