"""Measured times of layers, forgotten where an edit changed what was measured."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.core.analysis import Problem, Row
from explorer.core.outline import Line


class Times:
    """Milliseconds of a forward pass by full name, each with what the layer was when it was measured."""

    def __init__(self, times: Mapping[str, float], lines: Mapping[str, Line]) -> None:
        self._known: dict[str, tuple[Row | Problem, float]] = {
            name: (lines[name].entry, time) for name, time in times.items() if name in lines
        }

    def of(self, lines: Mapping[str, Line]) -> dict[str, float]:
        """The times of the lines that still are what was measured."""
        return {
            name: time
            for name, (entry, time) in self._known.items()
            if (line := lines.get(name)) is not None and line.entry is entry
        }
