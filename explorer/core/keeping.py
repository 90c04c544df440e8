"""What a layer asks of the memory beyond its output: what it keeps, shares and borrows in training."""

from __future__ import annotations

from dataclasses import dataclass

INT64 = 64
"""Bits of a whole number as torch keeps positions."""

FLOAT32 = 32
"""Bits of a number that is kept in full precision whatever the activations are."""


@dataclass(frozen=True)
class Extra:
    """Numbers that a layer makes for itself: `count` for one picture, or for any batch at once.

    `bits` is the size of one number, 0 where it is as wide as the activations; `gpu_bits` is that on a
    graphics processor where it differs (0: it makes none there).
    """

    word: str
    count: int
    bits: int = 0
    gpu_bits: int | None = None
    per_picture: bool = True

    def size(self, activation_bits: int, gpu: bool) -> int:
        """Bits of all of them, for one picture or for any batch."""
        if gpu and self.gpu_bits is not None:
            return self.count * self.gpu_bits
        return self.count * (self.bits or activation_bits)


@dataclass(frozen=True)
class Keeping:
    """What a layer asks of the memory while it is trained or used.

    `inputs` are the ports whose tensors it keeps for the backward pass, `output` says whether it keeps
    its own result, `extra` what else it keeps. Parameters are kept too, but are counted as weights.

    A layer with `crosswise` keeps an input only for the gradients of the others (a product). The
    output of a `view` is its first input's memory; an `idle` one is so only in use, not in training.
    One that `hands_on` gives the gradient of its output on to its inputs as it is, without new memory.
    `forward` and `backward` are borrowed while the layer is computed and given back at once.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    extra: tuple[Extra, ...] = ()
    crosswise: bool = False
    view: bool = False
    idle: bool = False
    hands_on: bool = False
    forward: tuple[Extra, ...] = ()
    backward: tuple[Extra, ...] = ()


NOTHING = Keeping()
"""Nothing is kept: the gradient follows from shapes and weights alone."""

INPUT = Keeping(inputs=(0,))
"""The first input is kept."""

OUTPUT = Keeping(output=True)
"""The result is kept."""

VIEW = Keeping(view=True, hands_on=True)
"""The result is the input itself, seen another way."""

IDENTITY = Keeping(view=True, idle=True, hands_on=True)
"""The input is handed on untouched."""
