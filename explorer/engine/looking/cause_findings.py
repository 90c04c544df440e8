"""What is asked and found about causes: frozen values that may cross threads; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.engine.causes.methods import Attribution, Dream
from explorer.engine.looking.findings import Request

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture, Pixels


@dataclass(frozen=True, eq=False)
class CauseRequest:
    """Where does the evidence for a class lie on the picture of `look`?

    `method` is a name of `causes.METHODS`; `index` is the class, None the likeliest. Methods that look
    at the maps of one layer take `layer`; "" is the last one with maps.
    """

    look: Request
    method: str
    index: int | None = None
    layer: str = ""


@dataclass(frozen=True, eq=False)
class Cause:
    """Where it lies. `pixels` (H, W, 4) is the heat in colours, as large as what the network is fed;
    the less a place counts, the more transparent it is.

    `low` and `high` are the ends of the colours `stops`; `strongest` is the largest heat there is,
    beyond `high` where a few places outshine all others. `label` names the class.
    """

    request: CauseRequest
    found: Attribution
    label: str
    pixels: Pixels
    low: float
    high: float
    strongest: float
    stops: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class DreamRequest:
    """Which picture would excite a channel of the layer of `look` most? The seed decides the start."""

    look: Request
    channel: int
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Dreamt:
    """The picture so far."""

    request: DreamRequest
    dream: Dream


@dataclass(frozen=True, eq=False)
class ExcitingRequest:
    """Which pictures of a data set excite a channel of the layer of `look` most?

    `data` is written as in a recipe; of more than `most` pictures so many are drawn by a seed.
    """

    look: Request
    channel: int
    data: str
    most: int = 2000


@dataclass(frozen=True, eq=False)
class ExcitingPicture:
    """One of them: `fed` is what the network sees of it; the map's largest number is `value`, at a place."""

    picture: Picture
    label: str
    fed: Pixels
    value: float
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Excited:
    """The most exciting pictures so far, of `done` pictures of `count`; `skipped` could not be read.

    `total` is how many the data set has.
    """

    request: ExcitingRequest
    pictures: tuple[ExcitingPicture, ...]
    done: int
    count: int
    total: int
    skipped: int


CauseReport = Cause | Dreamt | Excited
"""What comes back for one of the requests, besides shares of the work."""
