"""The weights that are looked at: put into a network, with the preprocessing and labels that are theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import fx

from explorer.engine.looking.findings import IMAGENET, RUN, WeightsSource
from explorer.engine.pictures.images import IMAGENET_MEAN, IMAGENET_SHARE, IMAGENET_STD
from explorer.engine.running.class_names import class_names, published
from explorer.engine.running.module import layer_nodes, output_layers
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
        ExplorerError: they cannot be read, or belong to another network, or there are not as many names
            as classes.
    """
    used = _put(module, source)
    if not source.classes:
        return used
    return replace(used, labels=class_names(source.classes, numbers_given(module)))


def numbers_given(module: fx.GraphModule) -> int:
    """How many numbers the network ends in; 0 where it ends in maps."""
    shape = layer_nodes(module)[output_layers(module)[0]].meta["shape"]
    return int(shape[0]) if len(shape) == 1 else 0


def _put(module: fx.GraphModule, source: WeightsSource) -> UsedWeights:
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
        said = f"{source.path.name}, {_STATES.get(source.which, source.which)}"  # as the runs are listed
        return UsedWeights(said, mean, std, labels=record.classes)
    known = published(source.path)
    if known is not None:
        load_into(module, load_pretrained(known, source.path))
        said = f"{source.path.name}, ImageNet weights ({known.name.removeprefix('IMAGENET1K_')})"
        return UsedWeights(said, known.mean, known.std, known.share, known.labels)
    loaded = load_into(module, safe_load(source.path))
    said = source.path.name
    if loaded.not_finite:
        one = len(loaded.not_finite) == 1
        said += f", {len(loaded.not_finite)} {'tensor holds' if one else 'tensors hold'} NaN or infinity"
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
