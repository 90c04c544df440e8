"""Carrying a plan of trainings out on the command line: what happens as lines, what it gave as a table."""

from __future__ import annotations

import contextlib
import math
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from explorer.cli.output import deliver
from explorer.cli.program import DONE, FAILED, INTERRUPTED, complain
from explorer.cli.progress import ProgressLine
from explorer.cli.watching import interruptible
from explorer.core.claims import percent
from explorer.core.experiment import Measure, Outcome, Plan
from explorer.engine.events import Began, Event, Failed, Finished, Refused
from explorer.engine.experiments.conducting import Progressed, carry_out, progress
from explorer.export import formats

_HEADER = ("network", "seed", "state", "parameters", "MACs", "training error", "test error")


def add_plan(parser: ArgumentParser) -> None:
    """Declare the options that all plans share."""
    parser.add_argument("--seeds", default="0", metavar="N,N", help="repeat it with each seed (default: 0)")
    parser.add_argument("--runs", metavar="DIR", default="runs", help="folder of the runs (default: runs)")
    parser.add_argument("--device", default="auto", help="auto (the default), cpu, cuda:0 …")
    parser.add_argument("--report", action="store_true", help="train nothing: say what the runs have so far")
    parser.add_argument("--format", choices=formats.FORMATS, default="text", help="how to print the result")
    parser.add_argument("--out", metavar="FILE", help="write the result to a file")


def carried_out(plan: Plan, args: Namespace) -> int:
    """Train what is not trained yet, print the table and the conclusion; the exit code.

    Raises:
        ExplorerError: a folder holds another run, or the output cannot be written.
    """
    runs = Path(args.runs)
    if args.report:
        deliver(_report(plan, progress(plan, runs), args.format), args.out)
        return DONE
    stopping = threading.Event()
    events = carry_out(plan, runs, device=args.device, should_stop=stopping.is_set)
    with interruptible(stopping), contextlib.closing(events):  # type: ignore[type-var]
        failed, last = _shown(events)
    deliver(_report(plan, last or progress(plan, runs), args.format), args.out)
    if stopping.is_set():
        complain("interrupted; the same command goes on where it stopped", label="")
        return INTERRUPTED
    return FAILED if failed else DONE


def _shown(events: Iterator[Event]) -> tuple[int, Progressed | None]:
    """Show what happens; how many trainings could not be judged, and where all stand at the end."""
    line, failed, last = ProgressLine(), 0, None
    try:
        for event in events:
            line.show(event)
            if isinstance(event, Progressed):
                last = event
            elif isinstance(event, Began):
                complain(f"training {event.number} of {event.total}: {event.name}", label="")
            elif isinstance(event, Finished):
                line.close()
            elif isinstance(event, (Failed, Refused)):
                line.close()
                diverged = isinstance(event, Failed) and Failed.is_divergence(event.message)
                failed += not diverged  # that is an answer too
                complain(event.message, label="" if diverged else "error: ")
    finally:
        line.close()
    return failed, last


def _report(plan: Plan, found: Progressed, format: str) -> str:
    conclusion = found.conclusion
    if format == "json":
        return formats.json_text(
            {
                "title": plan.title,
                "outcomes": [_data(plan, item) for item in found.outcomes],
                "findings": [vars(item) | {"verdict": item.verdict.value} for item in conclusion.findings],
                "conclusion": conclusion.sentence,
            }
        )
    table = formats.rendered(format, _HEADER, [_cells(plan, item) for item in found.outcomes])
    if format in ("csv", "latex"):
        return table
    sentences = [item.sentence for item in conclusion.findings] + [conclusion.sentence]
    if format == "markdown":
        return "\n".join([table, *(f"* {sentence}" for sentence in sentences), ""])
    return "\n".join([plan.title, "", table, *sentences, ""])


def _cells(plan: Plan, item: Outcome) -> list[formats.Cell]:
    cost = plan.costs[item.variant]
    figures = [_error(item, measure) for measure in Measure]
    shown = [None if value is None else percent(value) for value in figures]
    return [item.variant, str(item.seed), item.state, cost.parameters, cost.macs, *shown]


def _data(plan: Plan, item: Outcome) -> dict[str, Any]:
    cost = plan.costs[item.variant]
    return {
        "network": item.variant,
        "seed": item.seed,
        "state": item.state,
        "parameters": cost.parameters,
        "macs": cost.macs,
        "training_error": _error(item, Measure.TRAIN_ERROR),
        "test_error": _error(item, Measure.TEST_ERROR),
        "epochs": len(item.curve),
    }


def _error(item: Outcome, measure: Measure) -> float | None:
    """What is known so far; None before the first epoch is over, or where the figures are lost."""
    value = item.value(measure) if item.curve or item.is_over else math.nan
    return value if math.isfinite(value) else None
