"""Probed maps as coloured pictures of bytes, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import ExplorerError
from explorer.engine.drawing.colour_scales import VIRIDIS, signed_colours
from explorer.engine.runs.probes import read

_LAST = 256


@dataclass(frozen=True, eq=False)
class ProbedMaps:
    """The maps of one layer and one picture after an epoch, each as a picture of bytes (C, H, W, 3).

    `low` and `high` are the ends of their common scale; `fed` is the picture (H, W, 1 or 3). `bytes` is
    what this epoch takes on the disk, `all_bytes` what all of them take.
    """

    epoch: int
    epochs: tuple[int, ...]
    layer: str
    layers: tuple[str, ...]
    count: int
    pixels: NDArray[np.uint8]
    low: float
    high: float
    fed: NDArray[np.uint8]
    bytes: int = 0
    all_bytes: int = 0


def probed_maps(
    folder: Path, epoch: int | None = None, layer: str = "", picture: int = 0, theme: str = "dark"
) -> ProbedMaps | None:
    """The maps of a layer after an epoch, the newest if left out; None where none are kept.

    An unknown layer is taken for the first one, and a picture that is not there for the last.

    Raises:
        ExplorerError: a file is damaged.
    """
    probes = read(folder)
    if not probes.epochs:
        return None
    # of an epoch that is not kept, the last one before it
    chosen = max((kept for kept in probes.epochs if epoch is None or kept <= epoch), default=probes.epochs[0])
    found = probes.epoch(chosen)
    name = layer if layer in found.maps else next(iter(found.maps), "")
    if not name:
        raise ExplorerError(f"epoch {chosen} of {folder} has no maps; choose another")
    place = min(max(0, picture), len(found.numbers) - 1)
    values = found.maps[name][place].astype(np.float32)
    if values.ndim == 1:
        values = values[:, None, None]
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high, pixels = _coloured(values, theme)
    fed = np.ascontiguousarray(found.pictures[place].transpose(1, 2, 0))
    fed = fed if fed.shape[2] in (1, 3) else fed[:, :, :1]
    sizes, layers = probes.sizes, tuple(found.maps)
    return ProbedMaps(
        chosen,
        probes.epochs,
        name,
        layers,
        len(found.numbers),
        pixels,
        low,
        high,
        fed,
        bytes=sizes.get(chosen, 0),
        all_bytes=sum(sizes.values()),
    )


def _coloured(values: NDArray[np.float32], theme: str) -> tuple[float, float, NDArray[Any]]:
    """One scale for all maps: from 0 where no value is below it, else with zero in the middle."""
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    if low >= 0:
        levels = values / (high or 1.0) * (_LAST - 1)
        return 0.0, high, VIRIDIS[np.rint(levels).astype(np.uint8)]
    most = max(-low, high)
    levels = (values / most + 1) / 2 * (_LAST - 1)
    return -most, most, signed_colours(theme)[np.rint(levels).astype(np.uint8)]
