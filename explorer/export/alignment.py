"""The stages of several networks beside each other: by the side of their maps, by depth, or by share."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explorer.core.units import ordinal
from explorer.export.stages import Side, Stage, side_words


class Align(enum.StrEnum):
    """What makes stages of different networks stand in one row.

    `side`: maps of the same height and width; `depth`: the first beside the first; `share`: the one
    that computes most beside the other that computes most.
    """

    SIDE = "side"
    DEPTH = "depth"
    SHARE = "share"


@dataclass(frozen=True)
class Alignment:
    """One row: a heading, and each network's stage, None where it has none there."""

    heading: str
    stages: tuple[Stage | None, ...]


def aligned(
    networks: Sequence[Sequence[Stage]], by: Align, cost: Callable[[Stage], int]
) -> tuple[Alignment, ...]:
    """The stages of several networks in rows; `cost` is what `Align.SHARE` sorts by."""
    if by is Align.SIDE:
        return _by_side(networks)
    if by is Align.DEPTH:
        ordered = [list(stages) for stages in networks]
    else:
        ordered = [sorted(stages, key=cost, reverse=True) for stages in networks]
    longest = max((len(stages) for stages in ordered), default=0)
    return tuple(
        Alignment(
            ordinal(row + 1),
            tuple(stages[row] if row < len(stages) else None for stages in ordered),
        )
        for row in range(longest)
    )


def _by_side(networks: Sequence[Sequence[Stage]]) -> tuple[Alignment, ...]:
    """Large maps first, the head last."""
    sides: set[Side] = {stage.side for stages in networks for stage in stages}
    placed: list[dict[Side, Stage]] = [{stage.side: stage for stage in stages} for stages in networks]
    return tuple(
        Alignment(side_words(side), tuple(stages.get(side) for stages in placed))
        for side in sorted(sides, key=_area, reverse=True)
    )


def _area(side: Side) -> tuple[int, int]:
    return (0, 0) if side is None else (side[0] * side[1], side[0])
