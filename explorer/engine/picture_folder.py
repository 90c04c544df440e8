"""A folder that holds one folder of pictures per class: what is in it, read by our own scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import ExplorerError

SUFFIXES = frozenset(
    ".png .jpg .jpeg .jfif .bmp .gif .webp .tif .tiff .ppm .pgm .pbm".split()  # noqa: SIM905
)
_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
_DEEPEST = 16


@dataclass(frozen=True)
class PictureFile:
    """One picture on the disk: where, of which class (its index), and how many bytes it has."""

    path: Path
    label: int
    size: int


@dataclass(frozen=True)
class PictureFolder:
    """What a scan found.

    `empty` are folders without a picture, `ignored` counts files that are no pictures (clutter
    that systems leave is not counted), `links` counts links, which are not followed.
    """

    root: Path
    classes: tuple[str, ...]
    files: tuple[PictureFile, ...]
    empty: tuple[str, ...]
    ignored: int
    links: int

    @property
    def counts(self) -> tuple[int, ...]:
        """How many pictures each class has."""
        counts = [0] * len(self.classes)
        for file in self.files:
            counts[file.label] += 1
        return tuple(counts)


@dataclass
class _Seen:
    ignored: int = 0
    links: int = 0


def scan(root: Path, should_stop: Callable[[], bool] = lambda: False) -> PictureFolder:
    """List the pictures of a folder of folders. Nothing is opened, no link is followed.

    Raises:
        ExplorerError: no such folder, or not at least two folders with pictures in it.
    """
    if not root.is_dir():
        raise ExplorerError(
            f"{root} is neither a built-in data set (digits) nor a folder; check the name of the folder"
        )
    seen = _Seen()
    classes: list[str] = []
    empty: list[str] = []
    files: list[PictureFile] = []
    for entry in _entries(root):
        if _is_hidden(entry.name):
            continue
        if entry.is_symlink():
            seen.links += 1
        elif entry.is_dir(follow_symlinks=False):
            found = [PictureFile(*item) for item in _pictures(Path(entry), len(classes), seen, should_stop)]
            if found:
                classes.append(entry.name)
                files += found
            elif not should_stop():
                empty.append(entry.name)
        else:
            seen.ignored += 1
    if len(classes) < 2 and not should_stop():
        raise ExplorerError(_too_few(root, classes, seen))
    return PictureFolder(root, tuple(classes), tuple(files), tuple(empty), seen.ignored, seen.links)


def _too_few(root: Path, classes: list[str], seen: _Seen) -> str:
    what = f"only one folder with pictures ({classes[0]})" if classes else "no folder with pictures"
    beside = (
        f", and {seen.ignored:,} files that are in no class folder or no pictures" if seen.ignored else ""
    )
    linked = f", and {seen.links:,} links, which are not followed" if seen.links else ""
    return (
        f"{root} holds {what}{beside}{linked}; put the pictures of each class into a folder of"
        " its own (cats/…, dogs/…) and choose the folder around them"
    )


def _pictures(
    folder: Path, label: int, seen: _Seen, should_stop: Callable[[], bool], depth: int = 0
) -> Iterator[tuple[Path, int, int]]:
    for entry in _entries(folder):
        if should_stop():
            return
        if _is_hidden(entry.name):
            continue
        if entry.is_symlink():
            seen.links += 1
        elif entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _pictures(Path(entry), label, seen, should_stop, depth + 1)
        elif Path(entry.name).suffix.lower() in SUFFIXES and entry.is_file(follow_symlinks=False):
            try:
                yield Path(entry), label, entry.stat(follow_symlinks=False).st_size
            except FileNotFoundError:  # taken away while we look
                seen.ignored += 1
        else:
            seen.ignored += 1


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name.

    Raises:
        ExplorerError: it may not be read, or has gone.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise ExplorerError(f"{folder} cannot be read: {error.strerror}; check its permissions") from None


def _is_hidden(name: str) -> bool:
    """Dot-folders, the ._ files of macOS, and the picture caches of Windows."""
    return name.startswith(".") or name.lower() in _CLUTTER
