"""`arch-explorer runs`: the runs of a folder, side by side."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from explorer.cli.output import deliver
from explorer.cli.program import DONE, complain
from explorer.cli.recipe_options import divided
from explorer.core.errors import ExplorerError
from explorer.core.notation import settings_to_data
from explorer.engine.runs.run_folder import RunSummary, run_folders, summarize
from explorer.engine.runs.run_notes import read_notes
from explorer.engine.runs.run_shelf import disk_size, matches
from explorer.engine.runs.steering import Steering
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
    parser.add_argument(
        "--search", metavar="WORDS", default="", help="only runs with these words; #word is a tag"
    )
    parser.add_argument(
        "--tell",
        metavar="WHAT",
        help="tell the training of one run: pause, resume, step, stop, or a setting like lr=0.01",
    )


def run(args: Namespace) -> int:
    """Print the list; a run that cannot be read is named on standard error and left out."""
    if args.tell is not None:
        tell(Path(args.folder), args.tell)
        return DONE
    found = []
    for folder in run_folders(Path(args.folder)):
        try:
            summary = summarize(folder)
            if matches(summary, read_notes(folder), args.search):
                found.append(summary)
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


def tell(folder: Path, what: str) -> None:
    """Steer the training that writes a run, whoever started it.

    Raises:
        ExplorerError: nothing is trained there, or it cannot be told that.
    """
    if summarize(folder).state not in ("running", "paused"):
        raise ExplorerError(f"nothing is trained in {folder} now; go on with: arch-explorer train … --resume")
    steering = Steering(folder)
    commands = {
        "pause": steering.pause,
        "resume": steering.resume,
        "step": steering.step,
        "stop": steering.stop,
    }
    if what in commands:
        commands[what]()
        return
    if "=" not in what:
        raise ExplorerError(
            f"--tell takes {', '.join(commands)} or a setting like lr=0.01, got {what[:60]!r}"
        )
    _, settings = divided([what], ())
    steering.change(**settings)


def _cells(item: RunSummary) -> list[formats.Cell]:
    recipe = item.recipe
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
        "best_epoch": item.best_epoch,
        "test_accuracy": item.test_accuracy,
        "test_loss": item.test_loss,
        "train_accuracy": item.train_accuracy,
        "train_loss": item.train_loss,
        "started": item.record.facts.get("started"),
        "device": item.record.facts.get("device"),
        "parent": item.record.facts.get("parent"),
        "bytes": disk_size(item.folder),
        "notes": read_notes(item.folder).text,
        "tags": list(read_notes(item.folder).tags),
        "recipe": settings_to_data(item.recipe),
    }


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"
