"""The pictures of a folder: held in memory where they fit, else read ahead of the batches that need them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.shapes import Shape, elements, shape_text
from explorer.engine.data.batches import HeldPictures, Pictures, PicturesGone, sent
from explorer.engine.data.picture_folder import PictureFile, PictureFolder
from explorer.engine.data.picture_readers import PictureReaders, ReadBatch
from explorer.engine.data.stored_pictures import oddity
from explorer.engine.device import bytes_text, free_memory
from explorer.engine.events import Reading

_SHARE = 4
"""Pictures are held in memory while they take no more than this part of what is free."""

_UNKNOWN_MEMORY = 2 * 10**9
_STEP = 50
_FEW = 200
"""So few pictures are read here sooner than another process has started."""

_GONE = 512
"""So many pictures in a row that cannot be read are no accident: their folder is gone."""

_AHEAD_BYTES = 512 * 10**6
"""Most that is read ahead of the training."""


@dataclass(frozen=True)
class ReadPictures:
    """The pictures of a folder that can be read, in the order of `files`."""

    files: tuple[PictureFile, ...]
    held: NDArray[np.uint8] | None
    shape: Shape
    device: torch.device
    damaged: tuple[str, ...]
    notes: tuple[str, ...]

    def pictures(self, chosen: Sequence[int]) -> Pictures:
        """Some of them, ready for batches."""
        labels = [self.files[index].label for index in chosen]
        if self.held is None:
            files = [self.files[index].path for index in chosen]
            return FilePictures(files, labels, self.shape, self.device)
        held = torch.from_numpy(self.held[list(chosen)]).to(self.device)
        return HeldPictures(held, torch.tensor(labels, dtype=torch.int64, device=self.device))


class FilePictures:
    """Pictures that processes read from the disk, some batches ahead.

    Single ones that vanish are left out and counted; where all do, it is an error. At most
    512 MB wait at any time; for a graphics processor they wait in pinned memory, from which it
    fetches them while it computes.
    """

    def __init__(
        self,
        files: Sequence[Path],
        labels: Sequence[int],
        shape: Shape,
        device: torch.device,
        workers: int | None = None,
    ) -> None:
        self._files, self._labels = tuple(files), torch.tensor(labels, dtype=torch.int64)
        self._shape, self._bytes, self._device = shape, elements(shape), device
        few = len(files) < _FEW
        count = (0 if few else worker_count(device)) if workers is None else workers
        self._readers = PictureReaders(shape, count, _pinned if device.type == "cuda" else None)
        self._announced: deque[Tensor] = deque()
        self._begun: deque[tuple[Tensor, Future[ReadBatch]]] = deque()
        self._missing: set[int] = set()
        self._in_vain = 0

    @property
    def skipped(self) -> int:
        """How many different pictures could not be read so far."""
        return len(self._missing)

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the pictures lie, in their order."""
        return self._files

    def __len__(self) -> int:
        return len(self._files)

    def announce(self, batches: Sequence[Tensor]) -> None:
        for _, reading in self._begun:
            reading.cancel()
        self._begun.clear()
        self._announced = deque(batches if self._readers.workers else ())

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        read = self._reading(chosen).result()
        there = torch.tensor([not reason for reason in read.reasons], dtype=torch.bool)
        self._missing.update(chosen[~there].tolist())
        self._in_vain = 0 if bool(there.any()) else self._in_vain + len(chosen)
        if self._in_vain >= min(_GONE, len(self)):
            raise PicturesGone("none of the pictures can be read any more; check that the folder is there")
        labels = self._labels[chosen[there]]
        pictures = torch.from_numpy(read.pictures)
        return (
            pictures.to(self._device, non_blocking=True),
            sent(labels, self._device),
        )

    def only(self, places: Sequence[int]) -> FilePictures:
        files, labels = [self._files[place] for place in places], self._labels[list(places)].tolist()
        return FilePictures(files, labels, self._shape, self._device)

    def close(self) -> None:
        self.announce(())
        self._readers.close()

    def _reading(self, chosen: Tensor) -> Future[ReadBatch]:
        """The reading of some pictures that was begun before, or is now."""
        begins = self._begun[0][0] if self._begun else self._announced[0] if self._announced else chosen
        if not torch.equal(begins, chosen):
            self._skip_to(chosen)
        self._begin()
        found = self._begun.popleft()[1] if self._begun else self._begin_one(chosen)
        self._begin()
        return found

    def _skip_to(self, chosen: Tensor) -> None:
        """Drop what comes before these pictures: an epoch that is resumed begins in the middle.

        Where they were not announced (another batch size was set), all is dropped.
        """
        while self._begun and not torch.equal(self._begun[0][0], chosen):
            self._begun.popleft()[1].cancel()
        while not self._begun and self._announced and not torch.equal(self._announced[0], chosen):
            self._announced.popleft()

    def _begin(self) -> None:
        """Keep enough batches on their way."""
        while self._announced and len(self._begun) < self._ahead(self._announced[0]):
            chosen = self._announced.popleft()
            self._begun.append((chosen, self._begin_one(chosen)))

    def _begin_one(self, chosen: Tensor) -> Future[ReadBatch]:
        return self._readers.submit([self._files[index] for index in chosen.tolist()])

    def _ahead(self, chosen: Tensor) -> int:
        most = _AHEAD_BYTES // max(1, len(chosen) * self._bytes)
        return max(1, min(self._readers.workers + 2, most))


