"""`arch-explorer audit`: our figures beside those of other counters, and why they differ."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from explorer.cli.network import network
from explorer.cli.output import add_network, deliver
from explorer.cli.program import DONE, FAILED
from explorer.export import formats

if TYPE_CHECKING:
    from explorer.engine.audit import Count


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "audit", help="our figures beside torchinfo's, fvcore's and torch's, and why they differ"
    )
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")


def run(args: Namespace) -> int:
    """Print the figures; ends with 1 if a difference has no explanation."""
    chosen = network(args.network, input=args.input, settings=args.settings)
    # the counters need torch, which takes seconds to load
    from explorer.engine.audit import audit

    counts = list(audit(chosen.graph))
    if args.format == "json":
        deliver(formats.json_text({"network": chosen.name, "counts": [_data(item) for item in counts]}), None)
    else:
        deliver(_text(counts), None)
    return FAILED if any(item.unexplained for item in counts) else DONE


def _text(counts: list[Count]) -> str:
    ours = counts[0]
    header = ("counter", "parameters", "MACs as it counts", "more than ours", "what it counts")
    rows = [
        [item.tool, item.parameters, item.macs, _more(item, ours), item.failure or item.convention]
        for item in counts
    ]
    lines = [formats.plain_text(header, rows)]
    for item in counts[1:]:
        lines += [f"{item.tool} {part.reason}: {part.operations:+,}" for part in item.parts]
        if item.unexplained:
            lines.append(f"{item.tool}: {item.unexplained:+,} are not explained; please report this network")
        elif item.macs is not None and not item.parts:
            lines.append(f"{item.tool} agrees to the last digit")
    return "\n".join(lines) + "\n"


def _more(item: Count, ours: Count) -> int | None:
    return None if item.macs is None or ours.macs is None or item is ours else item.macs - ours.macs


def _data(item: Count) -> dict[str, Any]:
    return {
        "counter": item.tool,
        "convention": item.convention,
        "parameters": item.parameters,
        "macs": item.macs,
        "differences": [{"reason": part.reason, "operations": part.operations} for part in item.parts],
        "unexplained": item.unexplained,
        "failure": item.failure or None,
    }
