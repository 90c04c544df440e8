"""How layers that take numbers one by one compute one: sums, copies, activations, normalizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from explorer.engine.cells.cell_reading import CellRule, Fed, Place, Told, copied, numbers, place_text, single
from explorer.engine.cells.cell_terms import Rule


def _added(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    terms = tuple(single(port, values, place) for port, values in enumerate(fed))
    return Told(Rule.SUM, terms, sum(term.gives for term in terms), f"the sum of {len(fed)} inputs")


def _multiplied(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    terms = tuple(
        single(
            port, values, tuple(min(index, side - 1) for index, side in zip(place, values.shape, strict=True))
        )
        for port, values in enumerate(fed)
    )
    value = float(np.prod([term.gives for term in terms]))
    return Told(Rule.PRODUCT, terms, value, f"the product of {len(fed)} inputs")


def _joined(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    channel = place[0]
    for port, values in enumerate(fed):
        if channel < len(values):
            return copied(port, values, (channel, *place[1:]), f"channel {channel} of input {port + 1}")
        channel -= len(values)
    raise AssertionError("a checked place lies in one of the inputs")


def _taken(_: object, fed: Fed, place: Place, settings: Mapping[str, Any]) -> Told:
    channel = settings["start"] + place[0]
    return copied(0, fed[0], (channel, *place[1:]), f"channel {channel} of the input")


def _flattened(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    there = tuple(int(index) for index in np.unravel_index(place[0], fed[0].shape))
    return copied(0, fed[0], there, "the same number, of " + place_text(there))


def _shuffled(part: nn.ChannelShuffle, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    turn, group = divmod(place[0], part.groups)
    channel = group * (len(fed[0]) // part.groups) + turn
    return copied(0, fed[0], (channel, *place[1:]), f"channel {channel} of the input")


def _laid_out(part: nn.PixelShuffle, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    factor = part.upscale_factor
    channel, row, column = place
    there = (channel * factor**2 + row % factor * factor + column % factor, row // factor, column // factor)
    return copied(0, fed[0], there, "the same number, of " + place_text(there))


def _repeated(part: Any, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    factor = int(part.scale_factor)
    there = (place[0], place[1] // factor, place[2] // factor)
    return copied(0, fed[0], there, "the same number, of " + place_text(there))


def _bordered(part: nn.ZeroPad2d, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    left, _right, top, _bottom = part.padding
    return _within(fed, (place[0], place[1] - top, place[2] - left))


def _filled(part: nn.ZeroPad3d, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    return _within(fed, (place[0] - part.padding[4], *place[1:]))


def _within(fed: Fed, there: Place) -> Told:
    if all(0 <= index < side for index, side in zip(there, fed[0].shape, strict=True)):
        return copied(0, fed[0], there, "the same number, of " + place_text(there))
    return Told(Rule.COPY, (), 0.0, "a zero of the border")


def _kept(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    return copied(0, fed[0], place, "the same number: it only acts while the network learns")


def _applied(part: nn.Module, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    """An activation: a function of this number alone, computed by torch itself."""
    term = single(0, fed[0], place)
    if isinstance(part, nn.PReLU):
        slope = float(numbers(part.weight)[place[0] if part.num_parameters > 1 else 0])
        value = term.gives if term.gives >= 0 else slope * term.gives
        return Told(
            Rule.FUNCTION, (term,), value, "max(0, x) + slope · min(0, x)", figures=(("slope", slope),)
        )
    with torch.no_grad():
        value = float(part(torch.tensor([term.gives], dtype=torch.float64)))
    return Told(Rule.FUNCTION, (term,), value, type(part).__name__ + " of this number")


def _softmax(_: object, fed: Fed, place: Place, __: Mapping[str, Any]) -> Told:
    term = single(0, fed[0], place)
    scores = fed[0].reshape(len(fed[0]), -1)[:, _flat(place, fed[0].shape)].astype(np.float64)
    total = float(np.exp(scores - scores.max()).sum())
    value = float(np.exp(term.gives - scores.max())) / total
    return Told(
        Rule.FUNCTION,
        (term,),
        value,
        f"its exponential, as a share of all {len(scores)}",
        figures=(("largest", float(scores.max())), ("sum of exponentials", total)),
    )


def _flat(place: Place, shape: tuple[int, ...]) -> int:
    """Where the position of a place lies when rows follow one another; 0 in a vector."""
    return place[1] * shape[2] + place[2] if len(place) == 3 else 0


def _batch_norm(part: nn.BatchNorm2d, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    """(x − mean) / √(variance + ε) · weight + bias, with the running figures.

    Source: Ioffe and Szegedy, arXiv:1502.03167, algorithm 2.
    """
    assert part.running_mean is not None  # noqa: S101  (build keeps running figures)
    assert part.running_var is not None  # noqa: S101
    mean, variance = (float(numbers(kept)[place[0]]) for kept in (part.running_mean, part.running_var))
    return _normalized(part, fed, place, place[0], mean, variance)


def _group_norm(part: nn.GroupNorm, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    each = len(fed[0]) // part.num_groups
    first = place[0] // each * each
    group = fed[0][first : first + each].astype(np.float64)
    return _normalized(part, fed, place, place[0], float(group.mean()), float(group.var()))


def _layer_norm(part: nn.LayerNorm, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    values = fed[0].astype(np.float64)
    return _normalized(part, fed, place, place, float(values.mean()), float(values.var()))


def _normalized(part: Any, fed: Fed, place: Place, at: Any, mean: float, variance: float) -> Told:
    term = single(0, fed[0], place)
    value = (term.gives - mean) / (variance + part.eps) ** 0.5
    figures = [("mean", mean), ("variance", variance), ("eps", float(part.eps))]
    text = "(x − mean) / √(variance + eps)"
    bias = None
    if part.weight is not None:
        weight = float(numbers(part.weight)[at])
        value *= weight
        figures.append(("weight", weight))
        text += " · weight"
    if part.bias is not None:
        bias = float(numbers(part.bias)[at])
        value += bias
        text += " + bias"
    return Told(Rule.FUNCTION, (term,), value, text, bias, tuple(figures))


def _local_response(part: nn.LocalResponseNorm, fed: Fed, place: Place, _: Mapping[str, Any]) -> Told:
    """x / (k + α / n · Σ x²)^β over n neighbouring channels, as torch counts them.

    Source: Krizhevsky et al. 2012, sec. 3.3.
    """
    channel = place[0]
    low = channel - part.size // 2
    near = fed[0][max(0, low) : low + part.size, place[1], place[2]].astype(np.float64)
    squares = float((near**2).sum())
    term = single(0, fed[0], place)
    value = term.gives / (part.k + part.alpha * squares / part.size) ** part.beta
    return Told(
        Rule.FUNCTION,
        (term,),
        value,
        "x / (k + alpha / n · sum of squares)^beta",
        figures=(
            ("k", float(part.k)),
            ("alpha", float(part.alpha)),
            ("n", float(part.size)),
            ("beta", float(part.beta)),
            ("sum of squares", squares),
        ),
    )


ACTIVATIONS: tuple[str, ...] = (
    *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "GELU", "SiLU", "Sigmoid", "Tanh", "Hardswish", "Hardsigmoid"),
)

KEEPING: tuple[str, ...] = ("Dropout", "Dropout2d", "StochasticDepth")
"""Layers that act only while the network learns."""

NUMBERS: Mapping[str, CellRule] = {
    "add": _added,
    "mul": _multiplied,
    "cat": _joined,
    "narrow": _taken,
    "flatten": _flattened,
    "ChannelShuffle": _shuffled,
    "PixelShuffle": _laid_out,
    "Upsample": _repeated,
    "ZeroPad2d": _bordered,
    "ZeroPad3d": _filled,
    "Softmax": _softmax,
    "BatchNorm2d": _batch_norm,
    "GroupNorm": _group_norm,
    "LayerNorm": _layer_norm,
    "LocalResponseNorm": _local_response,
    **dict.fromkeys(KEEPING, _kept),
    **dict.fromkeys(ACTIVATIONS, _applied),
}
"""By the name of torch's module or function."""
