"""The same run again, and whether its curves agree with those of the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.engine.events import Event, Finished
from explorer.engine.runs.changes import read_changes
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import is_run, read_record


@dataclass(frozen=True)
class Agreement(Event):
    """How two runs compare, step by step.

    `steps` were compared; `differing` is the first whose loss differs at all, None where all are
    equal to the last bit; `largest` is the largest difference of a loss, relative to the larger
    of the two. The final test accuracies are None where a run has none.
    """

    steps: int
    differing: int | None
    largest: float
    accuracies: tuple[float | None, float | None]
    same_versions: bool
    same_device: bool

    @property
    def identical(self) -> bool:
        """Whether every loss is the same to the last bit."""
        return self.steps > 0 and self.differing is None

    @property
    def sentence(self) -> str:
        """What it says, as a sentence."""
        if not self.steps:
            return "The two runs have no step in common: nothing can be compared."
        if self.identical:
            return f"The curves agree to the last bit: all {self.steps:,} losses are equal."
        parts = [f"The losses of the two runs part at step {self.differing:,} of {self.steps:,}"]
        parts.append(f"by {100 * self.largest:.2g} % at most")
        first, second = self.accuracies
        if first is not None and second is not None:
            parts.append(f"the test accuracies are {first:.2%} and {second:.2%}")
        reasons = [] if self.same_versions else ["other versions of the libraries"]
        reasons += [] if self.same_device else ["another device"]
        why = f"; there is reason for it: {' and '.join(reasons)}" if reasons else ""
        return "; ".join(parts) + why + "."


def compared(first: Path, second: Path) -> Agreement:
    """Compare the losses of two runs at the steps that both have.

    Raises:
        ExplorerError: one of them is no run.
    """
    facts = read_record(first).facts, read_record(second).facts
    one, other = _losses(first), _losses(second)
    steps = sorted(one.keys() & other.keys())
    differing = next((step for step in steps if one[step] != other[step]), None)
    largest = max((_difference(one[step], other[step]) for step in steps), default=0.0)
    return Agreement(
        len(steps),
        differing,
        largest,
        (_last_accuracy(first), _last_accuracy(second)),
        facts[0].get("versions") == facts[1].get("versions"),
        facts[0].get("device") == facts[1].get("device"),
    )


def with_original(folder: Path) -> Agreement | None:
    """How a run agrees with the one that it reproduces; None for others, or where that one is gone.

    Raises:
        ExplorerError: the folder holds no run.
    """
    original = read_record(folder).facts.get("reproduces")
    if not isinstance(original, str) or not is_run(Path(original)):
        return None
    return compared(Path(original), folder)


def reproduce(
    run: Path,
    folder: Path,
    *,
    device: str = "auto",
    should_stop: Callable[[], bool] = lambda: False,
    **settings: Any,
) -> Iterator[Event]:
    """Start a run again as it was, with every change that was made on the way; then say whether they agree.

    Args:
        run: the folder of the run.
        folder: where the second one is written.
        device: as `train`, like `should_stop` and the other settings.

    Raises:
        ExplorerError: as `train`; or the run began as a branch whose parent is gone.
    """
    # torch takes seconds to import, and comparing needs none of it
    from explorer.engine.runs.origin import Branch
    from explorer.engine.training.trainer import train

    record = read_record(run)
    parent = record.facts.get("parent")
    branch = None
    if isinstance(parent, dict):
        branch = Branch(Path(str(parent.get("run"))), step=int(parent.get("step", 0)))
        if not branch.folder.is_dir():
            raise ExplorerError(
                f"{run} began as a branch of {branch.folder}, which is gone; restore it first"
            )
    for event in train(
        record.graph,
        record.recipe,
        device=device,
        folder=folder,
        branch=branch,
        changes=read_changes(run),
        should_stop=should_stop,
        name=record.name,
        reproduces=run,
        **settings,
    ):
        yield event
        if isinstance(event, Finished):
            yield compared(run, folder)


def _losses(folder: Path) -> dict[int, float]:
    return {
        item["step"]: float(item["loss"])
        for item in read_metrics(folder)
        if item.get("kind") == "step" and type(item.get("step")) is int and _is_number(item.get("loss"))
    }


def _last_accuracy(folder: Path) -> float | None:
    last = None
    for item in read_metrics(folder):
        if item.get("kind") == "epoch" and _is_number(item.get("test_accuracy")):
            last = float(item["test_accuracy"])
    return last


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _difference(one: float, other: float) -> float:
    return abs(one - other) / max(abs(one), abs(other), 1e-12)
