"""Rows of cells as text, CSV, Markdown, LaTeX or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from explorer.core.errors import UnknownName

Cell = str | int | float | None
"""A text, an exact number, or None for none."""

FORMATS = ("text", "csv", "markdown", "latex", "json")

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "÷": r"$\div$",
    "≈": r"$\approx$",
    "→": r"$\to$",
    "–": "--",
    "−": "$-$",
}


def rendered(
    format: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] | None = None
) -> str:
    """A table in one of the formats made of cells (all but JSON); `totals` is its last line.

    CSV leaves the totals out: it holds one line for the header and one per row.

    Raises:
        UnknownName: there is no such format.
    """
    if format == "csv":
        return csv_text(header, rows)
    if format == "markdown":
        return markdown(header, rows, totals)
    if format == "latex":
        return latex(header, rows, totals)
    if format == "text":
        return plain_text(header, rows, totals)
    raise UnknownName("format", format, FORMATS)


def plain_text(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] | None = None
) -> str:
    """Aligned columns, numbers to the right with thousands separators."""
    body = [*rows, *([totals] if totals else [])]
    cells = [[shown(cell) for cell in row] for row in body]
    right = [any(_is_number(row[column]) for row in body) for column in range(len(header))]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]

    def line(texts: Sequence[str]) -> str:
        parts = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(texts, widths, right, strict=True)
        )
        return "  ".join(parts).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [line(header), rule, *(line(row) for row in cells[: len(rows)])]
    if totals:
        lines += [rule, line(cells[-1])]
    return "\n".join(lines) + "\n"


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Comma-separated values with exact numbers (RFC 4180, lines end in a line feed).

    A text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    lines = [[harmless(name) for name in header]]
    lines += [["" if cell is None else harmless(cell) for cell in row] for row in rows]
    return "".join(_csv_line(line) for line in lines)


def _csv_line(cells: Sequence[Cell]) -> str:
    """One row. It is written with RFC 4180's line end, since csv quotes no other end's signs."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def markdown(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] | None = None
) -> str:
    """A table of GitHub's Markdown; totals are bold."""
    body = [*rows, *([totals] if totals else [])]
    right = [any(_is_number(row[column]) for row in body) for column in range(len(header))]
    lines = [
        _bars([_markdown_text(name) for name in header]),
        _bars(["---:" if to_right else "---" for to_right in right]),
        *(_bars([_markdown_text(shown(cell)) for cell in row]) for row in rows),
    ]
    if totals:
        texts = [_markdown_text(shown(cell)) for cell in totals]
        lines.append(_bars([f"**{text}**" if text else "" for text in texts]))
    return "\n".join(lines) + "\n"


def latex(header: Sequence[str], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] | None = None) -> str:
    """A tabular environment that needs no package."""
    body = [*rows, *([totals] if totals else [])]
    columns = "".join(
        "r" if any(_is_number(row[column]) for row in body) else "l" for column in range(len(header))
    )
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\hline", _ampersands(header), r"\hline"]
    lines += [_ampersands([shown(cell) for cell in row]) for row in rows]
    if totals:
        lines += [r"\hline", _ampersands([shown(cell) for cell in totals])]
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def json_text(content: Any) -> str:
    """Plain values as JSON; numbers are exact, of any size."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    return f"{cell:,}" if _is_number(cell) else str(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float))


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula: such a text gets a leading apostrophe."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_SIGNS):
        return f"'{cell}"
    return cell


def _bars(texts: Sequence[str]) -> str:
    return "| " + " | ".join(texts) + " |"


def _markdown_text(text: str) -> str:
    for sign in ("\\", "|", "*", "_", "`", "<", "["):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _ampersands(texts: Sequence[str]) -> str:
    return " & ".join("".join(_LATEX.get(sign, sign) for sign in text) for text in texts) + r" \\"
