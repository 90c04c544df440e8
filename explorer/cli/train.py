"""`arch-explorer train`: train a network, keep the run in a folder, and say how it goes."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from argparse import Namespace
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from explorer.architectures.catalog import architecture_named, architectures
from explorer.cli.find_rate import find_rate_of
from explorer.cli.network import Network, network
from explorer.cli.output import add_network
from explorer.cli.program import complain
from explorer.cli.recipe_options import add_recipe, divided, wanted
from explorer.cli.sweep import reproduce_run, train_sweep
from explorer.cli.watching import code_of, interruptible, watched
from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.events import Event, Failed, Finished, Stopped
from explorer.engine.runs.run_folder import current_recipe, is_run, read_record


def add(subparsers: Any) -> None:
    """Declare the command; the recipe's options follow from its declaration."""
    parser = subparsers.add_parser("train", help="train a network and keep the run in a folder")
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument(
        "--run",
        "--folder",  # torchrun takes --run for a setting of its own
        metavar="DIR",
        dest="folder",
        help="folder of the run (under torchrun: --folder)",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the run's newest checkpoint")
    parser.add_argument("--device", default="auto", help="auto (the default), cpu, cuda:0 …")
    parser.add_argument(
        "--branch",
        metavar="RUN[@N]",
        help="begin with the weights of another run, at the end of epoch N (default: its newest)",
    )
    parser.add_argument("--at-epoch", type=int, metavar="N", help="the same as @N after --branch")
    parser.add_argument(
        "--single-step", action="store_true", help="wait after the first step (go on with runs --tell)"
    )
    parser.add_argument(
        "--sweep",
        metavar="NAME=VALUE,…",
        action="append",
        default=[],
        help="train once with each value, into a folder of its own below --run; may be given several times",
    )
    parser.add_argument(
        "--reproduce",
        action="store_true",
        help="NETWORK is a run: start it again as it was, and say whether the curves agree",
    )
    parser.add_argument(
        "--find-rate",
        action="store_true",
        help="train nothing: try rising learning rates for 100 steps and print the losses and a suggestion",
    )
    add_recipe(parser)


def run(args: Namespace) -> int:
    """Train; Ctrl-C stops between two steps and saves."""
    if args.folder is None and not args.find_rate:
        raise ExplorerError("a training needs a folder for its run; name one with --run")
    folder = Path(args.folder or "")
    _divide_branch(args)
    if args.reproduce:
        return reproduce_run(args)
    options, settings = divided(args.settings, options_of(args.network))
    args.settings = options
    chosen = network(args.network, input=args.input, settings=options)
    base = _base(chosen, args, folder)
    recipe = wanted(base, args, settings)
    graph = fitting_graph(chosen, recipe, args, folder)
    if args.find_rate:
        return find_rate_of(graph, recipe, args.device)
    if args.sweep:
        return train_sweep(graph, recipe, chosen.name, args)
    # torch takes seconds to import: only once the arguments are known to make sense
    from explorer.engine.learning.team import ALONE, Torchrun, torchrun_started
    from explorer.engine.runs.control import Control
    from explorer.engine.runs.origin import Branch
    from explorer.engine.training.trainer import train

    control = Control()
    if args.single_step:
        control.step()
    team = Torchrun(args.device) if torchrun_started() else ALONE
    stopping = threading.Event()
    events = train(
        graph,
        recipe,
        device=args.device,
        folder=folder,
        resume=args.resume,
        exactly=True,
        branch=Branch(Path(args.branch), args.at_epoch) if args.branch else None,
        should_stop=stopping.is_set,
        control=control,
        team=team,
        name=chosen.name,
    )
    with contextlib.closing(team), interruptible(stopping), contextlib.closing(events):  # type: ignore[type-var]
        last = watched(events, silent=not team.leads)
    if team.leads:
        return _result(last, chosen.name, recipe, args)
    if isinstance(last, Failed):
        complain(f"process {team.rank + 1} of {team.size}: {last.message}")
    return code_of(last)


def _divide_branch(args: Namespace) -> None:
    """Take RUN@N apart, unless there is a run of just this name."""
    if args.branch is None or is_run(Path(args.branch)):
        return
    run, sign, epoch = args.branch.rpartition("@")
    if sign and epoch.isascii() and epoch.isdecimal() and len(epoch) < 10:
        args.branch, args.at_epoch = run, int(epoch)


def _base(chosen: Network, args: Namespace, folder: Path) -> Recipe:
    """The recipe to begin with: that of the run that goes on or is branched from, or the document's."""
    if args.resume:
        return current_recipe(folder)
    if args.at_epoch is not None and not args.branch:
        raise ExplorerError("--at-epoch says where to branch from: name the run with --branch")
    return current_recipe(Path(args.branch)) if args.branch else chosen.document.recipe


def options_of(name: str) -> Collection[str]:
    """The options that a network of the catalogue has; none for a file."""
    known = architectures()
    return known[name].options if name in known else ()


def fitting_graph(chosen: Network, recipe: Recipe, args: Namespace, folder: Path) -> Graph:
    """The network to train: from the catalogue it is made to fit the data, unless it is told how."""
    if args.resume and chosen.architecture is not None and not (args.settings or args.input):
        record = read_record(folder)
        if record.name == chosen.name:
            return record.graph
    if chosen.architecture is None:
        return chosen.graph
    known = architecture_named(chosen.architecture.name).options
    told = {text.partition("=")[0].strip().replace("-", "_") for text in args.settings}
    wanted = {name: value for name, value in _fitting(recipe).items() if name in known and name not in told}
    if args.input:
        wanted.pop("in_channels", None)
    changed = {name: value for name, value in wanted.items() if known[name] != value}
    if not changed:
        return chosen.graph
    texts = [f"{name}={value}" for name, value in changed.items()]
    complain(f"{chosen.name} is built with {', '.join(texts)} to fit {recipe.data}", label="")
    return network(args.network, input=args.input, settings=[*args.settings, *texts]).graph


def _fitting(recipe: Recipe) -> Mapping[str, int]:
    """The options that make a network of the catalogue fit the data."""
    # numpy and torch are not needed to refuse bad arguments
    from explorer.engine.data.datasets import channels, survey

    found = survey(recipe.data)
    return {"classes": len(found.classes), "in_channels": channels(found)}


def _result(event: Event, name: str, recipe: Recipe, args: Namespace) -> int:
    again = f"arch-explorer train {args.network} --run {args.folder} --resume"
    code = code_of(event)
    if isinstance(event, Finished):
        print(
            f"{name} on {recipe.data}: test accuracy {event.test_accuracy:.2%} after {event.epoch} epochs"
            f" (best {event.best_accuracy:.2%} in epoch {event.best_epoch}), {event.seconds:.1f} s,"
            f"{f' ended early: {event.why},' if event.why else ''} kept in {args.folder}"
        )
    elif isinstance(event, Stopped):
        saved = is_run(Path(args.folder))
        what = f"all is saved; go on with: {again}" if saved else "nothing was trained yet"
        complain(f"interrupted at step {event.step:,} (epoch {event.epoch + 1}): {what}", label="")
    elif isinstance(event, Failed):
        _tell_failure(event, args.folder)
    return code


def _tell_failure(event: Failed, folder: str) -> None:
    complain(f"{event.message}; {event.remedy}")
    if event.weights:
        path = Path(tempfile.mkdtemp(prefix="arch-explorer-")) / "weights.safetensors"
        atomic_write(path, event.weights)
        complain(f"the trained weights are in {path}", label="")
    elif event.healthy_step is not None:
        complain(f"the state of step {event.healthy_step:,} is safe in {folder}", label="")
