"""`arch-explorer search`: which width and depth of a network are best inside a budget."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from explorer.cli.network import network
from explorer.cli.output import add_network
from explorer.cli.plans import add_plan, carried_out
from explorer.cli.program import complain
from explorer.cli.recipe_options import add_recipe, divided, wanted
from explorer.cli.train import fitting_graph, options_of
from explorer.core.errors import ExplorerError
from explorer.core.experiment import checked_seeds
from explorer.core.pareto import MACS, PARAMETERS, Space, searched


def add(subparsers: Any) -> None:
    """Declare the command; the recipe's options follow from its declaration."""
    parser = subparsers.add_parser("search", help="find the best width and depth inside a budget")
    parser.set_defaults(run=run, resume=False)
    add_network(parser)
    parser.add_argument(
        "--widths", default="0.5,1,2", metavar="X,X", help="factors of all maps (default: 0.5,1,2)"
    )
    parser.add_argument(
        "--depths", default="1", metavar="X,X", help="factors of the counts of all stages (default: 1)"
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--max-parameters", type=int, metavar="N", help="leave out what has more")
    budget.add_argument("--max-macs", type=int, metavar="N", help="leave out what needs more for one picture")
    add_plan(parser)
    add_recipe(parser)


def run(args: Namespace) -> int:
    """Count all candidates, train those inside the budget, and name those that none beats in both."""
    options, settings = divided(args.settings, options_of(args.network))
    args.settings = options
    chosen = network(args.network, input=args.input, settings=options)
    recipe = wanted(chosen.document.recipe, args, settings)
    space = Space(
        _factors("--widths", args.widths),
        _factors("--depths", args.depths),
        MACS if args.max_macs is not None else PARAMETERS,
        _limit(args),
    )
    graph = fitting_graph(chosen, recipe, args, Path(args.runs))
    plan = searched(chosen.name, graph, recipe, space, checked_seeds(args.seeds))
    complain(f"{len(plan.costs)} candidates are inside the budget", label="")
    return carried_out(plan, args)


def _limit(args: Namespace) -> int:
    limit = args.max_macs if args.max_macs is not None else args.max_parameters
    if limit is not None and limit < 1:
        raise ExplorerError(f"a budget is 1 or more, got {limit}")
    return limit or 0


def _factors(option: str, text: str) -> tuple[float, ...]:
    try:
        factors = tuple(dict.fromkeys(float(part) for part in text.split(",") if part.strip()))
    except ValueError:
        factors = ()
    if not factors or not all(0 < factor <= 100 for factor in factors):
        raise ExplorerError(f"{option} takes factors above 0 and up to 100, like 0.5,1,2; got {text[:60]!r}")
    return factors
