"""What a look inside a network asks for and finds: frozen values that may cross threads; needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from explorer.core.graph import Graph
from explorer.engine.drawing.map_colours import MAP, MapColours
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
    `classes` are other names of the classes than those that are known of the weights: "imagenet", or
    the path of a file with one name in a line.
    """

    kind: str = RANDOM
    seed: int = 0
    path: Path | None = None
    which: str = "best"
    network: str = ""
    classes: str = ""


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be looked at. `layer` is the full name of a layer or block.

    `colours` are scale and palettes of the maps; `theme` is "dark" or "light"; `device` is where the
    network runs: "auto", "cpu", "cuda:0" …; `switches` are the parts that are switched off or scaled.
    With `influence`, it is also found how much each map moves the likeliest class. With `hurry`, the
    maps of large layers come with figures of a part of their numbers first, and once more with all.
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
    hurry: bool = False


class AsksNetwork(Protocol):
    """What a question says of the network that it asks."""

    @property
    def graph(self) -> Graph: ...
    @property
    def weights(self) -> WeightsSource: ...
    @property
    def device(self) -> str: ...
    @property
    def switches(self) -> tuple[Switch, ...]: ...


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
    not among the predictions. `flaw` says why scores that are a row name no class. `classes` are the names
    of all. `mean` and `std` are those of the channels, from 0 to 1, that are taken off and divided by;
    `seconds` is what the last pass through the network took; `keeping` says how much of it is kept for the
    other layers.
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
    keeping: str = ""
    flaw: str = ""


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
    Mean, variance, zeros and histogram are those of every `sampled`-th number along both sides.
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
    sampled: int = 1


@dataclass(frozen=True, eq=False)
class MeanMaps:
    """The mean map of layers and blocks by full name, as bytes (height, width, 3).

    `said` names picture and weights.
    """

    request: Request
    pictures: Mapping[str, Pixels]
    said: str


Report = Doing | Answer | Maps


def shared_end(maps: Maps) -> float:
    """Where the scale that all maps share ends; 0 where each has its own."""
    return 0.0 if maps.request.colours.scale == MAP else max(maps.highs)


def beyond_scale(maps: Maps) -> tuple[bool, bool]:
    """Whether numbers lie below and above the ends of the scale of their map."""
    figures = maps.figures
    return (
        any(least < low for least, low in zip(figures.minimum, maps.lows, strict=True)),
        any(most > high for most, high in zip(figures.maximum, maps.highs, strict=True)),
    )


def facts_of(maps: Maps, index: int) -> Mapping[str, float]:
    """Minimum, mean, maximum and deviation of one map."""
    figures = maps.figures
    return {
        "min": figures.minimum[index],
        "mean": figures.mean[index],
        "max": figures.maximum[index],
        "deviation": figures.variance[index] ** 0.5,
    }
