"""What every layer does at a step of a training: gradients, changes of weights, activations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.func import functional_call
from torch.utils.hooks import RemovableHandle

from explorer.engine.running.forward import device_of
from explorer.engine.running.module import layer_nodes
from explorer.engine.runs.sightings import LayersSeen

_ACTIVATIONS = (
    nn.ReLU,
    nn.ReLU6,
    nn.LeakyReLU,
    nn.PReLU,
    nn.GELU,
    nn.SiLU,
    nn.Tanh,
    nn.Sigmoid,
    nn.Hardswish,
    nn.Hardsigmoid,
    nn.ELU,
)
_RECTIFIERS = (nn.ReLU, nn.ReLU6)
_PICTURES = 64
"""Activations are looked at for so many pictures of the batch at most."""

_SAMPLE = 65_536
"""The change of a larger weight is measured on so many of its numbers, evenly spread."""


class LayerObserver:
    """Looks at all layers of one network.

    Layers with weights are those with a matrix or kernels: convolutions and dense layers.
    Everything is computed where the network is, and fetched in one piece per look. The training is
    the same bit for bit with it and without it.

    Args:
        compiled: the network runs translated, so that its layers cannot be watched as they run:
            a forward pass of their own shows what they give.
    """

    def __init__(self, *, compiled: bool = False) -> None:
        self._compiled = compiled
        self._step = 0
        self._weights: dict[str, Tensor] = {}
        self._active: dict[str, nn.Module] = {}
        self._known: nn.Module | None = None
        self._hooks: list[RemovableHandle] = []
        self._seen: dict[str, Tensor] = {}
        self._norms: Tensor | None = None
        self._before: list[Tensor] = []

    def before(self, network: nn.Module, step: int, pictures: Tensor) -> None:
        """Begin to watch the activations."""
        self._step, self._seen, self._norms, self._before = step, {}, None, []
        if self._known is not network:
            self._know(network)
        for name, module in self._active.items():
            self._hooks.append(module.register_forward_hook(self._watching(name)))
        if self._compiled:
            _pass_apart(network, pictures[:_PICTURES])
            self._unhook()

    def gradients(self, network: nn.Module) -> None:
        """Measure the gradients, and keep the weights as they were."""
        self._unhook()
        self._norms = _norms([_gradient(weight) for weight in self._weights.values()])
        self._before = [_sample(weight).clone() for weight in self._weights.values()]

    def after(self, network: nn.Module) -> LayersSeen | None:
        """What was seen; None where the step was left out (its gradients overflowed)."""
        self._unhook()
        if self._norms is None:
            return None
        changed = [
            _sample(weight) - old for weight, old in zip(self._weights.values(), self._before, strict=True)
        ]
        update = _norms(changed) / _norms(self._before).clamp_min(1e-30)
        active = [self._seen[name] for name in self._active if name in self._seen]
        row = torch.cat((self._norms, update, *active)).tolist()
        self._seen, self._norms, self._before = {}, None, []
        return self._event([value if math.isfinite(value) else math.nan for value in row], len(active))

    def _event(self, row: Sequence[float], active: int) -> LayersSeen:
        count = len(self._weights)
        rest = row[2 * count :]
        rectifies = [isinstance(module, _RECTIFIERS) for module in self._active.values()]
        dead = rest[2::3]
        return LayersSeen(
            step=self._step,
            weighted=tuple(self._weights),
            activations=tuple(self._active) if active else (),
            gradient=tuple(row[:count]),
            update=tuple(row[count : 2 * count]),
            mean=tuple(rest[::3]),
            deviation=tuple(rest[1::3]),
            dead=tuple(
                share if rectifying else math.nan
                for share, rectifying in zip(dead, rectifies[: len(dead)], strict=True)
            ),
        )

    def _know(self, network: nn.Module) -> None:
        """Find the layers of a network, in the order in which they are computed."""
        assert isinstance(network, fx.GraphModule)  # noqa: S101  (build makes no others)
        self._known, self._weights, self._active = network, {}, {}
        for name, node in layer_nodes(network).items():
            if node.op != "call_module":
                continue
            module = network.get_submodule(str(node.target))
            matrices = [item for item in module.parameters() if item.dim() > 1]
            if matrices:
                self._weights[name] = matrices[0]
            if isinstance(module, _ACTIVATIONS):
                self._active[name] = module

    def _watching(self, name: str) -> Any:
        def watch(_module: nn.Module, _entering: Any, given: Tensor) -> None:
            if name not in self._seen:  # of a batch that is computed in parts, the first one
                self._seen[name] = _figures(given)

        return watch

    def _unhook(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks = []


@torch.no_grad()
def _figures(given: Tensor) -> Tensor:
    """Mean, deviation, and share of the channels that are 0 everywhere."""
    values = given.detach()[:_PICTURES].float()
    mean = values.mean()
    # from the sum of squares: torch.var takes eighty times as long on a processor
    squares = torch.linalg.vector_norm(values).double().square() / values.numel()
    deviation = (squares - mean.double().square()).clamp_min(0).sqrt().float()
    places = tuple(axis for axis in range(values.dim()) if axis != 1)
    dead = (values.amax(places) <= 0).float().mean()
    return torch.stack((mean, deviation, dead))


@torch.no_grad()
def _pass_apart(network: nn.Module, pictures: Tensor) -> None:
    """A forward pass that leaves running statistics and random states as they are."""
    device = device_of(network)
    buffers = {name: item.clone() for name, item in network.named_buffers()}
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        functional_call(network, buffers, (pictures,))


def _gradient(weight: Tensor) -> Tensor:
    return torch.zeros_like(weight) if weight.grad is None else weight.grad


@torch.no_grad()
def _norms(tensors: Sequence[Tensor]) -> Tensor:
    if not tensors:
        return torch.zeros(0)
    return torch.stack(torch._foreach_norm(list(tensors))).float()


def _sample(weight: Tensor) -> Tensor:
    """Some numbers of a weight, evenly spread in memory; all of a small one."""
    count = weight.numel()
    stride = max(1, count // _SAMPLE)
    return weight.detach().as_strided((count // stride,), (stride,), weight.storage_offset())
