"""What a person writes to a run: notes and tags in a file beside it; needs no torch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from explorer.core.attribute import is_unicode
from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited

NOTES = "notes.json"
_LARGEST = 4 * 1024 * 1024
_LONGEST, _LONGEST_TAG, _MOST_TAGS = 1_000_000, 60, 100


@dataclass(frozen=True)
class RunNotes:
    """A text, and tags that runs can be found by."""

    text: str = ""
    tags: tuple[str, ...] = ()


def read_notes(folder: Path) -> RunNotes:
    """The notes of a run; empty where nobody wrote any.

    Raises:
        ExplorerError: the file is damaged.
    """
    path = folder / NOTES
    if not path.is_file():
        return RunNotes()
    try:
        content = json.loads(read_limited(path, _LARGEST))
        return checked(RunNotes(content["notes"], tuple(content["tags"])))
    except (ValueError, KeyError, TypeError, RecursionError, ExplorerError):
        raise DocumentError(f"{path} is damaged; restore it from a copy, or delete it") from None


def write_notes(folder: Path, notes: RunNotes) -> None:
    """Write the notes of a run.

    Raises:
        ExplorerError: they are too long, or cannot be written.
    """
    notes = checked(notes)
    content = {"notes": notes.text, "tags": list(notes.tags)}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    try:
        atomic_write(folder / NOTES, text.encode("utf-8"))
    except OSError as error:
        raise ExplorerError(
            f"the notes cannot be written into {folder}: {error.strerror}; check its permissions"
        ) from None


def checked(notes: RunNotes) -> RunNotes:
    """The notes with every tag once and without blanks around it.

    Raises:
        ExplorerError: not texts, or too long.
    """
    texts: Iterable[object] = (notes.text, *notes.tags)
    if not all(isinstance(item, str) and is_unicode(item) for item in texts):
        raise ExplorerError("notes and tags are texts")
    tags = tuple(dict.fromkeys(tag.strip() for tag in notes.tags if tag.strip()))
    if len(notes.text) > _LONGEST or len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
        raise ExplorerError(
            f"a note has at most {_LONGEST:,} characters, a run {_MOST_TAGS} tags of {_LONGEST_TAG};"
            " shorten them"
        )
    return RunNotes(notes.text, tags)
