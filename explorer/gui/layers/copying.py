"""Rows of the layer table as cells, and the clipboard in the formats that people paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.export.formats import Cell, csv_text, rendered
from explorer.gui.layers.columns import Column

COPIES = (
    ("text", "As &text", "Aligned columns, as in a terminal"),
    ("csv", "As &CSV", "Comma-separated values with exact numbers"),
    ("markdown", "As &Markdown", "A table for GitHub and the like"),
    ("latex", "As &LaTeX", "A tabular environment that needs no package"),
)


def heading(columns: Sequence[Column], reading: Reading) -> list[str]:
    """The titles for a file, with units."""
    return [column.heading(reading.conventions) for column in columns]


def cells(lines: Sequence[Line], columns: Sequence[Column], reading: Reading) -> list[list[Cell]]:
    """What each line says in each column, with exact numbers."""
    return [[column.cell(line, reading) for column in columns] for line in lines]


def written(format: str, lines: Sequence[Line], columns: Sequence[Column], reading: Reading) -> str:
    """The rows in a format; it says what the figures mean where the format has a place for words."""
    text = rendered(format, heading(columns, reading), cells(lines, columns, reading))
    if format == "latex":
        return f"% {reading.conventions.said}\n{text}"
    return text if format == "csv" else f"{text}\n{reading.conventions.said}\n"


def pasted(lines: Sequence[Line], columns: Sequence[Column], reading: Reading) -> QMimeData:
    """The rows for a clipboard: as they are read, parted by tabs, and as CSV with exact numbers."""
    rows = [[column.text(line, reading) for column in columns] for line in lines]
    titles = [column.title_in(reading.conventions) for column in columns]
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([titles, *rows])
    data = QMimeData()
    data.setText(text.getvalue())
    exact = csv_text(heading(columns, reading), cells(lines, columns, reading))
    data.setData("text/csv", exact.encode("utf-8"))
    return data
