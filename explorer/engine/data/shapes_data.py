"""The pictures of `shapes`: drawn in batches from a seed, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.data import shape_outlines
from explorer.engine.data.class_names import OUTLINES, TEXTURES
from explorer.engine.data.data_text import Difficulty, ShapesSettings
from explorer.engine.data.shape_outlines import Floats

_CHUNK_PIXELS = 2**17
"""Pixels that are drawn at a time: so many stay in the processor's cache."""

_CLUTTER = 5


@dataclass(frozen=True)
class _Style:
    """How much of each difficulty there is: radius, drift and turn of the shape, contrast, noise."""

    radius: tuple[float, float]
    drift: float
    turned: bool
    contrast: float
    noise: float
    rich: bool


_STYLES = {
    Difficulty.EASY: _Style((0.30, 0.42), 0.05, False, 0.55, 0.0, False),
    Difficulty.MEDIUM: _Style((0.24, 0.40), 0.12, True, 0.40, 0.08, False),
    Difficulty.HARD: _Style((0.25, 0.38), 0.14, True, 0.30, 0.16, True),
}


def labels_of(settings: ShapesSettings) -> NDArray[np.int64]:
    """The classes of all pictures: as many of each, in turn."""
    return np.arange(settings.count, dtype=np.int64) % settings.classes


