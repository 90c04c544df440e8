"""What is asked and found about single numbers and kernels: frozen values that need no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.field_box import Box
from explorer.engine.looking.findings import Request

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.engine.cells.cell_terms import Cell
    from explorer.engine.cells.kernels import Kernels, Pair
    from explorer.engine.pictures.images import Pixels


@dataclass(frozen=True, eq=False)
class CellRequest:
    """How did one number of the layer of `look` come about? `place`: (channel, row, column) or (index,)."""

    look: Request
    place: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CellStory:
    """How it came about: the number itself, then the same place in the layers that follow it alone.

    `feeding` are the layers that its terms read, one per port. `signed` says, per port, whether
    what is read there has numbers below zero anywhere.
    """

    request: CellRequest
    cells: tuple[Cell, ...]
    feeding: tuple[str, ...]
    signed: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class FieldRequest:
    """How much does each pixel move one number? `pictures` random ones, or 0 for the one of `look`."""

    look: Request
    place: tuple[int, ...]
    pictures: int = 0


@dataclass(frozen=True, eq=False)
class FieldMeasured:
    """`influence` sums to 1, or is zero everywhere; `held` is the box that holds 95 % of it along each axis.

    `pixels` shows the influence (its square root, so that small shares are seen too), as large as what
    the network is fed; `fed` is that picture.
    """

    request: FieldRequest
    influence: NDArray[np.float32]
    held: Box | None
    pixels: Pixels
    fed: Pixels


@dataclass(frozen=True, eq=False)
class KernelRequest:
    """The kernels of a layer: of each the slice of one `channel`, or all slices of one `kernel`."""

    look: Request
    channel: int = 0
    kernel: int | None = None


@dataclass(frozen=True, eq=False)
class KernelSheet:
    """The kernels of a layer as pictures.

    `pixels` is (pictures, height, width, 3) of the drawn `numbers`: in colour where kernels look at
    a picture's colours, else blue to orange, all on one scale from -`high` to `high`. `folded` says
    that kernels of one place are drawn as rectangles of all their channels. `matrix` is the cosine
    of every pair and `likeness` its picture; both None where there are too many. `pairs` are the most
    alike, `doubles` counts the near-duplicates. `silent` are the maps that are nowhere above zero on
    the picture that is open, after the activation that follows where there is one.
    """

    request: KernelRequest
    kernels: Kernels
    pixels: Pixels
    numbers: NDArray[np.float32]
    high: float
    folded: bool
    matrix: NDArray[np.float32] | None
    likeness: Pixels | None
    pairs: tuple[Pair, ...]
    doubles: int
    silent: tuple[int, ...]


CellReport = CellStory | FieldMeasured | KernelSheet
"""What comes back for one of the requests."""
