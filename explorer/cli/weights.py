"""`--weights`: a network with random, stored, trained or published weights, and how it wants pictures."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.network import Network
from explorer.cli.program import complain
from explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.engine.running.pretrained import WeightSet

RANDOM, PRETRAINED = "random", "pretrained"
_SEED = 0
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Weighted:
    """A network that can run, and the mean, deviation and share of the pictures it was made for.

    `labels` name its classes, where they are known; `said` names the weights.
    """

    module: Any  # a torch.fx.GraphModule, which only the engine may name
    mean: tuple[float, ...]
    std: tuple[float, ...]
    share: float = 1.0
    labels: tuple[str, ...] = ()
    said: str = ""


def weighted(chosen: Network, weights: str | None, classes: str | None = None) -> Weighted:
    """The network with the weights that a person named; a run has its own unless told otherwise.

    `classes` are other names for its classes: "imagenet", or a file of names.

    Raises:
        ExplorerError: there are no such weights, or they belong to another network; or there are not as
            many names as classes.
    """
    running = _weighted(chosen, weights)
    if not classes:
        return running
    from explorer.engine.looking.used_weights import numbers_given  # torch is loaded: the network was built
    from explorer.engine.running.class_names import class_names

    return replace(running, labels=class_names(classes, numbers_given(running.module)))


def _weighted(chosen: Network, weights: str | None) -> Weighted:
    if weights is None and chosen.path is not None and chosen.path.is_dir():
        weights = str(chosen.path)
    if weights is None or weights == RANDOM:
        return _random(chosen)
    if weights == PRETRAINED:
        return _pretrained(chosen)
    path = Path(weights)
    return _from_run(chosen, path) if path.is_dir() else _from_file(chosen, path)


def _random(chosen: Network) -> Weighted:
    # torch takes seconds to load: here and below only when a network is to run
    from explorer.engine.running.weights import initialized

    complain(f"{chosen.name} has random weights (seed {_SEED})", label="")
    said = f"random weights, seed {_SEED}"
    return Weighted(initialized(chosen.graph, _SEED), *_usual(chosen), said=said)


def _from_file(chosen: Network, path: Path) -> Weighted:
    from explorer.engine.running.class_names import published
    from explorer.engine.running.module import build
    from explorer.engine.running.pretrained import channel_range, load_pretrained
    from explorer.engine.running.weight_files import safe_load
    from explorer.engine.running.weights import load_into

    known = published(path) if path.is_file() else None
    module = build(chosen.graph)
    if known is not None:
        load_into(module, load_pretrained(known, path))
        said = f"{path.name}, ImageNet weights ({known.name.removeprefix('IMAGENET1K_')})"
        return Weighted(module, known.mean, known.std, known.share, known.labels, said)
    state = safe_load(path)
    load_into(module, state)
    return Weighted(module, *(channel_range(path.name) or _usual(chosen)), said=path.name)


def _from_run(chosen: Network, folder: Path) -> Weighted:
    from explorer.engine.running.module import build
    from explorer.engine.running.weights import load_into
    from explorer.engine.runs.run_folder import load_run, read_record

    loaded = load_run(folder)
    module = build(chosen.graph)
    load_into(module, loaded.weights)
    record = read_record(folder)
    facts = record.facts.get("preprocessing")
    mean, std = _usual(chosen)
    if isinstance(facts, Mapping):
        mean, std = _figures(facts.get("mean"), mean), _figures(facts.get("std"), std)
    return Weighted(module, mean, std, labels=record.classes, said=f"{record.name}, best epoch")


def _pretrained(chosen: Network) -> Weighted:
    name = chosen.architecture.facts.torchvision if chosen.architecture else ""
    if not name:
        raise ExplorerError(
            f"there are no published weights for {chosen.name}; use --weights random, a file or a run"
        )
    from explorer.engine.running.module import build
    from explorer.engine.running.pretrained import load_pretrained, stored, weight_sets
    from explorer.engine.running.weights import load_into

    published = weight_sets(name)[0]
    path = stored(published) or _fetched(published)
    module = build(chosen.graph)
    load_into(module, load_pretrained(published, path))
    said = f"ImageNet weights ({published.name.removeprefix('IMAGENET1K_')})"
    return Weighted(module, published.mean, published.std, published.share, published.labels, said)


def _fetched(published: WeightSet) -> Path:
    from explorer.engine.running.pretrained import fetch

    complain(f"fetching {published.url} ({published.size / 2**20:,.0f} MiB)", label="")
    path = None
    for step in fetch(published):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{step.done / max(1, step.total):4.0%}")
        path = step.path
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    if path is None:
        raise ExplorerError(f"{published.file_name} was not fetched; try again")
    return path


def _usual(chosen: Network) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation where nothing says better: ImageNet's for colour, none for others."""
    shapes = [chosen.graph[name].operator.infer() for name in chosen.graph.sources]
    if shapes and shapes[0][0] == len(_IMAGENET_MEAN):
        return _IMAGENET_MEAN, _IMAGENET_STD
    return (0.0,), (1.0,)


def _figures(value: Any, otherwise: tuple[float, ...]) -> tuple[float, ...]:
    if isinstance(value, list) and value and all(isinstance(item, (int, float)) for item in value):
        return tuple(float(item) for item in value)
    return otherwise
