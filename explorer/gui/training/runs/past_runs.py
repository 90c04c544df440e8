"""Runs that lie on the disk, found in the background as values the list can show, again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.engine.events import Changed
from explorer.engine.runs import heartbeat, metrics
from explorer.engine.runs import run_folder as runs
from explorer.engine.runs.run_notes import read_notes
from explorer.engine.runs.run_shelf import disk_size
from explorer.gui.job import ShouldStop, Work
from explorer.gui.training.differences import network_facts
from explorer.gui.training.run import Progress, Run, State, detail_of

_STATES = {item.value: item for item in State}
_EVERY_SECONDS = 2.0
_SLICE_SECONDS = 0.1
_POLITE_LINES, _POLITE_SECONDS = 100, 0.0002
"""Python hands over between threads only every 5 ms, and a frame of the window asks for many turns."""


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
    record = runs.read_record(folder)
    recipe = runs.current_recipe(folder, record)
    run = Run(
        record.name,
        detail_of(recipe),
        folder,
        epochs=recipe.epochs,
        recipe=recipe,
        notes=read_notes(folder),
        size=disk_size(folder),
        network=network_facts(record.graph),
        device=str(record.facts.get("device", "")).partition(" ")[0],
    )
    life = heartbeat.life(folder)
    if life != heartbeat.LOST:
        run.state = _STATES[life]
        return run
    state = _STATES.get(runs.summarize(folder, _taken(run, folder)).state, State.STOPPED)
    run.state, run.recipe, run.epochs = state, recipe, max(run.epochs, recipe.epochs)
    run.steps = max(run.steps, int(run.step))
    _place(run)
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


def _taken(run: Run, folder: Path) -> Iterator[dict[str, Any]]:
    """The figures of a run, as they become its curves; the window has its turn every now and then."""
    for number, item in enumerate(metrics.read_metrics(folder), start=1):
        _take(run, item)
        yield item
        if number % _POLITE_LINES == 0:
            time.sleep(_POLITE_SECONDS)


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


def _place(run: Run) -> None:
    """How far a run came that nobody goes on with."""
    step, batches = int(run.step), run.progress.batches
    epoch = -(-step // batches) if batches else 0
    run.progress = Progress(
        epoch=epoch,
        epochs=run.epochs,
        batch=step - max(0, epoch - 1) * batches,
        batches=batches,
        step=step,
        steps=run.steps,
    )


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
