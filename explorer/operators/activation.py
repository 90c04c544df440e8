"""Activations: bend every number on its own."""

from __future__ import annotations

from explorer.core.formula import Formula, given, plain
from explorer.core.keeping import INPUT, OUTPUT, Extra, Keeping
from explorer.core.operator import Operator, TorchCall, attribute, operator
from explorer.core.shapes import Shape, elements


class _Activation(Operator):
    """Same shape out as in; torch's class has our name.

    Its gradient is computed from what came in; torch takes the result where that is enough.
    """

    def keeping(self, *x: Shape) -> Keeping:
        return INPUT

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall(f"nn.{self.kind()}")


@operator("Activation", paper="Nair and Hinton 2010; Krizhevsky et al. 2012, sec. 3.1")
class ReLU(_Activation):
    """Keep what is positive, make the rest zero.

    Shape: unchanged. Parameters, MACs: none.
    """

    def keeping(self, *x: Shape) -> Keeping:
        return OUTPUT


@operator("Activation", paper="Howard et al., arXiv:1704.04861; Sandler et al., arXiv:1801.04381")
class ReLU6(_Activation):
    """ReLU cut off at 6, which keeps low-precision arithmetic exact.

    Shape: unchanged. Parameters, MACs: none.
    """


@operator("Activation", paper="Maas et al. 2013, Rectifier nonlinearities, sec. 2")
class LeakyReLU(_Activation):
    """ReLU that lets a little of what is negative through, so that no unit dies.

    Shape: unchanged. Parameters, MACs: none.
    """

    negative_slope: float = attribute(0.01, low=0.0, high=10.0, help="Slope left of zero.")

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.LeakyReLU", (self.negative_slope,))

    def telling(self) -> str:
        return f"{self.negative_slope:g}"


@operator("Activation", paper="He et al., arXiv:1502.01852, sec. 2.1")
class PReLU(_Activation):
    """ReLU whose slope left of zero is learned.

    Shape: unchanged.
    Parameters: 1, or one per channel. MACs: none.
    """

    per_channel: bool = attribute(False, help="A slope for every channel instead of one for all.")

    def parameters(self, *x: Shape) -> Formula:
        return given("channels", x[0][0]) if self.per_channel else plain(1)

    def keeping(self, *x: Shape) -> Keeping:
        # the gradient of the slopes is gathered number by number before it is summed
        return Keeping(inputs=(0,), backward=(Extra("gradient of the slopes", elements(x[0])),))

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.PReLU", (x[0][0],) if self.per_channel else ())


@operator("Activation", paper="Hendrycks and Gimpel, arXiv:1606.08415, eq. 1")
class GELU(_Activation):
    """A smooth ReLU: each number times the chance that a normal one is smaller.

    Shape: unchanged. Parameters, MACs: none.
    """


@operator("Activation", paper="Ramachandran et al., arXiv:1710.05941")
class SiLU(_Activation):
    """A smooth ReLU: each number times its sigmoid (also called swish).

    Shape: unchanged. Parameters, MACs: none.
    """


@operator("Activation")
class Sigmoid(_Activation):
    """Squeeze every number between 0 and 1.

    Shape: unchanged. Parameters, MACs: none.
    """

    def keeping(self, *x: Shape) -> Keeping:
        return OUTPUT


@operator("Activation", paper="LeCun et al. 1998, Gradient-based learning, app. A")
class Tanh(_Activation):
    """Squeeze every number between −1 and 1.

    Shape: unchanged. Parameters, MACs: none.
    Departs from LeNet's scaled tanh (1.7159 · tanh(2x/3)), as modern versions do.
    """

    def keeping(self, *x: Shape) -> Keeping:
        return OUTPUT


@operator("Activation", paper="Howard et al., arXiv:1905.02244, sec. 5.2")
class Hardswish(_Activation):
    """SiLU from straight pieces, cheap on small devices.

    Shape: unchanged. Parameters, MACs: none.
    """


@operator("Activation", paper="Howard et al., arXiv:1905.02244, sec. 5.2")
class Hardsigmoid(_Activation):
    """Sigmoid from straight pieces, cheap on small devices.

    Shape: unchanged. Parameters, MACs: none.
    """


@operator("Activation", paper="Bridle 1990; Krizhevsky et al. 2012, sec. 3.5")
class Softmax(_Activation):
    """Turn scores into shares that add up to 1, over the channels.

    Shape: unchanged. Parameters, MACs: none.
    A network that is trained here ends without it: the loss applies it.
    """

    def keeping(self, *x: Shape) -> Keeping:
        return OUTPUT

    def torch(self, *x: Shape) -> TorchCall:
        return TorchCall("nn.Softmax", (), {"dim": 1})
