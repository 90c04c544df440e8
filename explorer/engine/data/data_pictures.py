"""Pictures of a data set or a folder, one at a time, as a person would open them; needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.data import digits, published_data, published_files, shapes_data
from explorer.engine.data.data_text import DIGITS, SHAPES, shapes_settings
from explorer.engine.data.survey import Survey, survey
from explorer.engine.pictures.images import Picture, read_picture

_Read = Callable[[int], Picture]


@dataclass(frozen=True)
class DataPictures:
    """Labelled pictures that are read when they are asked for. `labels` has the class of each."""

    survey: Survey
    labels: tuple[int, ...]
    _read: _Read

    def __len__(self) -> int:
        return len(self.labels)

    def label(self, index: int) -> str:
        """The name of the class of a picture."""
        return self.survey.classes[self.labels[index]]

    def picture(self, index: int) -> Picture:
        """One picture.

        Raises:
            ExplorerError: its file is gone or damaged; says which.
        """
        return self._read(index)

    def chosen(self, most: int, seed: int = 0) -> tuple[int, ...]:
        """The numbers of all pictures, or of so many of them drawn by a seed, in order."""
        if len(self) <= most:
            return tuple(range(len(self)))
        drawn = np.random.default_rng(seed).choice(len(self), most, replace=False)
        return tuple(sorted(drawn.tolist()))


def data_pictures(data: str, should_stop: Callable[[], bool] = lambda: False) -> DataPictures:
    """The pictures of built-in data or of a folder of folders, those to train on before those to test on.

    Raises:
        ExplorerError: there is no such data, or it is published data that was not downloaded yet.
    """
    found = survey(data, should_stop)
    if found.folder is not None:
        files = found.folder.files
        return DataPictures(
            found, tuple(file.label for file in files), lambda index: read_picture(files[index].path)
        )
    if found.name == SHAPES:
        settings = shapes_settings(data)
        return DataPictures(
            found,
            tuple(shapes_data.labels_of(settings).tolist()),
            lambda index: _picture(f"shapes {index}", shapes_data.pictures(settings, np.array([index]))[0]),
        )
    if found.name == DIGITS:
        values, labels = digits.read_digits()
        return DataPictures(
            found,
            tuple(labels.tolist()),
            lambda index: _picture(f"digits {index}", values[index][None]),
        )
    return _published(found)


def _published(found: Survey) -> DataPictures:
    data = published_data.published()[found.name]
    if not published_data.is_here(data):
        raise ExplorerError(f"{data.title} is not on this computer; download it in the Train area first")
    parts = published_files.read(data)
    values = np.concatenate([pictures for pictures, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    return DataPictures(
        found,
        tuple(labels.tolist()),
        lambda index: _picture(f"{found.name} {index}", values[index]),
    )


def _picture(name: str, values: NDArray[np.uint8]) -> Picture:
    """Planes (1 or 3, H, W) as a picture that could have been opened."""
    pixels = np.repeat(values, 3 // len(values), axis=0).transpose(1, 2, 0)
    mode = "L" if len(values) == 1 else "RGB"
    return Picture(name, np.ascontiguousarray(pixels), mode, (values.shape[2], values.shape[1]))
