"""Pictures by number, as batches on the device: from one tensor that holds all, or from the disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.shapes import Shape

Reader = Callable[[Path], "NDArray[np.uint8] | None"]
"""Gives a picture as (C, H, W) from 0 to 255; None where it is gone or damaged by now."""


class Pictures(Protocol):
    """Labelled pictures on a device."""

    @property
    def skipped(self) -> int:
        """Pictures that could not be read when a batch asked for them."""
        ...

    def __len__(self) -> int: ...

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """The chosen pictures, uint8 (N, C, H, W), and their classes, int64 (N,)."""
        ...


class HeldPictures:
    """Pictures that lie on the device as one tensor."""

    def __init__(self, pictures: Tensor, labels: Tensor) -> None:
        self._pictures, self._labels = pictures, labels

    @property
    def skipped(self) -> int:
        """None: all were read."""
        return 0

    def __len__(self) -> int:
        return len(self._labels)

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        chosen = chosen.to(self._labels.device, non_blocking=True)
        return self._pictures[chosen], self._labels[chosen]


class FilePictures:
    """Pictures that are read from the disk whenever a batch asks for them."""

    def __init__(
        self,
        files: Sequence[Path],
        labels: Sequence[int],
        shape: Shape,
        reader: Reader,
        device: torch.device,
    ) -> None:
        self._files, self._labels = tuple(files), tuple(labels)
        self._shape, self._reader, self._device = shape, reader, device
        self._missing: set[int] = set()

    @property
    def skipped(self) -> int:
        """How many different pictures could not be read so far."""
        return len(self._missing)

    def __len__(self) -> int:
        return len(self._files)

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        pictures, labels = [], []
        for index in chosen.tolist():
            picture = self._reader(self._files[index])
            if picture is None:
                self._missing.add(index)
            else:
                pictures.append(picture)
                labels.append(self._labels[index])
        stacked = np.stack(pictures) if pictures else np.zeros((0, *self._shape), np.uint8)
        return (
            torch.from_numpy(stacked).to(self._device),
            torch.tensor(labels, dtype=torch.int64, device=self._device),
        )


class Normalizer:
    """Makes bytes from 0 to 255 into what the network is fed: spread around zero.

    Pictures of one channel are repeated where there is a mean for each of three.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        self._mean = torch.tensor(mean, device=device).view(1, -1, 1, 1) * 255
        self._scale = 1 / (torch.tensor(std, device=device).view(1, -1, 1, 1) * 255)

    def __call__(self, pictures: Tensor) -> Tensor:
        return (pictures.float() - self._mean).mul_(self._scale)


def parts(chosen: Tensor, size: int) -> tuple[Tensor, ...]:
    """The chosen pictures, so many at a time."""
    return torch.split(chosen, size)


def order(count: int, seed: int, epoch: int) -> Tensor:
    """The order in which an epoch sees the pictures; it follows from seed and epoch alone."""
    generator = torch.Generator().manual_seed(mixed(seed, epoch))
    return torch.randperm(count, generator=generator)


def moved(pictures: Tensor, shift: int, flip: bool) -> Tensor:
    """The pictures, each moved by up to `shift` pixels (edges repeated) and mirrored or not.

    Draws from torch's random numbers of the CPU.
    """
    count, _, high, wide = pictures.shape
    if flip:
        mirrored = torch.rand(count) < 0.5
        pictures = torch.where(mirrored.to(pictures.device).view(-1, 1, 1, 1), pictures.flip(3), pictures)
    if shift:
        by = torch.randint(-shift, shift + 1, (2, count, 1))
        rows = (torch.arange(high) + by[0]).clamp_(0, high - 1).to(pictures.device)
        columns = (torch.arange(wide) + by[1]).clamp_(0, wide - 1).to(pictures.device)
        which = torch.arange(count, device=pictures.device).view(-1, 1, 1)
        # indexing pulls the channels last: (N, H, W, C)
        pictures = pictures[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    return pictures


def mixed(seed: int, number: int) -> int:
    """A seed of its own for one epoch or step of a run (SplitMix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + number + 1) * 0x9E3779B97F4A7C15 % 2**64
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return (value ^ value >> 31) % 2**63
