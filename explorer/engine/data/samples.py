"""One picture of each class of some data, to be looked at before anything is trained; needs no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.data import digits, published_data, published_files, shapes_data
from explorer.engine.data.data_text import DIGITS, SHAPES, shapes_settings
from explorer.engine.data.picture_folder import PictureFolder
from explorer.engine.data.stored_pictures import fitted
from explorer.engine.data.survey import Survey

_TRIED = 5
"""So many files of a class are tried before it is left without a picture."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Pictures (N, C, H, W) from 0 to 255, and the class of each."""

    pictures: NDArray[np.uint8]
    labels: tuple[int, ...]


def samples(
    found: Survey, shape: Shape, most: int = 10, should_stop: Callable[[], bool] = lambda: False
) -> Samples | None:
    """A picture of each of the first classes; None where there is none to show yet.

    Those of a folder are fitted to `shape`; the others have the sides that their data has.
    """
    if found.folder is not None:
        return _from_folder(found.folder, shape, most, should_stop)
    if found.name == SHAPES:
        settings = shapes_settings(found.data)
        numbers = np.arange(min(most, settings.classes))  # the classes take turns
        return Samples(shapes_data.pictures(settings, numbers), tuple(numbers.tolist()))
    if found.name == DIGITS:
        values, labels = digits.read_digits()
        return _first_of_each(values[:, None], labels, most)
    data = published_data.published()[found.name]
    if not published_data.is_here(data):
        return None
    return _first_of_each(*published_files.read(data)[0], most)


def _first_of_each(pictures: NDArray[np.uint8], labels: NDArray[np.int64], most: int) -> Samples:
    classes, first = np.unique(labels, return_index=True)
    return Samples(pictures[first[:most]].copy(), tuple(classes[:most].tolist()))


def _from_folder(
    folder: PictureFolder, shape: Shape, most: int, should_stop: Callable[[], bool]
) -> Samples | None:
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for label, picture in _readable(folder, shape, min(most, len(folder.classes))):
        if should_stop():
            return None
        pictures.append(picture)
        labels.append(label)
    return Samples(np.stack(pictures), tuple(labels)) if pictures else None


def _readable(folder: PictureFolder, shape: Shape, classes: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The first picture of each class that can be read."""
    tried = [0] * classes
    for file in folder.files:
        if file.label < classes and 0 <= tried[file.label] < _TRIED:
            tried[file.label] += 1
            try:
                picture = fitted(file.path, shape)
            except ExplorerError:  # it is named when all are read
                continue
            tried[file.label] = -1
            yield file.label, picture
