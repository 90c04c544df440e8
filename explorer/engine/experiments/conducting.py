"""Carries a plan out as ordinary runs, one after the other, and reads what they gave from their folders."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.errors import ExplorerError
from explorer.core.experiment import DIVERGED, Conclusion, Outcome, Plan, Trial
from explorer.engine.events import Began, Evaluated, Event, Failed, Finished, Started, Stopped
from explorer.engine.runs.metrics import read_metrics
from explorer.engine.runs.run_folder import is_run, read_record, summarize
from explorer.engine.runs.run_notes import read_notes, write_notes

if TYPE_CHECKING:
    from explorer.engine.runs.control import Control

WAITING, STARTING, RUNNING = "waiting", "starting", "running"
"""States of a training that is not over."""


@dataclass(frozen=True)
class Progressed(Event):
    """Where the trainings of a plan stand, in their order, and what follows from them so far."""

    outcomes: tuple[Outcome, ...]
    conclusion: Conclusion


def outcome(trial: Trial, runs: Path) -> Outcome:
    """What the run of a trial gave so far, told from its folder; needs no torch.

    Raises:
        ExplorerError: the folder holds another run, or a damaged one.
    """
    folder = runs / trial.folder
    if not is_run(folder):
        return Outcome(trial.variant, trial.seed)
    record = read_record(folder)
    if record.graph != trial.graph or record.recipe != trial.recipe:
        raise ExplorerError(
            f"{folder} holds another run than this experiment needs; name another folder for its runs"
        )
    data: Mapping[str, Any] = record.facts.get("data") or {}
    curve, state = [], summarize(folder).state
    for item in read_metrics(folder):
        if item.get("kind") == "epoch":
            errors = (_error(item, "train_accuracy"), _error(item, "test_accuracy"))
            curve.append((int(item.get("epoch", 0)), *errors))
        elif (
            item.get("kind") == "end" and state == "failed" and Failed.is_divergence(str(item.get("message")))
        ):
            state = DIVERGED
    train, test = (int(data.get(name, 0)) for name in ("train", "test"))
    return Outcome(trial.variant, trial.seed, state, train, test, tuple(curve))


def outcomes(plan: Plan, runs: Path) -> tuple[Outcome, ...]:
    """What all runs of a plan gave so far, in the order of its trials.

    Raises:
        ExplorerError: see `outcome`.
    """
    return tuple(outcome(trial, runs) for trial in plan.trials)


def progress(plan: Plan, runs: Path) -> Progressed:
    """Where a plan stands, told from the folders of its runs.

    Raises:
        ExplorerError: see `outcome`.
    """
    found = outcomes(plan, runs)
    return Progressed(found, plan.judge(found))


def carry_out(
    plan: Plan,
    runs: Path,
    *,
    device: str = "auto",
    should_stop: Callable[[], bool] = lambda: False,
    control: Callable[[], Control] | None = None,
) -> Iterator[Event]:
    """Train what is not trained yet: the events of the queue, and `Progressed` wherever something is new.

    A run that was interrupted goes on, one that is over is not trained again. Stopping keeps all; the
    same call goes on later. So does stopping one of its trainings, through its folder say.

    Args:
        plan: what to train.
        runs: the folder of the runs.
        device: as `train`.
        should_stop: as `train`; True ends the whole plan.
        control: gives the control of the next training.

    Raises:
        ExplorerError: a folder holds another run.
    """
    found = list(outcomes(plan, runs))
    yield Progressed(tuple(found), plan.judge(found))
    left = [index for index, item in enumerate(found) if not item.is_over]
    if not left or should_stop():
        return
    # torch takes seconds to import, and reading needs none of it
    from explorer.engine.experiments.queue import Queued, train_all
    from explorer.engine.runs.control import Control

    queued = []
    for index in left:
        trial = plan.trials[index]
        folder = runs / trial.folder
        name = f"{trial.variant}, seed {trial.seed}"
        queued.append(Queued(trial.graph, trial.recipe, folder, name, resume=is_run(folder)))
    at = 0
    for event in train_all(queued, device=device, should_stop=should_stop, control=control or Control):
        if isinstance(event, Began):
            at = left[event.number - 1]
        elif isinstance(event, Started) and event.folder is not None:
            _tag(event.folder, plan.tag)
        yield event
        news = _after(event, found[at], plan.trials[at], runs)
        if news is not None:
            found[at] = news
            yield Progressed(tuple(found), plan.judge(found))
        if isinstance(event, Stopped):  # whoever stops one of them, from wherever, stops them all
            return


def _after(event: Event, known: Outcome, trial: Trial, runs: Path) -> Outcome | None:
    """What is known of a training after an event; None where that is nothing new."""
    if isinstance(event, Began):
        return replace(known, state=STARTING)
    if isinstance(event, Started):
        return replace(
            known,
            state=RUNNING,
            train_pictures=event.train_pictures,
            test_pictures=event.test_pictures,
            curve=_before(known.curve, event.epoch + 1),
        )
    if isinstance(event, Evaluated):
        point = (event.epoch, 1 - event.train_accuracy, 1 - event.test_accuracy)
        return replace(known, curve=(*_before(known.curve, event.epoch), point))
    if isinstance(event, Finished | Stopped | Failed):
        return outcome(trial, runs)
    return None


def _before(curve: Sequence[tuple[int, float, float]], epoch: int) -> tuple[tuple[int, float, float], ...]:
    return tuple(point for point in curve if point[0] < epoch)


def _error(item: Mapping[str, Any], name: str) -> float:
    """The share that is wrong; not a number where the run does not say it."""
    value = item.get(name)
    return 1 - float(value) if isinstance(value, (int, float)) else math.nan


def _tag(folder: Path, tag: str) -> None:
    """Let the run be found by its experiment; a person may take the tag away later."""
    notes = read_notes(folder)
    if tag not in notes.tags:
        write_notes(folder, replace(notes, tags=(*notes.tags, tag)))
