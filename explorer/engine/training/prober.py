"""Takes the feature maps of a few held-out pictures after an epoch, at a bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from numpy.typing import NDArray
from torch import Tensor, fx

from explorer.core.analysis import analyze
from explorer.core.graph import Graph
from explorer.core.outline import flatten
from explorer.engine.data.batches import Normalizer, Pictures
from explorer.engine.running.activations import capture, plain
from explorer.engine.runs.sightings import Probed

_PICTURES = 4
_LAYERS = 6
MOST = 24
"""So many layers are kept at most, where somebody chose them."""

_CHANNELS, _NUMBERS = 64, 1024
_SIDE = 64
_ROOM = 1024 * 1024
"""Bytes of the maps of one epoch, before they are packed."""


class Prober:
    """Looks at the same pictures, of different classes, after every epoch.

    Args:
        graph: the network, whose stages begin with the layers that are taken.
        layers: the layers to take where a look names none; unknown names are left out.
    """

    def __init__(self, graph: Graph, test: Pictures, layers: Sequence[str] = ()) -> None:
        self._graph, self._test, self._wanted = graph, test, tuple(layers)
        self._chosen: tuple[tuple[int, ...], Tensor, Tensor] | None = None

    def look(
        self,
        network: fx.GraphModule,
        normalize: Normalizer,
        step: int,
        epoch: int,
        layers: Sequence[str] = (),
    ) -> Probed | None:
        """The maps of these layers in this epoch; None where there is no picture. The network stays as it is.

        Raises:
            ExplorerError: they do not fit the memory.
        """
        if self._chosen is None:
            self._chosen = self._choose()
        numbers, pictures, labels = self._chosen
        if not numbers:
            return None
        known = probed_layers(self._graph, layers or self._wanted)
        found = capture(network, plain(normalize(pictures)), known)
        kept = {name: torch.from_numpy(found[name].copy()) for name in known if name in found}
        maps = _fitted(kept)
        return Probed(
            step,
            epoch,
            numbers,
            tuple(labels.tolist()),
            pictures.cpu().numpy(),
            {name: _half(item) for name, item in maps.items()},
        )

    def _choose(self) -> tuple[tuple[int, ...], Tensor, Tensor]:
        """The first pictures of different classes, among the first of the test."""
        looked_at = torch.arange(min(len(self._test), 200))
        pictures, labels = self._test.batch(looked_at)
        firsts: dict[int, int] = {}
        for place, label in enumerate(labels.tolist()):
            firsts.setdefault(label, place)
        places = sorted(firsts.values())[:_PICTURES]
        return tuple(places), pictures[places], labels[places]


def probed_layers(graph: Graph, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The layers that are probed: the wanted ones, else the first convolution of each resolution."""
    layers = flatten(analyze(graph))
    names = {layer.name for layer in layers}
    chosen = [name for name in wanted if name in names][:MOST]
    if not chosen:
        sides: dict[tuple[int, ...], str] = {}
        for layer in layers:
            if type(layer.operator).category == "Convolution" and layer.inputs:
                sides.setdefault(layer.output[1:], layer.name)
        chosen = list(sides.values())[:_LAYERS] or [layer.name for layer in layers if layer.inputs][:1]
    return tuple(chosen)


def probing_notes(graph: Graph, wanted: Sequence[str]) -> tuple[str, ...]:
    """Sentences about chosen layers that are not probed: unknown ones, and those that are too many."""
    names = {layer.name for layer in flatten(analyze(graph))} if wanted else set()
    unknown = [name for name in wanted if name not in names]
    notes = []
    if unknown:
        told = f"{unknown[0]} is" if len(unknown) == 1 else f"{', '.join(unknown[:5])} are"
        notes.append(f"{told} no layer of this network: no feature maps are kept of it")
    if len(wanted) - len(unknown) > MOST:
        notes.append(f"feature maps are kept of the first {MOST} of the chosen layers only")
    return tuple(notes)


def _fitted(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """The first channels of every map, as large as the room allows."""
    side = _SIDE
    while True:
        maps = {name: _shrunk(item, side) for name, item in found.items()}
        if side <= 4 or sum(2 * item.numel() for item in maps.values()) <= _ROOM:
            return maps
        side //= 2


def _shrunk(values: Tensor, side: int) -> Tensor:
    if values.dim() != 4:
        return values.flatten(1)[:, :_NUMBERS]
    values = values[:, :_CHANNELS]
    high, wide = values.shape[2:]
    if max(high, wide) <= side:
        return values
    return F.adaptive_avg_pool2d(values, (min(side, high), min(side, wide)))


def _half(values: Tensor) -> NDArray[Any]:
    most = float(np.finfo(np.float16).max)
    return values.clamp(-most, most).to(torch.float16).numpy()
