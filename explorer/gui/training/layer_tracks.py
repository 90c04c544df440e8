"""What the layers of a run did, step by step, in columns that never become more than a strip can show."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.engine.runs.sightings import LayersSeen

GRADIENT, UPDATE, DEVIATION, DEAD = "gradient", "update", "deviation", "dead"

TITLES: Mapping[str, tuple[str, str]] = {
    GRADIENT: ("gradient norm", "norm of the weight gradient, relative to the last layer"),
    UPDATE: ("change of weights", "change of the weights in one step, as a share of their size"),
    DEVIATION: ("activation deviation", "standard deviation of what the layer gives"),
    DEAD: ("dead ReLUs", "share of a layer's channels that are 0 for every picture"),
}
"""The quantities: what they are called, and what they mean."""

COLUMNS = 512
_LOW, _HIGH = -12.0, 6.0
_LEVELS = 253
_FIRST_WIDTH = 10
_PER_COLUMN = 8
"""Looks whose mean a column has, at most."""

MISSING, NOT_FINITE = 0, 255
"""Levels of a picture that are no figure."""


@dataclass(frozen=True)
class Scale:
    """The ends of a colour scale: powers of ten of a quantity that is drawn by factors, else shares."""

    low: float
    high: float
    by_factors: bool = True

    def share(self, value: float) -> float:
        """Where a stored value stands between the ends, from 0 to 1."""
        return min(1.0, max(0.0, (value - self.low) / max(1e-9, self.high - self.low)))


class Track:
    """One quantity of all layers over the steps.

    A column stands for `width` steps, which doubles when there are more than 512; where several
    looks fall into one, it has their mean (for factors, the geometric one). Columns that no look
    fell into repeat the one before. Values are stored as powers of ten, shares as they are.
    """

    def __init__(self, quantity: str) -> None:
        self.quantity = quantity
        self.names: tuple[str, ...] = ()
        self.width = _FIRST_WIDTH
        self.columns: list[array[float]] = []
        self.counts: list[int] = []
        self.version = 0
        self._low, self._high = math.inf, -math.inf

    @property
    def by_factors(self) -> bool:
        """Whether equal steps of colour are equal factors."""
        return self.quantity != DEAD

    @property
    def steps(self) -> int:
        """The step at the end of the last column."""
        return len(self.columns) * self.width

    @property
    def scale(self) -> Scale:
        """Ends that hold all figures, in quarters of a power of ten; at most eight apart."""
        if not self.by_factors:
            return Scale(0.0, 1.0, by_factors=False)
        if self._high < self._low:
            return Scale(-4.0, 0.0)
        high = math.ceil(4 * self._high - 1e-6) / 4
        return Scale(max(min(math.floor(4 * self._low + 1e-6) / 4, high - 1), high - 8), high)

    def add(self, step: int, names: tuple[str, ...], values: Sequence[float]) -> None:
        """The figures of one look; other layers than before begin anew."""
        if names != self.names:
            self.names, self.columns, self.counts, self.width = names, [], [], _FIRST_WIDTH
            self._low, self._high = math.inf, -math.inf
            self.version += 1
        place = max(0, step - 1) // self.width
        if place < len(self.counts) and self.counts[place] >= _PER_COLUMN:
            return  # its mean is known well enough
        stored = array("f", [self._stored(value) for value in values])
        for value in stored:
            if math.isfinite(value):
                self._low, self._high = min(self._low, value), max(self._high, value)
        while place >= COLUMNS:
            self._halve()
            place = max(0, step - 1) // self.width
        while len(self.columns) <= place:
            self.columns.append(
                stored if len(self.columns) == place or not self.columns else self.columns[-1]
            )
            self.counts.append(0)
        count = self.counts[place]
        if count:
            old = self.columns[place]
            stored = array(
                "f", [(one * count + two) / (count + 1) for one, two in zip(old, stored, strict=True)]
            )
        self.columns[place], self.counts[place] = stored, count + 1

    def forget_after(self, step: int) -> None:
        """Forget what was seen after a step."""
        keep = -(-step // self.width)
        del self.columns[keep:], self.counts[keep:]
        self.version += 1

    def level(self, value: float) -> int:
        """The level of a stored value in a picture: 1 to 254, or that it is no figure."""
        if not math.isfinite(value):
            return NOT_FINITE if self.by_factors else MISSING
        low, high = (_LOW, _HIGH) if self.by_factors else (0.0, 1.0)
        return 1 + round(_LEVELS * min(1.0, max(0.0, (value - low) / (high - low))))

    def value_of(self, level: int) -> float:
        """The stored value in the middle of a level."""
        low, high = (_LOW, _HIGH) if self.by_factors else (0.0, 1.0)
        return low + (high - low) * (level - 1) / _LEVELS

    def _stored(self, value: float) -> float:
        if not self.by_factors or not math.isfinite(value):
            return value
        return math.log10(value) if value > 10.0**_LOW else _LOW

    def _halve(self) -> None:
        pairs = zip(self.columns[::2], self.columns[1::2], strict=True)
        self.columns = [
            array("f", [(a + b) / 2 for a, b in zip(one, two, strict=True)]) for one, two in pairs
        ]
        self.counts = [one + two for one, two in zip(self.counts[::2], self.counts[1::2], strict=True)]
        self.width *= 2
        self.version += 1


class LayerTracks:
    """All quantities of one run, and its newest look as it was."""

    def __init__(self) -> None:
        self.tracks = {quantity: Track(quantity) for quantity in TITLES}
        self.newest: LayersSeen | None = None

    def __len__(self) -> int:
        return len(self.tracks[GRADIENT].columns)

    def take(self, look: LayersSeen) -> None:
        """One more look."""
        self.newest = look
        last = look.gradient[-1] if look.gradient else math.nan
        relative = [value / last if last > 0 else math.nan for value in look.gradient]
        self.tracks[GRADIENT].add(look.step, look.weighted, relative)
        self.tracks[UPDATE].add(look.step, look.weighted, look.update)
        self.tracks[DEVIATION].add(look.step, look.activations, look.deviation)
        rectified = [place for place, share in enumerate(look.dead) if math.isfinite(share)]
        names = tuple(look.activations[place] for place in rectified)
        self.tracks[DEAD].add(look.step, names, [look.dead[place] for place in rectified])

    def forget_after(self, step: int) -> None:
        """Forget what was seen after a step."""
        for track in self.tracks.values():
            track.forget_after(step)

    def figures(self, quantity: str) -> Mapping[str, float]:
        """The newest figures by layer; gradients in their own units."""
        look = self.newest
        if look is None:
            return {}
        names = look.weighted if quantity in (GRADIENT, UPDATE) else look.activations
        values = zip(names, getattr(look, quantity), strict=True)
        return {name: value for name, value in values if math.isfinite(value)}
