"""What shall be trained, and the work that does it: in this process, or in one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from explorer.core.document import Document
from explorer.core.recipe import changes_between
from explorer.engine.events import Event, Finished
from explorer.engine.experiments.reproduction import with_original
from explorer.engine.runs import apart
from explorer.engine.runs.control import Control
from explorer.engine.runs.run_folder import current_recipe
from explorer.engine.runs.watch import watch
from explorer.gui.job import ShouldStop, Work


@dataclass(frozen=True)
class Loading:
    """A library that takes seconds is being loaded in the thread; "" says that the plots can be drawn."""

    what: str


@dataclass(frozen=True)
class Order:
    """A training that is wanted.

    With `resume` the run in `folder` goes on, with the recipe of the document; `branch` names the run
    and the epoch that it begins at; `reproduces` the run that is started again as it was. `step` is
    for a training that shall wait after its first step.
    """

    document: Document
    folder: Path
    device: str = "auto"
    apart: bool = False
    resume: bool = False
    branch: tuple[Path, int] | None = None
    reproduces: Path | None = None
    step: bool = False


def training(order: Order, control: Control) -> Work:
    """Trains in this process, in the thread of the job."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from _plots()
        yield Loading("PyTorch")
        from explorer.engine.experiments.reproduction import reproduce
        from explorer.engine.runs.origin import Branch  # torch takes seconds: loaded in the thread
        from explorer.engine.training.trainer import train

        if should_stop():
            return
        document, recipe = order.document, order.document.recipe
        steered = {"device": order.device, "should_stop": should_stop, "control": control}
        if order.reproduces is not None:
            yield from reproduce(order.reproduces, order.folder, **steered)
            return
        events = train(
            document.graph,
            recipe,
            folder=order.folder,
            resume=order.resume,
            exactly=True,
            branch=Branch(order.branch[0], order.branch[1]) if order.branch else None,
            name=document.name,
            **steered,
        )
        yield from _judged(events, order.folder)

    return work


def apart_training(order: Order) -> Work:
    """Starts a process of its own that trains, and follows it; ending the job does not end the process."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from _plots()
        process = _begun(order)
        if apart.wait_for_run(order.folder, process, should_stop):
            yield from _judged(watch(order.folder, should_stop), order.folder)

    return work


def _begun(order: Order) -> int:
    """The process that carries an order out."""
    document, folder, device = order.document, order.folder, order.device
    if order.resume:
        return apart.go_on(folder, device, changes_between(current_recipe(folder), document.recipe))
    if order.branch is not None:
        return apart.branch(document, folder, *order.branch, device)
    if order.reproduces is not None:
        return apart.reproduce(order.reproduces, folder, device)
    return apart.start(document, folder, device, single=order.step)


def following(folder: Path) -> Work:
    """Follows a run that something else writes."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from _plots()
        yield from _judged(watch(folder, should_stop), folder)

    return work


def _judged(events: Iterator[Event], folder: Path) -> Iterator[object]:
    """The events of a run; at the end of one that reproduces another, whether their curves agree."""
    for event in events:
        yield event
        if isinstance(event, Finished):
            agreement = with_original(folder)
            if agreement is not None:
                yield agreement


def free_folder(runs_folder: Path, name: str, taken: frozenset[Path] = frozenset()) -> Path:
    """A folder for a new run, named by its network and the time, that nobody has or waits for."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).strip(".-")[:60]
    stem = f"{safe or 'network'}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    number, folder = 2, runs_folder / stem
    while folder.exists() or folder in taken:
        folder = runs_folder / f"{stem}-{number}"
        number += 1
    return folder


def _plots() -> Iterator[Loading]:
    yield Loading("the plots")
    from explorer.gui.training.plots import plot_cards  # noqa: F401  pyqtgraph takes 0.7 s: not in the window

    yield Loading("")
