"""Pictures that are tested on and trained on at once: a leak between the parts of a data set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from explorer.core.errors import ExplorerError
from explorer.engine.data.batches import Pictures
from explorer.engine.data.datasets import DataSet
from explorer.engine.data.file_pictures import FilePictures
from explorer.engine.runs.sightings import Repeated

_FIRST = 100
_PIECE = 1024
_MOST_BYTES = 2 * 1024**3
"""Files are compared byte by byte only as long as those of one size are not more than this."""


def repeated(data: DataSet) -> Repeated | None:
    """The pictures to test on that are among those to train on, byte for byte; None where there are none."""
    found = repeated_places(data)
    return Repeated(len(found), len(data.test), tuple(found[:_FIRST])) if found else None


def repeated_places(data: DataSet) -> list[int]:
    """The places in the test of pictures that are trained on too.

    Pictures that are held in memory are compared as the network gets them, files as they lie on the
    disk; files of different sizes are not opened.
    """
    if isinstance(data.train, FilePictures) and isinstance(data.test, FilePictures):
        return _of_files(data.train.files, data.test.files)
    known = set(_digests(data.train))
    return [place for place, digest in enumerate(_digests(data.test)) if digest in known]


def without(data: DataSet, places: Sequence[int]) -> DataSet:
    """The data with fewer pictures to test on.

    Raises:
        ExplorerError: none would be left.
    """
    gone = set(places)
    kept = [place for place in range(len(data.test)) if place not in gone]
    if not kept:
        raise ExplorerError(
            "every picture to test on is trained on too; put other pictures there, or hold out more"
        )
    old = data.test
    said = f"{len(gone):,} pictures are not tested on, because they are trained on"
    made = replace(data, test=old.only(kept), notes=(*data.notes, said))
    old.close()
    return made


def _digests(pictures: Pictures) -> Iterator[bytes]:
    for chosen in torch.split(torch.arange(len(pictures)), _PIECE):
        values, _ = pictures.batch(chosen)
        for picture in values.cpu().numpy():
            yield hashlib.blake2b(picture.tobytes(), digest_size=16).digest()


def _of_files(train: Sequence[Path], test: Sequence[Path]) -> list[int]:
    sizes = {size for path in train if (size := _size(path)) is not None}
    likely = [(place, path) for place, path in enumerate(test) if _size(path) in sizes]
    shared = {_size(path) for _, path in likely}
    beside = [path for path in train if _size(path) in shared]
    if sum(_size(path) or 0 for path in (*beside, *(path for _, path in likely))) > _MOST_BYTES:
        return []
    known = {_digest(path) for path in beside} - {b""}
    return [place for place, path in likely if _digest(path) in known]


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:  # it vanished: nobody is fed with it
        return None


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
    except OSError:  # as above
        return b""