def read(
    folder: PictureFolder,
    shape: Shape,
    device: torch.device,
    should_stop: Callable[[], bool] = lambda: False,
) -> Generator[Reading, None, ReadPictures | None]:
    """Read the pictures of a folder, fitted to a shape; None if it was stopped.

    Damaged files, and files that vanish meanwhile, are left out and named.
    """
    size = elements(shape) * len(folder.files)
    room = min(_room("cpu"), _room(device))
    # both the array and the tensors of the two parts exist for a moment
    holding = 2 * size <= room // _SHARE
    held = np.empty((len(folder.files), *shape), np.uint8) if holding else None
    kept: list[PictureFile] = []
    damaged: list[str] = []
    readers = PictureReaders(shape, 0 if not holding or len(folder.files) < _FEW else _cores())
    try:
        for files, reading in _pieces(folder.files, readers if holding else None):
            if should_stop():
                return None
            if (done := len(kept) + len(damaged)) % _STEP == 0:
                yield Reading(done, len(folder.files))
            read_ = reading.result() if reading else None
            reasons = read_.reasons if read_ else [oddity(file.path) for file in files]
            good = [file for file, reason in zip(files, reasons, strict=True) if not reason]
            if held is not None and read_ is not None:
                held[len(kept) : len(kept) + len(good)] = read_.pictures
            kept += good
            damaged += [
                f"{file.path.relative_to(folder.root).as_posix()}: {reason}"
                for file, reason in zip(files, reasons, strict=True)
                if reason
            ]
    finally:
        readers.close()
    yield Reading(len(folder.files), len(folder.files))
    fitting = f"the pictures are fitted to {shape_text(shape)}"
    where = (
        f"and held in memory ({bytes_text(size)})"
        if holding
        else f"and read from the disk in every epoch ({bytes_text(size)} would not fit the memory)"
    )
    return ReadPictures(tuple(kept), held, shape, device, tuple(damaged), (f"{fitting} {where}",))


def worker_count(device: torch.device) -> int:
    """How many processes read: on the CPU they share the cores with the training."""
    return max(1, min(4, _cores() // 2)) if device.type == "cpu" else max(1, min(12, _cores() - 1))


def _pieces(
    files: Sequence[PictureFile], readers: PictureReaders | None
) -> Generator[tuple[Sequence[PictureFile], Future[ReadBatch] | None], None, None]:
    """Some files at a time, and their reading, which was begun some pieces ahead."""
    begun: deque[tuple[Sequence[PictureFile], Future[ReadBatch] | None]] = deque()
    size = _STEP if readers and readers.workers else 1  # what is read here can be stopped soon
    for start in range(0, len(files), size):
        piece = files[start : start + size]
        begun.append((piece, readers.submit([file.path for file in piece]) if readers else None))
        if readers is None or len(begun) > 2 * readers.workers:
            yield begun.popleft()
    yield from begun


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pinned(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    held: NDArray[np.uint8] = torch.empty(shape, dtype=torch.uint8, pin_memory=True).numpy()
    return held


def _room(device: torch.device | str) -> int:
    free = free_memory(device)
    return _UNKNOWN_MEMORY if free is None else free
