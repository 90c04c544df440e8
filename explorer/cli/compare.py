"""`arch-explorer compare`: the totals of several networks side by side."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.cli.network import network
from explorer.cli.output import add_options, deliver
from explorer.cli.program import DONE
from explorer.cli.table import report_problems
from explorer.core.analysis import Analysis, analyze
from explorer.core.errors import ExplorerError
from explorer.core.outline import leaves
from explorer.core.shapes import shape_text
from explorer.export import formats
from explorer.export.table import CONVENTIONS, input_data, problems_data, total_data

_FIGURES = (
    ("parameters", "parameters"),
    ("buffers", "buffers"),
    ("MACs", "macs"),
    ("parameter bytes", "parameter_bytes"),
    ("activation bytes", "activation_bytes"),
    ("receptive field", "receptive_field"),
)


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("compare", help="the totals of several networks side by side")
    parser.set_defaults(run=run)
    parser.add_argument("networks", metavar="NETWORK", nargs="+", help="two networks or more")
    add_options(parser)
    parser.add_argument("--format", choices=formats.FORMATS, default="text", help="how to print it")
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Print or write the comparison; `--input` and `--set` hold for all networks."""
    if len(args.networks) < 2:
        raise ExplorerError("compare needs two networks or more, like: compare resnet18 resnet34")
    chosen = [network(text, input=args.input, settings=args.settings) for text in args.networks]
    compared = [(item.name, analyze(item.graph)) for item in chosen]
    deliver(_text(args.format, compared), args.out)
    for name, analysis in compared:
        report_problems(analysis, prefix=f"{name}: ")
    return DONE


def _text(format: str, compared: list[tuple[str, Analysis]]) -> str:
    if format == "json":
        return formats.json_text({"networks": [_data(*item) for item in compared]})
    columns = [_column(analysis) for _, analysis in compared]
    names = ["input", "layers", *(label for label, _ in _FIGURES)]
    rows = [[name, *cells] for name, *cells in zip(names, *columns, strict=True)]
    text = formats.rendered(format, ["", *(name for name, _ in compared)], rows)
    return f"{text}\n{CONVENTIONS}\n" if format in ("text", "markdown") else text


def _column(analysis: Analysis) -> list[formats.Cell]:
    total = total_data(analysis)
    shapes = [analysis.rows[name].output for name in analysis.graph.sources if name in analysis.rows]
    cells: list[formats.Cell] = [" + ".join(map(shape_text, shapes)), _layers(analysis)]
    for _, key in _FIGURES:
        value = total[key]
        cells.append("×".join(map(str, value)) if isinstance(value, list) else value)
    return cells


def _layers(analysis: Analysis) -> int:
    """Plain layers, without the inputs."""
    return sum(1 for line in leaves(analysis)) - len(analysis.graph.sources)


def _data(name: str, analysis: Analysis) -> dict[str, Any]:
    return {
        "network": name,
        "input": input_data(analysis),
        "layers": _layers(analysis),
        "total": total_data(analysis),
        "problems": problems_data(analysis),
    }
