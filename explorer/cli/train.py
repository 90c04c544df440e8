"""`arch-explorer train`: train a network, keep the run in a folder, and say how it goes."""

from __future__ import annotations

import argparse
import contextlib
import signal
import tempfile
import threading
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.architectures.catalog import architecture_named
from explorer.cli.network import Network, network
from explorer.cli.output import add_network
from explorer.cli.program import DONE, FAILED, INTERRUPTED, complain
from explorer.cli.progress import ProgressLine
from explorer.core.attribute import Attribute, attributes
from explorer.core.errors import ExplorerError
from explorer.core.files import atomic_write
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.events import Event, Failed, Finished, Stopped
from explorer.engine.runs import is_run, read_record

_SHORT = {"batch_size": "batch", "learning_rate": "lr"}
"""Settings of the recipe that have a shorter name on the command line."""


def add(subparsers: Any) -> None:
    """Declare the command; the recipe's options follow from its declaration."""
    parser = subparsers.add_parser("train", help="train a network and keep the run in a folder")
    parser.set_defaults(run=run)
    add_network(parser)
    parser.add_argument("--run", metavar="DIR", required=True, dest="folder", help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on from the run's newest checkpoint")
    parser.add_argument("--device", default="auto", help="auto (the default), cpu, cuda:0 …")
    for declared in attributes(Recipe):
        _add_setting(parser, declared)


def run(args: Namespace) -> int:
    """Train; Ctrl-C stops between two steps and saves."""
    folder = Path(args.folder)
    given = {
        declared.name: getattr(args, declared.name)
        for declared in attributes(Recipe)
        if getattr(args, declared.name) is not None
    }
    chosen = network(args.network, input=args.input, settings=args.settings)
    base = read_record(folder).recipe if args.resume else chosen.document.recipe
    recipe = replace(base, **given)
    graph = _graph(chosen, recipe, args, folder)
    # torch takes seconds to import: only once the arguments are known to make sense
    from explorer.engine.training import train

    stopping = threading.Event()
    events = train(
        graph,
        recipe,
        device=args.device,
        folder=folder,
        resume=args.resume,
        should_stop=stopping.is_set,
        name=chosen.name,
    )
    with _interruptible(stopping), contextlib.closing(events):  # type: ignore[type-var]
        last = _watched(events)
    return _result(last, chosen.name, recipe, args)


def _add_setting(parser: argparse.ArgumentParser, declared: Attribute) -> None:
    option = "--" + _SHORT.get(declared.name, declared.name).replace("_", "-")
    settings: dict[str, Any] = {"dest": declared.name, "default": None}
    shown = getattr(declared.default, "value", declared.default)
    settings["help"] = f"{declared.help} (default: {shown})".replace("%", "%%")
    if declared.kind is bool:
        parser.add_argument(option, action=argparse.BooleanOptionalAction, **settings)
        return
    if declared.kind in (int, float):
        settings |= {"type": declared.kind, "metavar": "N" if declared.kind is int else "X"}
    elif declared.kind is not str:
        settings["choices"] = [item.value for item in declared.kind]
    else:
        settings["metavar"] = "digits|FOLDER" if declared.name == "data" else "TEXT"
    parser.add_argument(option, **settings)


def _graph(chosen: Network, recipe: Recipe, args: Namespace, folder: Path) -> Graph:
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
    from explorer.engine.datasets import channels, survey

    found = survey(recipe.data)
    return {"classes": len(found.classes), "in_channels": channels(found)}


def _watched(events: Iterator[Event]) -> Event:
    """Show the events as they come; the last one."""
    line = ProgressLine()
    event: Event | None = None
    try:
        for event in events:
            line.show(event)
    finally:
        line.close()
    if event is None:
        raise ExplorerError("the training ended before it began; try again")
    return event


def _result(event: Event, name: str, recipe: Recipe, args: Namespace) -> int:
    again = f"arch-explorer train {args.network} --run {args.folder} --resume"
    if isinstance(event, Finished):
        print(
            f"{name} on {recipe.data}: test accuracy {event.test_accuracy:.2%} after {event.epoch} epochs"
            f" (best {event.best_accuracy:.2%} in epoch {event.best_epoch}), {event.seconds:.1f} s,"
            f" kept in {args.folder}"
        )
        return DONE
    if isinstance(event, Stopped):
        saved = is_run(Path(args.folder))
        what = f"all is saved; go on with: {again}" if saved else "nothing was trained yet"
        complain(f"interrupted at step {event.step:,} (epoch {event.epoch + 1}): {what}", label="")
        return INTERRUPTED
    assert isinstance(event, Failed)  # noqa: S101  (a training ends in one of the three)
    complain(f"{event.message}; {event.remedy}")
    if event.weights:
        path = Path(tempfile.mkdtemp(prefix="arch-explorer-")) / "weights.safetensors"
        atomic_write(path, event.weights)
        complain(f"the trained weights are in {path}", label="")
    elif event.healthy_step is not None:
        complain(f"the state of step {event.healthy_step:,} is safe in {args.folder}", label="")
    return FAILED


@contextlib.contextmanager
def _interruptible(stopping: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C (or a request to end) stop the training; a second one interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return

    def stop(*_: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        complain("stopping after this step …", label="")

    old = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
