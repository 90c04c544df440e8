"""What Qt's views and assistive tools are told of a cell and of a column's head, role by role."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from explorer.core.conventions import Conventions
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.gui.layers.columns import Column

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def said_of_cell(line: Line, column: Column, reading: Reading, role: int) -> Any:
    """The text of a cell, where it stands, and what its tooltip says."""
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(line, reading)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return (Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft) | _MIDDLE
    return _tip(line, column, reading) if role == Qt.ItemDataRole.ToolTipRole else None


def said_of_head(column: Column, conventions: Conventions, role: int) -> Any:
    """The title of a column, where it stands, and what its tooltip says."""
    if role == Qt.ItemDataRole.DisplayRole:
        return column.title_in(conventions)
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.tip_in(conventions)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        # a bar fills its column from the left: so does its title
        right = column.right and not column.bar
        return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | _MIDDLE
    return None


def _tip(line: Line, column: Column, reading: Reading) -> str:
    """A cell in words, with its exact number where the cell rounds it."""
    text = column.text(line, reading)
    if isinstance(exact := column.cell(line, reading), int):
        text = f"{exact:,} {column.unit}".rstrip()
    lead = f"{line.name}: {column.heading(reading.conventions).partition(' (')[0]}"
    return f"{lead} {text}; a click shows how it is computed" if column.fact else f"{lead} {text}"
