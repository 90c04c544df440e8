"""What was measured of the open network, and the jobs that measure: times, memory, roofs, devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.summing import summed
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.workbench import Workbench

if TYPE_CHECKING:
    from explorer.engine.counting.ceilings import Ceilings
    from explorer.engine.counting.measuring import Times, Timing
    from explorer.engine.counting.memory import StepMemory
    from explorer.engine.device import Device

STOP_MS = 15_000
"""How long closing waits for the layer that is measured now."""

TIMES, MEMORY, PLACES = "times", "memory", "devices"
"""What can be asked for."""


class Measurements(QObject):
    """Keeps what was measured together with the graph it was measured of; one job at a time.

    Signals:
        changed(): something was measured, or what was measured is no longer that of the open network.
        said(text, share): what is measured now and how far it is, from 0 to 1; ("", 0.0) at the end.
        failed(sentence, details): it could not be measured.
    """

    changed = Signal()
    said = Signal(str, float)
    failed = Signal(str, str)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.times: Times | None = None
        self.memory: StepMemory | None = None
        self.ceilings: dict[str, Ceilings] = {}
        self.devices: tuple[Device, ...] = ()
        self.epoch_pictures: int | None = None
        self._surveyed = ""
        self._job: Job | None = None
        self._asked = ""
        self._waiting: tuple[str, Work] | None = None
        workbench.changed.connect(self._edited)

    @property
    def busy(self) -> str:
        """What is measured now: `TIMES`, `MEMORY`, `PLACES`, or ""."""
        return self._asked if self._job is not None else ""

    @property
    def current(self) -> Times | None:
        """The times, where they are those of the open network."""
        return self.times if self.times is not None and self._is_open(self.times.graph) else None

    @property
    def stale(self) -> bool:
        """Whether there are times, but of another network or an older state of this one."""
        return self.times is not None and self.current is None

    @property
    def step(self) -> StepMemory | None:
        """The memory of a step, where it is that of the open network and its recipe."""
        memory = self.memory
        if memory is None or not self._is_open(memory.graph):
            return None
        return memory if _same_step(memory.recipe, self._workbench.document.recipe) else None

    def milliseconds(self) -> dict[str, float]:
        """The time of a batch in use by full name, blocks included; empty where nothing is known."""
        times = self.current
        return {} if times is None else self._milliseconds(times.use)

    def training_milliseconds(self) -> dict[str, float]:
        """Forward and backward of a batch in training, by full name, blocks included."""
        times = self.current
        if times is None:
            return {}
        back = self._milliseconds(times.backward)
        return {
            name: value + back.get(name, 0.0) for name, value in self._milliseconds(times.forward).items()
        }

    def measure_times(self, batch: int) -> None:
        """Measure every layer of the open network, and the roofs of the device if they are not known."""
        document, device = self._workbench.document, self._workbench.device
        self._start(TIMES, _timing(document, device, batch, dict(self.ceilings)), "Measuring")

    def measure_memory(self) -> None:
        """Measure the memory of one training step by the document's recipe."""
        work = _stepping(self._workbench.document, self._workbench.device)
        self._start(MEMORY, work, "Measuring the memory")

    def look_around(self) -> None:
        """Ask what devices there are, what is free on them, and how many pictures an epoch has."""
        recipe = self._workbench.document.recipe
        key = f"{recipe.data}\0{recipe.held_out}"
        if not self.devices or key != self._surveyed:
            self._surveyed = key
            self._start(PLACES, _looking(recipe), "Looking for devices")

    def take_memory(self, memory: StepMemory) -> None:
        """What a training measured of its own step."""
        self.memory = memory
        self.changed.emit()

    def stop(self) -> None:
        """End what is measured; nothing comes of it."""
        self._waiting = None
        if self._job is not None:
            self._job.stop()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        self.stop()
        return self._job is None or self._job.wait(STOP_MS)

    def _is_open(self, graph: Graph) -> bool:
        return graph is self._workbench.document.graph

    def _milliseconds(self, timings: Mapping[str, Timing]) -> dict[str, float]:
        values = {name: 1000 * item.median for name, item in timings.items()}
        return summed(self._workbench.lines.values(), values)

    def _start(self, what: str, work: Work, title: str) -> None:
        if self._job is not None:
            self._waiting = (what, work) if what == PLACES else self._waiting
            return
        self._asked = what
        self._job = Job(work, title, self)
        self._job.event.connect(self._take)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._end)
        self._job.start()
        self.changed.emit()

    def _take(self, event: object) -> None:
        if self._job is None or self._job.stopping:
            return
        kind = type(event).__name__  # the classes themselves would load PyTorch here
        if isinstance(event, tuple):
            self.said.emit(*event)
            return
        if kind == "Times":
            self.times = event  # type: ignore[assignment]
        elif kind == "StepMemory":
            self.memory = event  # type: ignore[assignment]
        elif kind == "Ceilings":
            self.ceilings[event.device] = event  # type: ignore[attr-defined]
        elif isinstance(event, Places):
            self.devices, self.epoch_pictures = event.devices, event.pictures
        self.changed.emit()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self.said.emit("", 0.0)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(*waiting, "Looking for devices")
        self.changed.emit()

    def _edited(self, old: Document, new: Document) -> None:
        if old.graph is not new.graph and self.times is not None:
            self.changed.emit()


@dataclass(frozen=True)
class Places:
    """What devices there are, and how many pictures an epoch of the recipe's data has (None: unknown)."""

    devices: tuple[Device, ...]
    pictures: int | None


def _same_step(one: Recipe, other: Recipe) -> bool:
    """Whether a step of both takes the same memory, whatever the batch."""
    names = ("optimizer", "momentum", "nesterov", "weight_decay", "precision", "average", "accumulation")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _timing(document: Document, device: str, batch: int, known: Mapping[str, Ceilings]) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield "Loading PyTorch", 0.0
        from explorer.engine.counting.ceilings import (  # torch takes seconds: loaded in the thread
            Probing,
            ceilings,
        )
        from explorer.engine.counting.measuring import Measured, measure
        from explorer.engine.device import choose

        if str(choose(device)) not in known:
            for found in ceilings(device, should_stop=should_stop):
                yield ("The peak of the device", found.share) if isinstance(found, Probing) else found
        if should_stop():
            return
        following = measure(
            document.graph, device=device, batch=batch, recipe=document.recipe, should_stop=should_stop
        )
        for event in following:
            yield (_capital(event.what), event.share) if isinstance(event, Measured) else event

    return work


def _stepping(document: Document, device: str) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield "Loading PyTorch", 0.0
        from explorer.engine.counting.memory import step_memory  # torch takes seconds: loaded in the thread

        yield "Two training steps", 0.3
        yield from step_memory(document.graph, document.recipe, device=device, should_stop=should_stop)

    return work


def _looking(recipe: Recipe) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.core.errors import ExplorerError
        from explorer.engine.data.survey import survey
        from explorer.engine.device import devices_with_room  # torch takes seconds: loaded in the thread

        found = devices_with_room()
        yield Places(found, None)
        if should_stop():
            return
        try:
            pictures, _ = survey(recipe.data, should_stop).division(recipe.held_out)
        except ExplorerError:
            return  # the Train area says what is wrong with the data; here the epoch stays unknown
        if not should_stop():
            yield Places(found, pictures)

    return work


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
