"""What a device can do at most: operations and bytes per second, measured on it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from explorer.core.errors import ExplorerError
from explorer.engine.counting.layer_clock import Stopwatch
from explorer.engine.device import choose, free_memory, leave_one_core

_SIDES = {"cpu": (512, 1024, 2048), "cuda": (4096, 8192), "mps": (2048, 4096)}
_COPIED = {"cpu": 2**27, "cuda": 2**30, "mps": 2**28}
"""Sides of the square matrices that are multiplied, and bytes that are copied, by kind of device."""

_PICTURES, _CHANNELS, _SIDE = 8, 128, 56
_ROUNDS = 5
_FLOAT = 4


@dataclass(frozen=True)
class Ceilings:
    """The two roofs of a device: FLOP per second in float32, and bytes read and written per second."""

    device: str
    flops: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """FLOPs per byte from which on arithmetic is what limits.

        Source: Williams, Waterman and Patterson 2009, Roofline, sec. 3 (the ridge point).
        """
        return self.flops / self.bandwidth

    def attainable(self, intensity: float) -> float:
        """FLOP per second that are possible at most with so many FLOPs for each byte.

        Source: Williams, Waterman and Patterson 2009, Roofline, sec. 3.
        """
        return min(self.flops, self.bandwidth * intensity)


@dataclass(frozen=True)
class Probing:
    """How far it is, from 0 to 1."""

    share: float


def ceilings(
    device: str = "auto", *, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Probing | Ceilings]:
    """Multiply large matrices, convolve, and copy a large piece of memory; the best of all rounds counts.

    A product of two n × n matrices counts 2 · n³ operations, a convolution two for every multiply-add
    of its definition; a copy reads and writes every byte once.
    Numbers are float32, computed as torch does by default (with TF32 where that is switched on).

    Raises:
        ExplorerError: there is no such device, or not enough memory for the trial.
    """
    chosen = choose(device)
    leave_one_core()
    stopwatch = Stopwatch(chosen)
    sides = _SIDES.get(chosen.type, _SIDES["mps"])
    free = free_memory(chosen)
    size = _COPIED.get(chosen.type, _COPIED["mps"])
    if free is not None and free < 3 * size:
        raise ExplorerError(
            "there is too little free memory to measure what the device can do; close something"
        )
    flops = bandwidth = 0.0
    parts = len(sides) + 2
    for place, (count, product) in enumerate(_products(chosen, sides)):
        yield Probing(place / parts)
        for _ in range(_ROUNDS + 1):
            if should_stop():
                return
            flops = max(flops, count / stopwatch.time(product)[1])
    yield Probing((parts - 1) / parts)
    source = torch.zeros(size // _FLOAT, device=chosen)
    target = torch.zeros_like(source)
    for _ in range(_ROUNDS):
        if should_stop():
            return
        bandwidth = max(bandwidth, 2 * size / stopwatch.time(lambda: target.copy_(source))[1])
    yield Ceilings(str(chosen), flops, bandwidth)


def _products(device: torch.device, sides: tuple[int, ...]) -> Iterator[tuple[int, Callable[[], object]]]:
    """Operations and calls: products of matrices, and a convolution of many channels."""
    with torch.no_grad():
        for side in sides:
            one, other = (torch.rand(side, side, device=device) for _ in range(2))
            yield 2 * side**3, functools.partial(torch.mm, one, other)
        pictures = torch.rand(_PICTURES, _CHANNELS, _SIDE, _SIDE, device=device)
        kernels = torch.rand(_CHANNELS, _CHANNELS, 3, 3, device=device)
        count = 2 * 9 * _PICTURES * (_CHANNELS * _SIDE) ** 2
        yield count, functools.partial(torch.conv2d, pictures, kernels, padding=1)
