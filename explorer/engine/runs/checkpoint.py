"""Checkpoints: weights and optimizer state as safetensors, and a manifest that can verify them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited
from explorer.engine.runs import manifest
from explorer.engine.runs.manifest import FOLDER as FOLDER
from explorer.engine.runs.manifest import PARTS as _PARTS
from explorer.engine.runs.manifest import Entry as Entry

_TRAINING = "@"
"""Names in the optimizer's file that begin so are of the rest of the training; no parameter can."""


@dataclass(frozen=True)
class State:
    """All that a checkpoint holds besides the place in the run.

    `weights` are those that were tested: the mean ones where the recipe wants a mean. `training`
    holds the others then, and the states of the scaler and of all random numbers.
    """

    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]
    training: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was verified: its entry, and all that it holds."""

    entry: Entry
    state: State

    @property
    def weights(self) -> Mapping[str, Tensor]:
        """The weights that were tested."""
        return self.state.weights

    @property
    def optimizer(self) -> Mapping[str, Tensor]:
        """What the optimizer remembers."""
        return self.state.optimizer


class Checkpoints:
    """The checkpoints of one run: the last two, the best, and a spread of the ends of epochs.

    Files are named by step, written whole, and counted only once the manifest names them.
    """

    def __init__(self, run: Path) -> None:
        self.folder = run / FOLDER
        self.entries: tuple[Entry, ...] = manifest.read(self.folder / manifest.NAME)

    def weights_path(self, entry: Entry) -> Path:
        """Where the weights of a checkpoint lie."""
        return self._path(entry.step, "weights")

    def save(self, entry: Entry, state: State) -> Path:
        """Write a checkpoint; the path of its weights.

        Raises:
            OSError: it cannot be written; all older checkpoints are still there.
        """
        self.folder.mkdir(exist_ok=True)
        sizes, hashes = {}, {}
        rest = {**state.optimizer, **{_TRAINING + name: item for name, item in state.training.items()}}
        try:
            for part, tensors in zip(_PARTS, (state.weights, rest), strict=True):
                data = packed(tensors)
                atomic_write(self._path(entry.step, part), data)
                sizes[part], hashes[part] = len(data), hashlib.sha256(data).hexdigest()
        except OSError:
            self._sweep()  # half a checkpoint would only fill the disk further
            raise
        written = replace(entry, sizes=sizes, hashes=hashes)
        others = [
            replace(old, best=old.best and not entry.best) for old in self.entries if old.step < entry.step
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

    def of_epoch(self, epoch: int) -> Checkpoint:
        """The checkpoint from the end of an epoch, counted from 1; 0 is the untrained network.

        Raises:
            ExplorerError: it was not kept, or is damaged; the text names those there are.
        """
        ends = {entry.epoch: entry for entry in self.entries if entry.ends_epoch or entry.step == 0}
        found = self._verified(ends[epoch]) if epoch in ends else None
        if found is None:
            known = ", ".join(str(item) for item in sorted(ends)) or "none"
            raise ExplorerError(
                f"{self.folder} holds no sound checkpoint of epoch {epoch}; it holds those of {known}"
            )
        return found

    def of_step(self, step: int) -> Checkpoint:
        """The checkpoint that was written after a step.

        Raises:
            ExplorerError: it was not kept, or is damaged.
        """
        for entry in self.entries:
            if entry.step == step and (found := self._verified(entry)) is not None:
                return found
        raise ExplorerError(f"{self.folder} holds no sound checkpoint of step {step:,} any more")

    def forget_after(self, step: int) -> None:
        """Strike out what is newer than a step (a resumed run goes on from there)."""
        if any(entry.step > step for entry in self.entries):
            self._keep([entry for entry in self.entries if entry.step <= step])

    def _keep(self, entries: list[Entry]) -> None:
        """Write the manifest with those to keep, then delete what it no longer names."""
        kept = manifest.kept(entries)
        atomic_write(self.folder / manifest.NAME, manifest.to_text(kept).encode("utf-8"))
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
        weights, rest = parts
        training = {
            name.removeprefix(_TRAINING): item for name, item in rest.items() if name.startswith(_TRAINING)
        }
        optimizer = {name: item for name, item in rest.items() if not name.startswith(_TRAINING)}
        return Checkpoint(entry, State(weights, optimizer, training))

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
