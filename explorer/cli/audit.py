"""`arch-explorer audit`: our figures beside those of other counters, and why they differ."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from explorer.architectures.catalog import architectures
from explorer.architectures.published import comparisons
from explorer.architectures.torchvision_sets import SetCount
from explorer.cli.network import TORCHVISION, Network, network
from explorer.cli.output import add_network, deliver
from explorer.cli.program import DONE, FAILED
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.export import formats
from explorer.export.audit_table import (
    FORMATS,
    counts_text,
    published_table,
    set_data,
    set_table,
)

_ALL = TORCHVISION.removesuffix(":")


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "audit",
        help="our figures beside torchinfo's, fvcore's and torch's, and why they differ",
        description="NETWORK may also be torchvision:NAME, any of torchvision's classifiers, which torch"
        " then counts for every set of its weights, or torchvision, for all of them.",
    )
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--layers", action="store_true", help="also layer by layer, where they differ")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to print it")
    parser.add_argument("--out", metavar="FILE", help="write a file instead of printing")


def run(args: Namespace) -> int:
    """Print the figures; ends with 1 if a difference has no explanation."""
    if args.network == _ALL or args.network.startswith(TORCHVISION):
        return _published_sets(args)
    chosen = network(args.network, input=args.input, settings=args.settings)
    # the counters need torch, which takes seconds to load
    from explorer.engine.counting.audit import audit

    counts = list(audit(chosen.graph))
    text = counts_text(args.format, chosen.name, counts, layers=args.layers)
    if args.format in ("text", "markdown"):
        text += _published(args, chosen)
    deliver(text, args.out)
    return FAILED if any(item.puzzling for item in counts) else DONE


def _published(args: Namespace, chosen: Network) -> str:
    """What is published of a network of the catalogue that was not changed."""
    if chosen.architecture is None or args.settings or args.input:
        return ""
    found = comparisons(chosen.architecture, analyze(chosen.graph).totals)
    return "\n" + formats.rendered(args.format, *published_table(found)) if found else ""


def _published_sets(args: Namespace) -> int:
    every, name = args.network == _ALL, args.network.removeprefix(TORCHVISION)
    if not name:
        raise ExplorerError(
            f"{TORCHVISION} lacks a name, like {TORCHVISION}vit_b_16; audit {_ALL} counts all classifiers"
        )
    if args.input or args.settings:
        raise ExplorerError(
            "torchvision's networks are counted as they are published; --input and --set are for networks"
            " of the catalogue (arch-explorer networks lists them)"
        )
    # torchvision takes seconds to load
    from explorer.engine.counting.torchvision_networks import set_counts

    found: list[SetCount] = []
    for item in set_counts("" if every else name):
        found.append(item)
        if every and sys.stderr.isatty():
            sys.stderr.write(f"\r{len(found):>4} sets of weights, {item.figures.network:<24}")
    if every and sys.stderr.isatty():
        sys.stderr.write("\n")
    deliver(_sets_text(args.format, found), args.out)
    return FAILED if any(item.unexplained for item in found) else DONE


def _sets_text(format: str, found: list[SetCount]) -> str:
    if format == "json":
        return formats.json_text({"sets": [set_data(item) for item in found]})
    text = formats.rendered(format, *set_table(found))
    if format == "csv":
        return text
    ours = {item.facts.torchvision: item.name for item in architectures().values() if item.facts.torchvision}
    same = sorted({ours[item.figures.network] for item in found if item.figures.network in ours})
    puzzling = sum(1 for item in found if item.unexplained)
    text += f"\nsets of weights: {len(found)}, of them with a difference that is not explained: {puzzling}."
    if len(same) == 1:
        text += f" Layer by layer: arch-explorer audit {same[0]}"
    return text + "\n"
