"""What is asked and found about one picture in two networks: frozen values; needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.outline import Layer
from explorer.engine.looking.findings import Answer, Maps, Request

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Pixels
    from explorer.engine.running.activations import Values


@dataclass(frozen=True, eq=False)
class PairRequest:
    """What do two networks, or two states of one, make of one picture? Both sides ask for their own layer."""

    left: Request
    right: Request


@dataclass(frozen=True, eq=False)
class Difference:
    """The right minus the left, number by number, of layers of one shape.

    `values` and `pixels` are as those of `Maps`; `high` is the end of the colour scale (−high to
    high) and `stops` its colours. `sizes` is the mean size of the difference in each map, `largest`
    the largest of all, `likeness` the cosine of the two layers (1: the same direction).
    """

    values: Values
    pixels: Pixels
    high: float
    stops: tuple[str, ...]
    sizes: tuple[float, ...]
    largest: float
    likeness: float


@dataclass(frozen=True, eq=False)
class PairMaps:
    """The maps of both sides on one colour scale, and their difference, or why there is none."""

    left: Maps
    right: Maps
    difference: Difference | None
    why: str = ""


@dataclass(frozen=True, eq=False)
class PairAnswers:
    """What both networks say.

    `shares` are the classes that are among the likeliest of either, by name, with what the left and
    the right make of them; None where a network has no class of this name. The most certain first.
    """

    left: Answer
    right: Answer
    shares: tuple[tuple[str, float | None, float | None], ...] = ()


def counterpart(name: str, own: Sequence[Layer], others: Sequence[Layer]) -> str:
    """The layer of another network that stands for one of ours; "" where the other is empty.

    That of the same name; else the one of the same kind and output shape in the same place among
    those; else the one as far on the way from input to output.
    """
    if any(layer.name == name for layer in others):
        return name
    places = [index for index, layer in enumerate(own) if layer.name == name]
    if not places or not others:
        return others[0].name if others else ""
    mine = own[places[0]]
    alike = [layer.name for layer in others if _kind(layer) == _kind(mine)]
    rank = [layer.name for layer in own if _kind(layer) == _kind(mine)].index(name)
    if rank < len(alike):
        return alike[rank]
    return others[round(places[0] * (len(others) - 1) / max(1, len(own) - 1))].name


def _kind(layer: Layer) -> tuple[str, tuple[int, ...]]:
    return type(layer.operator).__name__, layer.output
