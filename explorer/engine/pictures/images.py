"""Pictures of any common kind are read safely, and made into what a network takes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, shape_text
from explorer.engine.pictures.alteration import Alteration
from explorer.engine.pictures.altering import altered, resized
from explorer.engine.pictures.picture_modes import cut_depth, eight_bit, over_white, turned

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""What Pillow is asked to read; its other readers see less testing."""

PIXEL_LIMIT = 50_000_000
SIDE_LIMIT = 16_384
_FILE_LIMIT = 256 * 1024 * 1024
_LIMITS = f"at most {PIXEL_LIMIT // 10**6} million and {SIDE_LIMIT:,} a side are read, make it smaller first"

Pixels = NDArray[np.uint8]
"""(height, width, 3) bytes: red, green, blue."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Mean and deviation of ImageNet's channels, which torchvision's weights were trained with."""

IMAGENET_SHARE = 224 / 256
"""Share of the shorter side that torchvision's first weights keep."""

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (
        b"version https://git-lfs",
        "is a Git LFS pointer, not the picture itself; fetch it with `git lfs pull`",
    ),
    (b"<!doctype", "is a web page, not a picture; save the picture itself"),
    (b"<html", "is a web page, not a picture; save the picture itself"),
    (b"<svg", "is an SVG drawing; save it as PNG first"),
    (b"<?xml", "is an XML text (an SVG drawing?); save it as PNG first"),
    (b"%pdf", "is a PDF; save the page as PNG first"),
    (b"%!ps", "is PostScript; save it as PNG first"),
    (b"8bps", "is a Photoshop file; save it as PNG first"),
    (b"pk\x03\x04", "is a zip archive; unpack it first"),
    (b"\x00\x00\x00\x0cjp  ", "is a JPEG 2000 picture; save it as PNG or JPEG first"),
    (b"\xffo\xffq", "is a JPEG 2000 picture; save it as PNG or JPEG first"),
)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as red, green and blue bytes.

    `mode` and `size` (width, height) are those of the file; `notes` say what was done to
    it: a frame chosen, a turn, numbers scaled. `alteration` is what a person does to it
    before a network sees it; the pixels are those of the file.
    """

    name: str
    pixels: Pixels
    mode: str
    size: tuple[int, int]
    notes: tuple[str, ...] = ()
    alteration: Alteration = Alteration()

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)


def read_picture(source: Path | str | bytes, name: str = "") -> Picture:
    """Read a picture file, or the bytes of one.

    Only the first frame is read; transparent parts are laid over white; numbers of more
    than 8 bits are scaled, not cut.

    Raises:
        ExplorerError: it is no picture that is known, too large, or damaged; says which.
    """
    data, shown = (source, name or "the picture") if isinstance(source, bytes) else _bytes(Path(source))
    # Pillow prints what is odd about a file; what matters of it is in the notes
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        return _read(data, name or shown)
    except ExplorerError as error:
        raise ExplorerError(f"{shown} {error}") from error.__cause__
    except Image.DecompressionBombError as error:  # so large that Pillow itself refuses the header
        raise ExplorerError(f"{shown} has too many pixels; {_LIMITS}") from error
    except UnidentifiedImageError as error:
        raise ExplorerError(f"{shown} {_unknown(data)}") from error
    except Exception as error:  # Pillow's readers raise errors of every type on damaged files
        raise ExplorerError(f"{shown} is damaged or cut off and cannot be read as a picture") from error


def fit(
    picture: Picture,
    shape: Shape,
    mean: Sequence[float] | float = 0.0,
    std: Sequence[float] | float = 1.0,
    *,
    share: float = 1.0,
) -> NDArray[np.float32]:
    """The picture as a network takes it: (value / 255 − mean) / std, channels first.

    Shape: that of the network's input; a vector is read as a square picture, row by row.

    Raises:
        ExplorerError: no picture can be made into this shape.
    """
    pixels = fitted(picture, shape, share=share)
    values = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / np.float32(255)
    channels = values.shape[0]
    low = np.asarray(_per_channel(mean, channels), np.float32).reshape(-1, 1, 1)
    spread = np.asarray(_per_channel(std, channels), np.float32).reshape(-1, 1, 1)
    return ((values - low) / spread).reshape(shape)


def fitted(picture: Picture, shape: Shape, *, share: float = 1.0) -> Pixels:
    """The picture cut to an input's sides, as bytes (height, width, 1 or 3): what the network sees.

    It is scaled so that the wanted sides are `share` of it along the tighter axis (bilinear,
    antialiased), altered as the picture says, and the middle is cut out, as torchvision does.
    One channel is the grey of ITU-R 601. The last of each picture is kept: what is fed is also shown.

    Raises:
        ExplorerError: no picture can be made into this shape.
    """
    known = _FITTED.get(picture)
    if known is not None and known[0] == (shape, share):
        return known[1]
    made = _cut(picture, shape, share)
    made.setflags(write=False)
    _FITTED[picture] = (shape, share), made
    return made


def _cut(picture: Picture, shape: Shape, share: float) -> Pixels:
    channels, high, wide = _map_shape(shape)
    tall, broad = picture.pixels.shape[:2]
    factor = max(high / tall, wide / broad) / share
    scaled = (max(wide, int(broad * factor + 1e-6)), max(high, int(tall * factor + 1e-6)))
    if scaled[0] * scaled[1] > PIXEL_LIMIT:
        raise ExplorerError(
            f"{picture.name} is too long and thin to be cut to {shape_text(shape)}; crop it first"
        )
    image = resized(picture.pixels, scaled, grey=channels == 1)
    if picture.alteration.alters:
        image = altered(image, picture.alteration)
    left, top = round((scaled[0] - wide) / 2), round((scaled[1] - high) / 2)
    cut = np.asarray(image.crop((left, top, left + wide, top + high)), np.uint8)
    return cut.reshape(high, wide, channels)


_FITTED: WeakKeyDictionary[Picture, tuple[tuple[Shape, float], Pixels]] = WeakKeyDictionary()


def _bytes(path: Path) -> tuple[bytes, str]:
    try:
        if path.is_dir():
            raise ExplorerError(f"{path} is a folder; open the pictures in it")
        if not path.is_file():
            raise ExplorerError(f"{path} is not a file; check the name")
        if path.stat().st_size > _FILE_LIMIT:
            raise ExplorerError(f"{path.name} is larger than {_FILE_LIMIT >> 20} MiB, which no picture needs")
        return path.read_bytes(), path.name
    except OSError as error:
        raise ExplorerError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a name with a zero byte
        raise ExplorerError("this cannot be the name of a file") from error


def _read(data: bytes, name: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        wide, high = image.size
        if wide < 1 or high < 1:
            raise ExplorerError("has no pixels")
        if wide * high > PIXEL_LIMIT or max(wide, high) > SIDE_LIMIT:
            raise ExplorerError(f"has {wide:,}×{high:,} pixels; {_LIMITS}")
        notes: list[str] = []
        if getattr(image, "is_animated", False):
            notes.append(_frames(image))
        mode, depth = image.mode, cut_depth(image)
        image.load()
        if depth:
            notes.append("16 bits a channel, of which the upper 8 are used")
        upright = turned(eight_bit(image, notes), image, notes)
        pixels = np.array(over_white(upright, notes), np.uint8)
    return Picture(name, pixels, mode, (wide, high), tuple(notes))


def _frames(image: Image.Image) -> str:
    # a GIF must be walked through to count its frames, which a hostile one makes long
    count = "several" if image.format == "GIF" else f"{getattr(image, 'n_frames', 1):,}"
    return f"the first of {count} frames"


def _unknown(data: bytes) -> str:
    """What a file is that is no picture of a known kind."""
    if not data:
        return "is empty"
    start = data[:1024].lstrip().lower()
    for sign, reason in _SIGNS:
        if start.startswith(sign):
            return reason
    if data[4:8] == b"ftyp":
        return "is a HEIC or AVIF picture (or a film); save it as JPEG or PNG first"
    return f"is not a picture of a known kind ({', '.join(FORMATS)}), or its beginning is damaged"


def _map_shape(shape: Shape) -> tuple[int, int, int]:
    """(channels, height, width) of a picture for an input.

    Raises:
        ExplorerError: the input takes no pictures.
    """
    if len(shape) == 3 and shape[0] in (1, 3):
        return shape[0], shape[1], shape[2]
    if len(shape) == 1:
        for channels in (1, 3):
            side = round((shape[0] / channels) ** 0.5)
            if channels * side * side == shape[0]:
                return channels, side, side
    raise ExplorerError(
        f"pictures have 1 or 3 channels, so they cannot enter an input of {shape_text(shape)};"
        " change the Input's shape"
    )


def _per_channel(value: Sequence[float] | float, channels: int) -> list[float]:
    """One figure per channel; three are averaged where there is one channel."""
    if isinstance(value, (int, float)):
        return [float(value)] * channels
    figures = [float(item) for item in value]
    if len(figures) == channels:
        return figures
    if channels == 1:
        return [sum(figures) / len(figures)]
    raise ExplorerError(
        f"{channels} channels need {channels} figures for mean and deviation, got {len(figures)}"
    )


__all__ = [
    "FORMATS",
    "IMAGENET_MEAN",
    "IMAGENET_SHARE",
    "IMAGENET_STD",
    "PIXEL_LIMIT",
    "SIDE_LIMIT",
    "Picture",
    "fit",
    "fitted",
    "read_picture",
]
