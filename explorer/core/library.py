"""Blocks that a person made and keeps between starts: a folder with one file for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from explorer.core.attribute import replaced
from explorer.core.errors import DocumentError, ExplorerError
from explorer.core.files import atomic_write, read_limited
from explorer.core.group import Group
from explorer.core.notation import FORMAT, operator_from_data, operator_to_data, parsed

SUFFIX = ".block"

_CONTENT = "architecture-explorer block"
_LARGEST_FILE = 16 * 1024 * 1024
_MOST = 2_000


@dataclass(frozen=True)
class Entry:
    """A block of the library and the file that holds it."""

    block: Group
    path: Path

    @property
    def title(self) -> str:
        """What the block is called; no two entries have the same title."""
        return self.block.title


@dataclass(frozen=True)
class Library:
    """What a folder holds: the blocks by title, and a sentence for each file that cannot be read.

    A file that cannot be read is left alone: it may be of a newer program, or be mended by hand.
    """

    entries: tuple[Entry, ...] = ()
    unread: tuple[str, ...] = ()

    def __getitem__(self, title: str) -> Entry:
        for entry in self.entries:
            if entry.title == title:
                return entry
        known = ", ".join(entry.title for entry in self.entries[:8])
        raise ExplorerError(f"no block of yours is called {title[:60]!r}; there are {known or 'none yet'}")

    def __contains__(self, title: object) -> bool:
        return any(entry.title == title for entry in self.entries)


def read_library(folder: Path) -> Library:
    """The blocks of a folder; an empty library where there is no such folder.

    Never raises for what lies in the folder: what cannot be read is said in `unread`.
    """
    entries: dict[str, Entry] = {}
    unread: list[str] = []
    for path in _files(folder, unread):
        try:
            block = _read(path)
        except ExplorerError as error:
            unread.append(f"{path.name}: {error}; the file was left as it is")
            continue
        if block.title in entries:
            other = entries[block.title].path.name
            unread.append(f"{path.name}: holds a block called {block.title!r}, as {other} does; rename one")
            continue
        entries[block.title] = Entry(block, path)
    ordered = sorted(entries.values(), key=lambda entry: (entry.title.casefold(), entry.title))
    return Library(tuple(ordered), tuple(unread))


def keep(folder: Path, block: Group) -> Library:
    """Put a block into the library; it takes the place of one with the same title.

    Raises:
        ExplorerError: the block has no title.
        OSError: the file cannot be written; what was there is untouched.
    """
    if not block.title.strip():
        raise ExplorerError("a block needs a title to be kept; write a word or two")
    library = read_library(folder)
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = library[block.title].path if block.title in library else _free_path(folder, block.title)
    content = {"content": _CONTENT, "format": FORMAT, **operator_to_data(block)}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    atomic_write(path, text.encode("utf-8"))
    return read_library(folder)


def remove(folder: Path, title: str) -> Library:
    """Take a block out of the library; documents that use it have their own copy.

    Raises:
        ExplorerError: there is no such block.
        OSError: the file cannot be deleted.
    """
    read_library(folder)[title].path.unlink(missing_ok=True)
    return read_library(folder)


def retitle(folder: Path, old: str, new: str) -> Library:
    """Call a block of the library something else.

    Raises:
        ExplorerError: there is no such block, or another one has the new title.
        OSError: a file cannot be written; the block keeps its title.
    """
    library, new = read_library(folder), new.strip()
    entry = library[old]
    if new == old:
        return library
    if new in library:
        raise ExplorerError(f"another block is called {new[:60]!r} already; choose another title")
    library = keep(folder, replaced(entry.block, "title", new))
    entry.path.unlink(missing_ok=True)
    return read_library(folder)


def _files(folder: Path, unread: list[str]) -> Iterable[Path]:
    try:
        paths = sorted(path for path in Path(folder).iterdir() if path.suffix == SUFFIX)
    except FileNotFoundError:
        return []
    except OSError as error:
        unread.append(f"the folder of your blocks cannot be read: {error.strerror}")
        return []
    if len(paths) > _MOST:
        unread.append(f"there are {len(paths):,} blocks; only the first {_MOST:,} are shown")
    return [path for path in paths[:_MOST] if not path.name.startswith(".")]


def _read(path: Path) -> Group:
    data = read_limited(path, _LARGEST_FILE)
    try:
        content = parsed(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DocumentError("it is no text") from None
    if not isinstance(content, dict) or content.get("content") != _CONTENT:
        raise DocumentError("it is no block of this program")
    version = content.get("format")
    if type(version) is not int or not 1 <= version <= FORMAT:
        raise DocumentError(f"it has a format that this program does not know (up to {FORMAT})")
    block = operator_from_data(content, "the block")
    if not isinstance(block, Group) or not block.title.strip():
        raise DocumentError("it holds no block with a title")
    return block


def _free_path(folder: Path, title: str) -> Path:
    """A file name made of a title, which may be of any script; it never leads out of the folder."""
    word = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60] or "block"
    number, path = 1, Path(folder) / f"{word}{SUFFIX}"
    while path.exists() or path.is_symlink():
        number += 1
        path = Path(folder) / f"{word}-{number}{SUFFIX}"
    return path
