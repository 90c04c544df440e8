"""The effective receptive field: how much each pixel moves one number, measured by the gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import fx

from explorer.core.field_box import Box
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Step, device_of, evaluating, results
from explorer.engine.running.module import giving_layer, layer_nodes

_HELD = 0.95
"""The effective field is where this share of the influence lies, along each axis."""


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """`influence` is (H, W): the mean size of the gradient over channels and pictures, summing to 1.

    All zeros where no pixel moves the number (a dead ReLU).
    """

    layer: str
    place: tuple[int, ...]
    influence: NDArray[np.float32]

    def held(self, share: float = _HELD) -> Box | None:
        """The shortest stretch of rows, and of columns, that each hold a share of it; None where it is 0."""
        if not self.influence.any():
            return None
        rows, columns = self.influence.sum(1), self.influence.sum(0)
        (top, bottom), (left, right) = _held(rows, share), _held(columns, share)
        return Box(top, left, bottom, right)


def effective_field(
    module: fx.GraphModule,
    pictures: Sequence[Values],
    layer: str,
    place: tuple[int, ...],
    should_stop: Callable[[], bool] = lambda: False,
    step: Step | None = None,
) -> EffectiveField | None:
    """How much each pixel of the first input moves one number of a layer; None if it was stopped.

    The gradient of the number with respect to the picture, its size averaged over the colour
    channels and over the pictures, one picture at a time; the network is in evaluation mode.

    Args:
        module: the network.
        pictures: one batch per input, (N, C, H, W) each.
        layer: a layer or block.
        place: (channel, row, column) or (index,).
        should_stop: asked before every picture.
        step: what layers compute, where parts of the network are switched.

    Source: Luo, Li, Urtasun and Zemel, arXiv:1701.04128, sec. 2 and 4; they average over many
    random pictures, we over those that are given.

    Raises:
        UnknownName: the network has no such layer or block.
    """
    name = giving_layer(module, layer)
    target = layer_nodes(module)[name]
    total = np.zeros(pictures[0].shape[2:] if pictures[0].ndim == 4 else (1, pictures[0].shape[1]))
    for index in range(len(pictures[0])):
        if should_stop():
            return None
        one = [batch[index : index + 1] for batch in pictures]
        total += _gradient(module, one, target, place, step)
    size = total.sum()
    influence = (total / size if size > 0 else total).astype(np.float32)
    return EffectiveField(name, place, influence)


def _gradient(
    module: fx.GraphModule,
    batches: Sequence[Values],
    target: fx.Node,
    place: tuple[int, ...],
    step: Step | None,
) -> NDArray[np.float64]:
    device = device_of(module)
    entering = [torch.from_numpy(np.array(batch, np.float32)).to(device) for batch in batches]
    entering[0].requires_grad_()
    with evaluating(module), torch.enable_grad():
        value = results(module, entering, until=target, step=step, keep=[target])[target]
        if not value.requires_grad:
            return np.zeros(1)
        (slope,) = torch.autograd.grad(value[(0, *place)], entering[0])
    size = slope[0].abs().double()
    return (size.mean(0) if size.ndim == 3 else size[None]).cpu().numpy()


def _held(profile: NDArray[np.floating], share: float) -> tuple[int, int]:
    """The shortest stretch of a profile that holds a share of its sum."""
    sums = np.concatenate(([0.0], np.cumsum(profile.astype(np.float64))))
    wanted = share * sums[-1]
    ends = np.searchsorted(sums, sums[:-1] + wanted - 1e-12)
    lengths = np.where(ends < len(sums), ends - np.arange(len(profile)), len(profile) + 1)
    first = int(lengths.argmin())
    return first, int(ends[first]) - 1
