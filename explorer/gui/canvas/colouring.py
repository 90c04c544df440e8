"""What the colour of a node stands for: its kind, or a figure on a scale in true units."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from explorer.core.analysis import Analysis, Row
from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.outline import Line, outline
from explorer.core.units import BINARY
from explorer.gui.canvas.picture import Picture

KIND, PARAMETERS, MACS, MEMORY, FIELD = "kind", "parameters", "macs", "memory", "receptive_field"
TIME = "time"
MAPS = "maps"
GRADIENT, DEAD = "gradient", "dead"

CHOICES: Mapping[str, str] = {
    KIND: "kind",
    PARAMETERS: "parameters",
    MACS: "MACs",
    MEMORY: "activation memory",
    FIELD: "receptive field",
    TIME: "measured time",
    GRADIENT: "gradient norm",
    DEAD: "dead ReLUs",
    MAPS: "feature maps",
}
"""What nodes can be coloured by, and how it is called."""

GIVEN = frozenset({FIELD, TIME, GRADIENT, DEAD})
"""What does not follow from a row alone: it is given by name."""

STEPS = 64
"""Into how many colours a scale is divided."""

_WIDE = 30.0  # times the lowest value from which a scale is logarithmic

_VIRIDIS = (
    *("#440154", "#482475", "#414487", "#355F8D", "#2A788E", "#21918C"),
    *("#22A884", "#44BF70", "#7AD151", "#BDDF26", "#FDE725"),
)
"""Stops of viridis at equal distances (Smith and van der Walt 2015): even in lightness, safe for all eyes."""


@dataclass(frozen=True)
class Scale:
    """From the lowest to the highest figure that is drawn; `log` where they are far apart.

    `conventions` say how operations and memory were counted.
    """

    by: str
    lowest: float
    highest: float
    conventions: Conventions = DEFAULT

    @property
    def measures(self) -> str:
        """What the figures are: "MACs of a node", "FLOPs for 8 pictures, bias counted"."""
        chosen = self.conventions
        if self.by == MACS:
            return f"{chosen.operations_word} of a node" if chosen == DEFAULT else chosen.operations_said
        if self.by == MEMORY and chosen != DEFAULT:
            return f"Activations {chosen.memory_said}"
        name = CHOICES[self.by]
        return name[0].upper() + name[1:] + ("" if self.by == FIELD else " of a node")

    @property
    def log(self) -> bool:
        """Whether equal steps of colour are equal factors."""
        return self.by != DEAD and self.highest >= _WIDE * self.lowest

    def share(self, value: float) -> float:
        """Where on the scale a value stands: 0 the lowest, 1 the highest."""
        if self.highest <= self.lowest:
            return 1.0
        if self.log:
            share = math.log(value / self.lowest) / math.log(self.highest / self.lowest)
        else:
            share = (value - self.lowest) / (self.highest - self.lowest)
        return min(1.0, max(0.0, share))

    def ticks(self) -> tuple[float, ...]:
        """Round figures between the ends."""
        if self.log:
            base = 1024.0 if self.by == MEMORY and self.conventions.sizes == BINARY else 10.0
            powers = range(
                math.ceil(math.log(self.lowest, base)), math.floor(math.log(self.highest, base)) + 1
            )
            return tuple(base**power for power in powers)
        middle = (self.lowest + self.highest) / 2
        if self.by in (GRADIENT, DEAD):
            return (middle,)
        return (float(round(middle)),) if self.highest > self.lowest else ()

    def text(self, value: float) -> str:
        """A figure with its unit, short."""
        if self.by == MEMORY:
            return self.conventions.size_text(round(value))
        if self.by == FIELD:
            return f"{round(value):,} px"
        if self.by == GRADIENT:
            return f"{value:.2g}"
        if self.by == DEAD:
            return f"{100 * value:.0f} %"
        if self.by == TIME:
            return f"{value:,.3g} ms" if value >= 0.1 else f"{1000 * value:,.3g} µs"
        return short_count(round(value))


@dataclass(frozen=True)
class Colouring:
    """What nodes are coloured by, the scale, and for each coloured node its step on it, by full name.

    Without a scale (by kind, or where no node has the figure) each node has the colour of its category.
    `pictures` are small ones that are drawn in the nodes, by full name. `said` is a sentence about the
    figures, for the legend.
    """

    by: str = KIND
    scale: Scale | None = None
    steps: Mapping[str, int] = field(default_factory=dict)
    pictures: Mapping[str, QImage] = field(default_factory=dict)
    said: str = ""


def colouring(
    by: str,
    picture: Picture,
    values_by_name: Mapping[str, float] | None = None,
    conventions: Conventions = DEFAULT,
) -> Colouring:
    """The colours of the drawn nodes, counted as the conventions say; unfolded blocks show theirs inside.

    `values_by_name` are those of `fields_of`, measured milliseconds, or what `gathered` found.
    """
    if by in (KIND, MAPS):
        return Colouring(by)
    drawn = [node for node in picture.nodes.values() if not node.unfolded]
    values: dict[str, float]
    if by in GIVEN:
        given = values_by_name or {}
        values = {node.name: given[node.name] for node in drawn if node.name in given}
    else:
        figure = _FIGURES[by]
        values = {node.name: figure(node.entry, conventions) for node in drawn if isinstance(node.entry, Row)}
    values = {name: value for name, value in values.items() if value > 0 or by == DEAD}
    if not values:
        return Colouring(by)
    ends = (0.0, 1.0) if by == DEAD else (min(values.values()), max(values.values()))
    scale = Scale(by, *ends, conventions)
    steps = {value: round(scale.share(value) * (STEPS - 1)) for value in set(values.values())}
    return Colouring(by, scale, {name: steps[value] for name, value in values.items()})


def gathered(
    by: str, figures: Mapping[str, float], picture: Picture, lines: Mapping[str, Line]
) -> dict[str, float]:
    """Figures of layers as figures of the drawn nodes: a folded block has that of its worst layer.

    The worst is the smallest gradient, or the largest share of dead ReLUs.
    """
    worst = min if by == GRADIENT else max
    inside = [(lines[name].path, value) for name, value in figures.items() if name in lines]
    found: dict[str, float] = {}
    for node in picture.nodes.values():
        length = len(node.path)
        values = [value for path, value in inside if path[:length] == node.path]
        if values and not node.unfolded:
            found[node.name] = worst(values)
    return found


def trained_sentence(by: str, figures: Mapping[str, float]) -> str:
    """What a training says of its layers, in one sentence: the weakest gradient, or the most dead ReLUs."""
    if not figures:
        return "No figures yet: they come with the first steps of a training of this network."
    if by == DEAD:
        name, share = max(figures.items(), key=lambda item: item[1])
        return f"{100 * share:.3g} % of the channels of {name} are dead." if share else "No ReLU is dead."
    *others, (last, whole) = figures.items()
    name, least = min(others, key=lambda item: item[1], default=(last, whole))
    if not whole > 0:
        return f"{last}, the last layer, gets no gradient."
    if not least > 0:
        return f"{name} gets no gradient."
    if least >= whole:
        return "Every layer gets at least the last layer's gradient."
    times = whole / least
    size = 10 ** math.floor(math.log10(times))
    told = f"1/{round(times / size) * size:,}" if times >= 1.5 else f"{100 * least / whole:.0f} %"
    return f"{name} gets {told} of the last layer's gradient."


def viridis(share: float) -> tuple[int, int, int]:
    """Red, green and blue of a place on the scale between 0 and 1."""
    place = min(1.0, max(0.0, share)) * (len(_VIRIDIS) - 1)
    first = min(int(place), len(_VIRIDIS) - 2)
    part = place - first
    one, other = _rgb(_VIRIDIS[first]), _rgb(_VIRIDIS[first + 1])
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def short_count(count: int) -> str:
    """Three figures and k, M, G or T; small counts in full."""
    for power, letter in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if count >= 10**power * 0.9995 and count >= 10_000:  # 999,600 is 1 M, not 1000 k
            return f"{float(f'{count / 10**power:.3g}'):g} {letter}"
    return f"{count:,}"


def fields_of(analysis: Analysis, lines: Mapping[str, Line] | None = None) -> dict[str, int]:
    """The side of the receptive field of every layer that has one; `lines` where they are known."""
    return {
        line.name: max(reach.size for reach in line.field)
        for line in (outline(analysis) if lines is None else lines.values())
        if isinstance(line.entry, Row) and line.fields
    }


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


_FIGURES: Mapping[str, Callable[[Row, Conventions], int]] = {
    PARAMETERS: lambda row, _: row.parameters,
    MACS: lambda row, by: by.operations(row),
    MEMORY: lambda row, by: by.activation_bytes(row),
}
