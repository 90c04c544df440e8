"""The training of a network as a plain generator of events: checks, data, folder, then the loop."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import nn

from explorer import __version__
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.engine.data.datasets import DataSet, load, survey
from explorer.engine.device import choose, leave_one_core
from explorer.engine.events import Event, Preparing, Stopped
from explorer.engine.learning.numerics import numerics
from explorer.engine.learning.team import ALONE, Team
from explorer.engine.running.weights import initialized
from explorer.engine.runs.changes import Change
from explorer.engine.runs.control import Control
from explorer.engine.runs.origin import Branch, Origin, branched, resumed, shared
from explorer.engine.runs.recorder import Recorder, check_folder
from explorer.engine.runs.run_folder import RunRecord
from explorer.engine.training.diagnostics import LayerObserver
from explorer.engine.training.loop import Loop
from explorer.engine.training.memory_observer import MemoryObserver
from explorer.engine.training.observer import Observer
from explorer.engine.training.prober import Prober, probing_notes
from explorer.engine.training.readiness import check_result, picture_shape
from explorer.engine.training.repeats import repeated, repeated_places, without
from explorer.engine.training.stepper import Stepper


@dataclass(frozen=True)
class _Order:
    """What `train` was asked for."""

    graph: Graph
    recipe: Recipe
    device: torch.device
    folder: Path | None
    resume: bool
    exactly: bool
    branch: Branch | None
    reproduces: Path | None
    changes: Sequence[Change]
    should_stop: Callable[[], bool]
    control: Control
    left_out: Sequence[int]
    observers: Sequence[Observer]
    probes: Sequence[str]
    team: Team
    name: str


def train(
    graph: Graph,
    recipe: Recipe,
    *,
    device: str = "auto",
    folder: Path | None = None,
    resume: bool = False,
    exactly: bool = False,
    branch: Branch | None = None,
    reproduces: Path | None = None,
    changes: Sequence[Change] = (),
    should_stop: Callable[[], bool] = lambda: False,
    control: Control | None = None,
    observers: Sequence[Observer] | None = None,
    probes: Sequence[str] = (),
    team: Team = ALONE,
    name: str = "",
) -> Iterator[Event]:
    """Train a network; ends with Finished, Stopped or Failed.

    `should_stop` is asked before every step and every picture that is read; stopping keeps
    all that was trained. Not asking for the next event pauses the training. The same graph,
    recipe, changes and number of threads give the same weights on the CPU, bit for bit, whether
    or not the run was stopped and resumed.

    Args:
        graph: one Input for pictures, one result with a number per class.
        recipe: data, optimizer, schedule and seed.
        device: "auto", "cpu", "cuda:0" …
        folder: where the run is written; None keeps nothing but what the last event holds.
        resume: go on from the newest sound checkpoint of `folder`.
        exactly: go on with this recipe also where the run began with it and was changed since;
            otherwise what it began with asks for nothing new.
        branch: begin with the weights of another run, and leave that run as it is.
        reproduces: the run that this one is to repeat, for the record.
        changes: settings that change at certain steps, as those of a run that is reproduced.
        should_stop: asked often; True ends the training.
        control: pauses, steps and changes it from another thread.
        observers: who looks into it at some steps; if left out, what it takes of memory and what
            its layers do is watched.
        probes: layers whose feature maps are kept for a few pictures after every epoch where the
            recipe names none; if left out, the first convolution of each resolution.
        team: the processes that train together.
        name: what the network is called, for the record.

    Raises:
        ExplorerError: the network, the data, the device or the folder cannot be used. Nothing
            was written then. `NotReady` carries the edit that makes the network fit.
    """
    chosen = choose(team.device(device))
    _share_cores(team)
    shape = picture_shape(graph)
    if folder is not None:
        folder = Path(folder)
        if team.leads:
            check_folder(folder, resume)
    elif resume:
        raise ExplorerError("a training that was written nowhere cannot be resumed; name its folder")
    found = survey(recipe.data, should_stop)
    if not should_stop():
        notes = check_result(graph, len(found.classes), found.name)
        data = yield from load(found, recipe, shape, chosen, should_stop)
        if data is not None:
            gone = repeated_places(data) if recipe.without_repeats else []
            if gone:
                data = without(data, gone)
            order = _Order(
                graph,
                recipe,
                chosen,
                folder,
                resume,
                exactly,
                branch,
                reproduces,
                changes,
                should_stop,
                control or Control(),
                gone,
                _usual(graph, recipe, team) if observers is None else observers,
                probes,
                team,
                name,
            )
            with contextlib.closing(data.train), contextlib.closing(data.test):
                yield from _trained(order, data, notes)
            return
    yield Stopped(step=0, epoch=0, seconds=0.0)


def _trained(order: _Order, data: DataSet, notes: tuple[str, ...]) -> Iterator[Event]:
    numbers, team = numerics(order.recipe, order.device), order.team
    network = _network(order)
    with contextlib.ExitStack() as stack:
        recorder = None
        if order.folder is not None and team.leads:
            recorder = Recorder(order.folder)
            stack.callback(recorder.close)
        record = RunRecord(order.name or "network", order.graph, order.recipe, _facts(order, data))
        origin = shared(_origin(order, record, recorder) if team.leads else None, record, team)
        recipe = origin.record.recipe
        stack.enter_context(numbers.set_up())
        stepper = Stepper(network, recipe, data, numbers, team, order.observers)
        found = repeated(data) if team.leads else None
        loop = Loop(
            stepper,
            data,
            recorder,
            order.should_stop,
            order.control,
            changes=origin.changes,
            team=team,
            prober=Prober(order.graph, data.test, order.probes) if team.leads else None,
            findings=() if found is None else (found,),
        )
        if origin.checkpoint is not None:
            loop.restore(origin.checkpoint, branch=origin.branch, with_optimizer=origin.with_optimizer)
        prepared = yield from _prepared(stepper, data)
        probing = probing_notes(order.graph, recipe.probed)
        if recorder is not None:
            _begin(recorder, origin, order.control)
        yield from loop.run(str(order.device), (*origin.notes, *notes, *numbers.notes, *probing, *prepared))


def _usual(graph: Graph, recipe: Recipe, team: Team) -> Sequence[Observer]:
    """Who looks into a training unless others are named: in a team its leader looks."""
    if not team.leads:
        return ()
    return MemoryObserver(graph, recipe), LayerObserver(compiled=recipe.compiled)


def _network(order: _Order) -> nn.Module:
    """The network with its first weights, as the recipe changes it."""
    recipe = order.recipe
    network: nn.Module = initialized(order.graph, recipe.seed).to(order.device)
    if recipe.override_dropout:
        for module in network.modules():
            if isinstance(module, (nn.Dropout, nn.Dropout2d)):
                module.p = recipe.dropout
    if recipe.sync_batch_norm and order.team.size > 1 and order.device.type == "cuda":
        network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    return network


def _origin(order: _Order, record: RunRecord, recorder: Recorder | None) -> Origin:
    if order.resume and recorder is not None:
        return resumed(record, recorder.folder, recorder.checkpoints, exactly=order.exactly)
    if order.branch is not None:
        return branched(record, order.branch)
    return Origin(record, changes=order.changes)


def _prepared(stepper: Stepper, data: DataSet) -> Generator[Event, None, tuple[str, ...]]:
    if stepper.recipe.compiled:
        yield Preparing("translating the network with torch.compile")
    return stepper.prepare(data.preprocessing.shape)


def _begin(recorder: Recorder, origin: Origin, control: Control) -> None:
    own = None if origin.branch else origin.checkpoint
    try:
        recorder.begin(origin.record, own, origin.changes, control)
    except OSError as error:
        raise ExplorerError(
            f"the run cannot be written into {recorder.folder}: {error.strerror}; choose another folder"
        ) from None


def _share_cores(team: Team) -> None:
    """Leave one core to the window; of the rest each process of a team takes its part."""
    threads = leave_one_core()
    if team.size > 1:
        torch.set_num_threads(max(1, (threads + 1) // team.size))


def _facts(order: _Order, data: DataSet) -> dict[str, Any]:
    """What the record says besides network and recipe."""
    repeated_run = {} if order.reproduces is None else {"reproduces": str(order.reproduces.resolve())}
    return {
        **repeated_run,
        "seed": order.recipe.seed,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": _title(order.device),
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
            "left_out": list(order.left_out),
            "notes": list(data.notes),
        },
        "preprocessing": asdict(data.preprocessing),
    }


def _title(device: torch.device) -> str:
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)