def draw(
    settings: ShapesSettings, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[NDArray[np.uint8]]:
    """The pictures in order, some at a time, as (N, 3, size, size); ends early when it is told to stop.

    Each picture follows from the settings and its own number: more pictures leave the first
    ones as they are. Only operations that IEEE 754 defines to the last bit are used (no sine,
    no sums whose order may vary), so the pictures are the same on every machine.
    """
    step = max(1, _CHUNK_PIXELS // settings.size**2)
    for start in range(0, settings.count, step):
        if should_stop():
            return
        yield pictures(settings, np.arange(start, min(start + step, settings.count)))


def pictures(settings: ShapesSettings, numbers: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The pictures of some numbers, (N, 3, size, size) from 0 to 255."""
    return _Sheet(settings, numbers).drawn()


class _Draws:
    """Random figures of some pictures: each follows from seed, picture and which figure it is."""

    def __init__(self, seed: int, numbers: NDArray[np.intp]) -> None:
        self._base = _scrambled(_scrambled(np.array([seed], np.uint64)) + numbers.astype(np.uint64))
        self._asked = 0

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Floats:
        """One figure for each picture, as (N, 1, 1)."""
        return self._figure() * np.float32(high - low) + np.float32(low)

    def whole(self, below: int) -> NDArray[np.intp]:
        """A whole number from 0 for each picture, as (N,)."""
        return (self._figure() * np.float32(below)).astype(np.intp).reshape(-1)

    def noise(self, shape: tuple[int, int]) -> Floats:
        """(N, 3, high, wide) from −1 to 1: the sum of two even ones, so the middle is likelier."""
        self._asked += 1
        pixels = np.arange(math.prod(shape), dtype=np.uint64) + np.uint64(self._asked << 40)
        bits = _scrambled(self._base[:, None] + pixels * np.uint64(0x9E3779B97F4A7C15))
        bytes_ = bits.view(np.uint8).reshape(len(self._base), *shape, 8)[..., :6]
        pairs = bytes_[..., :3].astype(np.int16) + bytes_[..., 3:]
        spread = (pairs.astype(np.float32) - np.float32(255)) * np.float32(1 / 256)
        return spread.transpose(0, 3, 1, 2)

    def _figure(self) -> Floats:
        self._asked += 1
        bits = _scrambled(self._base + np.uint64(self._asked * 0x9E3779B97F4A7C15 % 2**64))
        return ((bits >> np.uint64(40)).astype(np.float32) * np.float32(2**-24))[:, None, None]


class _Sheet:
    """Some pictures while they are drawn: grounds first, then what lies on them."""

    def __init__(self, settings: ShapesSettings, numbers: NDArray[np.intp]) -> None:
        self._settings, self._style = settings, _STYLES[settings.difficulty]
        self._labels = numbers % settings.classes
        self._draws = _Draws(settings.seed, numbers)
        side = settings.size
        places: Floats = (np.arange(side, dtype=np.float32) * 2 + 1) / np.float32(side) - 1  # from −1 to 1
        self._x, self._y = places[None, None, :], places[None, :, None]
        self._sharp = np.float32(side / 2)

    def drawn(self) -> NDArray[np.uint8]:
        """The finished pictures."""
        draws, style = self._draws, self._style
        light = draws.uniform(0.05, 0.95)
        canvas = self._ground(light)
        if style.rich:
            for _ in range(_CLUTTER):
                outlines = draws.whole(len(OUTLINES))
                cover = self._shape(outlines, draws.uniform(0.10, 0.26), 0.95)
                canvas = _laid(canvas, cover, self._colour(draws.uniform(0.05, 0.95), 0.5))
        main = self._labels % len(OUTLINES)
        cover = self._shape(main, 2 * draws.uniform(*style.radius), 2 * style.drift)
        canvas = _laid(canvas, cover, self._ink(light))
        if style.rich:  # a thin stroke that may hide a part
            stroke = self._shape(np.full(len(main), OUTLINES.index("bar")), draws.uniform(0.1, 0.3), 0.9)
            canvas = _laid(canvas, stroke, self._colour(draws.uniform(0.05, 0.95), 0.5))
        if style.noise:
            noise = draws.noise((self._settings.size, self._settings.size))
            canvas = canvas + noise * (draws.uniform(0, 2 * style.noise)[:, None])
        levels: Floats = np.minimum(np.maximum(canvas, 0) * np.float32(255) + np.float32(0.5), 255)
        return levels.astype(np.uint8)

    def _ground(self, light: Floats) -> Floats:
        """(N, 3, size, size): plain and dark, a slope, or a texture of two colours."""
        draws, count = self._draws, len(self._labels)
        if self._settings.difficulty is Difficulty.EASY:
            light *= np.float32(0.25)
            return np.broadcast_to(light[:, None], (count, 3, self._settings.size, self._settings.size))
        one = self._colour(light, 0.5)
        if not self._style.rich:
            cos, sin = self._turn(draws)
            share = (cos * self._x + sin * self._y) * np.float32(0.35) + np.float32(0.5)
            return _laid(one, share * draws.uniform(0, 0.6), self._colour(draws.uniform(), 0.6))
        other = self._colour(light + draws.uniform(-0.3, 0.3), 0.5)
        return _laid(one, self._texture(draws.whole(len(TEXTURES)), 1.0, 3.5), other)

    def _ink(self, light: Floats) -> Floats:
        """The colours of the shape: lighter or darker than the ground by the style's contrast."""
        draws, contrast = self._draws, self._style.contrast
        away = draws.uniform(contrast, contrast + 0.25)
        inked = self._colour(np.where(light < np.float32(0.5), light + away, light - away), 0.4)
        textures = self._labels // len(OUTLINES)
        if self._settings.classes <= len(OUTLINES):
            if not self._style.rich:
                return inked
            textures = draws.whole(len(TEXTURES))
        strength = np.float32(0.6) if self._settings.classes > len(OUTLINES) else draws.uniform(0, 0.5)
        second = self._colour(light, 0.2)
        return _laid(inked, self._texture(textures, 3.0, 5.0) * strength, second)

    def _shape(self, outlines: NDArray[np.intp], radius: Floats, drift: float) -> Floats:
        """How much of each pixel an outline covers: its place and turn are drawn."""
        draws = self._draws
        right, down = self._x - draws.uniform(-drift, drift), self._y - draws.uniform(-drift, drift)
        cos, sin = self._turn(draws)
        x = np.asarray((right * cos + down * sin) / radius, np.float32)
        y = np.asarray((down * cos - right * sin) / radius, np.float32)
        outer, inner = shape_outlines.tables()
        entry = shape_outlines.direction(x, y)
        entry += outlines[:, None, None] * shape_outlines.STEPS
        away = np.sqrt(x * x + y * y)
        inside = np.minimum(outer.reshape(-1)[entry] - away, away - inner.reshape(-1)[entry])
        cover: Floats = np.minimum(np.maximum(inside * (self._sharp * radius) + np.float32(0.5), 0), 1)
        return cover

    def _texture(self, kinds: NDArray[np.intp], low: float, high: float) -> Floats:
        """From 0 to 1: stripes, checks, dots or rings of a drawn width and turn; 0 where plain."""
        draws = self._draws
        cos, sin = self._turn(draws)
        often = draws.uniform(low, high) * np.float32(0.5)
        x = (self._x * cos + self._y * sin) * often + draws.uniform()
        y = (self._y * cos - self._x * sin) * often + draws.uniform()
        across, along = _wave(x), _wave(y)
        kind = kinds[:, None, None]
        checks = across * along * 2 + np.float32(0.5)
        dots = np.float32(0.9) - (across + np.float32(0.5)) ** 2 - (along + np.float32(0.5)) ** 2
        value = np.where(kind == 1, across + np.float32(0.5), np.where(kind == 2, checks, dots + 0.1))
        rings = _wave(np.sqrt(x * x + y * y)) + np.float32(0.5)
        value = np.where(kind == 4, rings, value)
        value = np.minimum(np.maximum((value - np.float32(0.5)) * 4 + np.float32(0.5), 0), 1)
        return np.where(kind == 0, np.float32(0), value)

    def _turn(self, draws: _Draws) -> tuple[Floats, Floats]:
        steps = draws.whole(4096) if self._style.turned else np.zeros(len(self._labels), np.intp)
        cos, sin = shape_outlines.turns()
        return cos[steps][:, None, None], sin[steps][:, None, None]

    def _colour(self, light: Floats, chroma: float) -> Floats:
        """(N, 3, 1, 1) around a lightness."""
        parts = [light + self._draws.uniform(-chroma / 2, chroma / 2) for _ in range(3)]
        return np.stack(parts, 1)


def _laid(under: Floats, cover: Floats, colour: Floats) -> Floats:
    """A colour laid over pictures where it covers them."""
    return under + (colour - under) * cover[:, None]


def _wave(place: Floats) -> Floats:
    """A wave of straight slopes between −0.5 and 0.5, of period 1."""
    return np.abs((place - np.floor(place)) * 2 - 1) - np.float32(0.5)


def _scrambled(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Well mixed 64 bits from others (SplitMix64's finish; Steele et al. 2014, OOPSLA, fig. 15)."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
