"""An experiment or a search in a process of its own, by the same command line; needs no torch here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.core import notation
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.experiment import PAPER
from explorer.core.pareto import MACS, Space
from explorer.engine.runs.apart import launch

_SEARCHED = ".search-{}.archx"


@dataclass(frozen=True)
class Conducted:
    """What the command line needs to carry a plan out: a known experiment, or a search over a document."""

    name: str
    version: str = ""
    seeds: tuple[int, ...] = (0,)
    document: Document | None = None
    space: Space = Space()

    def arguments(self, runs: Path) -> list[str]:
        """The words after `arch-explorer`; the document of a search is kept beside the runs.

        Raises:
            OSError: it cannot be kept.
        """
        seeds = ["--seeds", ",".join(map(str, self.seeds)), "--runs", str(runs)]
        if self.document is None:
            return ["experiment", self.name, *(["--paper"] if self.version == PAPER else []), *seeds]
        kept = runs / _SEARCHED.format(time.time_ns())
        runs.mkdir(parents=True, exist_ok=True)
        notation.save(self.document, kept)
        space = self.space
        limit = ["--max-macs" if space.counted == MACS else "--max-parameters", str(space.limit)]
        factors = ["--widths", _row(space.widths), "--depths", _row(space.depths)]
        return ["search", str(kept), *factors, *(limit if space.limit else []), *seeds]


def go_on(conducted: Conducted, runs: Path, device: str = "auto") -> int:
    """Train what is not trained yet in a process of its own; the number of the process.

    Raises:
        ExplorerError: the folder of the runs cannot be written, or the process cannot be started.
    """
    try:
        words = conducted.arguments(runs)
    except OSError as error:
        raise ExplorerError(f"{runs} cannot be written: {error.strerror}; choose another folder") from None
    return launch([*words, "--device", device], runs)


def _row(factors: Sequence[float]) -> str:
    return ",".join(map(repr, factors))
