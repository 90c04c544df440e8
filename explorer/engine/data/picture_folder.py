"""A folder that holds one folder of pictures per class: what is in it, read by our own scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.engine.data.data_text import TITLES

SUFFIXES = frozenset(
    ".png .jpg .jpeg .jfif .bmp .gif .webp .tif .tiff .ppm .pgm .pbm".split()  # noqa: SIM905
)
_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
_DEEPEST = 16

TRAIN, TEST = "train", "test"
_HELD_OUT = (TEST, "val", "valid", "validation")
"""Names of the part that is held out, the first that is there counts."""


@dataclass(frozen=True)
class PictureFile:
    """One picture on the disk: where, of which class (its index), and how many bytes it has.

    `part` is TRAIN or TEST where the folder is divided, else "".
    """

    path: Path
    label: int
    size: int
    part: str = ""


@dataclass(frozen=True)
class PictureFolder:
    """What a scan found.

    `empty` are folders without a picture, `ignored` counts files that are no pictures (clutter
    that systems leave is not counted), `links` counts links, which are not followed. `unused`
    is a third part beside `train` and `test`.
    """

    root: Path
    classes: tuple[str, ...]
    files: tuple[PictureFile, ...]
    empty: tuple[str, ...]
    ignored: int
    links: int
    unused: str = ""

    @property
    def divided(self) -> bool:
        """Whether it says itself which pictures are to be tested on."""
        return any(file.part for file in self.files)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many pictures each class has."""
        return self.counts_of(None)

    def counts_of(self, part: str | None) -> tuple[int, ...]:
        """How many pictures of a part each class has; None counts all."""
        counts = [0] * len(self.classes)
        for file in self.files:
            counts[file.label] += part is None or file.part == part
        return tuple(counts)


@dataclass
class _Seen:
    """What a scan has come across so far."""

    classes: dict[str, int] = field(default_factory=dict)
    files: list[PictureFile] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    ignored: int = 0
    links: int = 0


def scan(root: Path, should_stop: Callable[[], bool] = lambda: False) -> PictureFolder:
    """List the pictures of a folder of folders. Nothing is opened, no link is followed.

    A folder that holds nothing but `train` and `test` (or `val`) is taken as divided already:
    the folders of the classes lie in these two.

    Raises:
        ExplorerError: no such folder, or not at least two folders with pictures in it.
    """
    if not root.is_dir():
        raise ExplorerError(
            f"{root} is neither a built-in data set ({', '.join(TITLES)}) nor a folder;"
            " check the name of the folder"
        )
    seen = _Seen()
    parts, unused = _parts(root)
    for part, folder in parts.items():
        _scan_part(part, folder, seen, should_stop)
    classes = seen.classes
    if len(classes) < 2 and not should_stop():
        raise ExplorerError(_too_few(root, list(classes), seen))
    if len(parts) > 1 and not should_stop():
        _check_parts(root, seen)
    return PictureFolder(
        root, tuple(classes), tuple(seen.files), tuple(seen.empty), seen.ignored, seen.links, unused
    )


def _parts(root: Path) -> tuple[dict[str, Path], str]:
    """The folders whose folders are classes, by what they are for, and one that is not used."""
    names = {
        entry.name.lower(): entry.name
        for entry in _entries(root)
        if not _is_hidden(entry.name) and not entry.is_symlink() and entry.is_dir(follow_symlinks=False)
    }
    held_out = [name for name in _HELD_OUT if name in names]
    if TRAIN not in names or not held_out or set(names) - {TRAIN, *_HELD_OUT}:
        return {"": root}, ""
    unused = names[held_out[1]] if len(held_out) > 1 else ""
    return {TRAIN: root / names[TRAIN], TEST: root / names[held_out[0]]}, unused


def _scan_part(part: str, folder: Path, seen: _Seen, should_stop: Callable[[], bool]) -> None:
    for entry in _entries(folder):
        if _is_hidden(entry.name):
            continue
        if entry.is_symlink():
            seen.links += 1
        elif entry.is_dir(follow_symlinks=False):
            label = seen.classes.get(entry.name, len(seen.classes))
            found = [PictureFile(*item, part) for item in _pictures(Path(entry), label, seen, should_stop)]
            if found:
                seen.classes[entry.name] = label
                seen.files += found
            elif not should_stop():
                seen.empty.append(f"{part}/{entry.name}" if part else entry.name)
        else:
            seen.ignored += 1


def _check_parts(root: Path, seen: _Seen) -> None:
    """See that what is to be tested was also to be learned.

    Raises:
        ExplorerError: a class has no picture to train on.
    """
    learned = {file.label for file in seen.files if file.part == TRAIN}
    unknown = [name for name, label in seen.classes.items() if label not in learned]
    if unknown:
        raise ExplorerError(
            f"{root}: no picture of {', '.join(unknown[:5])} is in the folder {TRAIN}, only in the one to"
            " test on; put some there, or take the class away"
        )


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
