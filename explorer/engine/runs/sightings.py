"""What is seen inside a training while it goes on: frozen values; needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.engine.events import Event

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class LayersSeen(Event):
    """The layers at one step, which counts from 1.

    For each layer of `weighted`, in their order: `gradient`, the norm of its weight gradient, and
    `update`, the norm of the step's change of the weights over the norm of the weights. For each
    of `activations`: `mean` and `deviation` of what it gave, and `dead`, the share of its channels
    that are 0 for every picture and place (not a number where the layer is no ReLU). Figures
    that are no finite number are NaN.
    """

    step: int
    weighted: tuple[str, ...]
    activations: tuple[str, ...]
    gradient: tuple[float, ...]
    update: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    dead: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Judged(Event):
    """What the network says of every held-out picture after an epoch, in the order of the test.

    `labels` are the classes (-1 for a picture that could not be read), `answers` what it takes
    them for, `losses` the cross-entropy of each.
    """

    step: int
    epoch: int
    labels: NDArray[Any]
    answers: NDArray[Any]
    losses: NDArray[Any]

    def worst(self, most: int = 60) -> tuple[int, ...]:
        """The wrongly answered pictures with the highest loss, the worst first."""
        import numpy as np  # the events themselves need none

        wrong = np.flatnonzero((self.answers != self.labels) & (self.labels >= 0))
        order = np.argsort(-self.losses[wrong].astype(np.float32), kind="stable")
        return tuple(wrong[order][:most].tolist())

    def of(self, label: int, answer: int) -> tuple[int, ...]:
        """The pictures of a class that were taken for another, or rightly for itself; worst first."""
        import numpy as np  # as above

        found = np.flatnonzero((self.labels == label) & (self.answers == answer))
        order = np.argsort(-self.losses[found].astype(np.float32), kind="stable")
        return tuple(found[order].tolist())


@dataclass(frozen=True, eq=False)
class Probed(Event):
    """The feature maps of a few fixed held-out pictures after an epoch.

    `numbers` are the pictures' places in the test, `pictures` the pictures as they are fed (bytes,
    N, C, H, W), `maps` the activations by layer (half precision, N, C, H, W or N, F), of which the
    first channels are kept, at a size that fits the room.
    """

    step: int
    epoch: int
    numbers: tuple[int, ...]
    labels: tuple[int, ...]
    pictures: NDArray[Any] = field(repr=False)
    maps: Mapping[str, NDArray[Any]] = field(repr=False)


@dataclass(frozen=True)
class Repeated(Event):
    """Pictures to test on that are trained on too, byte for byte: `count` of `total`.

    `first` are the places in the test of the first hundred.
    """

    count: int
    total: int
    first: tuple[int, ...]
