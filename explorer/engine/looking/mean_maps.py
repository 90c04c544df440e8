"""The mean map of every layer for one picture, small and coloured, to be drawn in the nodes of a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.drawing.map_colours import MAP
from explorer.engine.drawing.tiles import finite_extremes, one_coloured, scale_ends
from explorer.engine.looking.findings import Doing, MeanMaps, Request
from explorer.engine.looking.kept_network import TURN, kept_network
from explorer.engine.pictures.images import Pixels
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import stream
from explorer.engine.running.module import giving_layer

SIDE = 72
"""Longest side of a map that is drawn in a node, in pixels."""


def mean_maps(
    request: Request, names: Collection[str], should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Doing | MeanMaps]:
    """The mean over the channels of what each named layer or block gives, coloured on its own scale.

    The numbers of a vector stand in rows, as near to a square as they go. One pass, in which
    nothing is kept but the small pictures.

    Raises:
        ExplorerError: the network has a problem, or weights and picture do not fit it.
    """
    with TURN:
        kept = yield from kept_network(request)
        found: dict[str, Pixels] = {}
        givers: dict[str, list[str]] = {}
        for name in names:
            try:
                givers.setdefault(giving_layer(kept.module, name), []).append(name)
            except ExplorerError:
                continue  # what leads nowhere is not part of the built network
        yield Doing("Looking at all layers…")
        step = switching(kept.module, kept.switches)
        for made in stream(kept.module, kept.entering(request.picture), tuple(givers), step=step):
            small = shrunk(averaged(made.values[0]))
            picture = _coloured(small, request)
            found.update(dict.fromkeys(givers[made.layer], picture))
            if should_stop():
                return
        said = f"{request.picture.name}, {kept.said}"
    yield MeanMaps(request, found, said)


def averaged(values: NDArray[Any]) -> NDArray[np.float32]:
    """Maps (C, H, W) become their mean (H, W); the numbers of a vector (F,) rows of a square."""
    if values.ndim == 3 and values.shape[1:] != (1, 1):
        mean: NDArray[np.float32] = np.nan_to_num(values).mean(0, dtype=np.float32)
        return mean
    flat = np.nan_to_num(values.reshape(-1)).astype(np.float32)
    side = math.ceil(math.sqrt(flat.size))
    rows = np.zeros(side * -(-flat.size // side), np.float32)
    rows[: flat.size] = flat
    return rows.reshape(-1, side)


def shrunk(values: NDArray[np.float32], side: int = SIDE) -> NDArray[np.float32]:
    """Means of equal squares, so that no side is longer than `side`."""
    step = -(-max(values.shape) // side)
    if step == 1:
        return values
    high, wide = (max(1, size // step) for size in values.shape)
    cut = values[: high * step, : wide * step]
    small: NDArray[np.float32] = cut.reshape(high, -1, wide, cut.shape[1] // wide).mean((1, 3))
    return small


def _coloured(values: NDArray[np.float32], request: Request) -> Pixels:
    extremes = finite_extremes(values[None])
    signed = float(extremes[0][0]) < 0
    own = replace(request.colours, scale=MAP)
    lows, highs = scale_ends(values[None], extremes, own, signed=signed)
    ends = float(lows[0]), float(highs[0])
    picture = one_coloured(values, ends, own.palette(signed=signed), request.theme, signed=signed)
    picture.setflags(write=False)
    return picture
