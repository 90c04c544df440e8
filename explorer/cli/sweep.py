"""`arch-explorer train --sweep` and `--reproduce`: trainings that follow from a list or from a run."""

from __future__ import annotations

import contextlib
import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from explorer.cli.program import DONE, FAILED, INTERRUPTED, complain
from explorer.cli.progress import ProgressLine
from explorer.cli.recipe_options import sweep_values
from explorer.cli.watching import code_of, interruptible, watched
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.events import Event, Failed, Finished
from explorer.engine.runs.run_folder import read_record


def train_sweep(graph: Graph, recipe: Recipe, name: str, args: Namespace) -> int:
    """Train with each value of --sweep and print a line for each.

    Raises:
        ExplorerError: the values make no sense, or the arguments do not go together.
    """
    if args.resume or args.branch:
        raise ExplorerError("--sweep begins new runs; leave out --resume and --branch")
    values = dict(sweep_values(text) for text in args.sweep)
    # torch takes seconds to import: only once the arguments are known to make sense
    from explorer.engine.experiments.queue import Queued, sweep, train_all

    root = Path(args.folder)
    queued = [
        Queued(graph, varied, root / label.replace("/", "-"), f"{name} {label}")
        for label, varied in sweep(recipe, values)
    ]
    stopping = threading.Event()
    events = train_all(queued, device=args.device, should_stop=stopping.is_set)
    with interruptible(stopping), contextlib.closing(events):  # type: ignore[type-var]
        failed = _shown(events)
    if stopping.is_set():
        complain(f"interrupted; the runs in {root} can be resumed one by one", label="")
        return INTERRUPTED
    return FAILED if failed else DONE


def reproduce_run(args: Namespace) -> int:
    """Start a run again as it was, and say whether the curves agree.

    Raises:
        ExplorerError: NETWORK is no run, or its training cannot begin again.
    """
    run = Path(args.network)
    read_record(run)
    # torch takes seconds to import: only once it is known that there is a run
    from explorer.engine.experiments.reproduction import Agreement, reproduce

    stopping = threading.Event()
    events = reproduce(run, Path(args.folder), device=args.device, should_stop=stopping.is_set)
    with interruptible(stopping), contextlib.closing(events):  # type: ignore[type-var]
        last = watched(events)
    if not isinstance(last, Agreement):
        return code_of(last)
    print(last.sentence)
    return DONE


def _shown(events: Iterator[Event]) -> int:
    """Show what happens; how many trainings failed."""
    from explorer.engine.experiments.queue import Began, Refused

    line, title, failed = ProgressLine(), "", 0
    try:
        for event in events:
            line.show(event)
            if isinstance(event, Began):
                title = event.name
                complain(f"training {event.number} of {event.total}: {title}", label="")
            elif isinstance(event, Finished):
                line.close()
                print(f"{title}: test accuracy {event.test_accuracy:.2%} (best {event.best_accuracy:.2%})")
            elif isinstance(event, (Failed, Refused)):
                line.close()
                failed += 1
                complain(f"{title}: {event.message}")
    finally:
        line.close()
    return failed
