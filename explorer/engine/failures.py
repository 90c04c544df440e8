"""What went wrong in a training, in sentences: what happened, and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import torch

from explorer.core.recipe import Recipe

Told = tuple[str, str]
"""What happened, and what to do about it."""

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")
_LOST = ("cuda error", "device-side assert", "accelerator")


def diverged(recipe: Recipe, step: int) -> Told:
    """The loss or a weight is no finite number any more."""
    rate = recipe.learning_rate
    return (
        f"the training diverged: at step {step:,} the loss is no longer a finite number",
        f"lower the learning rate (from {rate:g} to {rate / 10:g}, say), or add normalization",
    )


def unwritten(folder: Path, error: OSError) -> Told:
    """The run's folder cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full: {folder} cannot be written", "make room on the disk, then resume the run"
    if not folder.is_dir():
        return (
            f"the folder of the run is gone: {folder}",
            "start a new run in a folder that stays; the training wrote nothing elsewhere",
        )
    reason = error.strerror or type(error).__name__
    return f"{folder} cannot be written: {reason}", "check its permissions and its disk, then resume the run"


def explained(error: BaseException, recipe: Recipe) -> Told | None:
    """What an error of torch means for a training; None for one that nobody foresaw."""
    text = str(error).lower()
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(part in text for part in _NO_MEMORY):
        less = max(1, recipe.batch_size // 2)
        return (
            f"there is not enough memory for steps of {recipe.batch_size:,} pictures",
            f"set the batch size to {less}, or make the network or its pictures smaller",
        )
    if "more than 1 value per channel" in text:
        return (
            "BatchNorm cannot be trained on one number per channel",
            "set the batch size to 2 or more, or use larger pictures",
        )
    if isinstance(error, RuntimeError) and any(part in text for part in _LOST):
        return (
            "the graphics processor stopped working, or another program took it",
            "resume the run, on the processor (cpu) if it happens again",
        )
    return None
