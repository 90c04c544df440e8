"""What cameras and file formats do with colours and orientation is undone: upright, 8 bits, opaque."""

from __future__ import annotations

import numpy as np
from PIL import Image

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def cut_depth(image: Image.Image) -> bool:
    """Whether Pillow itself cuts 16 bits a channel to 8 (colour, or grey with alpha)."""
    if image.mode.startswith(("I", "F")):
        return False
    return any("16" in str(getattr(tile, "args", "")) for tile in getattr(image, "tile", ()))


def eight_bit(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture with 8 bits a channel; numbers of more are scaled."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image).astype(np.float64)
    known = np.isfinite(values)
    if not known.all():
        notes.append(f"{int((~known).sum()):,} numbers are no numbers, drawn black")
        values = np.where(known, values, values[known].min() if known.any() else 0.0)
    low, high = float(values.min()), float(values.max())
    if image.mode == "F":
        kind, bounds = "fractions", (0.0, 1.0)
    else:
        kind, bounds = "16 bit numbers", (0.0, 65535.0)
    if low < bounds[0] or high > bounds[1]:
        bounds = (low, high)
    notes.append(f"{kind} from {bounds[0]:g} to {bounds[1]:g} scaled to 256 greys")
    span = (bounds[1] - bounds[0]) or 1.0
    return Image.fromarray(np.rint((values - bounds[0]) / span * 255).astype(np.uint8))


def turned(picture: Image.Image, source: Image.Image, notes: list[str]) -> Image.Image:
    """The picture turned as the file's EXIF entry says the camera was held."""
    try:
        turn = _TURNS.get(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (damaged EXIF raises errors of every type; the picture is sound)
        notes.append("its EXIF entries are damaged and were left out")
        return picture
    if turn is None:
        return picture
    notes.append("turned as its EXIF entry says")
    return picture.transpose(turn)


def over_white(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture as red, green and blue, transparent parts over white."""
    seen_through = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    if not seen_through:
        return image.convert("RGB")
    above = image.convert("RGBA")
    if above.getchannel("A").getextrema()[0] != 255:
        notes.append("transparent parts over white")
    white = Image.new("RGBA", above.size, "white")
    return Image.alpha_composite(white, above).convert("RGB")
