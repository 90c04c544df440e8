"""A table as an Excel workbook: exact numbers, texts that never become formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.export.formats import Cell, harmless

_LARGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer number is written as a text, so that it stays exact."""
_WIDEST = 60
_LONGEST_TITLE, _REFUSED = 31, "[]:*?/\\"
_MEANING = "conventions"


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook, with its sums where there are any."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] | None = None


def workbook(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    note: str,
    totals: Sequence[Cell] | None = None,
    title: str = "layers",
) -> bytes:
    """The bytes of an .xlsx file: the table with a frozen head, its totals, and what the figures mean."""
    return book([Sheet(title, header, rows, totals)], note)


def book(sheets: Sequence[Sheet], note: str) -> bytes:
    """The bytes of an .xlsx file: a sheet for every table, and what the figures mean.

    Text cells that a spreadsheet could take for formulas get a leading apostrophe.
    """
    # at the first export: the command line and the window start without it
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as made:
        titles = [_MEANING]
        for sheet in sheets:
            titles.append(_title(sheet.title, titles))
            _fill(made, made.add_worksheet(titles[-1]), sheet)
        meaning = made.add_worksheet(_MEANING)
        meaning.set_column(0, 0, 120)
        for place, sentence in enumerate(note.splitlines()):
            meaning.write_string(place, 0, str(harmless(sentence)))
    return buffer.getvalue()


def _title(wanted: str, taken: Sequence[str]) -> str:
    """A title that Excel takes: of at most 31 characters, without []:*?/\\, and not the same as another's."""
    clean = "".join("-" if sign in _REFUSED or not sign.isprintable() else sign for sign in wanted)
    clean = clean.strip("' ") or "sheet"
    title, number = clean[:_LONGEST_TITLE].rstrip("' "), 2
    while title.lower() in {item.lower() for item in taken}:
        end = f" ({number})"
        title, number = clean[: _LONGEST_TITLE - len(end)] + end, number + 1
    return title


def _fill(made: Any, sheet: Any, table: Sheet) -> None:
    """Write one table: the head and first column stay in view, and each column can be filtered."""
    bold, number = made.add_format({"bold": True}), made.add_format({"num_format": "#,##0.######"})
    whole = made.add_format({"num_format": "#,##0"})
    sums = made.add_format({"bold": True, "num_format": "#,##0", "top": 1})
    for column, name in enumerate(table.header):
        sheet.write_string(0, column, str(harmless(name)), bold)
    for place, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells):
            _write(sheet, place, column, cell, whole if isinstance(cell, int) else number)
    for column, cell in enumerate(table.totals or ()):
        _write(sheet, len(table.rows) + 1, column, cell, sums)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(table.rows)), max(0, len(table.header) - 1))
    for column, width in enumerate(_widths(table.header, table.rows)):
        sheet.set_column(column, column, width)


def _write(sheet: Any, row: int, column: int, cell: Cell, style: object) -> None:
    if cell is None:
        return
    if isinstance(cell, (int, float)) and abs(cell) < _LARGEST_EXACT:
        sheet.write_number(row, column, cell, style)
    else:
        sheet.write_string(row, column, str(cell) if isinstance(cell, (int, float)) else str(harmless(cell)))


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    widths = [len(name) + 3 for name in header]
    for cells in rows:
        for column, cell in enumerate(cells):
            text = f"{cell:,}" if isinstance(cell, (int, float)) else str(cell or "")
            widths[column] = max(widths[column], len(text) + 2)
    return [min(width, _WIDEST) for width in widths]
