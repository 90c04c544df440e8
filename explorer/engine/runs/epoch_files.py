"""Arrays that a run keeps for each epoch, as files of a folder that does not grow without end."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import DocumentError
from explorer.core.files import atomic_write, read_limited

Arrays = Mapping[str, NDArray[Any]]

_NAME = re.compile(r"epoch-(\d{1,9})\.npz")
_LARGEST = 256 * 1024 * 1024


def write_epoch(folder: Path, epoch: int, arrays: Arrays, most: int) -> None:
    """Keep the arrays of an epoch; of more than `most` epochs every second, fourth … stays, and the last.

    Raises:
        OSError: they cannot be written; the older ones are untouched.
    """
    folder.mkdir(exist_ok=True)
    data = io.BytesIO()
    np.savez_compressed(data, **dict(arrays))  # type: ignore[arg-type]
    atomic_write(_path(folder, epoch), data.getvalue())
    there = epochs_in(folder)
    stride = 1
    while sum(number % stride == 0 for number in there) > most:
        stride *= 2
    for number in there:
        if number % stride and number != epoch:
            _path(folder, number).unlink(missing_ok=True)


def epochs_in(folder: Path) -> tuple[int, ...]:
    """The epochs that a folder holds, in order."""
    if not folder.is_dir():
        return ()
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(int(match[1]) for match in found if match))


def bytes_of(folder: Path) -> dict[int, int]:
    """What each epoch of a folder takes on the disk, in bytes."""
    sizes = {}
    for number in epochs_in(folder):
        with contextlib.suppress(FileNotFoundError):  # deleted meanwhile, to make room
            sizes[number] = _path(folder, number).stat().st_size
    return sizes


def read_epoch(folder: Path, epoch: int) -> dict[str, NDArray[Any]]:
    """The arrays of an epoch.

    Raises:
        DocumentError: there are none, or the file is damaged.
    """
    path = _path(folder, epoch)
    data = read_limited(path, _LARGEST)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _LARGEST:
                raise DocumentError(f"{path} unpacks to more than {_LARGEST:,} bytes; it is not read")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, SyntaxError):
        raise DocumentError(f"{path} is damaged; delete it, the run itself is not touched by it") from None


def forget_epochs_after(folder: Path, epoch: int) -> None:
    """Delete what was kept of later epochs: a resumed run makes them again.

    Raises:
        OSError: they cannot be deleted.
    """
    for number in epochs_in(folder):
        if number > epoch:
            _path(folder, number).unlink(missing_ok=True)


def _path(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch:05}.npz"
