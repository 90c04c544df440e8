"""The weights that are looked at: put into a network, with the preprocessing and labels that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from torch import fx

from explorer.engine.looking.findings import IMAGENET, RUN, WeightsSource
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_SHARE, IMAGENET_STD
from explorer.engine.running.pretrained import channel_range, load_pretrained, weight_sets
from explorer.engine.running.weight_files import safe_load
from explorer.engine.running.weights import load_into
from explorer.engine.runs.run_folder import load_run, read_record

_STATES = {"best": "best epoch", "last": "last state"}


@dataclass(frozen=True)
class UsedWeights:
    """What belongs to the weights: mean, deviation and share of the preprocessing, labels, and words."""

    said: str
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    share: float = 1.0
    labels: tuple[str, ...] = ()


def put_into(module: fx.GraphModule, source: WeightsSource) -> UsedWeights:
    """Put the weights of a source into a network that was initialized by the source's seed.

    Raises:
        ExplorerError: they cannot be read, or belong to another network.
    """
    if source.path is None:
        return UsedWeights(f"random weights, seed {source.seed}")
    if source.kind == IMAGENET:
        chosen = next(item for item in weight_sets(source.network) if item.name == source.which)
        load_into(module, load_pretrained(chosen, source.path), partial=False)
        said = f"ImageNet weights ({chosen.name.removeprefix('IMAGENET1K_')})"
        return UsedWeights(said, chosen.mean, chosen.std, chosen.share, chosen.labels)
    if source.kind == RUN:
        load_into(module, load_run(source.path, source.which).weights)
        record = read_record(source.path)
        fed = record.facts.get("preprocessing", {})
        mean, std = tuple(fed.get("mean", IMAGENET_MEAN)), tuple(fed.get("std", IMAGENET_STD))
        said = f"{record.name}, {_STATES.get(source.which, source.which)}"
        return UsedWeights(said, mean, std, labels=record.classes)
    loaded = load_into(module, safe_load(source.path))
    said = source.path.name
    if loaded.not_finite:
        said += f", {len(loaded.not_finite)} tensors hold NaN or infinity"
    mean, std = channel_range(source.path.name) or (IMAGENET_MEAN, IMAGENET_STD)
    return UsedWeights(said, mean, std, IMAGENET_SHARE)


def stamp_of(source: WeightsSource) -> object:
    """Tells whether the file or the run changed since its weights were read."""
    if source.path is None:
        return None
    watched = source.path / "checkpoints" / "manifest.json" if source.kind == RUN else source.path
    try:
        facts = watched.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size
