"""A running mean of the weights, which is often better than the last weights are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn


class WeightAverage:
    """The exponential moving average of a network's parameters and of its running statistics.

    The share of the old mean that stays rises to `decay`, so that the first weights, which are
    random, are soon forgotten. Whole numbers, such as BatchNorm's counters, are copied.
    Source: Polyak and Juditsky 1992; the rise is that of TensorFlow's ExponentialMovingAverage.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self._current = dict(network.state_dict(keep_vars=False))
        self._mean = {name: item.detach().clone() for name, item in self._current.items()}
        self._updates = 0

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights as they are after a step."""
        self._updates += 1
        keep = min(self._decay, (1 + self._updates) / (10 + self._updates))
        names = [name for name, item in self._current.items() if item.is_floating_point()]
        means = [self._mean[name] for name in names]
        torch._foreach_lerp_(means, [self._current[name] for name in names], 1 - keep)
        for name in self._current.keys() - set(names):
            self._mean[name].copy_(self._current[name])

    @contextlib.contextmanager
    @torch.no_grad()
    def applied(self) -> Iterator[None]:
        """The network has the mean weights inside, and its own afterwards."""
        own = {name: item.clone() for name, item in self._current.items()}
        self._put(self._mean)
        try:
            yield
        finally:
            self._put(own)

    def state(self) -> dict[str, Tensor]:
        """The mean weights, as the network's state dict."""
        return dict(self._mean)

    @property
    def updates(self) -> int:
        """How many steps it has taken in."""
        return self._updates

    @torch.no_grad()
    def load(self, mean: Mapping[str, Tensor], updates: int) -> None:
        """Take over what `state` and `updates` gave."""
        for name, item in self._mean.items():
            item.copy_(mean[name])
        self._updates = updates

    @torch.no_grad()
    def _put(self, weights: Mapping[str, Tensor]) -> None:
        for name, item in self._current.items():
            item.copy_(weights[name])
