"""`arch-explorer experiment`: a known experiment in one go, with the conclusion that its data allow."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from explorer.architectures.experiments import EXPERIMENTS, experiment_named, planned
from explorer.cli.output import deliver
from explorer.cli.plans import add_plan, carried_out
from explorer.cli.program import DONE
from explorer.core.experiment import FAST, PAPER, checked_seeds
from explorer.export import formats


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("experiment", help="repeat a known experiment and say what it shows")
    parser.set_defaults(run=run)
    parser.add_argument("name", metavar="NAME", nargs="?", help="which one; without it, all are listed")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--fast", action="store_true", help="within minutes on two cores (the default)")
    which.add_argument(
        "--paper", action="store_true", help="as the paper has it, as far as its data are at hand"
    )
    add_plan(parser)


def run(args: Namespace) -> int:
    """List the experiments, or carry one out; it goes on where it was interrupted."""
    if args.name is None:
        deliver(_listed(args.format), args.out)
        return DONE
    experiment = experiment_named(args.name)
    version = PAPER if args.paper else FAST
    return carried_out(planned(experiment, version, checked_seeds(args.seeds)), args)


def _listed(format: str) -> str:
    if format == "json":
        return formats.json_text(
            [
                {
                    "name": item.name,
                    "title": item.title,
                    "question": item.question,
                    "source": item.source,
                    "versions": {
                        version.name: {
                            "networks": [variant.label for variant in version.variants],
                            "data": version.recipe.data,
                            "departs": version.departs,
                        }
                        for version in item.versions
                    },
                }
                for item in EXPERIMENTS
            ]
        )
    rows = [
        (item.name, ", ".join(version.name for version in item.versions), item.question, item.source)
        for item in EXPERIMENTS
    ]
    return formats.rendered(format, ("name", "versions", "question", "source"), rows)
