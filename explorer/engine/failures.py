"""What went wrong in a training, in sentences: what happened, what to do, and what a button can do."""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from explorer.core.recipe import Recipe
from explorer.engine.data.batches import PicturesGone
from explorer.engine.events import DIVERGED, Remedy
from explorer.engine.learning.team import is_team_lost

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")
_LOST = ("cuda error", "device-side assert", "unspecified launch failure", "accelerator", "cudnn_status_")


@dataclass(frozen=True)
class Told:
    """What happened, what to do about it, and that as changes of the recipe."""

    message: str
    remedy: str
    remedies: tuple[Remedy, ...] = ()


def diverged(recipe: Recipe, step: int) -> Told:
    """The loss or a weight is no finite number any more."""
    rate = recipe.learning_rate
    lower = replace(recipe, learning_rate=rate / 10)
    return Told(
        f"{DIVERGED}: at step {step:,} the loss is no longer a finite number",
        f"lower the learning rate (from {rate:g} to {rate / 10:g}, say), or add normalization",
        (
            Remedy(f"Start anew with learning rate {rate / 10:g}", lower, resume=False),
            Remedy(f"Go on from the last healthy state with {rate / 10:g}", lower),
        ),
    )


def unwritten(folder: Path, error: OSError, recipe: Recipe) -> Told:
    """The run's folder cannot be written."""
    again = (Remedy("Try again", recipe),)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Told(
            f"the disk is full: {folder} cannot be written",
            "make room on the disk, then resume the run",
            again,
        )
    if not folder.is_dir():
        return Told(
            f"the folder of the run is gone: {folder}",
            "start a new run in a folder that stays; the training wrote nothing elsewhere",
            (Remedy("Start a new run", recipe, resume=False),),
        )
    reason = error.strerror or type(error).__name__
    return Told(
        f"{folder} cannot be written: {reason}",
        "check its permissions and its disk, then resume the run",
        again,
    )


def explained(error: BaseException, recipe: Recipe) -> Told | None:
    """What an error of torch or of the data means for a training; None for one that nobody foresaw."""
    if isinstance(error, PicturesGone):
        return Told(
            "the pictures cannot be read any more: their folder was moved, or its disk was taken away",
            "bring the folder back to its place, then resume the run",
            (Remedy("Try again", recipe),),
        )
    if is_team_lost(error):
        return Told(
            "another process of the training is gone, or does not answer",
            "see what it said, then start all of them again with --resume; or go on in one process",
            (Remedy("Go on in one process", recipe),),
        )
    text = str(error).lower()
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(part in text for part in _NO_MEMORY):
        return _no_memory(recipe)
    if "more than 1 value per channel" in text:
        return Told(
            "BatchNorm cannot be trained on one number per channel",
            "set the batch size to 2 or more, or use larger pictures",
            (Remedy("Set the batch size to 2", replace(recipe, batch_size=2)),)
            if recipe.batch_size < 2
            else (),
        )
    if isinstance(error, RuntimeError) and "deterministic" in text:
        return Told(
            "a layer has no deterministic algorithm on this device",
            "switch deterministic off, or train on the processor (cpu)",
            (
                Remedy("Start anew without it", replace(recipe, deterministic=False), resume=False),
                Remedy("Go on on the processor", recipe, device="cpu"),
            ),
        )
    if isinstance(error, RuntimeError) and any(part in text for part in _LOST):
        return Told(
            "the graphics processor stopped working, or another program took it",
            "resume the run, on the processor (cpu) if it happens again",
            (Remedy("Try again", recipe), Remedy("Go on on the processor", recipe, device="cpu")),
        )
    return None


def _no_memory(recipe: Recipe) -> Told:
    less, parts = max(1, recipe.batch_size // 2), 2 * recipe.accumulation
    remedies = []
    if less < recipe.batch_size:
        remedies.append(Remedy(f"Go on with batches of {less:,}", replace(recipe, batch_size=less)))
    if parts <= recipe.batch_size:
        remedies.append(Remedy(f"Compute each batch in {parts:,} parts", replace(recipe, accumulation=parts)))
    return Told(
        f"there is not enough memory for steps of {recipe.batch_size:,} pictures",
        f"set the batch size to {less}, or make the network or its pictures smaller",
        tuple(remedies),
    )
