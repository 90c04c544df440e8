"""Follows a run that something else writes: its events, as they are appended; needs no torch."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from explorer.core.errors import ExplorerError
from explorer.core.notation import recipe_from_data
from explorer.engine.events import (
    Changed,
    Continued,
    Evaluated,
    Event,
    Failed,
    Finished,
    Paused,
    Point,
    Remedy,
    Started,
    Stepped,
    Stopped,
)
from explorer.engine.runs.heartbeat import LOST, life
from explorer.engine.runs.layer_log import LAYERS, LayerReader
from explorer.engine.runs.metrics import METRICS
from explorer.engine.runs.run_folder import is_run, read_record
from explorer.engine.runs.sightings import LayersSeen, Repeated

_POLL_SECONDS = 0.2
_LIFE_SECONDS = 2.0
_CHUNK = 256 * 1024
_AT_ONCE = 250
"""Steps that one event reports at most: a window that receives them has a frame's time for each."""


@dataclass(frozen=True)
class Rewound(Event):
    """The run was resumed: what was reported after this step does not count any more."""

    step: int


@dataclass(frozen=True)
class Lost(Event):
    """The process that trained is gone without a word; its run can be resumed, unless that is `gone` too."""

    step: int
    epoch: int
    gone: bool = False


_KINDS: Mapping[str, type[Event]] = {
    "epoch": Evaluated,
    "change": Changed,
    "pause": Paused,
    "continue": Continued,
    "rewound": Rewound,
    "repeated": Repeated,
}
_Made = TypeVar("_Made")


def watch(folder: Path, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """The events of a run from its first step on, until it ends or is lost, or `should_stop` says so.

    It reads what any program writes that keeps to the format of metrics.jsonl, on this computer or
    on a shared disk; a line that is not whole yet is waited for, one that makes no sense left out.

    Raises:
        ExplorerError: the folder holds no run.
    """
    read_record(folder)
    tail, layers, reader = _Tail(folder / METRICS), _Tail(folder / LAYERS), LayerReader()
    step = epoch = 0
    asked = time.monotonic()
    while not should_stop():
        found = False
        looks = [look for line in layers.lines() if (look := reader.take(line)) is not None]
        for event in (*looks, *events_of(folder, tail.lines())):
            found = True
            if not isinstance(event, LayersSeen):  # these may be a little ahead
                step, epoch = getattr(event, "step", step), getattr(event, "epoch", epoch)
            if isinstance(event, Stepped):
                step, epoch = event.last.step, event.last.epoch
            yield event
            if isinstance(event, (Finished, Stopped, Failed)):
                return
        if found:
            continue
        if time.monotonic() - asked > _LIFE_SECONDS:
            asked = time.monotonic()
            if life(folder) == LOST and not tail.has_more:
                yield Lost(step, epoch, gone=not is_run(folder))
                return
        time.sleep(_POLL_SECONDS)


class _Tail:
    """The whole lines that were appended to a file since the last call, also when it was exchanged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self._place = self._seen = 0

    @property
    def has_more(self) -> bool:
        """Whether something was written since the last call of `lines`."""
        try:
            facts = self._path.stat()
        except OSError:  # not there now
            return False
        return (facts.st_dev, facts.st_ino) != self._file or facts.st_size > self._seen

    def lines(self) -> list[dict[str, Any]]:
        """What is new. A resumed run writes the file anew: a "rewound" line comes first then."""
        try:
            with self._path.open("rb") as file:
                facts = _identity(file.fileno())
                exchanged = self._file is not None and facts != self._file
                if exchanged:
                    self._place = 0
                self._file = facts
                file.seek(self._place)
                data = file.read() if exchanged else file.read(_CHUNK)
        except OSError:  # not there yet, or just being exchanged: it is asked again soon
            return []
        whole = data.rfind(b"\n") + 1
        self._seen = self._place + len(data)
        self._place += whole
        read = [item for line in data[:whole].split(b"\n") if (item := _read(line))]
        return _after_rewind(read) if exchanged else read


def _identity(descriptor: int) -> tuple[int, int]:
    facts = os.fstat(descriptor)
    return facts.st_dev, facts.st_ino


def _after_rewind(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a file that a resumed run wrote anew: where it goes on, and what came since."""
    starts = [at for at, line in enumerate(lines) if line.get("kind") == "start"]
    if not starts:
        return [{"kind": "rewound", "step": max((_whole(line, "step") for line in lines), default=0)}]
    last = starts[-1]
    return [{"kind": "rewound", "step": _whole(lines[last], "step")}, *lines[last:]]


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        item = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def events_of(folder: Path, lines: list[dict[str, Any]]) -> Iterator[Event]:
    """The events that lines of a run's metrics.jsonl stand for; what makes no sense is left out."""
    points: list[Point] = []
    speed, memory = 0.0, 0
    waited: float | None = None
    for line in lines:
        if line.get("kind") == "step":
            point = _made(Point, line)
            if point is not None:
                points.append(point)
                speed = _real(line, "pictures_per_second") or speed
                memory = _whole(line, "memory") or memory
                waited = _real(line, "data_share") if "data_share" in line else waited
            if len(points) == _AT_ONCE:
                yield Stepped(tuple(points), speed, memory, waited)
                points = []
            continue
        if points:
            yield Stepped(tuple(points), speed, memory, waited)
            points = []
        event = _event(folder, line)
        if event is not None:
            yield event
    if points:
        yield Stepped(tuple(points), speed, memory, waited)


def _event(folder: Path, line: Mapping[str, Any]) -> Event | None:
    """The event of one line; None where it is none that is known."""
    kind = str(line.get("kind"))
    if kind == "start":
        return _made(Started, {**line, "folder": folder, "damaged": ()})
    if kind in _KINDS:
        return _made(_KINDS[kind], line)
    return _ending(line) if kind == "end" else None


def _ending(line: Mapping[str, Any]) -> Event:
    step, epoch = _whole(line, "step"), _whole(line, "epoch")
    if line.get("state") == "failed":
        told = str(line.get("message", "")), str(line.get("remedy", ""))
        return Failed(step, epoch, *told, remedies=_remedies(line))
    if line.get("state") == "finished":
        accuracy, best = _real(line, "test_accuracy"), _real(line, "best_accuracy")
        why = str(line.get("why", ""))
        return Finished(
            step, epoch, accuracy, best, _whole(line, "best_epoch"), _real(line, "seconds"), why=why
        )
    return Stopped(step, epoch, _real(line, "seconds"))


def _remedies(line: Mapping[str, Any]) -> tuple[Remedy, ...]:
    """What a button can do about a failure; what makes no sense is left out, for anybody may write it."""
    items = line.get("remedies")
    found = []
    for item in items if isinstance(items, list) else []:
        with contextlib.suppress(ExplorerError, KeyError, TypeError):
            recipe = recipe_from_data(item["recipe"])
            told = str(item["label"]), recipe, str(item.get("device", "")), item.get("resume") is True
            found.append(Remedy(*told))
    return tuple(found)


def _made(kind: type[_Made], line: Mapping[str, Any]) -> _Made | None:
    """An event from a line; None where something that it needs is missing."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    settings = {
        name: _frozen(value) if isinstance(value, list) else value
        for name, value in line.items()
        if name in names
    }
    try:
        return kind(**settings)
    except TypeError:
        return None


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _whole(line: Mapping[str, Any], name: str) -> int:
    value = line.get(name, 0)
    return value if type(value) is int else 0


def _real(line: Mapping[str, Any], name: str) -> float:
    value = line.get(name, 0.0)
    return float(value) if isinstance(value, (int, float)) else 0.0
