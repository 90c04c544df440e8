"""What is asked and found about one picture in two networks: frozen values; needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.outline import Layer
from explorer.engine.looking.findings import Answer, Maps, Request

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture, Pixels
    from explorer.engine.running.activations import Values


@dataclass(frozen=True)
class ProbePicture:
    """One of the pictures that a run keeps maps of, by its place among them."""

    folder: Path
    place: int


@dataclass(frozen=True)
class ProbePictures:
    """The names of the pictures that a run keeps maps of."""

    folder: Path
    names: tuple[str, ...]


@dataclass(frozen=True)
class KeptEpoch:
    """An epoch of a run whose weights are gone, but not the maps of its probe pictures."""

    folder: Path
    epoch: int


@dataclass(frozen=True, eq=False)
class PairRequest:
    """What do two networks, or two states of one, make of one picture? Both sides ask for their own layer.

    With `probe` both look at that picture instead of the requests' own; a side with a `kept` epoch
    shows the maps that were kept of it, and computes nothing.
    """

    left: Request
    right: Request
    probe: ProbePicture | None = None
    kept: tuple[KeptEpoch | None, KeptEpoch | None] = (None, None)


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
    """The maps of both sides on one colour scale, and their difference, or why there is none.

    `note` says what is to be known of maps that a run kept.
    """

    left: Maps
    right: Maps
    difference: Difference | None
    why: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class PairAnswers:
    """What both networks say of a picture; None of a side that shows maps of a run that kept no weights.

    `said` are the weights of both, in words. `shares` are the classes that are among the likeliest of
    either, by name, with what the left and the right make of them; None where a network has no class of
    this name. The most certain first.
    """

    left: Answer | None
    right: Answer | None
    picture: Picture
    said: tuple[str, str]
    shares: tuple[tuple[str, float | None, float | None], ...] = ()


@dataclass(frozen=True)
class Counterpart:
    """The layer of another network that stands for one of ours, and in a few words why."""

    name: str
    why: str


def counterpart(name: str, own: Sequence[Layer], others: Sequence[Layer]) -> Counterpart:
    """The layer of another network that stands for one of ours; without a name where the other is empty.

    That of the same name; else the one of the same kind and output shape in the same place among
    those; else the one as far on the way from input to output.
    """
    if any(layer.name == name for layer in others):
        return Counterpart(name, "of the same name")
    places = [index for index, layer in enumerate(own) if layer.name == name]
    if not places or not others:
        return Counterpart(others[0].name, "the first") if others else Counterpart("", "")
    mine = own[places[0]]
    alike = [layer.name for layer in others if _kind(layer) == _kind(mine)]
    rank = [layer.name for layer in own if _kind(layer) == _kind(mine)].index(name)
    if rank < len(alike):
        same = "the only one" if len(alike) == 1 else f"number {rank + 1} of {len(alike)}"
        return Counterpart(alike[rank], f"{same} of this kind and shape, as ours")
    place = round(places[0] * (len(others) - 1) / max(1, len(own) - 1))
    return Counterpart(others[place].name, f"as far on the way, {place + 1} of {len(others)}")


def _kind(layer: Layer) -> tuple[str, tuple[int, ...]]:
    return type(layer.operator).__name__, layer.output
