"""Checkpoints: weights and optimizer state as safetensors, and a manifest that can verify them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited

FOLDER = "checkpoints"
_MANIFEST = "manifest.json"
_FORMAT = 1
_LARGEST_MANIFEST = 16 * 1024 * 1024
_KEPT = 2
_PARTS = ("weights", "optimizer")


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one checkpoint.

    `epoch` counts the epochs that are over, `position` the steps made in the next one; `sums`
    are the running sums of that epoch. `sizes` and `hashes` are those of the two files.
    """

    step: int
    epoch: int
    position: int
    test_accuracy: float | None
    best: bool
    sums: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was verified: its entry, the weights and the optimizer's state."""

    entry: Entry
    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]


class Checkpoints:
    """The checkpoints of one run: the last two and the best are kept.

    Files are named by step, written whole, and counted only once the manifest names them.
    """

    def __init__(self, run: Path) -> None:
        self.folder = run / FOLDER
        self.entries: tuple[Entry, ...] = _read_manifest(self.folder / _MANIFEST)

    def weights_path(self, entry: Entry) -> Path:
        """Where the weights of a checkpoint lie."""
        return self._path(entry.step, "weights")

    def save(self, entry: Entry, weights: Mapping[str, Tensor], optimizer: Mapping[str, Tensor]) -> Path:
        """Write a checkpoint; the path of its weights.

        Raises:
            OSError: it cannot be written; all older checkpoints are still there.
        """
        self.folder.mkdir(exist_ok=True)
        sizes, hashes = {}, {}
        try:
            for part, tensors in zip(_PARTS, (weights, optimizer), strict=True):
                data = packed(tensors)
                atomic_write(self._path(entry.step, part), data)
                sizes[part], hashes[part] = len(data), hashlib.sha256(data).hexdigest()
        except OSError:
            self._sweep()  # half a checkpoint would only fill the disk further
            raise
        written = Entry(**{**vars(entry), "sizes": sizes, "hashes": hashes})
        others = [
            Entry(**{**vars(old), "best": old.best and not entry.best})
            for old in self.entries
            if old.step < entry.step
        ]
        self._keep([*others, written])
        return self._path(entry.step, "weights")

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint that verifies; None where none was ever finished.

        Raises:
            ExplorerError: there are checkpoints, but all are damaged.
        """
        for entry in reversed(self.entries):
            found = self._verified(entry)
            if found is not None:
                return found
        if self.entries or any(self.folder.glob("*.safetensors")):
            raise ExplorerError(
                f"no checkpoint in {self.folder} is sound: their sizes and hashes are not those of the"
                " manifest; restore the folder from a copy, or start a new run in another folder"
            )
        return None

    def best(self) -> Checkpoint | None:
        """The checkpoint with the best test accuracy, if it verifies; else the newest."""
        for entry in self.entries:
            if entry.best and (found := self._verified(entry)) is not None:
                return found
        return self.newest()

    def forget_after(self, step: int) -> None:
        """Strike out what is newer than a step (a resumed run goes on from there)."""
        if any(entry.step > step for entry in self.entries):
            self._keep([entry for entry in self.entries if entry.step <= step])

    def _keep(self, entries: list[Entry]) -> None:
        """Write the manifest with the last two and the best, then delete what it no longer names."""
        last = {entry.step for entry in entries[-_KEPT:]}
        kept = tuple(entry for entry in entries if entry.step in last or entry.best)
        content = {"format": _FORMAT, "checkpoints": [_to_data(entry) for entry in kept]}
        text = json.dumps(content, allow_nan=False, indent=1) + "\n"
        atomic_write(self.folder / _MANIFEST, text.encode("utf-8"))
        self.entries = kept
        self._sweep()

    def _sweep(self) -> None:
        """Delete what the manifest does not name."""
        named = {self._path(entry.step, part) for entry in self.entries for part in _PARTS}
        for path in self.folder.glob("step-*.safetensors"):
            if path not in named:
                with contextlib.suppress(OSError):  # it is only in the way; the manifest is right
                    path.unlink()

    def _verified(self, entry: Entry) -> Checkpoint | None:
        parts = []
        for part in _PARTS:
            size = entry.sizes.get(part, -1)
            try:
                data = read_limited(self._path(entry.step, part), max(0, size))
            except DocumentError:
                return None
            if len(data) != size or hashlib.sha256(data).hexdigest() != entry.hashes.get(part):
                return None
            parts.append(unpacked(data))
        return Checkpoint(entry, *parts)

    def _path(self, step: int, part: str) -> Path:
        suffix = ".safetensors" if part == "weights" else f".{part}.safetensors"
        return self.folder / f"step-{step:09d}{suffix}"


def packed(tensors: Mapping[str, Tensor]) -> bytes:
    """Tensors as safetensors data, from whatever device they are on."""
    return safetensors.torch.save({name: item.detach().cpu().contiguous() for name, item in tensors.items()})


def unpacked(data: bytes) -> dict[str, Tensor]:
    """The tensors of safetensors data.

    Raises:
        ExplorerError: it is none.
    """
    try:
        return safetensors.torch.load(data)
    except (SafetensorError, ValueError, KeyError, RuntimeError):
        raise ExplorerError("the checkpoint is not safetensors data; take another one") from None


def is_finite(tensors: Mapping[str, Tensor]) -> bool:
    """Whether every number of every tensor is finite."""
    checks = [item.isfinite().all() for item in tensors.values() if item.is_floating_point()]
    return not checks or bool(torch.stack(checks).all())


def _to_data(entry: Entry) -> dict[str, Any]:
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(entry).items()}


def _read_manifest(path: Path) -> tuple[Entry, ...]:
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
        content = json.loads(read_limited(path, _LARGEST_MANIFEST))
        if content["format"] > _FORMAT:
            raise ExplorerError(
                f"{path} was written by a newer version of the program; open it with that one"
            )
        entries = [_entry(item) for item in content["checkpoints"]]
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
        sizes={part: int(item["sizes"][part]) for part in _PARTS},
        hashes={part: str(item["hashes"][part]) for part in _PARTS},
    )
