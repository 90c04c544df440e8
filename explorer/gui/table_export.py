"""Writes the layer table to a file in the format that its ending names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.core.analysis import Analysis
from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.export.excel import workbook
from explorer.export.formats import json_text
from explorer.export.table import data
from explorer.gui.layers.columns import Column
from explorer.gui.layers.copying import cells, heading, written

_EXCEL, _JSON = "excel", "json"
_FORMATS = {
    ".csv": "csv",
    ".xlsx": _EXCEL,
    ".md": "markdown",
    ".tex": "latex",
    ".txt": "text",
    ".json": _JSON,
}


def write_table(
    path: Path,
    name: str,
    analysis: Analysis,
    lines: Sequence[Line],
    columns: Sequence[Column],
    reading: Reading,
) -> None:
    """Write these layers with these columns; JSON holds the whole network, as `table --format json` does.

    Raises:
        ExplorerError: the ending names no format.
        OSError: the file cannot be written.
    """
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise ExplorerError(f"no format has the ending {path.suffix or '(none)'}; use {', '.join(_FORMATS)}")
    if kind == _EXCEL:
        header = heading(columns, reading)
        atomic_write(path, workbook(header, cells(lines, columns, reading), reading.conventions.said))
        return
    if kind == _JSON:
        text = json_text(data(name, analysis, conventions=reading.conventions))
    else:
        text = written(kind, lines, columns, reading)
    atomic_write(path, text.encode("utf-8"))
