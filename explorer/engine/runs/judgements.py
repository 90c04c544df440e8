"""What a network said of every held-out picture, epoch by epoch: `judgements/` of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.errors import DocumentError
from explorer.engine.runs.epoch_files import epochs_in, read_epoch, write_epoch
from explorer.engine.runs.sightings import Judged

JUDGEMENTS = "judgements"
_MOST_EPOCHS = 128
_MOST_PICTURES = 200_000
"""Of larger tests nothing is kept: it would be larger than the weights."""


def write_judged(folder: Path, event: Judged) -> None:
    """Keep what was said after an epoch.

    Raises:
        OSError: it cannot be written; what was kept before is untouched.
    """
    if len(event.labels) > _MOST_PICTURES:
        return
    arrays = {
        "step": np.array(event.step),
        "labels": event.labels.astype(np.int16),
        "answers": event.answers.astype(np.int16),
        "losses": event.losses.astype(np.float16),
    }
    write_epoch(folder / JUDGEMENTS, event.epoch, arrays, _MOST_EPOCHS)


def judged_epochs(folder: Path) -> tuple[int, ...]:
    """The epochs of which a run keeps what was said."""
    return epochs_in(folder / JUDGEMENTS)


def read_judged(folder: Path, epoch: int) -> Judged:
    """What was said after an epoch.

    Raises:
        DocumentError: nothing is kept of it, or the file is damaged.
    """
    arrays = read_epoch(folder / JUDGEMENTS, epoch)
    try:
        labels, answers, losses = (arrays[name] for name in ("labels", "answers", "losses"))
        if not labels.shape == answers.shape == losses.shape or labels.ndim != 1:
            raise ValueError("not of one length")
        return Judged(int(arrays["step"]), epoch, labels, answers, losses)
    except (KeyError, ValueError, TypeError):
        raise DocumentError(f"{folder / JUDGEMENTS}: epoch {epoch} is damaged; delete it") from None
