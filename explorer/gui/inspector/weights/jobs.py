"""Background work of the choice of weights: which there are for a network, and fetching published ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.architectures.published import recognized
from explorer.architectures.torchvision_sets import weight_figures
from explorer.core.analysis import analyze
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.gui.download_line import Passed
from explorer.gui.job import ShouldStop, Work

if TYPE_CHECKING:
    from explorer.engine.running.pretrained import WeightSet

_PREFIX = "IMAGENET1K_"


@dataclass(frozen=True)
class Found:
    """A run whose network is the open one."""

    folder: Path
    name: str


@dataclass(frozen=True)
class Published:
    """A set of weights that torchvision publishes for a network; `path` where it was fetched."""

    network: str
    name: str
    mebibytes: float
    path: Path | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Which set it is, fetched or not."""
        return self.network, self.name

    @property
    def words(self) -> str:
        """What the choice says."""
        words = f"ImageNet, {self.name.removeprefix(_PREFIX)}"
        return words if self.path is not None else f"{words} (download {self.mebibytes:,.1f} MiB)"


def looking(runs_folder: Path, graph: Graph) -> Work:
    """Find the published sets of weights and the runs of a network."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from _published(graph, should_stop)
        from explorer.engine.runs.run_folder import (  # the window starts without the engine
            read_record,
            run_folders,
        )

        if not runs_folder.is_dir():
            return
        for folder in reversed(run_folders(runs_folder)):
            if should_stop():
                return
            try:
                record = read_record(folder)
            except ExplorerError:
                continue  # the list of runs says that it is damaged
            if record.graph == graph:
                yield Found(folder, folder.name)

    return work


def fetching(item: Published) -> Work:
    """Fetch a set of weights, or take it where it lies already; the last event has its path."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.running.pretrained import fetch, stored  # torch takes seconds

        weights = _weight_set(item)
        path = stored(weights)
        for step in fetch(weights) if path is None else ():
            if should_stop():
                return
            yield Passed(step.done, step.total)
            path = step.path
        if path is not None:
            yield replace(item, path=path)

    return work


def _published(graph: Graph, should_stop: ShouldStop) -> Iterator[Published]:
    found = recognized(graph, analyze(graph).totals)
    if found is None or not found.facts.torchvision:
        return
    for figures in weight_figures(found.facts.torchvision):
        if not figures.name.startswith(_PREFIX) or should_stop():
            continue
        item = Published(figures.network, figures.name, figures.mebibytes)
        yield replace(item, path=_stored(item))


def _stored(item: Published) -> Path | None:
    """Where a set lies, if it was fetched before."""
    from explorer.engine.running.pretrained import places, stored

    # torchvision, which knows the exact name, takes seconds: asked only where a file may be it
    likely = f"{item.network}-*.pth"
    if any(True for place in places() for _ in place.glob(likely)):
        return stored(_weight_set(item))
    return None


def _weight_set(item: Published) -> WeightSet:
    from explorer.engine.running.pretrained import weight_sets

    return next(found for found in weight_sets(item.network) if found.name == item.name)
