"""What a look inside a network asks for and finds: frozen values that may cross threads; needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.graph import Graph

if TYPE_CHECKING:
    from explorer.engine.activations import Prediction, Statistics, Values
    from explorer.engine.images import Picture, Pixels

RANDOM, RUN, FILE = "random", "run", "file"


@dataclass(frozen=True)
class WeightsSource:
    """Where weights come from: a seed, a run's folder (its "best" or "last" checkpoint), or a file."""

    kind: str = RANDOM
    seed: int = 0
    path: Path | None = None
    which: str = "best"


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be looked at. `layer` is the full name of a layer or block.

    `shared` gives all maps one colour scale; `theme` is "dark" or "light".
    """

    graph: Graph
    weights: WeightsSource
    picture: Picture
    layer: str
    shared: bool = True
    theme: str = "dark"


@dataclass(frozen=True)
class Doing:
    """What takes time now, in words."""

    text: str


@dataclass(frozen=True, eq=False)
class Answer:
    """What the whole network makes of the picture.

    `fed` is what it sees, as bytes (height, width, 1 or 3), the middle `share` of the picture;
    `feeding` says so in words. There are no predictions where the network does not end in one
    row of numbers.
    """

    request: Request
    fed: Pixels
    share: float
    feeding: str
    weights: str
    predictions: tuple[Prediction, ...]
    rest: tuple[int, float]
    layers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MapFigures:
    """Minimum, mean, maximum and variance of every map."""

    minimum: tuple[float, ...]
    mean: tuple[float, ...]
    maximum: tuple[float, ...]
    variance: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of one layer: `values` (C, H, W) or (F,), `pixels` (C, H, W, 3) or (F, 1, 1, 3).

    `giver` is the layer inside a block that gave them; `low` and `high` are the ends of the
    colour scale where it is shared; `stops` are its colours, evenly spaced.
    """

    request: Request
    layer: str
    giver: str
    values: Values
    pixels: Pixels
    signed: bool
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    stops: tuple[str, ...]
    statistics: Statistics
    figures: MapFigures
    histogram: tuple[tuple[int, ...], float, float]


Report = Doing | Answer | Maps


def facts_of(maps: Maps, index: int) -> Mapping[str, float]:
    """Minimum, mean, maximum and deviation of one map."""
    figures = maps.figures
    return {
        "min": figures.minimum[index],
        "mean": figures.mean[index],
        "max": figures.maximum[index],
        "deviation": figures.variance[index] ** 0.5,
    }
