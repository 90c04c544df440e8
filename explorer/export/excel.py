"""A table as an Excel workbook: exact numbers, texts that never become formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence

from explorer.export.formats import Cell, harmless

_LARGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer number is written as a text, so that it stays exact."""
_WIDEST = 60


def workbook(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    note: str,
    totals: Sequence[Cell] | None = None,
    title: str = "layers",
) -> bytes:
    """The bytes of an .xlsx file: the table with a frozen head, its totals, and what the figures mean.

    Text cells that a spreadsheet could take for formulas get a leading apostrophe.
    """
    # at the first export: the command line and the window start without it
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title)
        bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.######"})
        whole = book.add_format({"num_format": "#,##0"})
        sums = book.add_format({"bold": True, "num_format": "#,##0", "top": 1})
        for column, name in enumerate(header):
            sheet.write_string(0, column, str(harmless(name)), bold)
        for place, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                _write(sheet, place, column, cell, whole if isinstance(cell, int) else number)
        end = len(rows) + 1
        for column, cell in enumerate(totals or ()):
            _write(sheet, end, column, cell, sums)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(header) - 1))
        for column, width in enumerate(_widths(header, rows)):
            sheet.set_column(column, column, width)
        meaning = book.add_worksheet("conventions")
        meaning.set_column(0, 0, 120)
        for place, sentence in enumerate(note.splitlines()):
            meaning.write_string(place, 0, str(harmless(sentence)))
    return buffer.getvalue()


def _write(sheet: object, row: int, column: int, cell: Cell, style: object) -> None:
    write_number, write_string = sheet.write_number, sheet.write_string  # type: ignore[attr-defined]
    if cell is None:
        return
    if isinstance(cell, (int, float)) and abs(cell) < _LARGEST_EXACT:
        write_number(row, column, cell, style)
    else:
        write_string(row, column, str(cell) if isinstance(cell, (int, float)) else str(harmless(cell)))


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    widths = [len(name) + 3 for name in header]
    for cells in rows:
        for column, cell in enumerate(cells):
            text = f"{cell:,}" if isinstance(cell, (int, float)) else str(cell or "")
            widths[column] = max(widths[column], len(text) + 2)
    return [min(width, _WIDEST) for width in widths]
