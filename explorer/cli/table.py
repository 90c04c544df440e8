"""`arch-explorer table`: every layer of a network with its figures."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.cli.network import network
from explorer.cli.output import add_network, deliver
from explorer.cli.program import DONE, complain
from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.export import formats
from explorer.export.table import CONVENTIONS, Record, data, records, side

_HEADER = ("layer", "operator", "input", "output", "parameters", "MACs", "memory", "RF", "stride")
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
    parser.add_argument("--depth", type=int, metavar="N", help="show blocks at this depth as one line each")
    parser.add_argument("--format", choices=formats.FORMATS, default="text", help="how to print it")
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Print or write the table. A network with a problem gets one too, and the problem is named."""
    if args.depth is not None and args.depth < 1:
        raise ExplorerError(f"--depth counts from 1 (blocks folded), got {args.depth}")
    chosen = network(args.network, input=args.input, settings=args.settings)
    analysis = analyze(chosen.graph)
    deliver(_text(args.format, chosen.name, analysis, args.depth), args.out)
    report_problems(analysis)
    return DONE


def report_problems(analysis: Analysis, prefix: str = "") -> None:
    """Name on standard error what has no shape, and the way out where one is known."""
    for problem in analysis.causes:
        repair = f" [{problem.repairs[0].label}]" if problem.repairs else ""
        complain(f"{prefix}{problem.id}: {problem.message}{repair}", label="problem: ")


def _text(format: str, name: str, analysis: Analysis, depth: int | None) -> str:
    if format == "json":
        return formats.json_text(data(name, analysis, depth))
    found = records(analysis, depth)
    if format == "csv":
        return formats.csv_text(_CSV_HEADER, [_csv_cells(record) for record in found])
    rows = [_cells(record) for record in found]
    text = formats.rendered(format, _HEADER, rows, _totals(analysis))
    if format == "latex":
        return text
    return f"{text}\n{_summary(name, analysis)}\n{CONVENTIONS}\n"


def _cells(record: Record) -> list[formats.Cell]:
    told = f"{record.kind} {record.attributes}" if record.attributes else record.kind
    return [
        record.id,
        told,
        _shapes(record.inputs, "×"),
        shape_text(record.output),
        record.parameters or None,
        record.macs or None,
        record.activation_bytes,
        _per_axis(record.receptive_field, "×"),
        _per_axis(record.stride, "×"),
    ]


def _csv_cells(record: Record) -> list[formats.Cell]:
    return [
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


def _totals(analysis: Analysis) -> list[formats.Cell]:
    totals = analysis.totals
    field = totals.receptive_field
    largest = None if field is None else _per_axis(side(field), "×")
    return ["total", "", "", "", totals.parameters, totals.macs, totals.activation_bytes, largest, ""]


def _summary(name: str, analysis: Analysis) -> str:
    totals = analysis.totals
    size = totals.parameter_bytes
    return (
        f"{name}: {totals.parameters:,} parameters ({size / 1e6:,.2f} MB = {size / 2**20:,.2f} MiB in fp32),"
        f" {totals.buffers:,} buffers, {totals.macs:,} MACs ({_short(totals.macs)}),"
        f" activations {totals.activation_bytes / 2**20:,.2f} MiB, {_problems(len(analysis.causes))}."
    )


def _short(macs: int) -> str:
    return f"{macs / 1e9:,.3f} G" if macs >= 10**8 else f"{macs / 1e6:,.3f} M"


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
