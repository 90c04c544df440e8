"""The names beside a strip of layers: every row where there is room, else one word per stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_ROOM = 13.0
"""Height of a row, in pixels, from which each has its own name."""


@dataclass(frozen=True)
class RowLabel:
    """A word beside rows `first` to `last`, both included."""

    text: str
    first: int
    last: int

    @property
    def middle(self) -> float:
        """Where it stands, in rows from the top."""
        return (self.first + self.last + 1) / 2


def row_labels(names: Sequence[str], row_height: float) -> tuple[RowLabel, ...]:
    """The labels of a strip: layers of one stage have the first part of their dotted names in common.

    A layer outside of stages has its own name. Labels that would touch the one before are left out,
    single layers first.
    """
    if row_height >= _ROOM:
        return tuple(RowLabel(name, place, place) for place, name in enumerate(names))
    groups: list[RowLabel] = []
    for place, name in enumerate(names):
        stage = name.partition(".")[0]
        if groups and groups[-1].text == stage:
            groups[-1] = RowLabel(stage, groups[-1].first, place)
        else:
            groups.append(RowLabel(stage, place, place))
    kept: list[RowLabel] = []
    # the ends say most, then the largest stages
    order = sorted(groups, key=lambda group: (group not in (groups[0], groups[-1]), group.first - group.last))
    for group in order:
        if all(abs(group.middle - other.middle) * row_height >= _ROOM for other in kept):
            kept.append(group)
    return tuple(sorted(kept, key=lambda group: group.first))


def rows_of(names: Sequence[str], selected: Sequence[str]) -> tuple[int, int] | None:
    """The first and last row of the selected layer, or of the layers inside the selected block."""
    if not selected:
        return None
    chosen = selected[-1]
    inside = [place for place, name in enumerate(names) if name == chosen or name.startswith(f"{chosen}.")]
    return (inside[0], inside[-1]) if inside else None
