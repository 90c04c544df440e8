"""A comparison as tables of cells and as plain JSON values: totals, stages and differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.core.conventions import Conventions
from explorer.export.alignment import Align
from explorer.export.differences import Difference
from explorer.export.excel import Sheet, book
from explorer.export.formats import Cell, json_text, rendered
from explorer.export.measures import Measure, plain_layers
from explorer.export.side_by_side import SideBySide, brief
from explorer.export.stages import Stage
from explorer.export.table import input_data, problems_data, total_data

Table = tuple[list[str], list[list[Cell]]]
"""Header and rows."""


def totals_table(compared: SideBySide, *, exact: bool = False) -> Table:
    """The totals: a row per figure, a column per network; `exact` gives bare numbers under short keys."""
    names = _names(compared)
    if exact:
        rows: list[list[Cell]] = [["input", *(item.input_text for item in compared.subjects)]]
        rows += [[measure.key, *(item.value for item in measure.figures)] for measure in compared.measures]
        return ["", *names], rows
    rows = [
        ["Input", *(item.input_text for item in compared.subjects), *_blanks(compared)],
        ["Layers", *(plain_layers(item) for item in compared.subjects), *_blanks(compared)],
    ]
    for measure in compared.measures:
        texts = [f"{item.text} ({item.note})" if item.note else item.text for item in measure.figures]
        rows.append([_indented(measure), *texts, *_distances(compared, measure)])
    first = compared.subjects[0].name
    return ["", *names, *(f"{name} / {first}" for name in names[1:])], rows


def stages_table(compared: SideBySide, by: Align = Align.SIDE, *, exact: bool = False) -> Table:
    """The stages in rows: for every network what it is, its operations and its parameters."""
    word = compared.conventions.operations_word
    header = [str(by)]
    for name in _names(compared):
        header += [name, f"{name}: {word}", f"{name}: parameters"]
    rows: list[list[Cell]] = []
    for row in compared.rows(by):
        cells: list[Cell] = [row.heading]
        for stage in row.stages:
            cells += _stage_cells(compared, stage, by, exact=exact)
        rows.append(cells)
    return header, rows


def differences_table(compared: SideBySide, place: int) -> Table:
    """How one network differs from the first."""
    first, other = compared.subjects[0].name, compared.subjects[place].name
    by = compared.conventions
    rows: list[list[Cell]] = [
        [
            item.first or "–",
            item.second or "–",
            item.text,
            *(count or None for count in (*item.parameters, *item.operations(by))),
        ]
        for item in compared.differences[place - 1]
    ]
    header = [first, other, "difference"]
    header += [f"{what} in {name}" for what in ("parameters", by.operations_word) for name in (first, other)]
    return header, rows


def problems_table(compared: SideBySide) -> Table:
    """The layers without a shape, and why; those that only wait for another are left out."""
    rows: list[list[Cell]] = [
        [name, problem.id, problem.message]
        for name, subject in zip(_names(compared), compared.subjects, strict=True)
        for problem in subject.analysis.causes
    ]
    return ["network", "layer without a shape", "why"], rows


def comparison_data(compared: SideBySide) -> dict[str, Any]:
    """All of it as plain JSON values; the keys are relied on by scripts."""
    networks = []
    for place, subject in enumerate(compared.subjects):
        networks.append(
            {
                "network": subject.name,
                "title": subject.title,
                "input": input_data(subject.analysis),
                "layers": plain_layers(subject),
                "total": total_data(subject.analysis),
                "measures": {item.key: item.figures[place].value for item in compared.measures},
                "stages": [_stage_data(compared, stage) for stage in subject.stages],
                "problems": problems_data(subject.analysis),
            }
        )
    return {
        "conventions": compared.conventions.data(),
        "networks": networks,
        "differences": [
            {
                "network": other.name,
                "from": compared.subjects[0].name,
                "found": [_difference(item, compared.conventions) for item in found],
            }
            for other, found in zip(compared.subjects[1:], compared.differences, strict=True)
        ],
    }


def comparison_text(
    compared: SideBySide,
    format: str,
    *,
    stages: bool = False,
    differences: bool = False,
    by: Align = Align.SIDE,
) -> str:
    """The comparison in one of the formats of `formats.FORMATS`; stages and differences where wanted.

    Raises:
        UnknownName: there is no such format.
    """
    if format == "json":
        return json_text(comparison_data(compared))
    exact = format == "csv"
    tables = [totals_table(compared, exact=exact)]
    if stages:
        tables.append(stages_table(compared, by, exact=exact))
    if differences:
        tables += [differences_table(compared, place) for place in range(1, len(compared.subjects))]
    if (found := problems_table(compared))[1]:
        tables.append(found)
    text = "\n".join(rendered(format, *table) for table in tables)
    said = compared.conventions.said
    return f"{text}\n{said}\n" if format in ("text", "markdown") else text


def comparison_workbook(
    compared: SideBySide, by: Align = Align.SIDE, *, stages: bool = True, differences: bool = True
) -> bytes:
    """Totals, stages, differences and problems on sheets of their own: the bytes of an .xlsx file."""
    header, rows = totals_table(compared, exact=True)
    labels = {item.key: item.label for item in compared.measures}
    sheets = [Sheet("totals", header, [[labels.get(str(row[0]), row[0]), *row[1:]] for row in rows])]
    if stages:
        sheets.append(Sheet("stages", *stages_table(compared, by, exact=True)))
    if differences:
        for place, name in enumerate(_names(compared)[1:], 1):
            sheets.append(Sheet(f"differences {name}", *differences_table(compared, place)))
    heads, problems = problems_table(compared)
    if problems:
        sheets.append(Sheet("problems", heads, problems))
    return book(sheets, compared.conventions.said)


def _names(compared: SideBySide) -> list[str]:
    """The names of the networks, told apart where two are the same."""
    names: list[str] = []
    for subject in compared.subjects:
        name, number = subject.name, 2
        while name in names:
            name, number = f"{subject.name} ({number})", number + 1
        names.append(name)
    return names


def _blanks(compared: SideBySide) -> Sequence[Cell]:
    return [""] * (len(compared.subjects) - 1)


def _distances(compared: SideBySide, measure: Measure) -> Sequence[Cell]:
    return [measure.against_first(place) for place in range(1, len(compared.subjects))]


def _indented(measure: Measure) -> str:
    return f"  {measure.label}" if measure.part else measure.label


def _stage_cells(compared: SideBySide, stage: Stage | None, by: Align, *, exact: bool) -> list[Cell]:
    if stage is None:
        return [None, None, None]
    figures = compared.figures(stage)
    told = stage.text if by is Align.SIDE else f"{stage.text}, {stage.side_text}"
    if exact:
        return [told, figures.operations, figures.parameters]
    return [told, brief(figures.operations), brief(figures.parameters)]


def _stage_data(compared: SideBySide, stage: Stage) -> dict[str, Any]:
    figures = compared.figures(stage)
    return {
        "side": None if stage.side is None else list(stage.side),
        "layers": [unit.line.name for unit in stage.units],
        "text": stage.text,
        "operations": figures.operations,
        "parameters": figures.parameters,
    }


def _difference(item: Difference, by: Conventions) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "first": item.first or None,
        "second": item.second or None,
        "text": item.text,
        "parameters": list(item.parameters),
        "macs": list(item.macs),
        "operations": list(item.operations(by)),
    }
