"""What is asked and found about many pictures at once: frozen values; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.graph import Graph
from explorer.engine.looking.findings import WeightsSource
from explorer.engine.running.switches import Switch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.engine.pictures.images import Pixels

PCA, TSNE = "pca", "tsne"
MOST_PICTURES = 5000
"""A plane of more points than that shows no more, and every pair of pictures is compared."""


@dataclass(frozen=True)
class FeatureRequest:
    """What does a layer make of many pictures?

    `data` names a data set as a recipe does. With `run`, only the pictures that this run held
    out are taken, and its own data. At most `most` are taken, drawn by `seed`. `pooled` means
    every map by its mean over all positions; else all numbers of the layer count.
    """

    graph: Graph
    weights: WeightsSource
    data: str
    layer: str
    most: int = 500
    seed: int = 0
    pooled: bool = True
    device: str = "cpu"
    run: Path | None = None
    switches: tuple[Switch, ...] = ()


@dataclass(frozen=True)
class Taken:
    """So many of the pictures have passed through the network."""

    done: int
    count: int


@dataclass(frozen=True, eq=False)
class Features:
    """What one layer gives for many pictures: `values` (N, F), a row for each.

    `numbers` say which pictures of the data they are, `labels` their classes among `classes`,
    `answers` (N,) what the network takes them for and `sureness` its share of the probability;
    both are None where the network does not name these classes. `thumbnails` (N, h, w, 3) are the
    pictures as the network is fed them, at most 48 pixels high. `found` and `found_plain` are how
    many of the pictures have one of their own class as the nearest: in this layer, and by their
    pixels. `skipped` pictures could not be read. `said` names the weights, `drawn` the pictures.
    """

    request: FeatureRequest
    values: NDArray[Any]
    numbers: tuple[int, ...]
    labels: NDArray[Any]
    classes: tuple[str, ...]
    answers: NDArray[Any] | None
    sureness: NDArray[Any] | None
    thumbnails: Pixels
    found: float
    found_plain: float
    skipped: int
    said: str
    drawn: str

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, eq=False)
class Projection:
    """Where the pictures are to lie in a plane; `perplexity` and `seed` are those of t-SNE."""

    features: Features
    method: str = PCA
    perplexity: float = 30.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Placed:
    """Places (N, 2) of the pictures in the plane, what they mean, and how far the work is (0 to 1)."""

    request: Projection
    points: NDArray[Any]
    said: str
    done: float


@dataclass(frozen=True, eq=False)
class NeighboursWanted:
    """Which pictures are the most like one of them, by what the layer makes of them?"""

    features: Features
    index: int
    count: int = 12


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Their places among the features with the cosine to the asked one, the most like first."""

    request: NeighboursWanted
    found: tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class PictureWanted:
    """One picture of the data is to be opened: `number` counts in the data of `request`."""

    request: FeatureRequest
    number: int
