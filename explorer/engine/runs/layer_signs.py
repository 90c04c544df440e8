"""Signs in the layers of a run: gradients that vanish or explode, ReLUs that died; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.engine.runs.sightings import LayersSeen

_LOOKS = 5
"""A sign must hold for so many looks."""

_VANISHING = 1000.0
_EXPLODING, _LARGE = 100.0, 10.0
_DEAD = 0.999
_COMPARED = 16


@dataclass(frozen=True)
class Sign:
    """A layer whose gradient is `now`, where `before` is what it is compared with, since a step."""

    layer: str
    now: float
    before: float
    since: int
    step: int
    layers: tuple[str, ...] = ()


def vanishing(looks: Sequence[LayersSeen]) -> Sign | None:
    """The layer that gets least of the last layer's gradient, where that is below 1/1000.

    `layers` are all that get so little. Where the last layer gets nothing itself, nothing is said.
    """
    newest = _alike(looks)
    if len(newest) < _LOOKS or len(newest[-1].weighted) < 2:
        return None
    ratios = _ratios(newest[-_LOOKS:])
    low = [place for place, ratio in enumerate(ratios[:-1]) if 0 < ratio < 1 / _VANISHING]
    if not low:
        return None
    place = min(low, key=lambda place: ratios[place])
    since = newest[-1].step
    for look in reversed(newest):
        if not 0 <= _ratio(look, place) < 2 / _VANISHING:
            break
        since = look.step
    names = newest[-1].weighted
    layers = tuple(names[place] for place in low)
    return Sign(names[place], ratios[place], 1.0, since, newest[-1].step, layers)


def exploding(looks: Sequence[LayersSeen]) -> Sign | None:
    """The layer whose gradient grew most, where it is a hundredfold and more than 10."""
    newest = _alike(looks)
    if len(newest) < 2 * _LOOKS:
        return None
    half = newest[: len(newest) // 2]
    early = half[:: max(1, len(half) // _COMPARED)]
    grown: list[tuple[float, Sign]] = []
    for place, name in enumerate(newest[-1].weighted):
        usual = _middle([value for look in early if math.isfinite(value := look.gradient[place])])
        course = [(look.step, look.gradient[place]) for look in newest[-_LOOKS:]]
        step, now = max(course, key=lambda item: item[1] if math.isfinite(item[1]) else math.inf)
        if usual > 0 and not now < max(_LARGE, _EXPLODING * usual):
            grown.append((now / usual, Sign(name, now, usual, early[0].step, step)))
    return max(grown, key=lambda item: item[0])[1] if grown else None


def dead_layers(looks: Sequence[LayersSeen]) -> tuple[str, ...]:
    """The layers all whose channels were 0 in most of the last looks: a batch in five may wake one."""
    newest = _alike(looks)[-_LOOKS:]
    if len(newest) < 2:
        return ()
    return tuple(
        name
        for place, name in enumerate(newest[-1].activations)
        if _middle([look.dead[place] for look in newest if math.isfinite(look.dead[place])]) >= _DEAD
    )


def _alike(looks: Sequence[LayersSeen]) -> list[LayersSeen]:
    """The looks at the layers that there are now."""
    return [look for look in looks if _names(look) == _names(looks[-1])]


def _names(look: LayersSeen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return look.weighted, look.activations


def _ratios(looks: Sequence[LayersSeen]) -> list[float]:
    """Each layer's gradient over the last layer's: the middle one of several looks."""
    places = range(len(looks[-1].weighted))
    return [_middle([ratio for look in looks if (ratio := _ratio(look, place)) >= 0]) for place in places]


def _ratio(look: LayersSeen, place: int) -> float:
    last, own = look.gradient[-1], look.gradient[place]
    if not (math.isfinite(last) and math.isfinite(own) and last > 1e-9):
        return -1.0
    return own / last


def _middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else math.nan
