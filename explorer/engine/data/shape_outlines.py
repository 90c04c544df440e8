"""The outlines that `shapes` draws: radii by direction, as tables that are the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.engine.data.class_names import OUTLINES

STEPS = 512
"""Directions that a table distinguishes."""

Floats = NDArray[np.float32]
Radius = Callable[[float], float]
"""Distance from the centre to the edge in a direction, at most about 1; the angle is from −π to π."""


def _disc(_: float) -> float:
    return 0.9


def _polygon(corners: int) -> Radius:
    wedge = 2 * math.pi / corners

    def radius(angle: float) -> float:
        return math.cos(wedge / 2) / math.cos((angle + math.pi / 2) % wedge - wedge / 2)

    return radius


def _star(points: int, depth: float) -> Radius:
    wedge = 2 * math.pi / points

    def radius(angle: float) -> float:
        off = abs((angle + math.pi / 2 + wedge / 2) % wedge - wedge / 2)  # from the nearest point
        x, y = depth * math.cos(wedge / 2), depth * math.sin(wedge / 2)  # the corner between two points
        return y / (math.sin(off) * (1 - x) + math.cos(off) * y)

    return radius


def _arms(count: int, width: float) -> Radius:
    wedge = 2 * math.pi / count

    def radius(angle: float) -> float:
        off = abs((angle + math.pi / 2 + wedge / 2) % wedge - wedge / 2)
        side = width / max(1e-9, math.sin(off))
        return min(side, 1.0 / math.cos(off)) if off < math.pi / 2 else side

    return radius


def _box(wide: float, high: float) -> Radius:
    return lambda angle: min(wide / max(1e-9, abs(math.cos(angle))), high / max(1e-9, abs(math.sin(angle))))


def _half_disc(angle: float) -> float:
    return 0.95 if math.sin(angle) < 0.25 else 0.2375 / math.sin(angle)


def _sector(angle: float) -> float:
    return 0.95 if abs(angle) > 0.7 else 0.0


def _heart(angle: float) -> float:
    turned = math.sin(-angle)
    return (2 - 2 * turned + turned * math.sqrt(abs(math.cos(angle))) / (turned + 1.4)) / 3.9 + 0.12


def _drop(angle: float) -> float:
    return 0.5 + 0.5 * math.exp(-6 * (1 + math.sin(angle)))


def _flower(petals: int, depth: float) -> Radius:
    return lambda angle: 1 - depth + depth * math.cos(petals * angle)


def _gear(angle: float) -> float:
    return 1.0 if math.cos(8 * angle) > 0 else 0.72


def _arrow(angle: float) -> float:
    head = _polygon(3)(angle)
    tail = 0.3 / max(1e-9, abs(math.cos(angle))) if math.sin(angle) > 0 else 0.0
    return max(head * 0.9, min(tail, 1.0))


def _ellipse(angle: float) -> float:
    return 0.45 / math.hypot(0.45 * math.cos(angle), math.sin(angle))


def _gap(angle: float) -> float:
    return 0.95 if abs(angle) > 0.6 else 0.0


_SQUARE = _box(0.74, 0.74)
_NONE: Radius = lambda _: -1.0  # noqa: E731

_OUTLINES: dict[str, tuple[Radius, Radius]] = {
    "disc": (_disc, _NONE),
    "square": (_SQUARE, _NONE),
    "triangle": (_polygon(3), _NONE),
    "star": (_star(5, 0.42), _NONE),
    "cross": (_arms(4, 0.3), _NONE),
    "ring": (_disc, lambda _: 0.52),
    "half disc": (_half_disc, _NONE),
    "heart": (_heart, _NONE),
    "bar": (_box(0.98, 0.3), _NONE),
    "arc": (_gap, lambda _: 0.52),
    "hexagon": (_polygon(6), _NONE),
    "drop": (_drop, _NONE),
    "flower": (_flower(5, 0.22), _NONE),
    "gear": (_gear, _NONE),
    "arrow": (_arrow, _NONE),
    "frame": (_SQUARE, lambda angle: 0.6 * _SQUARE(angle)),
    "three arms": (_arms(3, 0.26), _NONE),
    "peanut": (_flower(2, 0.3), _NONE),
    "sector": (_sector, _NONE),
    "four-pointed star": (_star(4, 0.35), _NONE),
}
"""By name: the outer edge, and the edge of a hole in the middle, −1 where there is none."""


@cache
def tables() -> tuple[Floats, Floats]:
    """The radii of the outer edges and of the holes, (outlines, STEPS).

    They are rounded to 1/4096, so that the last digits of a system's cosine do not matter.
    """
    angles = [_angle(4 * (step + 0.5) / STEPS) for step in range(STEPS)]
    both = [_OUTLINES[name] for name in OUTLINES]
    rounded = np.array(
        [[[round(edge(angle) * 4096) / 4096 for angle in angles] for edge in edges] for edges in both],
        np.float32,
    )
    return rounded[:, 0].copy(), rounded[:, 1].copy()


@cache
def turns() -> tuple[Floats, Floats]:
    """Cosine and sine of 4096 angles around the circle, rounded likewise."""
    angles = [2 * math.pi * step / 4096 for step in range(4096)]
    return tuple(  # type: ignore[return-value]
        np.array([round(of(angle) * 65536) / 65536 for angle in angles], np.float32)
        for of in (math.cos, math.sin)
    )


def direction(x: Floats, y: Floats) -> NDArray[np.intp]:
    """Which entry of a table belongs to a direction; made of exact operations alone.

    The direction is measured along the square |x| + |y| = 1 instead of the circle, from 0 to 4.
    """
    along = y / (np.abs(x) + np.abs(y) + np.float32(1e-12))
    along = np.where(x < 0, 2 - along, np.where(y < 0, 4 + along, along))
    return np.minimum((along * np.float32(STEPS / 4)).astype(np.intp), STEPS - 1)


def _angle(along: float) -> float:
    """The angle, from −π to π, of a place on the square |x| + |y| = 1."""
    quarter = int(along)
    part = along - quarter
    x, y = ((1 - part, part), (-part, 1 - part), (part - 1, -part), (part, part - 1))[quarter]
    return math.atan2(y, x)
