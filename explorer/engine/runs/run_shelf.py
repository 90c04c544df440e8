"""The runs of a folder as a collection: found by words, measured, put away; needs no torch."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.engine.runs.run_folder import RunSummary, is_run
from explorer.engine.runs.run_lock import is_locked
from explorer.engine.runs.run_notes import RunNotes

DISCARDED = ".discarded"
"""The folder beside the runs that takes those that were put away; it is not listed."""


def matches(summary: RunSummary, notes: RunNotes, words: str) -> bool:
    """Whether a run has all the words in its names, data, state, optimizer, tags or notes.

    A word that begins with # is a tag.
    """
    record = summary.record
    shown = (summary.name, record.name, record.recipe.data, summary.state, summary.recipe.optimizer.value)
    text = " ".join((*shown, *notes.tags, notes.text)).casefold()
    tags = {tag.casefold() for tag in notes.tags}
    return all(
        word[1:] in tags if word.startswith("#") and len(word) > 1 else word in text
        for word in words.casefold().split()
    )


def disk_size(folder: Path) -> int:
    """Bytes of all files of a run; links are not followed, and what vanishes meanwhile is left out."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).lstat().st_size
            except OSError:  # a temporary file that is gone by now
                continue
    return total


def discard(folder: Path, to_bin: Callable[[Path], bool] = lambda _: False) -> Path | None:
    """Put a run away: into the system's bin by `to_bin`, or into a folder beside it where that fails.

    Returns where it lies then, None for the bin. Nothing is deleted for good.

    Raises:
        ExplorerError: it is no run, it is being trained, or it cannot be moved.
    """
    if not is_run(folder):
        raise ExplorerError(f"{folder} holds no run: only runs are put away")
    if is_locked(folder):
        raise ExplorerError(f"{folder} is being trained; stop the training first")
    if to_bin(folder):
        return None
    shelf = folder.parent / DISCARDED
    target, number = shelf / folder.name, 2
    while target.exists():
        target, number = shelf / f"{folder.name}-{number}", number + 1
    try:
        shelf.mkdir(exist_ok=True)
        shutil.move(str(folder), str(target))
    except OSError as error:
        raise ExplorerError(f"{folder} cannot be moved: {error.strerror}; close what uses it") from None
    return target


def bring_back(place: Path, folder: Path) -> None:
    """Move a run that was put away to where it lay before.

    Raises:
        ExplorerError: something lies there meanwhile, or it cannot be moved.
    """
    if folder.exists():
        raise ExplorerError(f"{folder} exists again: move or rename it, then bring back {place}")
    try:
        shutil.move(str(place), str(folder))
        note = place.parent.parent / "info" / f"{place.name}.trashinfo"  # what a Linux bin knows of it
        note.unlink(missing_ok=True)
    except OSError as error:
        raise ExplorerError(f"{place} cannot be moved back: {error.strerror}; it lies there still") from None


def all_tags(notes: Iterable[RunNotes]) -> tuple[str, ...]:
    """Every tag that is in use, by how often."""
    counts: dict[str, int] = {}
    for item in notes:
        for tag in item.tags:
            counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted(counts, key=lambda tag: (-counts[tag], tag.casefold())))
