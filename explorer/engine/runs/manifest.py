"""The list of a run's checkpoints: which there are, how to verify them, and which to keep."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.files import read_limited

FOLDER, NAME = "checkpoints", "manifest.json"
PARTS = ("weights", "optimizer")
_FORMAT = 2
_LARGEST = 16 * 1024 * 1024
_LAST = 2
_EPOCHS = 64
_EPOCHS_BYTES = 256 * 1024 * 1024
"""Besides the last two and the best, ends of epochs are kept, so many and so large at most."""


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one checkpoint.

    `epoch` counts the epochs that are over, `position` the pictures seen in the next one; `sums`
    are the running sums of that epoch. `sizes` and `hashes` are those of the two files. Older
    programs counted steps instead of pictures: `in_steps` says so.
    """

    step: int
    epoch: int
    position: int
    test_accuracy: float | None
    best: bool
    sums: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    in_steps: bool = False

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return sum(self.sizes.values())

    @property
    def ends_epoch(self) -> bool:
        """Whether it was written at the end of an epoch, with its test behind it."""
        return self.test_accuracy is not None


def kept(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those to keep of all: the last two, the best, and of the ends of epochs every, every second,
    every fourth … so that they stay few and small enough.
    """
    last = {entry.step for entry in entries[-_LAST:]}
    ends = [entry for entry in entries if entry.ends_epoch]
    stride = 1
    while ends and (len(ends) > _EPOCHS or sum(entry.bytes for entry in ends) > _EPOCHS_BYTES):
        stride *= 2
        ends = [entry for entry in ends if entry.epoch % stride == 0]
    spread = {entry.step for entry in ends}
    return tuple(entry for entry in entries if entry.step in last or entry.best or entry.step in spread)


def kept_epochs(run: Path) -> tuple[int, ...]:
    """The epochs of a run whose ends were kept: those that can be branched from; needs no torch.

    Raises:
        ExplorerError: the list of checkpoints is damaged, or of a newer format.
    """
    entries = read(run / FOLDER / NAME)
    return tuple(dict.fromkeys(entry.epoch for entry in entries if entry.ends_epoch and entry.epoch > 0))


def to_text(entries: Sequence[Entry]) -> str:
    """The manifest as JSON text."""
    content = {"format": _FORMAT, "checkpoints": [_to_data(entry) for entry in entries]}
    return json.dumps(content, allow_nan=False, indent=1) + "\n"


def _to_data(entry: Entry) -> dict[str, Any]:
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in vars(entry).items()
        if name != "in_steps" or value
    }


def read(path: Path) -> tuple[Entry, ...]:
    """The entries by step; none where there is no manifest yet.

    Raises:
        ExplorerError: it is damaged, or of a newer format.
    """
    if not path.exists():
        return ()
    damaged = ExplorerError(
        f"{path} is damaged; restore it from a copy, or start a new run in another folder"
    )
    try:
        content = json.loads(read_limited(path, _LARGEST))
        if content["format"] > _FORMAT:
            raise ExplorerError(
                f"{path} was written by a newer version of the program; open it with that one"
            )
        entries = [_entry(item) for item in content["checkpoints"]]
        if content["format"] == 1:
            entries = [replace(entry, in_steps=entry.position > 0) for entry in entries]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged from None
    return tuple(sorted(entries, key=lambda entry: entry.step))


def _entry(item: Mapping[str, Any]) -> Entry:
    """One entry of a manifest.

    Raises:
        ValueError, KeyError, TypeError: it is not one.
    """
    accuracy = item["test_accuracy"]
    counts = [item[name] for name in ("step", "epoch", "position")]
    if any(type(count) is not int or count < 0 for count in counts):
        raise ValueError("not a count")
    sums = {str(name): float(value) for name, value in item["sums"].items()}
    if not all(math.isfinite(value) for value in sums.values()):
        raise ValueError("not a finite number")
    step, epoch, position = counts
    return Entry(
        step=step,
        epoch=epoch,
        position=position,
        test_accuracy=None if accuracy is None else float(accuracy),
        best=bool(item["best"]),
        sums=sums,
        sizes={part: int(item["sizes"][part]) for part in PARTS},
        hashes={part: str(item["hashes"][part]) for part in PARTS},
        in_steps=bool(item.get("in_steps", False)),
    )
