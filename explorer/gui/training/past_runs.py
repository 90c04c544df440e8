"""Runs that lie on the disk, read in the background as values the list can show."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.gui.job import ShouldStop, Work
from explorer.gui.training.run import Run, State, detail_of

_STATES = {"finished": State.FINISHED, "failed": State.FAILED}


@dataclass(frozen=True)
class Unreadable:
    """A folder that looks like a run and is damaged."""

    folder: Path
    message: str


def reading(runs_folder: Path, known: Collection[Path]) -> Work:
    """Reads the runs of a folder that are not known yet, the newest first."""

    def work(should_stop: ShouldStop) -> Iterator[Run | Unreadable]:
        from explorer.engine import runs  # the window starts without the engine

        if not runs_folder.is_dir():
            return
        folders = [folder for folder in runs.run_folders(runs_folder) if folder not in known]
        for folder in sorted(folders, key=_started, reverse=True):
            if should_stop():
                return
            try:
                yield read_run(folder)
            except ExplorerError as error:
                yield Unreadable(folder, str(error))

    return work


def read_run(folder: Path) -> Run:
    """One run with its curves.

    Raises:
        ExplorerError: the folder holds no run, or a damaged one.
    """
    from explorer.engine import metrics, runs  # see above

    summary = runs.summarize(folder)
    run = Run(
        summary.record.name,
        detail_of(summary.record.recipe),
        folder,
        _STATES.get(summary.state, State.STOPPED),
        epochs=summary.record.recipe.epochs,
    )
    for item in metrics.read_metrics(folder):
        step, loss = item.get("step"), item.get("loss")
        if item.get("kind") == "step" and isinstance(step, int) and isinstance(loss, (int, float)):
            run.loss.add(step, loss)
        elif item.get("kind") == "epoch":
            _take_epoch(run, item)
    run.steps = max(run.steps, int(run.step))
    return run


def _take_epoch(run: Run, item: dict[str, object]) -> None:
    epoch = item.get("epoch")
    for name, curve in (("train_accuracy", run.train_accuracy), ("test_accuracy", run.test_accuracy)):
        value = item.get(name)
        if isinstance(epoch, int) and isinstance(value, (int, float)):
            curve.add(epoch, value)


def _started(folder: Path) -> str:
    """Folders are named by network and time; the time is what counts."""
    return "-".join(folder.name.rsplit("-", 2)[-2:])
