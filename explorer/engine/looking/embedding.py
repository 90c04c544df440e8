"""Many pictures as points: what a layer makes of each, put into a plane, and which are nearest each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.looking.embedding_findings import PCA, Placed, Projection

Numbers = NDArray[Any]
ShouldStop = Callable[[], bool]

_SMALL = 200_000
_FEWER = 50
"""t-SNE is given so many principal components, as its authors do: the rest is mostly noise."""

_EXAGGERATION = 12.0
_SLICE, _SLICES = 250, 4
_TOGETHER = 512


def principal(values: Numbers, count: int = 2) -> tuple[Numbers, tuple[float, ...]]:
    """The places of rows (N, F) along their first principal components, and each one's share of the variance.

    Components that rows do not have (fewer numbers, all alike) are zero.

    Source: Pearson (1901), On lines and planes of closest fit; computed by scikit-learn's PCA.
    """
    from sklearn.decomposition import PCA as Analysis  # noqa: N811  (a second to import: when needed)

    rows = np.asarray(values, np.float64)
    places, shares = np.zeros((len(rows), count)), np.zeros(count)
    have = min(count, *rows.shape)
    if len(rows) > 1 and have and bool(np.ptp(rows, axis=0).any()):
        # exact also where the matrix is large: two components need no full decomposition
        small = rows.size <= _SMALL or min(rows.shape) <= count + 1
        analysis = Analysis(have, svd_solver="full" if small else "arpack", random_state=0)
        places[:, :have] = analysis.fit_transform(rows)
        shares[:have] = analysis.explained_variance_ratio_
    return places, tuple(shares.tolist())


def placed(request: Projection, should_stop: ShouldStop = lambda: False) -> Iterator[Placed]:
    """Put pictures into a plane, step by step; each report replaces the one before.

    Raises:
        ExplorerError: there are fewer than two pictures.
    """
    values = request.features.values
    if len(values) < 2:
        raise ExplorerError("one picture makes no plane; take more of them")
    if request.method == PCA:
        points, shares = principal(values)
        both = " and ".join(f"{100 * share:.0f} %" for share in shares)
        yield Placed(
            request, points.astype(np.float32), f"PCA: the two axes hold {both} of the variance", 1.0
        )
        return
    yield from _neighbour_embedding(request, should_stop)


def _neighbour_embedding(request: Projection, should_stop: ShouldStop) -> Iterator[Placed]:
    """t-SNE in slices of 250 steps, each from where the last one ended: it is seen, and can be stopped.

    Source: van der Maaten and Hinton (2008), Visualizing data using t-SNE, sec. 3; start and
    learning rate: Kobak and Berens (2019), doi:10.1038/s41467-019-13056-x.
    """
    from sklearn.manifold import TSNE  # see above

    rows, _ = principal(request.features.values, min(_FEWER, *request.features.values.shape))
    count = len(rows)
    perplexity = max(1.0, min(request.perplexity, (count - 1) / 3))
    points = rows[:, :2] if rows.shape[1] > 1 else np.column_stack((rows, np.zeros(count)))
    points = (points / (points[:, 0].std() or 1.0) * 1e-4).astype(np.float32)
    rate = max(count / _EXAGGERATION / 4, 50.0)
    for step in range(_SLICES):
        if should_stop():
            return
        made = TSNE(
            perplexity=perplexity,
            early_exaggeration=1.0 if step else _EXAGGERATION,
            learning_rate=rate,
            max_iter=_SLICE,
            init=points.copy(),
            random_state=request.seed,
            method="barnes_hut" if count > 3 else "exact",
        )
        points = made.fit_transform(rows.astype(np.float32)).astype(np.float32)
        done = (step + 1) / _SLICES
        said = (
            f"t-SNE, perplexity {perplexity:.0f}, seed {request.seed}: near points are near in the layer;"
            " sizes of groups and distances between them say little"
        )
        yield Placed(request, points, said, done)


def nearest(values: Numbers, index: int, count: int = 8) -> tuple[tuple[int, float], ...]:
    """The other rows most like one of them by cosine (1: the same direction), the most like first."""
    if not 0 <= index < len(values):
        raise ExplorerError(f"there are pictures 0 to {len(values) - 1}, not {index}")
    rows = unit_rows(values)
    likeness = rows @ rows[index]
    likeness[index] = -np.inf
    best = np.argsort(-likeness, kind="stable")[: min(count, len(values) - 1)]
    return tuple((int(place), float(likeness[place])) for place in best)


def own_class_nearest(values: Numbers, labels: Numbers) -> float:
    """The share of rows whose nearest other row (by cosine) has the same label."""
    if len(values) < 2:
        return 0.0
    rows, right = unit_rows(values), 0
    for first in range(0, len(rows), _TOGETHER):
        likeness = rows[first : first + _TOGETHER] @ rows.T
        own = np.arange(len(likeness))
        likeness[own, first + own] = -np.inf
        right += int((labels[likeness.argmax(1)] == labels[first : first + _TOGETHER]).sum())
    return right / len(rows)


def unit_rows(values: Numbers) -> NDArray[np.float32]:
    """Every row with length 1; a row of zeros stays one."""
    rows = np.asarray(values, np.float32).reshape(len(values), -1)
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(sizes > 0, sizes, 1.0), np.float32)


def confusion(labels: Numbers, answers: Numbers, classes: int) -> NDArray[np.int64]:
    """Counts by true class (rows) and answer (columns)."""
    counts = np.bincount(labels * classes + answers, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)
