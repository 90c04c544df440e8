"""What a look inside a network asks for and finds: frozen values that may cross threads; needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.graph import Graph
from explorer.engine.drawing.map_colours import MapColours
from explorer.engine.running.switches import Switch

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture, Pixels
    from explorer.engine.running.activations import Prediction, Statistics, Values

RANDOM, RUN, FILE, IMAGENET = "random", "run", "file", "imagenet"


@dataclass(frozen=True)
class WeightsSource:
    """Where weights come from: a seed, a run's folder, or a file.

    Of a run `which` is its "best" or "last" checkpoint, or that of an "epoch 7" (0: untrained).
    Of torchvision's published ones `network` and `which` name the set and `path` is its file.
    """

    kind: str = RANDOM
    seed: int = 0
    path: Path | None = None
    which: str = "best"
    network: str = ""


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be looked at. `layer` is the full name of a layer or block.

    `colours` are scale and palettes of the maps; `theme` is "dark" or "light"; `device` is where the
    network runs: "auto", "cpu", "cuda:0" …; `switches` are the parts that are switched off or scaled.
    With `influence`, it is also found how much each map moves the likeliest class.
    """

    graph: Graph
    weights: WeightsSource
    picture: Picture
    layer: str
    colours: MapColours = MapColours()
    theme: str = "dark"
    device: str = "cpu"
    switches: tuple[Switch, ...] = ()
    influence: bool = False


@dataclass(frozen=True)
class Doing:
    """What takes time now, in words."""

    text: str


@dataclass(frozen=True, eq=False)
class Answer:
    """What the whole network makes of the picture.

    `fed` is what it sees, as bytes (height, width, 1 or 3), the middle `share` of the picture;
    `feeding` says so in words. There are no predictions where the network does not end in one
    row of numbers. With switches, `before` says of the classes that are or were among the likeliest
    what the network as it is makes of them; `fallen` is its likeliest class as it stands now, where it is
    not among the predictions. `classes` are the names of all. `mean` and `std` are
    those of the channels, from 0 to 1, that are taken off and divided by; `seconds` is what the last
    pass through the network took.
    """

    request: Request
    fed: Pixels
    share: float
    feeding: str
    weights: str
    predictions: tuple[Prediction, ...]
    rest: tuple[int, float]
    layers: tuple[str, ...]
    before: tuple[Prediction, ...] = ()
    classes: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    seconds: float = 0.0
    fallen: Prediction | None = None


@dataclass(frozen=True, eq=False)
class MapFigures:
    """Minimum, mean, maximum, variance and share of zeros of every map, of its finite numbers."""

    minimum: tuple[float, ...]
    mean: tuple[float, ...]
    maximum: tuple[float, ...]
    variance: tuple[float, ...]
    zeros: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of one layer: `values` (C, H, W) or (F,), `pixels` (C, H, W, 3) or (F, 1, 1, 3).

    `giver` is the layer inside a block that gave them; `lows` and `highs` are the ends of the
    colour scales; `stops` are its colours, evenly spaced. Of large maps every `step`-th number is
    drawn. `influence` is how much each map moves the score of the class `moved` (first order).
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
    step: int = 1
    influence: tuple[float, ...] = ()
    moved: str = ""


@dataclass(frozen=True, eq=False)
class MeanMaps:
    """The mean map of layers and blocks by full name, as bytes (height, width, 3).

    `said` names picture and weights.
    """

    request: Request
    pictures: Mapping[str, Pixels]
    said: str


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
