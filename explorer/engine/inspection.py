"""What a window asks while a person looks inside a network: weights, one picture, one layer at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import fx

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements, shape_text
from explorer.engine.activations import Prediction, Values, capture, predictions, statistics
from explorer.engine.colour_scales import VIRIDIS, signed_colours
from explorer.engine.findings import RUN, Answer, Doing, MapFigures, Maps, Report, Request, WeightsSource
from explorer.engine.images import IMAGENET_MEAN, IMAGENET_SHARE, IMAGENET_STD, Picture, fit, fitted
from explorer.engine.module import giving_layer, input_shapes, layer_nodes, output_layers
from explorer.engine.mosaic import tiles
from explorer.engine.runs import load_run, read_record
from explorer.engine.weight_files import safe_load
from explorer.engine.weights import initialized, load_into

KEPT_BYTES = 256 * 1024 * 1024
"""All activations of a picture are kept while they need no more; else one layer at a time."""

_BINS = 48
_STOPS = 17


@dataclass
class _Kept:
    """What one request leaves for the next: the built network and what it made of a picture."""

    graph: Graph | None = None
    weights: WeightsSource | None = None
    stamp: object = None
    module: fx.GraphModule | None = None
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    share: float = 1.0
    labels: tuple[str, ...] = ()
    said: str = ""
    picture: Picture | None = None
    activations: dict[str, Values] = field(default_factory=dict)


_kept = _Kept()
_turn = threading.Lock()


def inspect(request: Request, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Report]:
    """Answer one request: first the maps that were asked for, then what the network says.

    The network and its activations are kept between requests, so that another layer of the
    same picture costs no second pass; one request is answered at a time.

    Raises:
        ExplorerError: the network has a problem, or weights, picture and layer do not fit it.
    """
    with _turn:
        module = yield from _network(request)
        if should_stop():
            return
        giver = giving_layer(module, request.layer)
        if _kept.picture is not request.picture:
            _kept.picture, _kept.activations = request.picture, {}
        leaving = output_layers(module)[0]
        missing = [name for name in (giver, leaving) if name not in _kept.activations]
        if missing:
            yield Doing("Looking…")
            batches = [_fed(request.picture, shape)[None] for shape in input_shapes(module)]
            if _all_fit(module):  # it takes a second or two, and answers what is asked next too
                _kept.activations.update(capture(module, batches))
            else:
                _kept.activations.update(capture(module, batches, missing, should_stop=should_stop))
        if should_stop():
            return
        found = _maps(request, giver)
        answer = _answer(request, module, _kept.activations[leaving][0])
        if not _all_fit(module):
            _kept.activations = {leaving: _kept.activations[leaving]}
    yield found
    yield answer


def forget() -> None:
    """Let go of the network and activations that were kept."""
    global _kept
    with _turn:
        _kept = _Kept()


def histogram(values: NDArray[Any], bins: int = _BINS) -> tuple[tuple[int, ...], float, float]:
    """Counts in equally wide bins from the lowest to the highest finite value, and these two."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (0,) * bins, 0.0, 0.0
    low, high = float(finite.min()), float(finite.max())
    if low == high:  # one value: a bin of its own in the middle
        low, high = low - 0.5, high + 0.5
    counts, _ = np.histogram(finite, bins, (low, high))
    return tuple(int(count) for count in counts), low, high


def _network(request: Request) -> Generator[Report, None, fx.GraphModule]:
    """The network with its weights, the kept one where nothing changed."""
    source = request.weights
    stamp = _stamp(source)
    if (
        _kept.module is not None
        and _kept.graph is request.graph
        and (_kept.weights, _kept.stamp) == (source, stamp)
    ):
        return _kept.module
    yield Doing("Building the network…")
    # building cannot be stopped halfway; what was built is kept for the next request
    module = initialized(request.graph, source.seed)
    made = _Kept(request.graph, source, stamp, module)
    _give_weights(made, module, source)
    for name, value in vars(made).items():
        setattr(_kept, name, value)
    return module


