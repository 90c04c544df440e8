"""Optimizers that give torch's numbers and take no seconds to import.

The first use of torch.optim loads torch's compiler, which costs as much as torch itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.core.optimization import Optimization
from explorer.core.optimization import Optimizer as Kind

_Pick = Callable[[Sequence[Tensor]], list[Tensor]]

_STEPS = "steps made"
"""Under this name the state says how many steps were made; no parameter can have it."""


class Optimizer:
    """What all optimizers share: parameters by name, and what is remembered for each.

    Settings are read at every step, so that they may change while a run goes on. One call of torch changes
    all parameters: on a processor a small network's step is three times as short for it.
    """

    slots: Sequence[str] = ()
    """Endings of the names of what is remembered for each parameter."""

    def __init__(self, parameters: Iterable[tuple[str, Tensor]]) -> None:
        self._parameters = {name: item for name, item in parameters if item.requires_grad}
        self._memory: dict[str, dict[str, Tensor]] = {slot: {} for slot in self.slots}
        first = next(iter(self._parameters.values()), None)
        # it lies where the parameters do: whether a step counts may be known there alone
        self._steps = torch.zeros((), device=None if first is None else first.device)

    @property
    def parameters(self) -> list[Tensor]:
        """All that it changes."""
        return list(self._parameters.values())

    @torch.no_grad()
    def step(self, learning_rate: float, settings: Optimization, spoilt: Tensor | None = None) -> None:
        """Change every parameter by its gradient, then forget the gradients.

        Where `spoilt`, a tensor of one number, is 1, nothing changes: the step is left out.
        """
        names = [name for name, item in self._parameters.items() if item.grad is not None]
        if not names:
            return
        parameters = [self._parameters[name] for name in names]
        gradients = [_laid_out(item.grad, item) for item in parameters if item.grad is not None]
        self._steps += 1 if spoilt is None else 1 - spoilt[0]
        self._change(names, parameters, gradients, learning_rate, settings, spoilt)
        self.forget()

    def forget(self) -> None:
        """Leave out this step: the gradients are dropped."""
        for item in self._parameters.values():
            item.grad = None

    def state(self) -> dict[str, Tensor]:
        """What is remembered, by the parameter's name and the slot."""
        found = {name + slot: item for slot, items in self._memory.items() for name, item in items.items()}
        return {**found, _STEPS: torch.tensor(steps)} if (steps := int(self._steps)) else found

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
        self._steps.fill_(int(state[_STEPS]) if _STEPS in state else 0)

    def _change(
        self,
        names: Sequence[str],
        parameters: list[Tensor],
        gradients: list[Tensor],
        rate: float,
        settings: Optimization,
        spoilt: Tensor | None,
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


def _laid_out(gradient: Tensor, parameter: Tensor) -> Tensor:
    """The gradient in the order of memory of its parameter, which torch does not promise."""
    if gradient.stride() == parameter.stride():
        return gradient
    return torch.empty_like(parameter, memory_format=torch.preserve_format).copy_(gradient)


def _rows(items: Iterable[Tensor]) -> list[Tensor]:
    """The same numbers in the order of memory: what has its channels last would be copied to and fro."""
    return [item if item.is_contiguous() else item.as_strided((item.numel(),), (1,)) for item in items]


def _groups(parameters: Sequence[Tensor], settings: Optimization) -> Iterator[tuple[float, _Pick]]:
    """The weight decay of some parameters, and what picks these out of lists that are as long as all."""
    decay = settings.weight_decay
    if not decay or settings.decay_all:
        yield decay, _rows
        return
    matrices = [item.dim() > 1 for item in parameters]
    for share, wanted in ((decay, matrices), (0.0, [not is_matrix for is_matrix in matrices])):
        if any(wanted):
            yield share, partial(_picked, wanted)


def _picked(wanted: Sequence[bool], items: Sequence[Tensor]) -> list[Tensor]:
    return _rows(itertools.compress(items, wanted))


class GradientDescent(Optimizer):
    """SGD with momentum; the same numbers as torch.optim.SGD with `fused`, bit for bit.

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
        spoilt: Tensor | None,
    ) -> None:
        velocities = self._remembered("", names) if settings.momentum else []
        for decay, of_group in _groups(parameters, settings):
            torch._fused_sgd_(
                of_group(parameters),
                of_group(gradients),
                of_group(velocities),
                weight_decay=decay,
                momentum=settings.momentum,
                lr=rate,
                dampening=0.0,
                nesterov=settings.nesterov and settings.momentum > 0,
                maximize=False,
                is_first_step=False,
                found_inf=spoilt,
            )


class Adam(Optimizer):
    """Adam; the same numbers as torch.optim.Adam with `fused`, bit for bit.

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
        spoilt: Tensor | None,
    ) -> None:
        means, squares = self._remembered(":mean", names), self._remembered(":square", names)
        change = torch._fused_adamw_ if self.decoupled else torch._fused_adam_
        for decay, of_group in _groups(parameters, settings):
            members = of_group(parameters)
            change(
                members,
                of_group(gradients),
                of_group(means),
                of_group(squares),
                [],
                # the first steps know too little: both means start at zero
                [self._steps] * len(members),
                lr=rate,
                beta1=settings.beta1,
                beta2=settings.beta2,
                weight_decay=decay,
                eps=settings.epsilon,
                amsgrad=False,
                maximize=False,
                found_inf=spoilt,
            )


class AdamW(Adam):
    """Adam with decoupled weight decay; the same numbers as torch.optim.AdamW with `fused`, bit for bit.

    Source: Loshchilov and Hutter, arXiv:1711.05101, algorithm 2.
    """

    decoupled = True


class RMSprop(Optimizer):
    """RMSprop with momentum; the same numbers as torch.optim.RMSprop, whose alpha is `beta2`.

    Torch has it not in one call: whether a step is `spoilt` is asked, which waits for the device.
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
        spoilt: Tensor | None,
    ) -> None:
        if spoilt is not None and bool(spoilt):
            return
        squares = self._remembered(":square", names)
        velocities = self._remembered(":velocity", names) if settings.momentum else []
        for decay, of_group in _groups(parameters, settings):
            members, given, known = of_group(parameters), of_group(gradients), of_group(squares)
            if decay:
                given = list(torch._foreach_add(given, members, alpha=decay))
            torch._foreach_mul_(known, settings.beta2)
            torch._foreach_addcmul_(known, given, given, 1 - settings.beta2)
            roots = torch._foreach_sqrt(known)
            torch._foreach_add_(roots, settings.epsilon)
            if settings.momentum:
                moving = of_group(velocities)
                torch._foreach_mul_(moving, settings.momentum)
                torch._foreach_addcdiv_(moving, given, roots)
                torch._foreach_add_(members, moving, alpha=-rate)
            else:
                torch._foreach_addcdiv_(members, given, roots, -rate)


_KINDS: Mapping[Kind, type[Optimizer]] = {
    Kind.SGD: GradientDescent,
    Kind.ADAM: Adam,
    Kind.ADAMW: AdamW,
    Kind.RMSPROP: RMSprop,
}


def optimizer_of(parameters: Iterable[tuple[str, Tensor]], settings: Optimization) -> Optimizer:
    """The optimizer that the settings name."""
    return _KINDS[settings.optimizer](parameters)
