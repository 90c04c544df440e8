"""Runs that lie on the disk, found in the background as values the list can show, again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.engine.events import Changed
from explorer.engine.runs import heartbeat, metrics
from explorer.engine.runs import run_folder as runs
from explorer.engine.runs.run_notes import read_notes
from explorer.engine.runs.run_shelf import disk_size
from explorer.gui.job import ShouldStop, Work
from explorer.gui.training.differences import network_facts
from explorer.gui.training.run import Run, State, detail_of

_STATES = {item.value: item for item in State}
_EVERY_SECONDS = 2.0
_SLICE_SECONDS = 0.1


@dataclass(frozen=True)
class Unreadable:
    """A folder that looks like a run and is damaged."""

    folder: Path
    message: str


@dataclass(frozen=True)
class Alive:
    """A run that was known goes on: something trains in its folder."""

    folder: Path


@dataclass(frozen=True)
class Gone:
    """The folder of a run is not there any more."""

    folder: Path


@dataclass
class Places:
    """The folders that are looked through; they may be exchanged for others at any time."""

    folders: tuple[Path, ...]


@dataclass
class _Known:
    """What was told of each folder: whether it was alive the last time."""

    alive: dict[Path, bool] = field(default_factory=dict)


def finding(places: Places) -> Work:
    """Reads the runs of some folders, the newest first, and goes on looking for new ones."""

    def work(should_stop: ShouldStop) -> Iterator[Run | Unreadable | Alive | Gone]:
        known = _Known()
        while not should_stop():
            for item in _look(places, known, should_stop):
                yield item
                if should_stop():
                    return
            until = time.monotonic() + _EVERY_SECONDS
            while time.monotonic() < until and not should_stop():
                time.sleep(_SLICE_SECONDS)

    return work


def read_run(folder: Path) -> Run:
    """One run with its curves; of one that goes on only what its record says: it is followed for the rest.

    Raises:
        ExplorerError: the folder holds no run, or a damaged one.
    """
    summary = runs.summarize(folder)
    recipe = summary.recipe
    run = Run(
        summary.record.name,
        detail_of(recipe),
        folder,
        _STATES.get(summary.state, State.STOPPED),
        epochs=recipe.epochs,
        recipe=recipe,
        notes=read_notes(folder),
        size=disk_size(folder),
        network=network_facts(summary.record.graph),
        device=str(summary.record.facts.get("device", "")).partition(" ")[0],
    )
    if run.state.active:
        return run
    state = run.state
    for item in metrics.read_metrics(folder):
        _take(run, item)
    run.state, run.recipe, run.epochs = state, recipe, max(run.epochs, recipe.epochs)
    run.steps = max(run.steps, int(run.step))
    if state is State.LOST:
        run.message = "Its process is gone without a word; resume it to go on from its newest checkpoint."
    return run


def _look(
    places: Places, known: _Known, should_stop: ShouldStop
) -> Iterator[Run | Unreadable | Alive | Gone]:
    """What is new since the last look."""
    folders = [folder for place in places.folders for folder in _runs_in(place)]
    for folder in known.alive.keys() - set(folders):
        del known.alive[folder]
        yield Gone(folder)
    for folder in sorted(folders, key=_started, reverse=True):
        if should_stop():
            return
        if folder in known.alive:
            alive = heartbeat.life(folder) != heartbeat.LOST
            if alive and not known.alive[folder]:
                yield Alive(folder)
            known.alive[folder] = alive
            continue
        try:
            run = read_run(folder)
        except ExplorerError as error:
            known.alive[folder] = False
            yield Unreadable(folder, str(error))
            continue
        known.alive[folder] = run.state.active
        yield run


def _runs_in(place: Path) -> tuple[Path, ...]:
    try:
        return runs.run_folders(place) if place.is_dir() else ()
    except ExplorerError:  # a folder that may not be listed just now: the next look tells
        return ()


def _take(run: Run, item: dict[str, object]) -> None:
    """One line of the figures."""
    kind, step = item.get("kind"), item.get("step")
    if kind == "step" and isinstance(step, int):
        for name, curve in (
            ("loss", run.loss),
            ("learning_rate", run.learning_rate),
            ("pictures_per_second", run.speed),
            ("memory", run.memory),
        ):
            value = item.get(name)
            if isinstance(value, (int, float)):
                curve.add(step, value)
    elif kind == "epoch":
        _take_epoch(run, item)
    elif kind == "start":
        _take_start(run, item)
    elif kind == "change" and isinstance(step, int) and isinstance(item.get("settings"), dict):
        run.take(Changed(step, _whole(item, "epoch"), item["settings"], _whole(item, "steps_left")))  # type: ignore[arg-type]
    elif kind == "end":
        run.message = " ".join(str(item.get(name, "")) for name in ("message", "remedy")).strip()


def _take_start(run: Run, item: dict[str, object]) -> None:
    old = vars(run.progress)
    run.progress = type(run.progress)(**old | {"batches": _whole(item, "steps_per_epoch")})
    run.steps = max(run.steps, _whole(item, "last_step"))


def _take_epoch(run: Run, item: dict[str, object]) -> None:
    epoch = item.get("epoch")
    train, test = item.get("train_accuracy"), item.get("test_accuracy")
    if isinstance(epoch, int):
        if isinstance(train, (int, float)):
            run.train_accuracy.add(epoch, train)
        if isinstance(test, (int, float)):
            run.take_accuracy(epoch, test)


def _whole(item: dict[str, object], name: str) -> int:
    value = item.get(name)
    return value if isinstance(value, int) else 0


def _started(folder: Path) -> str:
    """Folders are named by network and time; the time is what counts."""
    return "-".join(folder.name.rsplit("-", 2)[-2:])
