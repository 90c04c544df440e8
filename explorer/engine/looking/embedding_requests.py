"""Questions about many pictures: they pass through the kept network, and what one layer gives is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, Shape, elements
from explorer.engine.data.data_pictures import DataPictures, data_pictures
from explorer.engine.device import check_memory
from explorer.engine.looking.embedding import nearest, own_class_nearest, placed
from explorer.engine.looking.embedding_findings import (
    MOST_PICTURES,
    FeatureRequest,
    Features,
    Neighbours,
    NeighboursWanted,
    PictureWanted,
    Placed,
    Projection,
    Taken,
)
from explorer.engine.looking.findings import Doing
from explorer.engine.looking.held_out_pictures import held_out_pictures
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network
from explorer.engine.looking.map_files import NumbersFile
from explorer.engine.pictures.images import Picture, Pixels, fitted
from explorer.engine.running.ablation import switching
from explorer.engine.running.forward import device_of, results
from explorer.engine.running.module import giving_layer, input_shapes, layer_nodes
from explorer.engine.runs.run_folder import read_record

ShouldStop = Callable[[], bool]
Asked = FeatureRequest | Projection | NeighboursWanted | PictureWanted

_THUMBNAIL = 48
_TOGETHER = 32
_ROOM = 256 * 1024 * 1024
"""Bytes of activations that may be there at once while pictures pass."""


def answer(
    request: Asked, should_stop: ShouldStop = lambda: False
) -> Iterator[Doing | Taken | Features | Placed | Neighbours | Picture]:
    """Answer one question, step by step.

    Raises:
        ExplorerError: the network has a problem, or weights, layer or data do not fit it.
    """
    if isinstance(request, Projection):
        yield Doing("Placing the pictures…")
        yield from placed(request, should_stop)
    elif isinstance(request, NeighboursWanted):
        yield Neighbours(request, nearest(request.features.values, request.index, request.count))
    elif isinstance(request, PictureWanted):
        yield data_pictures(_data_of(request.request), should_stop).picture(request.number)
    else:
        yield from _features(request, should_stop)


def _data_of(request: FeatureRequest) -> str:
    return request.data if request.run is None else read_record(request.run).recipe.data


def _features(request: FeatureRequest, should_stop: ShouldStop) -> Iterator[Doing | Taken | Features]:
    if not 2 <= request.most <= MOST_PICTURES:
        raise ExplorerError(f"2 to {MOST_PICTURES:,} pictures can be compared, not {request.most:,}")
    with TURN:
        kept: KeptNetwork = yield from kept_network(request)
    if len(input_shapes(kept.module)) != 1:
        raise ExplorerError("many pictures can be looked at with networks of one input; this has several")
    yield Doing("Reading the data…")
    pictures, chosen, drawn = _chosen(request, should_stop)
    if should_stop():
        return
    passing = _Passing(request, kept, len(pictures.survey.classes))
    for first in range(0, len(chosen), passing.together):
        if should_stop():
            return
        yield Taken(first, len(chosen))
        passing.take(pictures, chosen[first : first + passing.together])
    yield Taken(len(chosen), len(chosen))
    yield passing.found(pictures, drawn)


def _chosen(request: FeatureRequest, should_stop: ShouldStop) -> tuple[DataPictures, tuple[int, ...], str]:
    """The data, the numbers of the pictures that are taken, and which they are in words."""
    if request.run is None:
        pictures, of = data_pictures(request.data, should_stop), "pictures"
        pool: Sequence[int] = range(len(pictures))
    else:
        kept = held_out_pictures(read_record(request.run), should_stop)
        pictures, pool, of = kept.pictures, kept.numbers, "held-out pictures"
    if len(pool) <= request.most:
        return pictures, tuple(pool), f"all {len(pool):,} {of} of {pictures.survey.name}"
    drawn = np.random.default_rng(request.seed).choice(len(pool), request.most, replace=False)
    said = f"{request.most:,} of {len(pool):,} {of} of {pictures.survey.name}, drawn with seed {request.seed}"
    return pictures, tuple(pool[place] for place in sorted(drawn.tolist())), said


class _Passing:
    """Gathers what one layer gives for pictures that pass through a network in batches."""

    def __init__(self, request: FeatureRequest, kept: KeptNetwork, classes: int) -> None:
        nodes = layer_nodes(kept.module)
        self._request, self._kept, self._classes = request, kept, classes
        self._node = nodes[giving_layer(kept.module, request.layer)]
        self._leaving = nodes[kept.leaving]
        self._step = switching(kept.module, request.switches)
        self._shape: Shape = self._node.meta["shape"]
        numbers = self._shape[0] if request.pooled else elements(self._shape)
        what = f"keeping {request.layer} of {request.most:,} pictures"
        remedy = "take fewer pictures, or the mean of each map"
        # the rows, a copy of them with length 1, and the components
        check_memory(4 * numbers * request.most * ELEMENT_BYTES, "cpu", what, remedy)
        largest = max(elements(node.meta["shape"]) for node in nodes.values())
        self.together = int(max(1, min(_TOGETHER, _ROOM // (2 * ELEMENT_BYTES * largest))))
        self._side: Shape | None = None
        self._rows: list[NDArray[np.float32]] = []
        self._scores: list[NDArray[np.float32]] = []
        self._seen: list[Pixels] = []
        self._numbers: list[int] = []
        self._skipped = 0

    def take(self, pictures: DataPictures, numbers: Sequence[int]) -> None:
        """Pass some pictures through; those that cannot be read are counted."""
        entering = []
        for number in numbers:
            try:
                picture = pictures.picture(number)
            except ExplorerError:  # damaged or gone: counted, and the others go on
                self._skipped += 1
                continue
            entering.append(self._kept.entering(picture)[0][0])
            self._seen.append(self._thumbnail(picture))
            self._numbers.append(number)
        if not entering:
            return
        device = device_of(self._kept.module)
        with torch.no_grad():
            made = results(
                self._kept.module,
                [torch.from_numpy(np.stack(entering)).to(device)],
                step=self._step,
                keep={self._node, self._leaving},
            )
        self._rows.append(self._row(made[self._node]))
        if self._leaving.meta["shape"] == (self._classes,):
            self._scores.append(made[self._leaving].float().cpu().numpy())

    def found(self, pictures: DataPictures, drawn: str) -> Features:
        """All that was gathered.

        Raises:
            ExplorerError: fewer than two pictures could be read, or the layer gives no finite numbers.
        """
        if len(self._numbers) < 2:
            raise ExplorerError("fewer than two of the pictures can be read; check the folder")
        values, seen = np.concatenate(self._rows), np.stack(self._seen)
        if not np.isfinite(values).all():
            raise ExplorerError(
                f"{self._request.layer} gives NaN or infinity for some of the pictures;"
                " look at one of them first"
            )
        labels = np.array([pictures.labels[number] for number in self._numbers], np.int64)
        answers, sureness = self._answered()
        for array in (values, seen, labels):
            array.setflags(write=False)
        return Features(
            self._request,
            values,
            tuple(self._numbers),
            labels,
            pictures.survey.classes,
            answers,
            sureness,
            seen,
            own_class_nearest(values, labels),
            own_class_nearest(seen, labels),
            self._skipped,
            self._kept.said,
            drawn,
        )

    def _row(self, made: Tensor) -> NDArray[np.float32]:
        pooled = made.mean((2, 3)) if self._request.pooled and made.dim() == 4 else made.flatten(1)
        return np.asarray(pooled.float().cpu().numpy(), np.float32)

    def _answered(self) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
        """What the network takes each picture for, and how surely; None where it names other classes."""
        if not self._scores:
            return None, None
        scores = np.concatenate(self._scores).astype(np.float64)
        normalized = bool((scores >= 0).all() and (np.abs(scores.sum(1) - 1) < 1e-3).all())
        if not normalized:
            scores = np.exp(scores - scores.max(1, keepdims=True))
            scores /= scores.sum(1, keepdims=True)
        return scores.argmax(1), scores.max(1)

    def _thumbnail(self, picture: Picture) -> Pixels:
        """What the network is fed, small."""
        shape, share = input_shapes(self._kept.module)[0], self._kept.share
        if self._side is None:
            high, wide, channels = fitted(picture, shape, share=share).shape
            factor = min(1.0, _THUMBNAIL / max(high, wide))
            self._side = channels, max(1, round(high * factor)), max(1, round(wide * factor))
        seen = fitted(picture, self._side, share=share)
        return np.repeat(seen, 3 // seen.shape[2], axis=2)


def features_file(features: Features, points: Sequence[Sequence[float]]) -> bytes:
    """What a layer makes of many pictures, and their places in the plane, as an `.npz` file.

    `features` (N, F), `points` (N, 2), `labels`, `numbers` in the data, `classes` by name, and
    `answers` where the network names these classes.
    """
    file = NumbersFile()
    file.add("features", features.values)
    file.add("points", np.asarray(points, np.float32).reshape(-1, 2))
    file.add("labels", features.labels)
    file.add("numbers", np.asarray(features.numbers, np.int64))
    file.add("classes", np.array(features.classes))
    if features.answers is not None:
        file.add("answers", features.answers)
    about = {
        "layer": features.request.layer,
        "pooled": features.request.pooled,
        "weights": features.said,
        "pictures": features.drawn,
    }
    return file.finish(about)
