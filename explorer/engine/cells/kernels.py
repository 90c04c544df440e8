"""The kernels of a convolution: their numbers, norms, likeness, and which of them do nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import fx, nn

from explorer.core.errors import ExplorerError
from explorer.engine.running.activations import Values
from explorer.engine.running.module import giving_layer, layer_nodes

NEARLY_EQUAL = 0.95
"""Kernels whose cosine is at least this are called near-duplicates; their negatives are not."""

_MOST_COMPARED = 4096
"""With more kernels the matrix of all pairs would not fit a window, nor a small memory."""


@dataclass(frozen=True, eq=False)
class Kernels:
    """The kernels of one layer.

    `values` is (out, in, kernel height, kernel width), `in` being the channels of one group;
    `norms` the Euclidean norm of each. `colour` says that they look at a picture's three
    colours and can be drawn so.
    """

    layer: str
    values: Values
    norms: NDArray[np.float32]
    colour: bool

    @property
    def dead(self) -> tuple[int, ...]:
        """The kernels that are zero everywhere: their maps never say anything."""
        return tuple(int(index) for index in np.flatnonzero(self.norms == 0))


@dataclass(frozen=True)
class Pair:
    """Two kernels that look for nearly the same; `cosine` is 1 where one is a multiple of the other."""

    first: int
    second: int
    cosine: float


def kernels(module: fx.GraphModule, layer: str) -> Kernels:
    """The kernels of a convolution, by the map that each of them makes.

    Those of a transposed convolution are turned so that the first axis is the map that leaves.

    Raises:
        ExplorerError: no such layer, or it is no convolution.
    """
    name = giving_layer(module, layer)
    node = layer_nodes(module)[name]
    part = module.get_submodule(str(node.target)) if node.op == "call_module" else None
    if not isinstance(part, (nn.Conv2d, nn.ConvTranspose2d)):
        raise ExplorerError(f"{name} has no kernels; choose a convolution")
    weight = part.weight.detach().to("cpu").float().numpy().copy()
    if isinstance(part, nn.ConvTranspose2d):
        weight = _by_output(weight, part.groups)
    feeding = node.all_input_nodes[0]
    colour = feeding.op == "placeholder" and weight.shape[1] == 3
    norms = np.sqrt((weight.astype(np.float64) ** 2).sum((1, 2, 3))).astype(np.float32)
    return Kernels(name, weight, norms, colour)


def likeness(found: Kernels) -> NDArray[np.float32]:
    """The cosine of every pair of kernels, (out, out); 0 beside a kernel of zeros.

    Raises:
        ExplorerError: there are too many kernels to compare all of them.
    """
    count = len(found.values)
    if count > _MOST_COMPARED:
        raise ExplorerError(
            f"{found.layer} has {count:,} kernels; up to {_MOST_COMPARED:,} can be compared with one another"
        )
    flat = found.values.reshape(count, -1)
    units = flat / np.where(found.norms > 0, found.norms, 1)[:, None]
    matrix: NDArray[np.float32] = np.clip(units @ units.T, -1, 1)
    return matrix


def near_duplicates(matrix: NDArray[np.float32], least: float = NEARLY_EQUAL) -> tuple[Pair, ...]:
    """The pairs of kernels whose cosine is at least `least`, most alike first."""
    firsts, seconds = np.nonzero(np.triu(matrix, 1) >= least)
    pairs = (
        Pair(int(one), int(other), float(matrix[one, other]))
        for one, other in zip(firsts, seconds, strict=True)
    )
    return tuple(sorted(pairs, key=lambda pair: -pair.cosine))


def nearest_pairs(matrix: NDArray[np.float32], most: int = 20) -> tuple[Pair, ...]:
    """The pairs of kernels that are most alike, at most so many, most alike first."""
    firsts, seconds = np.triu_indices(len(matrix), 1)
    cosines = matrix[firsts, seconds]
    count = min(most, len(cosines))
    best = np.argpartition(-cosines, count - 1)[:count] if count else np.empty(0, np.intp)
    best = best[np.argsort(-cosines[best], kind="stable")]
    return tuple(Pair(int(firsts[at]), int(seconds[at]), float(cosines[at])) for at in best)


def count_near_duplicates(matrix: NDArray[np.float32], least: float = NEARLY_EQUAL) -> int:
    """How many pairs of kernels have a cosine of at least `least`."""
    return int((np.triu(matrix, 1) >= least).sum())


def silent(values: Values) -> tuple[int, ...]:
    """The channels of an activation (N, C, …) that are nowhere above zero on any of the pictures.

    After a ReLU these are the dead ones; before it, those that a ReLU would silence.
    """
    highest = values.max(axis=tuple(axis for axis in range(values.ndim) if axis != 1))
    return tuple(int(index) for index in np.flatnonzero(highest <= 0))


def _by_output(weight: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    """(in, out / groups, …) of a transposed convolution as (out, in / groups, …)."""
    arriving, leaving = weight.shape[:2]
    parts = weight.reshape(groups, arriving // groups, leaving, *weight.shape[2:])
    return parts.swapaxes(1, 2).reshape(groups * leaving, arriving // groups, *weight.shape[2:])
