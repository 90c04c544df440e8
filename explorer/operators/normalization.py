"""Normalization: bring activations to a common scale."""

from __future__ import annotations

from typing import Any

from explorer.core.attribute import COUNT_LIMIT
from explorer.core.errors import ShapeError
from explorer.core.formula import NONE, Formula, given, plain, product, setting
from explorer.core.keeping import FLOAT32, Extra, Keeping
from explorer.core.operator import Operator, Repair, TorchCall, attribute, map_shape, operator
from explorer.core.receptive_field import SAME_FIELD, Field, whole
from explorer.core.shapes import Shape, elements

_SIDE_NAMES = ("channels", "height", "width")


def _reads_all(shape: Shape) -> Field:
    if len(shape) != 3:
        return SAME_FIELD
    return whole(shape[1]), whole(shape[2])


def _elements(shape: Shape) -> Formula:
    names = _SIDE_NAMES if len(shape) == 3 else ("features",)
    return product(given(*named) for named in zip(names, shape, strict=True))


def _three_per_element(shape: Shape) -> Formula:
    """A sum and a sum of squares for mean and variance, then one scale and shift."""
    return plain(3) * _elements(shape)


def _two_per_channel(of: Operator, shape: Shape) -> Formula:
    declared: Any = of
    return plain(2) * given("channels", shape[0]) if declared.affine else NONE


@operator("Normalization", paper="Ioffe and Szegedy, arXiv:1502.03167, alg. 1 and 2")
class BatchNorm2d(Operator):
    """Shift and scale every channel to mean 0 and deviation 1, then to learned ones.

    Shape: unchanged.
    Parameters: 2 · channels. Buffers: 2 · channels + 1 (running mean and variance, and how
    many batches were seen).
    MACs: none counted: when the network is used, it folds into the convolution before it.
    Where normalization is counted: one for every number, its scale and shift.
    """

    eps: float = attribute(
        1e-5, low=1e-12, high=1.0, help="Keeps the division away from zero.", advanced=True
    )
    momentum: float = attribute(
        0.1, low=0.0, high=1.0, help="Share of the newest batch in the running statistics.", advanced=True
    )
    affine: bool = attribute(True, help="Learn a scale and a shift for every channel.", advanced=True)

    def infer(self, *x: Shape) -> Shape:
        return map_shape("BatchNorm2d", x[0])

    def parameters(self, *x: Shape) -> Formula:
        return _two_per_channel(self, x[0])

    def buffers(self, *x: Shape) -> Formula:
        return plain(2) * given("channels", x[0][0]) + 1

    def normalization_macs(self, *x: Shape) -> Formula:
        return _elements(x[0])

    def keeping(self, *x: Shape) -> Keeping:
        figures = Extra("mean and deviation of the batch", 2 * x[0][0], FLOAT32, per_picture=False)
        copy = Extra("gradient of the normalized numbers", elements(x[0]), gpu_bits=0)
        return Keeping(inputs=(0,), extra=(figures,), backward=(copy,))

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.BatchNorm2d", (x[0][0],), self.unlike(eps=1e-5, momentum=0.1, affine=True))


@operator("Normalization", paper="Wu and He, arXiv:1803.08494, eq. 7")
class GroupNorm(Operator):
    """Normalize groups of channels within each picture, so the batch may be small.

    Shape: unchanged.
    Parameters: 2 · channels.
    MACs: none counted; where normalization is counted, three for every number: a sum, a sum of
    squares, and one scale and shift.
    Receptive field: the whole picture, since mean and deviation are taken over it.
    """

    num_groups: int = attribute(
        32, low=1, high=COUNT_LIMIT, help="Into how many groups the channels are split."
    )
    eps: float = attribute(
        1e-5, low=1e-12, high=1.0, help="Keeps the division away from zero.", advanced=True
    )
    affine: bool = attribute(True, help="Learn a scale and a shift for every channel.", advanced=True)

    def infer(self, *x: Shape) -> Shape:
        if x[0][0] % self.num_groups:
            raise ShapeError(
                f"{self.num_groups} groups do not divide {x[0][0]} channels;"
                " choose a number of groups that does",
                Repair("Set groups to 1", "num_groups", 1),
            )
        return x[0]

    def parameters(self, *x: Shape) -> Formula:
        return _two_per_channel(self, x[0])

    def normalization_macs(self, *x: Shape) -> Formula:
        return _three_per_element(x[0])

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return (_reads_all(x[0]),)

    def keeping(self, *x: Shape) -> Keeping:
        figures = Extra("mean and deviation of every group", 2 * self.num_groups, FLOAT32)
        return Keeping(inputs=(0,), extra=(figures,))

    def torch(self, *x: Shape) -> TorchCall:
        settings = self.unlike(eps=1e-5, affine=True)
        return TorchCall("nn.GroupNorm", (self.num_groups, x[0][0]), settings)

    def telling(self) -> str:
        return f"{self.num_groups} groups"