def _give_weights(made: _Kept, module: fx.GraphModule, source: WeightsSource) -> None:
    """Put the weights of a source into a new network.

    Raises:
        ExplorerError: they cannot be read, or belong to another network.
    """
    made.said = f"random weights, seed {source.seed}"
    if source.path is None:
        return
    if source.kind == RUN:
        run = load_run(source.path, source.which)
        load_into(module, run.weights)
        record = read_record(source.path)
        fed = record.facts.get("preprocessing", {})
        made.mean, made.std = tuple(fed.get("mean", IMAGENET_MEAN)), tuple(fed.get("std", IMAGENET_STD))
        made.labels = record.classes
        made.said = f"{record.name}, {'best epoch' if source.which == 'best' else 'last state'}"
        return
    loaded = load_into(module, safe_load(source.path))
    made.share, made.said = IMAGENET_SHARE, source.path.name
    if loaded.not_finite:
        made.said += f", {len(loaded.not_finite)} tensors hold NaN or infinity"


def _stamp(source: WeightsSource) -> object:
    """Tells whether the file or the run changed since its weights were read."""
    if source.path is None:
        return None
    watched = source.path / "checkpoints" / "manifest.json" if source.kind == RUN else source.path
    try:
        facts = watched.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size


def _fed(picture: Picture, shape: Shape) -> Values:
    return fit(picture, shape, _matching(_kept.mean, shape), _matching(_kept.std, shape), share=_kept.share)


def _matching(figures: tuple[float, ...], shape: Shape) -> tuple[float, ...] | float:
    """One figure per channel, or their mean where a run had another number of channels."""
    channels = shape[0] if len(shape) == 3 else 1
    return figures if len(figures) in (channels, 3) and figures else sum(figures) / max(1, len(figures))


def _all_fit(module: fx.GraphModule) -> bool:
    needed = sum(elements(node.meta["shape"]) for node in layer_nodes(module).values())
    return needed * ELEMENT_BYTES <= KEPT_BYTES


def _maps(request: Request, giver: str) -> Maps:
    values = _kept.activations[giver][0]
    if values.ndim not in (1, 3):
        raise ExplorerError(
            f"{giver} gives {shape_text(values.shape)}, which are no maps; choose another layer"
        )
    coloured = tiles(values, shared=request.shared, theme=request.theme)
    scale = signed_colours(request.theme) if coloured.signed else VIRIDIS
    stops = tuple(
        "#{:02x}{:02x}{:02x}".format(*scale[round(index * 255 / (_STOPS - 1))]) for index in range(_STOPS)
    )
    return Maps(
        request,
        request.layer,
        giver,
        values,
        coloured.pixels,
        coloured.signed,
        coloured.lows,
        coloured.highs,
        stops,
        statistics(values[None]),
        _figures(values),
        histogram(values),
    )


def _figures(values: Values) -> MapFigures:
    flat = values.reshape(len(values), -1).astype(np.float64)
    flat = np.where(np.isfinite(flat), flat, 0.0)
    columns = flat.min(1), flat.mean(1), flat.max(1), flat.var(1)
    return MapFigures(*(tuple(column.tolist()) for column in columns))


def _answer(request: Request, module: fx.GraphModule, scores: Values) -> Answer:
    shape = input_shapes(module)[0]
    said: tuple[Prediction, ...] = ()
    rest = 0, 0.0
    if scores.ndim == 1 and len(scores) > 1 and len(module.graph.output_node().meta["layers"]) == 1:
        normalized = bool((scores >= 0).all() and abs(float(scores.sum()) - 1.0) < 1e-3)
        said = predictions(scores, _kept.labels or None, normalized=normalized)
        rest = len(scores) - len(said), max(0.0, 1.0 - sum(item.probability for item in said))
    return Answer(
        request,
        fitted(request.picture, shape, share=_kept.share),
        _kept.share,
        _feeding(request.picture, shape),
        _kept.said,
        said,
        rest,
        tuple(layer_nodes(module)),
    )


def _feeding(picture: Picture, shape: Shape) -> str:
    """What was done to the picture, in words."""
    high, wide = picture.pixels.shape[:2]
    if len(shape) != 3:
        return f"{shape_text(shape)} numbers, read row by row"
    done = []
    if (high, wide) != shape[1:]:
        done.append("resized and centre-cropped" if high * shape[2] != wide * shape[1] else "resized")
    if shape[0] == 1:
        done.append("made grey")
    return shape_text(shape) + (f", {' and '.join(done)}" if done else ", as it is")
