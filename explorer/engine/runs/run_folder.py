"""Runs on the disk: a folder per training that can be read without this program; needs no torch."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import explorer.operators  # noqa: F401  (a record can be read once all kinds of layers are registered)
from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited
from explorer.core.graph import Graph
from explorer.core.notation import graph_from_data, graph_to_data, recipe_from_data, settings_to_data
from explorer.core.recipe import Recipe
from explorer.engine.runs import manifest
from explorer.engine.runs.changes import changed, read_changes
from explorer.engine.runs.heartbeat import life
from explorer.engine.runs.metrics import read_metrics

if TYPE_CHECKING:
    from torch import Tensor

RECORD = "run.json"
_PROGRAM = "architecture-explorer"
_FORMAT = 1
EPOCH = "epoch "
_LARGEST_RECORD = 64 * 1024 * 1024


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` says: all that does not change while a run goes on.

    `facts` holds what is for reading only: seed, versions, device, start, data, preprocessing.
    """

    name: str
    graph: Graph
    recipe: Recipe
    facts: Mapping[str, Any]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; empty where the record has none."""
        names = _under(self.facts, "data").get("classes")
        return tuple(str(name) for name in names) if isinstance(names, list) else ()


class LoadedRun(NamedTuple):
    """A run that can be used: its network, its recipe, and the weights of one checkpoint."""

    graph: Graph
    recipe: Recipe
    weights: Mapping[str, Tensor]


@dataclass(frozen=True)
class RunSummary:
    """One line of a list of runs.

    `state` is "running", "paused", "finished", "stopped", "failed" or "interrupted" (its process
    is gone). `recipe` is that of the record with all that was changed since. The figures are None
    before the first epoch is over.
    """

    folder: Path
    record: RunRecord
    state: str
    step: int
    epoch: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    best_accuracy: float | None
    best_epoch: int | None
    recipe: Recipe

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run."""
    return (folder / RECORD).is_file()


def read_record(folder: Path) -> RunRecord:
    """What a run was started with.

    Raises:
        ExplorerError: the folder holds no run, or its `run.json` is damaged or newer than we are.
    """
    path = folder / RECORD
    if not is_run(folder):
        raise ExplorerError(f"{folder} holds no run: there is no {RECORD} in it")
    try:
        content = json.loads(read_limited(path, _LARGEST_RECORD))
    except (ValueError, RecursionError):
        raise DocumentError(f"{path} is damaged; restore it from a copy") from None
    if not isinstance(content, dict) or content.get("program") != _PROGRAM:
        raise DocumentError(f"{path} is not the record of a run of Architecture Explorer")
    version = content.get("format")
    if type(version) is not int or version > _FORMAT:
        raise DocumentError(
            f"{path} has format {version!r}, this program knows {_FORMAT}; use a newer version"
        )
    try:
        graph, recipe = graph_from_data(content.get("graph")), recipe_from_data(content.get("recipe"))
    except ExplorerError as error:
        raise DocumentError(f"{path}: {error}") from None
    known = {"program", "format", "name", "graph", "recipe"}
    facts = {name: value for name, value in content.items() if name not in known}
    return RunRecord(str(content.get("name", folder.name)), graph, recipe, facts)


def write_record(folder: Path, record: RunRecord) -> None:
    """Write `run.json`.

    Raises:
        OSError: it cannot be written.
    """
    content = {
        "program": _PROGRAM,
        "format": _FORMAT,
        "name": record.name,
        **record.facts,
        "recipe": settings_to_data(record.recipe),
        "graph": graph_to_data(record.graph),
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    atomic_write(folder / RECORD, text.encode("utf-8"))


def load_run(folder: Path, which: str = "best") -> LoadedRun:
    """The network of a run with its trained weights: of its "best" epoch, the "last" state, or "epoch 7".

    Raises:
        ExplorerError: no run, or no sound checkpoint in it, or none of this epoch.
    """
    # torch takes seconds to import, and the rest of this module needs none of it
    from explorer.engine.runs.checkpoint import Checkpoints

    record = read_record(folder)
    checkpoints = Checkpoints(folder)
    if which.startswith(EPOCH):
        return LoadedRun(record.graph, record.recipe, checkpoints.of_epoch(_epoch(which)).weights)
    found = checkpoints.newest() if which == "last" else checkpoints.best()
    if found is None:
        raise ExplorerError(f"{folder} holds no weights yet: its training was stopped before it began")
    return LoadedRun(record.graph, record.recipe, found.weights)


def kept_epochs(folder: Path) -> tuple[int, ...]:
    """The epochs whose weights a run kept, in order; 0 is the untrained network.

    Raises:
        ExplorerError: the list of its checkpoints is damaged.
    """
    entries = manifest.read(folder / "checkpoints" / "manifest.json")
    return tuple(sorted({entry.epoch for entry in entries if entry.ends_epoch or entry.step == 0}))


def _epoch(which: str) -> int:
    number = which.removeprefix(EPOCH)
    if not number.isdecimal() or len(number) > 9:
        raise ExplorerError(f"{which!r} names no epoch of a run; write best, last or epoch 7")
    return int(number)


def summarize(folder: Path, figures: Iterable[dict[str, Any]] | None = None) -> RunSummary:
    """How far a run has come, told from its files; `figures` are those of its log, where they are read.

    Raises:
        ExplorerError: see `read_record`.
    """
    record = read_record(folder)
    last: dict[str, Any] = {}
    state, step = "", 0
    best: float | None = None
    best_epoch: int | None = None
    for item in read_metrics(folder) if figures is None else figures:
        kind = item.get("kind")
        if type(item.get("step")) is int:
            step = item["step"]
        if kind == "epoch":
            last = item
            accuracy = _number(item, "test_accuracy")
            if accuracy is not None and (best is None or accuracy > best):
                best, best_epoch = accuracy, _count(item, "epoch")
        state = str(item.get("state", "")) if kind == "end" else ""
    shown = {
        name: _number(last, name) for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    }
    return RunSummary(
        folder,
        record,
        state or life(folder),
        step,
        _count(last, "epoch"),
        **shown,
        best_accuracy=best,
        best_epoch=best_epoch,
        recipe=current_recipe(folder, record),
    )


def current_recipe(folder: Path, record: RunRecord | None = None) -> Recipe:
    """The recipe of a run with all that was changed while it went on.

    Raises:
        ExplorerError: see `read_record` and `read_changes`.
    """
    return changed((record or read_record(folder)).recipe, read_changes(folder))


def run_folders(root: Path) -> tuple[Path, ...]:
    """The runs in a folder, or the folder itself where it is one; by name. Links are not followed.

    Raises:
        ExplorerError: there is no such folder.
    """
    if is_run(root):
        return (root,)
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        raise ExplorerError(f"{root} cannot be listed: {error.strerror}") from None
    return tuple(path for path in entries if not path.is_symlink() and is_run(path))


def _count(item: Mapping[str, Any], name: str) -> int:
    value = item.get(name, 0)
    return value if type(value) is int else 0


def _number(item: Mapping[str, Any], name: str) -> float | None:
    value = item.get(name)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _under(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = facts.get(name)
    return value if isinstance(value, dict) else {}