@operator("Normalization", paper="Ba et al., arXiv:1607.06450, eq. 3")
class LayerNorm(Operator):
    """Normalize each picture's whole tensor at once.

    Shape: unchanged.
    Parameters: 2 · every position of the tensor.
    MACs: none counted; where normalization is counted, three for every number, as GroupNorm.
    Receptive field: the whole picture, since mean and deviation are taken over it.
    """

    eps: float = attribute(
        1e-5, low=1e-12, high=1.0, help="Keeps the division away from zero.", advanced=True
    )
    affine: bool = attribute(True, help="Learn a scale and a shift for every position.", advanced=True)

    def parameters(self, *x: Shape) -> Formula:
        return plain(2) * _elements(x[0]) if self.affine else NONE

    def normalization_macs(self, *x: Shape) -> Formula:
        return _three_per_element(x[0])

    def reach(self, *x: Shape) -> tuple[Field, ...]:
        return (_reads_all(x[0]),)

    def keeping(self, *x: Shape) -> Keeping:
        return Keeping(inputs=(0,), extra=(Extra("mean and deviation of the picture", 2, FLOAT32),))

    def torch(self, *x: Shape) -> TorchCall:
        settings = self.unlike(eps=1e-5)
        if not self.affine:
            settings["elementwise_affine"] = False
        return TorchCall("nn.LayerNorm", (x[0],), settings)


@operator("Normalization", paper="Krizhevsky et al. 2012, sec. 3.3")
class LocalResponseNorm(Operator):
    """Divide each response by those of its neighbour channels at the same place.

    Shape: unchanged.
    Parameters, MACs: none; where normalization is counted, size + 1 for every number: the squares
    of its neighbours, and the product with the power of their sum (the power itself is not counted).
    Departs from the paper as torch does: alpha is divided by `size` (the paper's alpha of
    1e-4 over 5 channels is 5e-4 here).
    """

    size: int = attribute(5, low=1, high=10_000, help="How many channels compete.")
    alpha: float = attribute(1e-4, low=0.0, high=1e6, help="Weight of the neighbours.")
    beta: float = attribute(0.75, low=0.0, high=100.0, help="Exponent of the divisor.")
    k: float = attribute(1.0, low=0.0, high=1e6, help="Added to the divisor.")

    def infer(self, *x: Shape) -> Shape:
        return map_shape("LocalResponseNorm", x[0])

    def normalization_macs(self, *x: Shape) -> Formula:
        return (setting("size", self.size, "size") + 1) * _elements(x[0])

    def keeping(self, *x: Shape) -> Keeping:
        channels, high, wide = x[0]
        padded = (channels + self.size - 1) * high * wide
        squares = Extra("squares, with channels of zeros before and after", padded)
        divisor = Extra("sum of squares, and its power", 2 * elements(x[0]))
        steps = Extra("gradients of squares and powers", 3 * elements(x[0]))
        return Keeping(inputs=(0,), extra=(squares, divisor), backward=(steps,))

    def torch(self, *x: Shape) -> TorchCall:
        settings = self.unlike(alpha=1e-4, beta=0.75, k=1.0)
        return TorchCall("nn.LocalResponseNorm", (self.size,), settings)

    def telling(self) -> str:
        return f"{self.size} channels"
