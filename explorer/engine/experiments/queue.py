"""Several trainings, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.recipe import Recipe
from explorer.core.sweep import sweep as sweep
from explorer.engine.events import Began as Began
from explorer.engine.events import Event, Stopped
from explorer.engine.events import Refused as Refused
from explorer.engine.runs.control import Control
from explorer.engine.training.trainer import train


@dataclass(frozen=True)
class Queued:
    """A training that waits for its turn; with `resume` the run in its folder goes on."""

    graph: Graph
    recipe: Recipe
    folder: Path | None
    name: str
    resume: bool = False


def train_all(
    queued: Iterable[Queued],
    *,
    device: str = "auto",
    should_stop: Callable[[], bool] = lambda: False,
    control: Callable[[], Control] = Control,
) -> Iterator[Event]:
    """Train one after the other; a training that fails or is refused does not keep the next from its turn.

    Stopping ends the one that goes on and leaves out the rest.

    Args:
        queued: what to train; those that are added to a list while it goes on have their turn too.
        device: as `train`.
        should_stop: as `train`; True ends the whole queue.
        control: gives the control of the next training; told to stop, it ends that one only.
    """
    for number, item in enumerate(queued, start=1):
        if should_stop():
            return
        total = len(queued) if isinstance(queued, Sequence) else number
        yield Began(number, total, item.name, item.folder)
        try:
            for event in train(
                item.graph,
                item.recipe,
                device=device,
                folder=item.folder,
                resume=item.resume,
                should_stop=should_stop,
                control=control(),
                name=item.name,
            ):
                yield event
                if isinstance(event, Stopped) and should_stop():
                    return
        except ExplorerError as error:
            yield Refused(number, str(error))
