"""Regularization: noise in training that is absent in use."""

from __future__ import annotations

from explorer.core.keeping import IDENTITY, Extra, Keeping
from explorer.core.operator import Operator, TorchCall, attribute, map_shape, operator
from explorer.core.shapes import Shape, elements

_ONE_BYTE = 8


def _noisy(p: float, count: int, gpu_bits: int | None = None, *, drops_all: bool = True) -> Keeping:
    """What is kept of the noise that the input is multiplied by: `count` numbers per picture."""
    if p == 0:
        return IDENTITY
    if p == 1 and drops_all:  # multiplied by a single zero
        return Keeping(extra=(Extra("zero", 1, per_picture=False),), idle=True)
    return Keeping(extra=(Extra("noise", count, gpu_bits=gpu_bits),), idle=True)


@operator("Dense", paper="Srivastava et al. 2014, Dropout, sec. 4")
class Dropout(Operator):
    """In training, silence numbers at random and scale up the rest.

    Shape: unchanged. Parameters, MACs: none.
    """

    p: float = attribute(0.5, low=0.0, high=1.0, help="Share of the numbers that is silenced.")

    def keeping(self, *x: Shape) -> Keeping:
        return _noisy(self.p, elements(x[0]), _ONE_BYTE)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.Dropout", (self.p,))

    def telling(self) -> str:
        return f"{self.p:g}"


@operator("Dense", paper="Tompson et al., arXiv:1411.4280, sec. 3.2")
class Dropout2d(Operator):
    """In training, silence whole maps at random.

    Shape: unchanged. Parameters, MACs: none.
    """

    p: float = attribute(0.5, low=0.0, high=1.0, help="Share of the maps that is silenced.")

    def infer(self, *x: Shape) -> Shape:
        return map_shape("Dropout2d", x[0])

    def keeping(self, *x: Shape) -> Keeping:
        return _noisy(self.p, x[0][0])

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.Dropout2d", (self.p,))

    def telling(self) -> str:
        return f"{self.p:g}"


@operator("Merge", paper="Huang et al., arXiv:1603.09382, sec. 3")
class StochasticDepth(Operator):
    """In training, drop a residual branch for whole pictures at random.

    Shape: unchanged. Parameters, MACs: none.
    Departs from the paper as torchvision does: the rest is scaled up in training instead of
    scaled down in use.
    """

    p: float = attribute(0.2, low=0.0, high=1.0, help="Share of the pictures whose branch is dropped.")

    def keeping(self, *x: Shape) -> Keeping:
        return _noisy(self.p, 1, drops_all=False)

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("torchvision.ops.StochasticDepth", (self.p, "row"))

    def telling(self) -> str:
        return f"{self.p:g}"
