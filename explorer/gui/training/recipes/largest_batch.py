"""The largest batch that fits the memory of the chosen device, found in the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.core.analysis import analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.memory import in_training, numbers_of
from explorer.gui.job import ShouldStop, Work

_SHARE = 0.9
"""Of the memory that is free, this much is used: other programs want some too."""

_LARGEST = 65_536


@dataclass(frozen=True)
class LargestBatch:
    """The most pictures per step that fit `device`."""

    pictures: int
    device: str


def finding(document: Document, device: str) -> Work:
    """Finds the largest batch with which a document can be trained as its recipe says.

    Raises:
        ExplorerError: not even one picture fits, or nothing tells how much memory there is.
    """

    def work(should_stop: ShouldStop) -> Iterator[LargestBatch]:
        from explorer.engine.device import choose, free_memory  # torch takes seconds: loaded in the thread

        chosen = choose(device)
        room = free_memory(chosen)
        if should_stop():
            return
        if room is None:
            raise ExplorerError(f"nothing tells how much memory {chosen} has; choose the batch size yourself")
        recipe = document.recipe
        numbers = numbers_of(recipe, gpu=chosen.type == "cuda")
        at_once = in_training(analyze(document.graph), numbers).largest_batch(int(_SHARE * room))
        if not at_once:
            raise ExplorerError(
                f"not even one picture at a time fits the memory of {chosen}; make it smaller"
            )
        yield LargestBatch(min(_LARGEST, at_once * recipe.accumulation), str(chosen))

    return work
