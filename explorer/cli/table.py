"""`arch-explorer table`: every layer of a network with its figures."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.cli.conventions import add_conventions, conventions_of
from explorer.cli.network import network
from explorer.cli.output import add_network, deliver, write_file
from explorer.cli.program import DONE, complain
from explorer.core.analysis import Analysis, Totals, analyze
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.core.units import fixed_text
from explorer.export import formats
from explorer.export.excel import workbook
from explorer.export.table import Record, data, records, side

EXCEL = "excel"
_CSV_HEADER = (
    "id",
    "operator",
    "block",
    "inputs",
    "output",
    "parameters",
    "macs",
    "activation_bytes",
    "receptive_field",
    "stride",
)


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "table", help="every layer with shapes, parameters, MACs, memory and receptive field"
    )
    parser.set_defaults(run=run)
    add_network(parser)
    add_conventions(parser)
    parser.add_argument("--depth", type=int, metavar="N", help="show blocks at this depth as one line each")
    parser.add_argument(
        "--format",
        choices=(*formats.FORMATS, EXCEL),
        default="text",
        help="how to print it; excel is written to the file of --out",
    )
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Print or write the table. A network with a problem gets one too, and the problem is named."""
    if args.depth is not None and args.depth < 1:
        raise ExplorerError(f"--depth counts from 1 (blocks folded), got {args.depth}")
    chosen = network(args.network, input=args.input, settings=args.settings)
    analysis, conventions = analyze(chosen.graph), conventions_of(args)
    if args.format == EXCEL:
        if args.out is None:
            raise ExplorerError("--format excel writes a file; name it with --out, like --out table.xlsx")
        write_file(args.out, _workbook(chosen.name, analysis, args.depth, conventions))
    else:
        deliver(_text(args.format, chosen.name, analysis, args.depth, conventions), args.out)
    report_problems(analysis)
    return DONE


def report_problems(analysis: Analysis, prefix: str = "") -> None:
    """Name on standard error what has no shape, and the way out where one is known."""
    for problem in analysis.causes:
        repair = f" [{problem.repairs[0].label}]" if problem.repairs else ""
        complain(f"{prefix}{problem.id}: {problem.message}{repair}", label="problem: ")


def _text(format: str, name: str, analysis: Analysis, depth: int | None, conventions: Conventions) -> str:
    if format == "json":
        return formats.json_text(data(name, analysis, depth, conventions))
    found = records(analysis, depth, conventions)
    if format == "csv":
        header = (*_CSV_HEADER, *_more_header(conventions))
        more = conventions != DEFAULT
        return formats.csv_text(header, [_csv_cells(record, more=more) for record in found])
    rows = [_cells(record) for record in found]
    text = formats.rendered(format, _header(conventions), rows, _totals(analysis, conventions))
    if format == "latex":
        return f"% {conventions.said}\n{text}"
    return f"{text}\n{_summary(name, analysis, conventions)}\n{conventions.said}\n"


def _workbook(name: str, analysis: Analysis, depth: int | None, conventions: Conventions) -> bytes:
    header = list(_header(conventions))
    header[6] = f"memory (bytes, {conventions.memory_said})"
    rows = [_cells(record) for record in records(analysis, depth, conventions)]
    note = f"{_summary(name, analysis, conventions)}\n{conventions.said}"
    return workbook(header, rows, note, _totals(analysis, conventions))


def _header(conventions: Conventions) -> tuple[str, ...]:
    word = conventions.operations_word
    return ("layer", "operator", "input", "output", "parameters", word, "memory (bytes)", "RF", "stride")


def _more_header(conventions: Conventions) -> tuple[str, ...]:
    """The columns that other conventions than the usual ones add."""
    if conventions == DEFAULT:
        return ()
    return (conventions.operations_said, f"memory bytes {conventions.memory_said}")


def _cells(record: Record) -> list[formats.Cell]:
    told = f"{record.kind} {record.attributes}" if record.attributes else record.kind
    return [
        record.id,
        told,
        _shapes(record.inputs, "×"),
        shape_text(record.output),
        record.parameters or None,
        record.operations or None,
        record.memory_bytes,
        _per_axis(record.receptive_field, "×"),
        _per_axis(record.stride, "×"),
    ]


def _csv_cells(record: Record, *, more: bool) -> list[formats.Cell]:
    cells: list[formats.Cell] = [
        record.id,
        record.operator,
        record.block,
        _shapes(record.inputs, "x"),
        "x".join(map(str, record.output)),
        record.parameters,
        record.macs,
        record.activation_bytes,
        _per_axis(record.receptive_field, "x"),
        _per_axis(record.stride, "x"),
    ]
    return [*cells, record.operations, record.memory_bytes] if more else cells


def _totals(analysis: Analysis, conventions: Conventions) -> list[formats.Cell]:
    totals = analysis.totals
    field = totals.receptive_field
    largest = None if field is None else _per_axis(side(field), "×")
    done, memory = conventions.operations(totals), conventions.activation_bytes(totals)
    return ["total", "", "", "", totals.parameters, done, memory, largest, ""]


def _summary(name: str, analysis: Analysis, conventions: Conventions) -> str:
    totals = analysis.totals
    size, done = conventions.parameter_bytes(totals), conventions.operations(totals)
    return (
        f"{name}: {totals.parameters:,} parameters"
        f" ({fixed_text(size, 10**6)} MB = {fixed_text(size, 2**20)} MiB in {conventions.precision_word}),"
        f" {totals.buffers:,} buffers,"
        f" {done:,} {conventions.operations_word} ({_short(done)}),"
        f" activations {_size(conventions, totals)}, {_problems(len(analysis.causes))}."
    )


def _size(conventions: Conventions, totals: Totals) -> str:
    count = conventions.activation_bytes(totals)
    return (
        f"{fixed_text(count, 10**6)} MB" if conventions.sizes == "MB" else f"{fixed_text(count, 2**20)} MiB"
    )


def _short(operations: int) -> str:
    unit, sign = (10**9, "G") if operations >= 10**8 else (10**6, "M")
    return f"{fixed_text(operations, unit, 3)} {sign}"


def _problems(count: int) -> str:
    return {0: "no problem", 1: "1 problem"}.get(count, f"{count} problems")


def _shapes(shapes: tuple[Shape, ...], sign: str) -> str:
    return " + ".join(sign.join(map(str, shape)) for shape in shapes)


def _per_axis(value: Any, sign: str) -> formats.Cell:
    """One figure, or height and width as a text; None where all positions see everything."""
    if isinstance(value, tuple):
        return sign.join("–" if item is None else str(item) for item in value)
    figure: formats.Cell = value
    return figure
