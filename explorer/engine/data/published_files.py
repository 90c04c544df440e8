"""Strict readers of the files of published data sets; nothing in them is ever run."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.data import downloads
from explorer.engine.data.published_data import PublishedData, data_folder

Part = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Pictures (N, C, H, W) from 0 to 255, and their classes."""


def read(data: PublishedData, root: Path | None = None) -> tuple[Part, Part]:
    """The pictures to train on and those to test on; the files are verified first.

    CIFAR is read from its binary version: that for Python is pickled, and reading a pickle
    can run code.

    Raises:
        ExplorerError: a file is missing, or is not the published one.
    """
    folder = (root or data_folder()) / data.name
    missing = [file.name for file in data.files if not (folder / file.name).is_file()]
    if missing:
        raise ExplorerError(
            f"{data.title} is not on this computer ({', '.join(missing)} missing); download it, or get it"
            f" from {data.page} and put it into {folder}"
        )
    for file in data.files:
        downloads.verify(file, folder / file.name)
    try:
        if len(data.files) == 1:
            return _read_cifar(data, folder / data.files[0].name)
        paths = [folder / file.name for file in data.files]
        return (
            _read_idx(data, paths[0], paths[1], data.train_counts),
            _read_idx(data, paths[2], paths[3], data.test_counts),
        )
    except (OSError, EOFError, zlib.error, tarfile.TarError, struct.error, KeyError) as error:
        raise ExplorerError(f"{data.title} is damaged; delete {folder} and download it again") from error


def _read_idx(data: PublishedData, pictures: Path, labels: Path, counts: tuple[int, ...]) -> Part:
    """Two files in the format of MNIST: big-endian sides behind a magic number, then bytes."""
    count, (_, high, wide) = sum(counts), data.shape
    values = _unpacked(data, pictures, struct.pack(">4i", 0x803, count, high, wide), count * high * wide)
    answers = _unpacked(data, labels, struct.pack(">2i", 0x801, count), count)
    return values.reshape(count, *data.shape), _checked(data, answers, counts)


def _unpacked(data: PublishedData, path: Path, head: bytes, size: int) -> NDArray[np.uint8]:
    with gzip.open(path, "rb") as stream:
        content = stream.read(len(head) + size + 1)
    if content[: len(head)] != head or len(content) != len(head) + size:
        raise _strange(data, path)
    return np.frombuffer(content, np.uint8, offset=len(head)).copy()


def _read_cifar(data: PublishedData, path: Path) -> tuple[Part, Part]:
    """The binary version: for each picture its labels (the last one counts) and its three planes."""
    names: tuple[tuple[str, ...], tuple[str, ...]]
    if data.name == "cifar100":
        names, labels = (("cifar-100-binary/train.bin",), ("cifar-100-binary/test.bin",)), 2
    else:
        five = tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6))
        names, labels = (five, ("cifar-10-batches-bin/test_batch.bin",)), 1
    row = labels + int(np.prod(data.shape))
    found: dict[str, bytes] = {}
    wanted = {
        name: count // len(part) * row
        for part, count in zip(names, (sum(data.train_counts), sum(data.test_counts)), strict=True)
        for name in part
    }
    with tarfile.open(path, "r|gz") as archive:  # nothing is unpacked to the disk
        for member in archive:
            if member.name in wanted:
                stream = archive.extractfile(member) if member.size == wanted[member.name] else None
                if stream is None:
                    raise _strange(data, path)
                found[member.name] = stream.read()
    parts: list[Part] = []
    for part, counts in zip(names, (data.train_counts, data.test_counts), strict=True):
        rows = np.frombuffer(b"".join(found[name] for name in part), np.uint8).reshape(-1, row)
        parts.append(
            (rows[:, labels:].reshape(-1, *data.shape).copy(), _checked(data, rows[:, labels - 1], counts))
        )
    return parts[0], parts[1]


def _checked(data: PublishedData, labels: NDArray[np.uint8], counts: tuple[int, ...]) -> NDArray[np.int64]:
    if np.bincount(labels, minlength=len(counts)).tolist() != list(counts):
        raise ExplorerError(f"{data.title} does not hold the classes that it should; download it again")
    return labels.astype(np.int64)


def _strange(data: PublishedData, path: Path) -> ExplorerError:
    return ExplorerError(f"{path} does not hold what {data.title} should; delete it and download it again")
