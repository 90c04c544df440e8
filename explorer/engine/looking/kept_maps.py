"""What a run kept of its probe pictures: the pictures, and their maps in epochs whose weights are gone."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import adaptive_avg_pool2d

from explorer.core.errors import ExplorerError
from explorer.engine.looking.pair_findings import KeptEpoch, ProbePicture, ProbePictures
from explorer.engine.pictures.images import Picture, Pixels
from explorer.engine.running.activations import Values
from explorer.engine.runs.probes import Probes, read
from explorer.engine.runs.run_folder import read_record

_LISTED = 6


def probe_pictures(folder: Path) -> ProbePictures:
    """The pictures that a run keeps maps of, by name; none where it keeps none.

    Raises:
        ExplorerError: the run, or its newest file of maps, is damaged.
    """
    probes = read(folder)
    if not probes.epochs:
        return ProbePictures(folder, ())
    known, labels = read_record(folder).classes, probes.epoch(probes.epochs[-1]).labels
    named = [known[label] if 0 <= label < len(known) else f"class {label}" for label in labels]
    return ProbePictures(
        folder, tuple(f"{folder.name}, picture {place + 1}: {name}" for place, name in enumerate(named))
    )


def probe_picture(asked: ProbePicture) -> Picture:
    """One of these pictures, as the network was fed with it; the same object while the same is asked.

    Raises:
        ExplorerError: it is not kept, or the file is damaged.
    """
    probes = _probes(asked.folder)
    pictures = probes.epoch(probes.epochs[-1]).pictures
    if not 0 <= asked.place < len(pictures):
        raise ExplorerError(
            f"{asked.folder.name} keeps maps of {len(pictures)} pictures, and not of number"
            f" {asked.place + 1}; choose another"
        )
    pixels = _pixels(pictures[asked.place])
    name = f"picture {asked.place + 1} of {asked.folder.name}"
    return _picture(name, pixels.shape, pixels.tobytes())


def kept_values(kept: KeptEpoch, layer: str, picture: Picture) -> Values:
    """The maps of a layer that a run kept of a picture after an epoch: half precision, (C, H, W) or (F,).

    Of layers with many or large maps there are fewer and smaller ones than the layer gives.

    Raises:
        ExplorerError: they are not kept; says what is.
    """
    found = _probes(kept.folder).epoch(kept.epoch)
    place = _place(found.pictures, picture)
    told = f"of epoch {kept.epoch}, {kept.folder.name} kept no weights but maps"
    if place is None:
        raise ExplorerError(f"{told} of its probe pictures only; choose one of them, or another epoch")
    if layer not in found.maps:
        names = [*found.maps][:_LISTED]
        more = len(found.maps) - len(names)
        listed = ", ".join(names) + (f" and {more} more" if more else "")
        raise ExplorerError(f"{told} of {listed} only, not of {layer}; choose one of these, or another epoch")
    values: Values = found.maps[layer][place].astype(np.float32)
    values.setflags(write=False)
    return values


def as_kept(values: Values, shape: Sequence[int]) -> Values:
    """Maps as a run keeps them: the first ones, and of each the means of even parts."""
    part = torch.from_numpy(values[: shape[0]].copy())
    if part.dim() == 3:
        part = adaptive_avg_pool2d(part, (shape[1], shape[2]))
    made: Values = part.numpy()
    made.setflags(write=False)
    return made


def _probes(folder: Path) -> Probes:
    probes = read(folder)
    if not probes.epochs:
        raise ExplorerError(f"{folder.name} keeps no maps of pictures; look at the open picture instead")
    return probes


def _place(pictures: Values, picture: Picture) -> int | None:
    """Which of the kept pictures this is."""
    same = (place for place, kept in enumerate(pictures) if np.array_equal(_pixels(kept), picture.pixels))
    return next(same, None)


def _pixels(kept: Values) -> Pixels:
    """A kept picture (C, H, W) as (H, W, 3)."""
    pixels = kept.transpose(1, 2, 0)
    return np.ascontiguousarray(
        pixels if pixels.shape[2] == 3 else pixels[:, :, :1].repeat(3, axis=2), np.uint8
    )


@functools.lru_cache(maxsize=8)
def _picture(name: str, shape: tuple[int, ...], data: bytes) -> Picture:
    pixels = np.frombuffer(data, np.uint8).reshape(shape).copy()
    return Picture(name, pixels, "RGB", (shape[1], shape[0]))
