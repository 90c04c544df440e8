"""The training of a network as a plain generator of events: checks, data, folder, then the loop."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from explorer import __version__
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.checkpoint import Checkpoint
from explorer.engine.datasets import DataSet, load, survey
from explorer.engine.device import choose, leave_one_core
from explorer.engine.events import Event, Stopped
from explorer.engine.loop import Loop
from explorer.engine.readiness import check_result, picture_shape
from explorer.engine.recorder import Recorder, check_folder
from explorer.engine.runs import RunRecord, read_record
from explorer.engine.weights import initialized


def train(
    graph: Graph,
    recipe: Recipe,
    *,
    device: str = "auto",
    folder: Path | None = None,
    resume: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
    name: str = "",
) -> Iterator[Event]:
    """Train a network; ends with Finished, Stopped or Failed.

    `should_stop` is asked before every step and every picture that is read; stopping keeps
    all that was trained. Not asking for the next event pauses the training. The same graph,
    recipe and number of threads give the same weights on the CPU, bit for bit, whether or not
    the run was stopped and resumed.

    Args:
        graph: one Input for pictures, one result with a number per class.
        recipe: data, optimizer, schedule and seed.
        device: "auto", "cpu", "cuda:0" …
        folder: where the run is written; None keeps nothing but what the last event holds.
        resume: go on from the newest sound checkpoint of `folder`.
        should_stop: asked often; True ends the training.
        name: what the network is called, for the record.

    Raises:
        ExplorerError: the network, the data, the device or the folder cannot be used. Nothing
            was written then. `NotReady` carries the edit that makes the network fit.
    """
    chosen = choose(device)
    leave_one_core()
    shape = picture_shape(graph)
    if folder is not None:
        folder = Path(folder)
        check_folder(folder, resume)
    elif resume:
        raise ExplorerError("a training that was written nowhere cannot be resumed; name its folder")
    found = survey(recipe.data, should_stop)
    if not should_stop():
        notes = check_result(graph, len(found.classes), found.name)
        data = yield from load(found, recipe, shape, chosen, should_stop)
        if data is not None:
            yield from _trained(graph, recipe, chosen, folder, resume, should_stop, name, data, notes)
            return
    yield Stopped(step=0, epoch=0, seconds=0.0)


def _trained(
    graph: Graph,
    recipe: Recipe,
    device: torch.device,
    folder: Path | None,
    resume: bool,
    should_stop: Callable[[], bool],
    name: str,
    data: DataSet,
    notes: tuple[str, ...],
) -> Iterator[Event]:
    network = initialized(graph, recipe.seed).to(device)
    record = RunRecord(name or "network", graph, recipe, _facts(recipe, device, data))
    with contextlib.ExitStack() as stack:
        recorder, checkpoint = None, None
        if folder is not None:
            recorder = Recorder(folder)
            stack.callback(recorder.close)
            if resume:
                record, checkpoint, more = _resumed(record, recorder)
                notes += more
            try:
                recorder.begin(record, checkpoint)
            except OSError as error:
                raise ExplorerError(
                    f"the run cannot be written into {folder}: {error.strerror}; choose another folder"
                ) from None
        loop = Loop(network, recipe, data, device, recorder, should_stop)
        if checkpoint is not None:
            loop.restore(checkpoint)
        yield from loop.run(notes)


def _resumed(record: RunRecord, recorder: Recorder) -> tuple[RunRecord, Checkpoint | None, tuple[str, ...]]:
    """The record and the checkpoint that a run goes on with, and sentences about them.

    Raises:
        ExplorerError: it is not the same run, it is finished, or no checkpoint is sound.
    """
    old = read_record(recorder.folder)
    _check_same(old, record)
    checkpoint = recorder.checkpoints.newest()
    epochs = record.recipe.epochs
    if checkpoint is None:
        return record, None, ("no step was saved yet: it begins anew",)
    entry = checkpoint.entry
    if entry.epoch >= epochs:
        raise ExplorerError(
            f"the run in {recorder.folder} has already done {entry.epoch} epochs;"
            f" to go on, ask for more than {entry.epoch} epochs"
        )
    notes = [f"resumed from step {entry.step:,} (epoch {entry.epoch + 1})"]
    skipped = sum(later.step > entry.step for later in recorder.checkpoints.entries)
    if skipped:
        notes.append(f"{skipped} newer checkpoints are damaged and are left out")
    if epochs != old.recipe.epochs:
        notes.append(f"{epochs} epochs instead of {old.recipe.epochs}; the schedule is that of {epochs}")
    notes += (
        f"the {what} changed since the run began: small differences are possible"
        for what in ("versions", "device")
        if old.facts.get(what) != record.facts.get(what)
    )
    facts = {**record.facts, "started": old.facts.get("started")}
    return replace(record, name=old.name, facts=facts), checkpoint, tuple(notes)


def _check_same(old: RunRecord, new: RunRecord) -> None:
    """Refuse to go on with another network, recipe or other pictures.

    Raises:
        ExplorerError: with what differs.
    """
    again = "start a new run in another folder, or resume with what the run began with"
    if old.graph != new.graph:
        raise ExplorerError(f"the network is not the one that the run began with; {again}")
    before, now = asdict(old.recipe), asdict(new.recipe)
    differing = [name for name in before if name != "epochs" and before[name] != now[name]]
    if differing:
        told = ", ".join(f"{item} was {before[item]}, is {now[item]}" for item in differing)
        raise ExplorerError(f"the recipe changed: {told}; {again}")
    if _pictures(old.facts) != _pictures(new.facts):
        raise ExplorerError(
            "the pictures are not those that the run began with; put them back as they were,"
            " or start a new run in another folder"
        )


def _pictures(facts: Any) -> Any:
    data = facts.get("data")
    return (
        {key: data.get(key) for key in ("fingerprint", "train", "test")} if isinstance(data, dict) else None
    )


def _facts(recipe: Recipe, device: torch.device, data: DataSet) -> dict[str, Any]:
    """What the record says besides network and recipe."""
    return {
        "seed": recipe.seed,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": _title(device),
        "versions": {
            "architecture-explorer": __version__,
            "python": platform.python_version(),
            "torch": str(torch.__version__),
        },
        "data": {
            "name": data.survey.name,
            "classes": list(data.survey.classes),
            "train": len(data.train),
            "test": len(data.test),
            "fingerprint": data.survey.fingerprint,
            "damaged": list(data.damaged),
            "notes": list(data.notes),
        },
        "preprocessing": asdict(data.preprocessing),
    }


def _title(device: torch.device) -> str:
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)
