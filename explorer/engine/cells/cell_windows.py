"""How convolutions, poolings and dense layers compute one number: windows over what feeds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.shapes import pair
from explorer.engine.cells.cell_reading import CellRule, Fed, Place, Told, numbers
from explorer.engine.cells.cell_terms import Patch, Rule, Term


def _convolution(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    """Σ kernel · patch over the channels of the group, and the bias.

    Source: Dumoulin and Visin, arXiv:1603.07285, ch. 1 and 2.
    """
    out = place[0]
    kernel = numbers(part.weight)[out]
    each = kernel.shape[0]
    first = out // (part.out_channels // part.groups) * each
    corner = [
        index * step - padding
        for index, step, padding in zip(place[1:], pair(part.stride), pair(part.padding), strict=True)
    ]
    terms = tuple(
        _weighted(fed[0], first + index, corner, pair(part.dilation), kernel[index]) for index in range(each)
    )
    return _summed(terms, part.bias, out, f"sum over {_counted(each, 'channel')} of kernel × patch")


def _transposed(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    """Σ of the kernel's taps that the input positions wrote here.

    Position i writes its tap k at i · stride − padding + k · dilation; seen from here, the
    taps that meet are every stride-th one, and the inputs are read backwards.
    Source: Dumoulin and Visin, arXiv:1603.07285, ch. 4.
    """
    out = place[0]
    width = part.out_channels // part.groups
    each = part.in_channels // part.groups
    first, inner = out // width * each, out % width
    weights = numbers(part.weight)
    axes = [
        _meeting(position, side, *figures)
        for position, side, figures in zip(
            place[1:],
            fed[0].shape[1:],
            zip(
                pair(part.kernel_size),
                pair(part.stride),
                pair(part.padding),
                pair(part.dilation),
                strict=True,
            ),
            strict=True,
        )
    ]
    (rows, down), (columns, across) = axes
    terms = []
    for index in range(first, first + each):
        patch = fed[0][index][np.ix_(rows, columns)]
        kernel = weights[index, inner][np.ix_(down, across)]
        terms.append(
            Term(
                0,
                index,
                rows[0] if rows else 0,
                columns[0] if columns else 0,
                (1, 1),
                patch,
                np.ones(patch.shape, bool),
                kernel.astype(np.float32),
                float((patch.astype(np.float64) * kernel).sum()),
            )
        )
    return _summed(
        tuple(terms), part.bias, out, f"sum over {_counted(each, 'channel')} of what was written here"
    )


def _meeting(
    position: int, side: int, kernel: int, stride: int, padding: int, dilation: int
) -> tuple[list[int], list[int]]:
    """The input positions that write to an output position, ascending, and the tap of each."""
    met = [
        (reach // stride, tap)
        for tap in range(kernel)
        if (reach := position + padding - tap * dilation) % stride == 0 and 0 <= reach // stride < side
    ]
    met.sort()
    return [index for index, _ in met], [tap for _, tap in met]


def _average(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    channel = place[0]
    kernel, step, padding = pair(part.kernel_size), pair(part.stride), pair(part.padding)
    corner = [index * by - pad for index, by, pad in zip(place[1:], step, padding, strict=True)]
    # what hangs over the padded end is never counted, whatever count_include_pad says
    ends = [
        min(start + size, side + pad)
        for start, size, side, pad in zip(corner, kernel, fed[0].shape[1:], padding, strict=True)
    ]
    size = (ends[0] - corner[0], ends[1] - corner[1])
    patch, inside = _patch(fed[0][channel], corner, size, (1, 1))
    count = size[0] * size[1] if part.count_include_pad else int(inside.sum())
    if part.divisor_override:
        count = part.divisor_override
    return _mean(channel, corner, patch, inside, count)


def _adaptive_average(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    corner, size = _adaptive(part, fed, place)
    patch, inside = _patch(fed[0][place[0]], corner, size, (1, 1))
    return _mean(place[0], corner, patch, inside, patch.size)


def _strongest(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    corner = [
        index * by - pad
        for index, by, pad in zip(place[1:], pair(part.stride), pair(part.padding), strict=True)
    ]
    dilation = pair(part.dilation)
    size = pair(part.kernel_size)
    return _largest(fed, place[0], corner, size, dilation)


def _adaptive_strongest(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    corner, size = _adaptive(part, fed, place)
    return _largest(fed, place[0], corner, size, (1, 1))


def _adaptive(part: Any, fed: Fed, place: Place) -> tuple[list[int], tuple[int, int]]:
    sides = fed[0].shape[1:]
    wanted = [side if out is None else out for side, out in zip(sides, pair(part.output_size), strict=True)]
    corner = [index * side // out for index, side, out in zip(place[1:], sides, wanted, strict=True)]
    ends = [-(-(index + 1) * side // out) for index, side, out in zip(place[1:], sides, wanted, strict=True)]
    return corner, (ends[0] - corner[0], ends[1] - corner[1])


def _largest(
    fed: Fed, channel: int, corner: list[int], size: tuple[int, int], steps: tuple[int, int]
) -> Told:
    patch, inside = _patch(fed[0][channel], corner, size, steps, outside=-np.inf)
    term = Term(0, channel, corner[0], corner[1], steps, patch, inside, None, float(patch.max()))
    row, column = term.strongest
    at = f"row {corner[0] + row * steps[0]}, column {corner[1] + column * steps[1]}"
    return Told(Rule.STRONGEST, (term,), term.gives, f"the largest of {int(inside.sum())} numbers, from {at}")


def _mean(channel: int, corner: list[int], patch: Patch, inside: NDArray[np.bool_], count: int) -> Told:
    weights = np.full(patch.shape, 1 / count, np.float32)
    gives = float(patch.astype(np.float64).sum()) / count
    term = Term(0, channel, corner[0], corner[1], (1, 1), patch, inside, weights, gives)
    return Told(Rule.WEIGHTED, (term,), gives, f"the mean of {count} numbers")


def _linear(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    weights = numbers(part.weight)[place[0]][None]
    patch = fed[0].reshape(1, -1)
    gives = float((patch.astype(np.float64) * weights).sum())
    term = Term(0, 0, 0, 0, (1, 1), patch, np.ones(patch.shape, bool), weights.astype(np.float32), gives)
    return _summed((term,), part.bias, place[0], f"sum of {patch.size} weights × inputs")


def _weighted(
    values: NDArray[np.float32],
    channel: int,
    corner: list[int],
    steps: tuple[int, int],
    kernel: NDArray[np.float64],
) -> Term:
    patch, inside = _patch(values[channel], corner, (kernel.shape[0], kernel.shape[1]), steps)
    gives = float((patch.astype(np.float64) * kernel).sum())
    return Term(0, channel, corner[0], corner[1], steps, patch, inside, kernel.astype(np.float32), gives)


def _summed(terms: tuple[Term, ...], bias: Any, out: int, text: str) -> Told:
    value = sum(term.gives for term in terms)
    if bias is None:
        return Told(Rule.WEIGHTED, terms, value, text)
    added = float(numbers(bias)[out])
    return Told(Rule.WEIGHTED, terms, value + added, text + ", and the bias", added)


def _patch(
    values: NDArray[np.float32],
    corner: list[int],
    size: tuple[int, int],
    steps: tuple[int, int],
    outside: float = 0.0,
) -> tuple[Patch, NDArray[np.bool_]]:
    """The numbers under a window, `outside` where it lies beyond the map, and where it does not."""
    rows, columns = (
        start + np.arange(count) * step for start, count, step in zip(corner, size, steps, strict=True)
    )
    within = [(axis >= 0) & (axis < side) for axis, side in zip((rows, columns), values.shape, strict=True)]
    inside = np.outer(*within)
    patch = np.full(inside.shape, outside, np.float32)
    patch[inside] = values[np.ix_(rows[within[0]], columns[within[1]])].ravel()
    return patch, inside


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


WINDOWS: Mapping[str, CellRule] = {
    "Conv2d": _convolution,
    "ConvTranspose2d": _transposed,
    "AvgPool2d": _average,
    "AdaptiveAvgPool2d": _adaptive_average,
    "MaxPool2d": _strongest,
    "AdaptiveMaxPool2d": _adaptive_strongest,
    "Linear": _linear,
}
"""By the name of torch's module."""
