"""`arch-explorer compare`: several networks side by side: totals, stages, and what differs."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from explorer.cli.conventions import add_conventions, conventions_of
from explorer.cli.network import Network, network
from explorer.cli.output import add_options, deliver, write_file
from explorer.cli.program import DONE
from explorer.cli.table import report_problems
from explorer.core.errors import ExplorerError
from explorer.export import formats
from explorer.export.alignment import Align
from explorer.export.comparison_table import comparison_text, comparison_workbook
from explorer.export.side_by_side import FEWEST, side_by_side
from explorer.export.subjects import Accuracy, Subject, graph_subject

EXCEL = "excel"


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("compare", help="several networks side by side")
    parser.set_defaults(run=run)
    parser.add_argument("networks", metavar="NETWORK", nargs="+", help="two networks or more")
    add_options(parser)
    add_conventions(parser)
    parser.add_argument(
        "--stages",
        action="store_true",
        help="also what makes maps of each side, with its cost and parameters; in Excel a sheet of its own",
    )
    parser.add_argument(
        "--align",
        choices=[str(by) for by in Align],
        default=str(Align.SIDE),
        help="what makes stages stand in one row: the side of their maps, their depth, or their share",
    )
    parser.add_argument(
        "--differences",
        action="store_true",
        help="also the layers and settings that differ from the first; in Excel a sheet for each network",
    )
    parser.add_argument(
        "--format",
        choices=(*formats.FORMATS, EXCEL),
        default="text",
        help="how to print it; excel is written to the file of --out",
    )
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Print or write the comparison; `--input` and `--set` hold for all networks."""
    if len(args.networks) < FEWEST:
        raise ExplorerError("compare needs two networks or more, like: compare resnet18 resnet34")
    chosen = [network(text, input=args.input, settings=args.settings) for text in args.networks]
    compared = side_by_side([_subject(item) for item in chosen], conventions_of(args))
    if args.format == EXCEL:
        if args.out is None:
            raise ExplorerError("--format excel writes a file; name it with --out, like --out compare.xlsx")
        wanted = {"stages": args.stages, "differences": args.differences}
        write_file(args.out, comparison_workbook(compared, Align(args.align), **wanted))
    else:
        text = comparison_text(
            compared, args.format, stages=args.stages, differences=args.differences, by=Align(args.align)
        )
        deliver(text, args.out)
    for subject in compared.subjects:
        report_problems(subject.analysis, prefix=f"{subject.name}: ")
    return DONE


def _subject(chosen: Network) -> Subject:
    subject = graph_subject(chosen.name, str(chosen.path or ""), chosen.graph)
    if chosen.architecture is not None:
        return replace(subject, title=chosen.architecture.title)
    if chosen.path is None or not chosen.path.is_dir():
        return subject
    # this module of the engine needs no torch; it is loaded for runs only
    from explorer.engine.runs.run_folder import summarize

    best = summarize(chosen.path).best_accuracy
    if best is None:
        return subject
    return replace(subject, accuracy=Accuracy(100 * best, None, f"its run {chosen.path.name}", False))
