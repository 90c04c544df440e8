"""`arch-explorer runs`: the runs of a folder, side by side."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from explorer.cli.output import deliver
from explorer.cli.program import DONE, complain
from explorer.core.errors import ExplorerError
from explorer.core.notation import settings_to_data
from explorer.engine.runs import RunSummary, run_folders, summarize
from explorer.export import formats

_HEADER = (
    "run",
    "network",
    "data",
    "state",
    "epoch",
    "best",
    "test",
    "test loss",
    "train loss",
    "lr",
    "seed",
)


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("runs", help="list and compare runs")
    parser.set_defaults(run=run)
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", default=".", help="a folder of runs (default: this one)"
    )
    parser.add_argument("--format", choices=formats.FORMATS, default="text", help="how to print it")


def run(args: Namespace) -> int:
    """Print the list; a run that cannot be read is named on standard error and left out."""
    found = []
    for folder in run_folders(Path(args.folder)):
        try:
            found.append(summarize(folder))
        except ExplorerError as error:
            complain(f"{error}", label="left out: ")
    if args.format == "json":
        deliver(formats.json_text([_data(item) for item in found]), None)
        return DONE
    if not found:
        complain(f"there is no run in {args.folder}; train one with --run {args.folder}/NAME", label="")
    if found or args.format != "text":
        deliver(formats.rendered(args.format, _HEADER, [_cells(item) for item in found]), None)
    return DONE


def _cells(item: RunSummary) -> list[formats.Cell]:
    recipe = item.record.recipe
    return [
        item.name,
        item.record.name,
        recipe.data,
        item.state,
        f"{item.epoch}/{recipe.epochs}",
        _share(item.best_accuracy),
        _share(item.test_accuracy),
        _figure(item.test_loss),
        _figure(item.train_loss),
        f"{recipe.learning_rate:g}",
        str(recipe.seed),
    ]


def _data(item: RunSummary) -> dict[str, Any]:
    return {
        "run": str(item.folder),
        "network": item.record.name,
        "state": item.state,
        "step": item.step,
        "epoch": item.epoch,
        "best_accuracy": item.best_accuracy,
        "test_accuracy": item.test_accuracy,
        "test_loss": item.test_loss,
        "train_accuracy": item.train_accuracy,
        "train_loss": item.train_loss,
        "started": item.record.facts.get("started"),
        "device": item.record.facts.get("device"),
        "recipe": settings_to_data(item.record.recipe),
    }


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"
