"""Which lines of a network the table shows, in which block and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.core.filters import Filter, parse
from explorer.core.outline import Line
from explorer.core.quantities import Reading
from explorer.gui.layers.columns import COLUMNS

Lines = Mapping[str, Line]


class Arrangement:
    """What is chosen: blocks or plain layers, the filter, and the column that sorts."""

    def __init__(self) -> None:
        self.flat = False
        self.filter: Filter = parse("")
        self.sorted: tuple[int, bool] | None = None
        """Place of the column among `COLUMNS`, and whether the largest come first."""
        self.found: set[str] | None = None
        """The names of the lines that the filter wanted; None where nothing was asked."""
        self._said: tuple[Lines, dict[str, str]] | None = None

    def arrange(self, lines: Lines, reading: Reading) -> dict[str, list[Line]]:
        """The lines in each block, by its full name; those of the network itself under ""."""
        shown = self.found = self._hits(lines, reading)
        if shown is not None and not self.flat:
            shown = shown | _around(shown, lines)
        inside: dict[str, list[Line]] = {"": []}
        for line in lines.values():
            if shown is not None and line.name not in shown:
                continue
            if not self.flat:
                inside.setdefault(line.block, []).append(line)
            elif line.inner is None:
                inside[""].append(line)
        if self.sorted is None:
            return inside
        return {key: self._in_order(row, reading) for key, row in inside.items()}

    def _hits(self, lines: Lines, reading: Reading) -> set[str] | None:
        test = self.filter.test
        if test is None:
            return None
        said = self._texts(lines) if self.filter.has_words else {}
        return {name for name, line in lines.items() if test(line, reading, said.get(name, ""))}

    def _texts(self, lines: Lines) -> dict[str, str]:
        """For each line its name and operator and those around it, in small letters."""
        if self._said is None or self._said[0] is not lines:
            texts: dict[str, str] = {"": ""}
            for name, line in lines.items():  # blocks come before their insides
                operator = line.entry.node.operator
                kinds = {operator.kind(), operator.called()}
                texts[name] = f"{name} {' '.join(kinds)} {texts[line.block]}".lower()
            self._said = lines, texts
        return self._said[1]

    def _in_order(self, lines: list[Line], reading: Reading) -> list[Line]:
        """Sorted by the exact figures of a column; lines without one come last either way."""
        assert self.sorted is not None  # noqa: S101  (the caller asked)
        figure, falling = COLUMNS[self.sorted[0]].figure, self.sorted[1]
        figures: dict[str, Any] = {line.name: figure(line, reading) for line in lines}
        known = [line for line in lines if figures[line.name] is not None]
        known.sort(key=lambda line: figures[line.name], reverse=falling)
        return known + [line for line in lines if figures[line.name] is None]


def blocks_around(line: Line, lines: Lines) -> list[str]:
    """The names of the blocks around a line, the outermost first."""
    names: list[str] = []
    while line.block:
        names.append(line.block)
        line = lines[line.block]
    return names[::-1]


def _around(names: set[str], lines: Lines) -> set[str]:
    around: set[str] = set()
    for name in names:
        block = lines[name].block
        while block and block not in around:
            around.add(block)
            block = lines[block].block
    return around
