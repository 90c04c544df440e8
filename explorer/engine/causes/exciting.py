"""The pictures of a data set that excite one channel most, and where on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, fx

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, elements
from explorer.engine.causes.channels import node_of_channel
from explorer.engine.data.data_pictures import DataPictures
from explorer.engine.device import check_memory
from explorer.engine.pictures.images import Picture
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Step, device_of, evaluating, results
from explorer.engine.running.module import input_shapes, layer_nodes

TOP = 9
_TOGETHER = 16
_ROOM = 256 * 1024 * 1024


@dataclass(frozen=True)
class Response:
    """How strongly one picture excites the channel: its largest value, and where (row, column) it lies."""

    index: int
    value: float
    row: int
    column: int


@dataclass(frozen=True)
class Ranking:
    """The strongest responses so far, of `done` pictures of `count`; `skipped` could not be read."""

    responses: tuple[Response, ...]
    done: int
    count: int
    skipped: int


def ranked(
    module: fx.GraphModule,
    layer: str,
    channel: int,
    pictures: DataPictures,
    chosen: Sequence[int],
    *,
    enter: Callable[[Picture], Values],
    top: int = TOP,
    step: Step | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Ranking]:
    """Rank pictures by the largest value that a channel gives anywhere on them; a ranking per batch.

    Of equal pictures the first is kept. A picture whose file is damaged is skipped and counted.

    Args:
        module: the network, with one input.
        layer: a layer or block.
        channel: of its maps, or the index of a vector's number.
        pictures: where they come from.
        chosen: their numbers.
        enter: makes a picture into what the network takes, (C, H, W).
        top: so many are kept.
        step: what layers compute, where parts of the network are switched.
        should_stop: asked before every batch.

    Source: Zeiler and Fergus (2014), arXiv:1311.2901, sec. 4 and fig. 2: the top nine activations.

    Raises:
        ExplorerError: no such layer or channel, or the network takes several inputs.
    """
    node = _asked(module, layer, channel)
    together = _together(module)
    device = device_of(module)
    best: list[Response] = []
    skipped = 0
    for first in range(0, len(chosen), together):
        if should_stop():
            return
        batch: list[Values] = []
        numbers: list[int] = []
        for number in chosen[first : first + together]:
            try:
                batch.append(enter(pictures.picture(number)))
                numbers.append(number)
            except ExplorerError:  # damaged or gone: counted, and the others go on
                skipped += 1
        if batch:
            entering = torch.from_numpy(np.stack(batch)).to(device)
            with evaluating(module), torch.no_grad():
                made = results(module, [entering], until=node, step=step, keep=[node])[node][:, channel]
            best = sorted([*best, *_responses(numbers, made)], key=lambda item: -item.value)[:top]
        yield Ranking(tuple(best), min(first + together, len(chosen)), len(chosen), skipped)


def _asked(module: fx.GraphModule, layer: str, channel: int) -> fx.Node:
    if len(input_shapes(module)) != 1:
        raise ExplorerError("pictures can be ranked for networks with one input")
    return node_of_channel(module, layer, channel)


def _together(module: fx.GraphModule) -> int:
    """How many pictures may pass at once: a layer's input and its output are there together."""
    largest = max(elements(node.meta["shape"]) for node in layer_nodes(module).values())
    needed = 2 * ELEMENT_BYTES * largest
    check_memory(needed, device_of(module), "looking through the pictures", "make the Input smaller")
    return int(max(1, min(_TOGETHER, _ROOM // needed)))


def _responses(numbers: Sequence[int], made: Tensor) -> list[Response]:
    """The largest value of each picture; what is no number counts as none at all."""
    values = torch.nan_to_num(made, nan=-torch.inf).reshape(len(numbers), -1).double().cpu()
    wide = made.shape[2] if made.dim() == 3 else 1
    largest, places = values.max(1)
    return [
        Response(number, value, *divmod(place, wide))
        for number, value, place in zip(numbers, largest.tolist(), places.tolist(), strict=True)
        if np.isfinite(value)
    ]
