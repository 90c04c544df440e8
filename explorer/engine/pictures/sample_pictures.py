"""Pictures that are always there: photographs, written digits, and patterns that show what a layer does."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError, UnknownName
from explorer.engine.pictures.images import Picture, read_picture

_SIDE = 224
_PHOTOGRAPHS = {"china": "china.jpg", "flower": "flower.jpg"}


def sample_names() -> tuple[str, ...]:
    """The names of all samples: photographs, digits, patterns."""
    return (*_PHOTOGRAPHS, *(f"digit {figure}" for figure in range(10)), *_PATTERNS)


def sample(name: str) -> Picture:
    """One sample picture.

    Raises:
        UnknownName: there is none of this name.
        ExplorerError: the photographs and digits are not installed.
    """
    if name in _PHOTOGRAPHS:
        return read_picture(_data_folder() / "images" / _PHOTOGRAPHS[name], name)
    if name in _PATTERNS:
        values = _PATTERNS[name]()
        grey = np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
        return Picture(name, np.repeat(grey[:, :, None], 3, axis=2), "L", (_SIDE, _SIDE), ("generated",))
    kind, _, figure = name.partition(" ")
    if kind == "digit" and figure in tuple("0123456789"):
        return _digit(int(figure))
    raise UnknownName("sample picture", name, sample_names())


def _digit(figure: int) -> Picture:
    """The first written digit of its class: 8×8 greys from 0 (paper) to 16 (ink), ink bright.

    Source: Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, UCI.
    """
    with gzip.open(_data_folder() / "data" / "digits.csv.gz", "rt", encoding="ascii") as file:
        for line in file:
            *greys, label = line.split(",")
            if int(float(label)) == figure:
                values = np.asarray([float(grey) for grey in greys]).reshape(8, 8)
                pixels = np.repeat(np.rint(values * 255 / 16).astype(np.uint8)[:, :, None], 3, axis=2)
                return Picture(f"digit {figure}", pixels, "L", (8, 8))
    raise ExplorerError(f"the installed digits hold no {figure}; install scikit-learn again")


def _data_folder() -> Path:
    """scikit-learn's folder of data sets; found without the second that importing it takes."""
    found = importlib.util.find_spec("sklearn")
    if found is None or found.origin is None:
        raise ExplorerError("the photographs and digits come with scikit-learn, which is not installed")
    return Path(found.origin).parent / "datasets"


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Row and column of every pixel, from 0 to 1."""
    down, across = np.mgrid[0:_SIDE, 0:_SIDE] / (_SIDE - 1)
    return down, across


def _edge_vertical() -> NDArray[np.float64]:
    return (_grid()[1] > 0.5).astype(np.float64)


def _edge_horizontal() -> NDArray[np.float64]:
    return (_grid()[0] > 0.5).astype(np.float64)


def _edge_diagonal() -> NDArray[np.float64]:
    down, across = _grid()
    return (down > across).astype(np.float64)


def _grating() -> NDArray[np.float64]:
    """Gratings of four directions, one per quarter, eight periods each."""
    down, across = _grid()
    quarter = np.where(down < 0.5, 0, 2) + np.where(across < 0.5, 0, 1)
    slanted = (down + across) / np.sqrt(2), (down - across) / np.sqrt(2)
    phase: NDArray[np.float64] = np.choose(quarter, (across, down, *slanted))
    waves: NDArray[np.float64] = 0.5 + 0.5 * np.sin(phase * 2 * np.pi * 16)
    return waves


def _zone_plate() -> NDArray[np.float64]:
    """Rings that become finer outwards, up to the finest there are: shows aliasing."""
    down, across = (axis - 0.5 for axis in _grid())
    rings: NDArray[np.float64] = 0.5 + 0.5 * np.cos(np.pi * _SIDE * (down**2 + across**2))
    return rings


def _checkerboard() -> NDArray[np.float64]:
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE] // 28
    fields: NDArray[np.float64] = ((rows + columns) % 2).astype(np.float64)
    return fields


def _ramp() -> NDArray[np.float64]:
    return _grid()[1]


def _disc() -> NDArray[np.float64]:
    down, across = _grid()
    inside: NDArray[np.float64] = np.less(np.hypot(down - 0.5, across - 0.5), 0.3).astype(np.float64)
    return inside


def _noise() -> NDArray[np.float64]:
    return np.random.default_rng(0).random((_SIDE, _SIDE))


def _point() -> NDArray[np.float64]:
    """One bright pixel: what comes out is the receptive field, seen from the other side."""
    values = np.zeros((_SIDE, _SIDE))
    values[_SIDE // 2, _SIDE // 2] = 1.0
    return values


_PATTERNS: Mapping[str, Callable[[], NDArray[np.float64]]] = {
    "vertical edge": _edge_vertical,
    "horizontal edge": _edge_horizontal,
    "diagonal edge": _edge_diagonal,
    "gratings": _grating,
    "zone plate": _zone_plate,
    "checkerboard": _checkerboard,
    "ramp": _ramp,
    "disc": _disc,
    "noise": _noise,
    "point": _point,
}
