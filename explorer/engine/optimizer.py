"""Stochastic gradient descent with momentum, and nothing that takes seconds to import.

The first use of torch.optim loads torch's compiler, which costs as much as torch itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from explorer.core.errors import ExplorerError


class GradientDescent:
    """SGD with momentum and weight decay; the same numbers as torch.optim.SGD, bit for bit.

    Source: Sutskever et al. 2013, On the importance of initialization and momentum. Departs
    from it as torch does: the learning rate multiplies the whole velocity.
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, Tensor]],
        *,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self._parameters = {name: item for name, item in parameters if item.requires_grad}
        self._momentum, self._weight_decay, self._nesterov = momentum, weight_decay, nesterov
        self._velocities = {
            name: torch.zeros_like(item, memory_format=torch.preserve_format)
            for name, item in self._parameters.items()
            if momentum
        }

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Change every parameter by its gradient, then forget the gradients."""
        moved = [(name, item) for name, item in self._parameters.items() if item.grad is not None]
        if not moved:
            return
        parameters = [item for _, item in moved]
        directions = [item.grad for item in parameters if item.grad is not None]
        if self._weight_decay:
            directions = list(torch._foreach_add(directions, parameters, alpha=self._weight_decay))
        if self._momentum:
            velocities = [self._velocities[name] for name, _ in moved]
            torch._foreach_mul_(velocities, self._momentum)
            torch._foreach_add_(velocities, directions)
            if self._nesterov:
                directions = list(torch._foreach_add(directions, velocities, alpha=self._momentum))
            else:
                directions = velocities
        torch._foreach_add_(parameters, directions, alpha=-learning_rate)
        for item in parameters:
            item.grad = None

    def state(self) -> dict[str, Tensor]:
        """The velocity of every parameter, under its name."""
        return dict(self._velocities)

    @torch.no_grad()
    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` gave.

        Raises:
            ExplorerError: it is that of another network; nothing is changed then.
        """
        shapes = {name: tuple(item.shape) for name, item in self._velocities.items()}
        if {name: tuple(item.shape) for name, item in state.items()} != shapes:
            raise ExplorerError("the optimizer's state belongs to another network; start a new run")
        for name, item in state.items():
            self._velocities[name].copy_(item)
