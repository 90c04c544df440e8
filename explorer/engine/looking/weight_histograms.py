"""How the weights of a layer, and what is remembered of its gradients, are spread in a run's checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.engine.looking.map_figures import histogram
from explorer.engine.runs.checkpoint import Checkpoint, Checkpoints

_REMEMBERED: Mapping[str, str] = {
    "": "sum of past gradients (momentum)",
    ":mean": "mean of past gradients",
    ":velocity": "sum of past steps (momentum)",
}
"""What the optimizers keep of the gradients, by the ending of its name in a checkpoint."""


@dataclass(frozen=True)
class Spread:
    """How often values occur in equally wide bins from `low` to `high`; `name` says of what."""

    name: str
    counts: tuple[int, ...]
    low: float
    high: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class WeightHistograms:
    """The spreads of one layer at the end of an epoch, and the epochs of which there are checkpoints.

    Epoch 0 is the untrained network. `spreads` has the weights first, then the bias where there is
    one, then what the optimizer remembers of the gradients of the weights.
    """

    layer: str
    epoch: int
    epochs: tuple[int, ...]
    spreads: tuple[Spread, ...]


def weight_histograms(folder: Path, layer: str, epoch: int | None = None) -> WeightHistograms:
    """The histograms of a layer at the end of an epoch that was kept, the newest if left out.

    Raises:
        ExplorerError: there is no sound checkpoint of that epoch, or the layer has no weights in it.
    """
    checkpoints = Checkpoints(folder)
    ends = [entry.epoch for entry in checkpoints.entries if entry.ends_epoch or entry.step == 0]
    if not ends:
        raise ExplorerError(f"{folder.name} has kept no epoch yet; wait for the end of its first one")
    epochs = tuple(dict.fromkeys(ends))
    chosen = epochs[-1] if epoch is None else epoch
    return WeightHistograms(layer, chosen, epochs, _spreads(checkpoints.of_epoch(chosen), layer))


def _spreads(checkpoint: Checkpoint, layer: str) -> tuple[Spread, ...]:
    weights, optimizer = checkpoint.weights, checkpoint.optimizer
    weight = f"{layer}.weight"
    if weight not in weights:
        raise ExplorerError(f"{layer} has no weights in this run; choose a convolution or a Linear layer")
    found = [_spread("weights", weights[weight])]
    if f"{layer}.bias" in weights:
        found.append(_spread("bias", weights[f"{layer}.bias"]))
    found += [
        _spread(name, optimizer[weight + slot])
        for slot, name in _REMEMBERED.items()
        if weight + slot in optimizer
    ]
    return tuple(found)


def _spread(name: str, values: Tensor) -> Spread:
    flat = values.detach().float().flatten()
    counts, low, high = histogram(flat.numpy())
    finite = flat[flat.isfinite()]
    mean = float(finite.mean()) if len(finite) else 0.0
    deviation = float(finite.std(correction=0)) if len(finite) else 0.0
    return Spread(name, counts, low, high, mean, deviation)
