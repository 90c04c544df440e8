"""Pictures by number, as batches on the device, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from explorer.core.errors import ExplorerError


class PicturesGone(ExplorerError):
    """None of the pictures that were asked for can be read any more."""


class Pictures(Protocol):
    """Labelled pictures on a device."""

    @property
    def skipped(self) -> int:
        """Pictures that could not be read when a batch asked for them."""
        ...

    def __len__(self) -> int: ...

    def announce(self, batches: Sequence[Tensor]) -> None:
        """Say which batches will be asked for, in this order: they may be fetched ahead."""
        ...

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """The chosen pictures, uint8 (N, C, H, W), and their classes, int64 (N,)."""
        ...

    def only(self, places: Sequence[int]) -> Pictures:
        """Some of them, as a collection of its own."""
        ...

    def close(self) -> None:
        """End whatever fetches batches ahead."""
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

    def announce(self, batches: Sequence[Tensor]) -> None:
        """Nothing is to be fetched."""

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        chosen = sent(chosen, self._labels.device)
        # on a processor twenty times as fast for bytes as pictures[chosen]
        return self._pictures.index_select(0, chosen), self._labels.index_select(0, chosen)

    def only(self, places: Sequence[int]) -> HeldPictures:
        chosen = torch.tensor(list(places), dtype=torch.int64, device=self._labels.device)
        return HeldPictures(self._pictures[chosen], self._labels[chosen])

    def close(self) -> None:
        """Nothing is to be ended."""


class Normalizer:
    """Makes bytes from 0 to 255 into what the network is fed: spread around zero.

    Pictures of one channel are repeated where there is a mean for each of three.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        self._mean = torch.tensor(mean, device=device).view(1, -1, 1, 1) * 255
        self._scale = 1 / (torch.tensor(std, device=device).view(1, -1, 1, 1) * 255)

    def __call__(self, pictures: Tensor) -> Tensor:
        if pictures.dtype == torch.uint8 and pictures.shape[1] == self._mean.shape[1]:
            return pictures.float().sub_(self._mean).mul_(self._scale)  # float() made numbers of our own
        return (pictures.float() - self._mean).mul_(self._scale)


def sent(tensor: Tensor, device: torch.device) -> Tensor:
    """A tensor of the processor on a device, without waiting for what the device still computes.

    A graphics processor fetches by itself only from memory that is pinned.
    """
    if device.type == "cuda" and tensor.device.type == "cpu":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def parts(chosen: Tensor, size: int) -> tuple[Tensor, ...]:
    """The chosen pictures, so many at a time."""
    return torch.split(chosen, size)


def order(count: int, seed: int, epoch: int) -> Tensor:
    """The order in which an epoch sees the pictures; it follows from seed and epoch alone."""
    generator = torch.Generator().manual_seed(mixed(seed, epoch))
    return torch.randperm(count, generator=generator)


def mixed(seed: int, number: int) -> int:
    """A seed of its own for one epoch or step of a run (SplitMix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + number + 1) * 0x9E3779B97F4A7C15 % 2**64
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return (value ^ value >> 31) % 2**63
