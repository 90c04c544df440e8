"""`arch-explorer networks`: what the catalogue holds."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.architectures.catalog import Architecture, architectures
from explorer.cli.output import deliver
from explorer.cli.program import DONE
from explorer.export import formats


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("networks", help="list the networks of the catalogue")
    parser.set_defaults(run=run)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")


def run(args: Namespace) -> int:
    """Print the list; no network is built for it."""
    known = architectures().values()
    if args.format == "json":
        deliver(formats.json_text([_data(item) for item in known]), None)
        return DONE
    header = ("name", "title", "year", "parameters", "MACs", "RF")
    rows = [
        [item.name, item.title, str(item.facts.year), *_figures(item)]
        for item in sorted(known, key=lambda item: item.facts.year)
    ]
    deliver(formats.plain_text(header, rows), None)
    return DONE


def _figures(item: Architecture) -> list[formats.Cell]:
    return [item.facts.parameters, item.facts.macs, item.facts.receptive_field]


def _data(item: Architecture) -> dict[str, Any]:
    facts = item.facts
    return {
        "name": item.name,
        "title": item.title,
        "family": item.family,
        "summary": item.summary,
        "year": facts.year,
        "paper": facts.paper,
        "parameters": facts.parameters,
        "macs": facts.macs,
        "receptive_field": facts.receptive_field,
        "torchvision": facts.torchvision or None,
        "published": {item.what: item.text for item in facts.published},
        "options": dict(item.options),
    }
