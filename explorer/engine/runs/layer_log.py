"""What was seen of the layers: `layers.jsonl` of a run, one JSON object a line; needs no torch.

The first line, and one wherever they change, names the layers; every other line is one look, its
lists in the order of these names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from explorer.engine.runs.metrics import append_metrics, read_metrics, truncate_metrics
from explorer.engine.runs.sightings import LayersSeen

LAYERS = "layers.jsonl"
_FIGURES = ("gradient", "update")
_ACTIVE = ("mean", "deviation", "dead")
_DIGITS = 4

_Names = tuple[tuple[str, ...], tuple[str, ...]]


class LayerLog:
    """Appends looks to the file of a run folder; what cannot be written is tried again with the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: _Names | None = None
        self._waiting: list[dict[str, Any]] = []

    def begin(self, step: int) -> None:
        """Strike out what is newer than a step: a resumed run writes it again.

        Raises:
            OSError: the file cannot be written.
        """
        if (self._folder / LAYERS).exists():
            truncate_metrics(self._folder, step, LAYERS)

    def log(self, event: LayersSeen) -> None:
        """Add one look.

        Raises:
            OSError: it cannot be written yet.
        """
        names = event.weighted, event.activations
        if names != self._names:
            self._names = names
            self._waiting.append(
                {"step": event.step, "weighted": list(names[0]), "activations": list(names[1])}
            )
        figures = {name: [_short(value) for value in getattr(event, name)] for name in _FIGURES + _ACTIVE}
        self._waiting.append({"step": event.step, **figures})
        append_metrics(self._folder, self._waiting, LAYERS)
        self._waiting.clear()


class LayerReader:
    """Makes looks of the lines of a file, in order."""

    def __init__(self) -> None:
        self._names: _Names = ((), ())

    def take(self, line: Mapping[str, Any]) -> LayersSeen | None:
        """The look of a line; None for one that only names layers, or that makes no sense."""
        if "weighted" in line:
            self._names = _texts(line.get("weighted")), _texts(line.get("activations"))
            return None
        weighted, active = self._names
        step = line.get("step")
        rows = {name: _numbers(line.get(name)) for name in _FIGURES + _ACTIVE}
        counts = {name: len(weighted) if name in _FIGURES else len(active) for name in rows}
        if type(step) is not int or any(len(rows[name]) != count for name, count in counts.items()):
            return None
        return LayersSeen(step, weighted, active, **rows)


def read_layers(folder: Path) -> Iterator[LayersSeen]:
    """The looks of a run, oldest first; none where it has no such file."""
    reader = LayerReader()
    for line in read_metrics(folder, LAYERS):
        look = reader.take(line)
        if look is not None:
            yield look


def _short(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _numbers(value: Any) -> tuple[float, ...]:
    items = value if isinstance(value, list) else []
    return tuple(float(item) if isinstance(item, (int, float)) else math.nan for item in items)
