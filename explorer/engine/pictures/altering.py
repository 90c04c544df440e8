"""Pictures are scaled, moved, covered and disturbed, fast enough to follow a hand."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageStat

from explorer.engine.pictures.alteration import HIGHEST_SCALE, LOWEST_SCALE, MOST_NOISE, Alteration

Pixels = NDArray[np.uint8]

_GREY = 128
_SEED = 0
_KEPT = 4
_PREVIEW_SIDE = 360


def resized(pixels: Pixels, size: tuple[int, int], *, grey: bool = False) -> Image.Image:
    """The picture with these sides (width, height), bilinear and antialiased; the last few are kept.

    Scaling a photograph takes longer than all else that is done to it, and a slider asks for
    the same again and again.
    """
    key = id(pixels), size, grey
    with _TURN:
        known = _RESIZED.get(key)
        if known is not None:
            _RESIZED.move_to_end(key)
            return known[1]
    image = Image.fromarray(pixels)
    if grey:
        image = image.convert("L")
    image = image.resize(size, Image.Resampling.BILINEAR)
    with _TURN:
        _RESIZED[key] = pixels, image  # the pixels too: their id is theirs while they live
        while len(_RESIZED) > _KEPT:
            _RESIZED.popitem(last=False)
    return image


def altered(image: Image.Image, alteration: Alteration) -> Image.Image:
    """The picture, altered; its sides stay.

    What comes in from outside has the mean colour of the picture's rim, so that a digit on black
    stays on black. The noise is the same every time.
    """
    made = _moved(image, alteration) if alteration.moves else image.copy()
    if alteration.cover > 0.0:
        half = alteration.cover * min(image.size) / 2
        x, y = alteration.cover_across * image.width, alteration.cover_down * image.height
        box = (round(x - half), round(y - half), round(x + half) - 1, round(y + half) - 1)
        if box[2] >= box[0] and box[3] >= box[1]:
            ImageDraw.Draw(made).rectangle(box, fill=(_GREY,) * len(image.getbands()))
    if alteration.noise > 0.0:
        values = np.asarray(made, np.float32)
        noise = np.random.default_rng(_SEED).standard_normal(values.shape, np.float32)
        values = values + noise * np.float32(255 * min(MOST_NOISE, alteration.noise))
        made = Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
    return made


def preview(pixels: Pixels, alteration: Alteration, most: int = _PREVIEW_SIDE) -> Pixels:
    """The whole picture as it looks altered, at most `most` pixels a side."""
    high, wide = pixels.shape[:2]
    factor = min(1.0, most / max(high, wide))
    size = max(1, round(wide * factor)), max(1, round(high * factor))
    return np.asarray(altered(resized(pixels, size), alteration))


def _moved(image: Image.Image, alteration: Alteration) -> Image.Image:
    scale = min(HIGHEST_SCALE, max(LOWEST_SCALE, alteration.scale))
    angle = math.radians(alteration.turn)
    cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
    x, y = image.width / 2, image.height / 2
    shift = min(image.size)
    # where a pixel of the result comes from: back by the shift, then by the turn and scale
    to_x, to_y = x + alteration.across * shift, y + alteration.down * shift
    back = (cos, -sin, x - cos * to_x + sin * to_y, sin, cos, y - sin * to_x - cos * to_y)
    fill = _rim(image)
    return image.transform(
        image.size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR, fillcolor=fill
    )


def _rim(image: Image.Image) -> tuple[int, ...]:
    """The mean colour of the outermost pixels."""
    mask = Image.new("L", image.size, 255)
    if min(image.size) > 2:
        mask.paste(0, (1, 1, image.width - 1, image.height - 1))
    return tuple(round(mean) for mean in ImageStat.Stat(image, mask).mean)


_RESIZED: OrderedDict[tuple[int, tuple[int, int], bool], tuple[Pixels, Image.Image]] = OrderedDict()
_TURN = threading.Lock()
