"""Optimizers that give torch's numbers and take no seconds to import.

The first use of torch.optim loads torch's compiler, which costs as much as torch itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.core.optimization import Optimization
from explorer.core.optimization import Optimizer as Kind

_STEPS = "steps made"
"""Under this name the state says how many steps were made; no parameter can have it."""


class Optimizer:
    """What all optimizers share: parameters by name, and what is remembered for each.

    Settings are read at every step, so that they may change while a run goes on.
    """

    slots: Sequence[str] = ()
    """Endings of the names of what is remembered for each parameter."""

    def __init__(self, parameters: Iterable[tuple[str, Tensor]]) -> None:
        self._parameters = {name: item for name, item in parameters if item.requires_grad}
        self._memory: dict[str, dict[str, Tensor]] = {slot: {} for slot in self.slots}
        self.steps = 0

    @property
    def parameters(self) -> list[Tensor]:
        """All that it changes."""
        return list(self._parameters.values())

    @torch.no_grad()
    def step(self, learning_rate: float, settings: Optimization) -> None:
        """Change every parameter by its gradient, then forget the gradients."""
        names = [name for name, item in self._parameters.items() if item.grad is not None]
        if not names:
            return
        parameters = [self._parameters[name] for name in names]
        gradients = [item.grad for item in parameters if item.grad is not None]
        self.steps += 1
        self._change(names, parameters, gradients, learning_rate, settings)
        self.forget()

    def forget(self) -> None:
        """Leave out this step: the gradients are dropped."""
        for item in self._parameters.values():
            item.grad = None

    def state(self) -> dict[str, Tensor]:
        """What is remembered, by the parameter's name and the slot."""
        found = {name + slot: item for slot, items in self._memory.items() for name, item in items.items()}
        return {**found, _STEPS: torch.tensor(self.steps)} if self.steps else found

    @torch.no_grad()
    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` gave.

        Raises:
            ExplorerError: it is that of another network or optimizer; nothing is changed then.
        """
        known = {name + slot: (name, slot) for slot in self.slots for name in self._parameters}
        given = {name: item for name, item in state.items() if name != _STEPS}
        if any(
            name not in known or item.shape != self._parameters[known[name][0]].shape
            for name, item in given.items()
        ):
            raise ExplorerError(
                "the optimizer's state belongs to another network or optimizer; start a new run"
            )
        self._memory = {slot: {} for slot in self.slots}
        for name, item in given.items():
            parameter, slot = known[name]
            self._memory[slot][parameter] = torch.zeros_like(self._parameters[parameter]).copy_(item)
        self.steps = int(state[_STEPS]) if _STEPS in state else 0

    def _change(
        self,
        names: Sequence[str],
        parameters: list[Tensor],
        gradients: list[Tensor],
        rate: float,
        settings: Optimization,
    ) -> None:
        raise NotImplementedError

    def _remembered(self, slot: str, names: Sequence[str]) -> list[Tensor]:
        """What a slot holds for each parameter: zeros at first."""
        memory = self._memory[slot]
        if len(memory) < len(self._parameters):
            for name in names:
                if name not in memory:
                    memory[name] = torch.zeros_like(
                        self._parameters[name], memory_format=torch.preserve_format
                    )
        return [memory[name] for name in names]


def _decayed(parameters: list[Tensor], gradients: list[Tensor], settings: Optimization) -> list[Tensor]:
    """The gradients of the loss with the weights' squares added: L2 decay."""
    decay = settings.weight_decay
    if not decay:
        return gradients
    if settings.decay_all:
        return list(torch._foreach_add(gradients, parameters, alpha=decay))
    return [
        gradient.add(item, alpha=decay) if item.dim() > 1 else gradient
        for item, gradient in zip(parameters, gradients, strict=True)
    ]


class GradientDescent(Optimizer):
    """SGD with momentum; the same numbers as torch.optim.SGD, bit for bit.

    Source: Sutskever et al. 2013, On the importance of initialization and momentum. Departs
    from it as torch does: the learning rate multiplies the whole velocity.
    """

    slots = ("",)

    def _change(
        self,
        names: Sequence[str],
        parameters: list[Tensor],
        gradients: list[Tensor],
        rate: float,
        settings: Optimization,
    ) -> None:
        directions = _decayed(parameters, gradients, settings)
        if settings.momentum:
            velocities = self._remembered("", names)
            torch._foreach_mul_(velocities, settings.momentum)
            torch._foreach_add_(velocities, directions)
            if settings.nesterov:
                directions = list(torch._foreach_add(directions, velocities, alpha=settings.momentum))
            else:
                directions = velocities
        torch._foreach_add_(parameters, directions, alpha=-rate)


class Adam(Optimizer):
    """Adam; the same numbers as torch.optim.Adam.

    Source: Kingma and Ba, arXiv:1412.6980, algorithm 1.
    """

    slots = (":mean", ":square")
    decoupled = False
    """Whether the weights are pulled towards zero beside the gradient instead of through it."""

    def _change(
        self,
        names: Sequence[str],
        parameters: list[Tensor],
        gradients: list[Tensor],
        rate: float,
        settings: Optimization,
    ) -> None:
        if self.decoupled:
            decayed = parameters if settings.decay_all else [item for item in parameters if item.dim() > 1]
            if settings.weight_decay and decayed:
                torch._foreach_mul_(decayed, 1 - rate * settings.weight_decay)
        else:
            gradients = _decayed(parameters, gradients, settings)
        means, squares = self._remembered(":mean", names), self._remembered(":square", names)
        torch._foreach_lerp_(means, gradients, 1 - settings.beta1)
        torch._foreach_mul_(squares, settings.beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - settings.beta2)
        # the first steps know too little: both means start at zero
        unbiased = 1 - settings.beta1**self.steps
        roots = torch._foreach_sqrt(squares)
        torch._foreach_div_(roots, math.sqrt(1 - settings.beta2**self.steps))
        torch._foreach_add_(roots, settings.epsilon)
        torch._foreach_addcdiv_(parameters, means, roots, -rate / unbiased)


class AdamW(Adam):
    """Adam with decoupled weight decay; the same numbers as torch.optim.AdamW.

    Source: Loshchilov and Hutter, arXiv:1711.05101, algorithm 2.
    """

    decoupled = True


class RMSprop(Optimizer):
    """RMSprop with momentum; the same numbers as torch.optim.RMSprop, whose alpha is `beta2`.

    Source: Hinton 2012, Neural Networks for Machine Learning, lecture 6e.
    """

    slots = (":square", ":velocity")

    def _change(
        self,
        names: Sequence[str],
        parameters: list[Tensor],
        gradients: list[Tensor],
        rate: float,
        settings: Optimization,
    ) -> None:
        gradients = _decayed(parameters, gradients, settings)
        squares = self._remembered(":square", names)
        torch._foreach_mul_(squares, settings.beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - settings.beta2)
        roots = torch._foreach_sqrt(squares)
        torch._foreach_add_(roots, settings.epsilon)
        if settings.momentum:
            velocities = self._remembered(":velocity", names)
            torch._foreach_mul_(velocities, settings.momentum)
            torch._foreach_addcdiv_(velocities, gradients, roots)
            torch._foreach_add_(parameters, velocities, alpha=-rate)
        else:
            torch._foreach_addcdiv_(parameters, gradients, roots, -rate)


_KINDS: Mapping[Kind, type[Optimizer]] = {
    Kind.SGD: GradientDescent,
    Kind.ADAM: Adam,
    Kind.ADAMW: AdamW,
    Kind.RMSPROP: RMSprop,
}


def optimizer_of(parameters: Iterable[tuple[str, Tensor]], settings: Optimization) -> Optimizer:
    """The optimizer that the settings name."""
    return _KINDS[settings.optimizer](parameters)
