"""Reading the pictures of a folder: into memory where they fit, else from the disk batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape, elements, shape_text
from explorer.engine.batches import FilePictures, HeldPictures, Pictures
from explorer.engine.device import bytes_text, free_memory
from explorer.engine.events import Reading
from explorer.engine.images import fitted as cut
from explorer.engine.images import read_picture
from explorer.engine.picture_folder import PictureFile, PictureFolder

_SHARE = 4
"""Pictures are held in memory while they take no more than this part of what is free."""

_UNKNOWN_MEMORY = 2 * 10**9
_STEP = 50
_SIGNATURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"RIFF", b"II", b"MM",
    b"P1", b"P2", b"P3", b"P4", b"P5", b"P6",
)  # fmt: skip


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
            return FilePictures(files, labels, self.shape, partial(fitted, shape=self.shape), self.device)
        held = torch.from_numpy(self.held[list(chosen)]).to(self.device)
        return HeldPictures(held, torch.tensor(labels, dtype=torch.int64, device=self.device))


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
    for done, file in enumerate(folder.files):
        if should_stop():
            return None
        if done % _STEP == 0:
            yield Reading(done, len(folder.files))
        reason = _hold(file.path, held, len(kept)) if held is not None else _strange(file)
        if reason:
            damaged.append(f"{file.path.relative_to(folder.root).as_posix()}: {reason}")
        else:
            kept.append(file)
    yield Reading(len(folder.files), len(folder.files))
    fitting = f"the pictures are fitted to {shape_text(shape)}"
    where = (
        f"and held in memory ({bytes_text(size)})"
        if holding
        else f"and read from the disk in every epoch ({bytes_text(size)} would not fit the memory)"
    )
    return ReadPictures(tuple(kept), held, shape, device, tuple(damaged), (f"{fitting} {where}",))


def fitted(path: Path, shape: Shape) -> NDArray[np.uint8] | None:
    """A picture as (C, H, W) from 0 to 255; None where it is gone or damaged."""
    try:
        return _fitted(path, shape)
    except ExplorerError:
        return None


def is_grey(path: Path) -> bool:
    """Whether a picture has no colours; one that cannot be read has none either."""
    try:
        mode = read_picture(path).mode
    except ExplorerError:
        return True
    return mode in ("1", "L", "LA", "F") or mode.startswith("I")


def _hold(path: Path, held: NDArray[np.uint8], place: int) -> str:
    """Put a picture into its place; the reason why not, where it cannot be read."""
    try:
        held[place] = _fitted(path, held.shape[1:])
    except ExplorerError as error:
        return str(error)
    return ""


def _fitted(path: Path, shape: Shape) -> NDArray[np.uint8]:
    return np.ascontiguousarray(cut(read_picture(path), shape).transpose(2, 0, 1))


def _strange(file: PictureFile) -> str:
    """Why a file cannot be a picture, told from its first bytes alone."""
    try:
        with file.path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if not head:
        return "it is empty"
    return "" if head.startswith(_SIGNATURES) else "it is not a picture, whatever its name says"


def _room(device: torch.device | str) -> int:
    free = free_memory(device)
    return _UNKNOWN_MEMORY if free is None else free
