"""How maps are coloured: which scale, and the palettes for plain and for signed numbers; needs no numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAP, LAYER, NETWORK = "map", "layer", "network"

SCALES: Mapping[str, str] = {
    LAYER: "One scale for the layer",
    MAP: "Each map on its own",
    NETWORK: "One for the network",
}
"""What shares one scale of colours."""

CUTS: Mapping[float, str] = {
    0.0: "At the highest value, none cut",
    0.1: "Cut the outermost 0.1 %",
    1.0: "Cut the outermost 1 %",
}
"""How many percent of the numbers that are not zero lie beyond the ends of a scale."""

VIRIDIS, CIVIDIS, GREYS = "viridis", "cividis", "greys"
BLUE_ORANGE, PURPLE_GREEN = "blue–orange", "purple–green"

UNSIGNED: tuple[str, ...] = (VIRIDIS, CIVIDIS, GREYS)
SIGNED: tuple[str, ...] = (BLUE_ORANGE, PURPLE_GREEN)
"""Palettes for numbers that are never negative, and for others; all are safe for colour-blind readers."""


@dataclass(frozen=True)
class MapColours:
    """The choice of a person. `cut` is one of `CUTS`: what lies beyond has the colour of the end."""

    scale: str = LAYER
    unsigned: str = VIRIDIS
    signed: str = BLUE_ORANGE
    cut: float = 1.0

    def palette(self, *, signed: bool) -> str:
        """The one that is used."""
        return self.signed if signed else self.unsigned
