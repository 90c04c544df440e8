"""Which results of a pass are kept in bounded memory, so that every other is soon computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.core.outline import Layer
from explorer.core.shapes import ELEMENT_BYTES, elements

_MACS, _BYTES = 2e10, 2e9
"""Per second, on one core of a usual processor: multiply-accumulates, and bytes that are written."""

_ROUNDS = 24


def kept_layers(layers: Sequence[Layer], room: int) -> frozenset[str]:
    """The layers whose results are kept: all, or those that make the longest wait for another shortest.

    A result that is not kept is computed again from those that are. Cheap ones (a ReLU, a BatchNorm)
    cost less to compute than to keep; the longest wait is made as short as the room allows.

    Args:
        layers: all plain layers in order of computation.
        room: bytes for the results of one picture in single precision.
    """
    if bytes_of(layers) <= room:
        return frozenset(layer.name for layer in layers)
    own = {layer.name: _seconds(layer) for layer in layers}
    low, high = 0.0, sum(own.values())
    best: frozenset[str] = frozenset()
    for _ in range(_ROUNDS):
        wait = (low + high) / 2
        kept = _worth(layers, own, wait)
        if bytes_of([layer for layer in layers if layer.name in kept]) <= room:
            best, high = kept, wait
        else:
            low = wait
    return best


def bytes_of(layers: Sequence[Layer]) -> int:
    """What the results of layers take in single precision, in bytes."""
    return sum(ELEMENT_BYTES * elements(layer.output) for layer in layers)


def _worth(layers: Sequence[Layer], own: Mapping[str, float], wait: float) -> frozenset[str]:
    """The layers that would take longer than `wait` seconds to compute from the kept ones before them."""
    kept: set[str] = set()
    again: dict[str, float] = {}
    for layer in layers:
        # a result that two need is counted twice: the wait is never longer than this says
        seconds = own[layer.name] + sum(again[name] for name in dict.fromkeys(layer.inputs))
        if seconds > wait:
            kept.add(layer.name)
        again[layer.name] = 0.0 if layer.name in kept else seconds
    return frozenset(kept)


def _seconds(layer: Layer) -> float:
    """About what a layer takes for one picture; an input is there already."""
    if not layer.shapes:
        return 0.0
    return layer.operator.macs(*layer.shapes).value / _MACS + bytes_of([layer]) / _BYTES
