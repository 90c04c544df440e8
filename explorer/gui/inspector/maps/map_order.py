"""In which order the maps of a layer stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.engine.looking.findings import Maps

INDEX, MEAN, MAXIMUM, VARIANCE, LIKENESS, INFLUENCE = (
    "index",
    "mean",
    "maximum",
    "variance",
    "likeness",
    "influence",
)

ORDERS: Mapping[str, tuple[str, str]] = {
    INDEX: ("Sort by index", "As the network numbers them"),
    MEAN: ("Sort by mean", "The strongest on average first"),
    MAXIMUM: ("Sort by maximum", "The highest single value first"),
    VARIANCE: ("Sort by variance", "The most varied first"),
    LIKENESS: ("Sort by similarity", "The most like the selected map first (cosine)"),
    INFLUENCE: (
        "Sort by influence",
        "What moves the likeliest class most first: gradient × activation, to first order only",
    ),
}
"""What may be sorted by, in words, and what it means."""


def ordered(maps: Maps, by: str, selected: int | None) -> list[int]:
    """The indices of the maps in an order; equal ones stay as they are numbered."""
    count = len(maps.values)
    figures: Sequence[float] = ()
    if by == LIKENESS and selected is not None and selected < count:
        from explorer.engine.looking.map_figures import likeness_to  # torch is loaded: the maps came from it

        figures = likeness_to(maps.values, selected)
    elif by == INFLUENCE and maps.influence:
        figures = [abs(value) for value in maps.influence]
    else:
        columns = {MEAN: maps.figures.mean, MAXIMUM: maps.figures.maximum, VARIANCE: maps.figures.variance}
        figures = columns.get(by, ())
    if not figures:
        return list(range(count))
    return sorted(range(count), key=lambda index: -figures[index])


def order_note(maps: Maps, by: str, selected: int | None) -> str:
    """What must be said of an order: what it is measured against, or why it could not be had."""
    if by == LIKENESS:
        return (
            f"most like {selected} first"
            if selected is not None
            else "click a map to sort by similarity to it"
        )
    if by == INFLUENCE:
        if maps.influence:
            return f"by influence on {maps.moved}: gradient × activation, to first order"
        return "this network names no class, so nothing can influence one"
    return ""
