"""Layers that bring one shape to another, so that two paths can be merged."""

from __future__ import annotations

from explorer.core.errors import ShapeError
from explorer.core.operator import Operator
from explorer.core.shapes import Shape, elements, shape_text
from explorer.operators.convolution import Conv2d
from explorer.operators.dense import Flatten, Linear
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import GlobalAvgPool
from explorer.operators.spatial import Upsample, ZeroPad2d


def projection(shape: Shape, wanted: Shape, *, batch_norm: bool = False) -> tuple[Operator, ...]:
    """The layers that make `wanted` of `shape`, in their order; none where they are equal.

    A map becomes smaller by the stride of a 1×1 convolution and larger by repeating its
    numbers; a vector is weighed by a Linear.

    Source: He et al., arXiv:1512.03385, sec. 3.3, option B.

    Raises:
        ShapeError: no stride or factor leads from one to the other; the text says why.
    """
    if shape == wanted:
        return ()
    if len(wanted) == 1:
        return _to_vector(shape, wanted)
    if len(shape) == 1:
        raise ShapeError(
            f"a vector of {shape[0]:,} numbers has no places that could become a map of"
            f" {shape_text(wanted)}; take the path from before the Flatten"
        )
    if factor := _factor(shape[1:], wanted[1:]):
        mixing = _mixing(wanted[0], 1, batch_norm) if shape[0] != wanted[0] else ()
        return (*mixing, Upsample(factor=factor))
    strides = tuple(_stride(side, other) for side, other in zip(shape[1:], wanted[1:], strict=True))
    if None in strides:
        raise ShapeError(_why_not(shape, wanted))
    down, across = (stride or 1 for stride in strides)
    return _mixing(wanted[0], down if down == across else (down, across), batch_norm)


def brought(shape: Shape, wanted: Shape, *, batch_norm: bool = False) -> tuple[Operator, ...]:
    """As `projection`; a map that is one row or column too small is padded with zeros instead.

    Raises:
        ShapeError: as `projection`.
    """
    if len(shape) == len(wanted) == 3:
        rows, columns = wanted[1] - shape[1], wanted[2] - shape[2]
        if (rows, columns) in ((0, 1), (1, 0), (1, 1)) and _factor(shape[1:], wanted[1:]) == 0:
            padding = ZeroPad2d(left=0, right=columns, top=0, bottom=rows)
            mixing = _mixing(wanted[0], 1, batch_norm) if shape[0] != wanted[0] else ()
            return (padding, *mixing)
    return projection(shape, wanted, batch_norm=batch_norm)


def _mixing(channels: int, stride: int | tuple[int, int], batch_norm: bool) -> tuple[Operator, ...]:
    convolution = Conv2d(channels, kernel_size=1, stride=stride, bias=not batch_norm)
    return (convolution, BatchNorm2d()) if batch_norm else (convolution,)


def _to_vector(shape: Shape, wanted: Shape) -> tuple[Operator, ...]:
    flat: tuple[Operator, ...] = ()
    features = shape[0]
    if len(shape) == 3:
        if elements(shape) == wanted[0]:
            return (Flatten(),)
        flat = (GlobalAvgPool(), Flatten())
    return flat if features == wanted[0] else (*flat, Linear(wanted[0]))


def _factor(sides: Shape, wanted: Shape) -> int:
    """By how much both sides grow; 0 where they do not grow alike."""
    factor = wanted[0] // sides[0]
    grows = factor > 1 and all(side * factor == other for side, other in zip(sides, wanted, strict=True))
    return factor if grows and factor <= 1_000 else 0


def _stride(side: int, wanted: int) -> int | None:
    """The smallest stride that leaves `wanted` of `side` places to a 1×1 window; None where none does."""
    stride = max(1, -(-side // wanted))
    return stride if -(-side // stride) == wanted and stride <= 10_000 else None


def _why_not(shape: Shape, wanted: Shape) -> str:
    for word, side, other in zip(("height", "width"), shape[1:], wanted[1:], strict=True):
        if _stride(side, other) is not None:
            continue
        if side < other:
            return (
                f"no whole factor makes a {word} of {other} out of {side}, so {shape_text(shape)} cannot be"
                f" brought to {shape_text(wanted)}; change a stride or a padding on the way"
            )
        stride = -(-side // other)
        near = f"stride {stride} leaves {-(-side // stride)}"
        if stride > 1:
            near = f"stride {stride - 1} leaves {-(-side // (stride - 1))} and " + near
        return (
            f"no stride makes a {word} of {other} out of {side} ({near}), so {shape_text(shape)} cannot be"
            f" brought to {shape_text(wanted)}; change a stride or a padding on the way"
        )
    return f"{shape_text(shape)} cannot be brought to {shape_text(wanted)}"
