"""Feature maps of a few fixed pictures, epoch by epoch: `probes/` of a run; needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import DocumentError
from explorer.engine.runs.epoch_files import bytes_of, epochs_in, read_epoch, write_epoch
from explorer.engine.runs.sightings import Probed

PROBES = "probes"
_MOST_EPOCHS = 64


@dataclass(frozen=True)
class Probes:
    """The probes of a run: which epochs are kept, and of which layers; maps are read when asked for."""

    folder: Path
    epochs: tuple[int, ...]
    layers: tuple[str, ...]

    def epoch(self, number: int) -> Probed:
        """All that is kept of an epoch: pictures, labels, and the maps of each layer.

        Raises:
            DocumentError: nothing is kept of it, or the file is damaged.
        """
        arrays = read_epoch(self.folder, number)
        try:
            names = json.loads(str(arrays["layers"]))
            maps = {str(name): arrays[f"map{place}"] for place, name in enumerate(names)}
            numbers, labels = (tuple(arrays[name].tolist()) for name in ("numbers", "labels"))
            return Probed(int(arrays["step"]), number, numbers, labels, arrays["pictures"], maps)
        except (KeyError, ValueError, TypeError, RecursionError):
            raise DocumentError(f"{self.folder}: epoch {number} is damaged; delete it") from None

    @property
    def sizes(self) -> dict[int, int]:
        """What each epoch takes on the disk, in bytes."""
        return bytes_of(self.folder)

    def maps(self, number: int, layer: str) -> NDArray[Any]:
        """The maps of one layer in one epoch: half precision, (N, C, H, W) or (N, F).

        Raises:
            DocumentError: they are not kept, or the file is damaged.
        """
        found = self.epoch(number).maps
        if layer not in found:
            raise DocumentError(f"{layer} was not probed in epoch {number}; probed are {', '.join(found)}")
        return found[layer]


def read(folder: Path) -> Probes:
    """The probes of a run folder; without epochs where none are kept.

    Raises:
        DocumentError: the newest file is damaged.
    """
    place = Path(folder) / PROBES
    epochs = epochs_in(place)
    probes = Probes(place, epochs, ())
    return Probes(place, epochs, tuple(probes.epoch(epochs[-1]).maps)) if epochs else probes


def write_probed(folder: Path, event: Probed) -> None:
    """Keep the probes of an epoch.

    Raises:
        OSError: they cannot be written; what was kept before is untouched.
    """
    arrays = {
        "step": np.array(event.step),
        "numbers": np.array(event.numbers, np.int64),
        "labels": np.array(event.labels, np.int64),
        "pictures": event.pictures,
        "layers": np.array(json.dumps(list(event.maps))),
        **{f"map{place}": values for place, values in enumerate(event.maps.values())},
    }
    write_epoch(folder / PROBES, event.epoch, arrays, _MOST_EPOCHS)
