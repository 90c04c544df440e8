"""What is known of a data set before its pictures are read: classes, counts and the split; needs no numpy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.data.class_names import DIGIT, DIGIT_COUNTS, shape_names
from explorer.engine.data.data_text import DIGITS, SHAPES, builtin_name, check_no_settings, shapes_settings
from explorer.engine.data.picture_folder import TEST, TRAIN, PictureFolder, scan
from explorer.engine.data.published_data import published

_LOOKED_AT = 20
"""How many pictures of a folder are opened to see whether they have colours."""


@dataclass(frozen=True)
class Survey:
    """What is known of a data set before any picture is read.

    `data` is the text that a recipe has. `folder` is None for built-in ones. `test_counts` are
    there where the data says itself what to test on; `counts` are then those to train on.
    `channels` is 0 and `sides` (height, width) empty where pictures must be opened to know them.
    """

    data: str
    name: str
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    notes: tuple[str, ...]
    folder: PictureFolder | None = None
    test_counts: tuple[int, ...] = ()
    channels: int = 0
    sides: Shape = ()

    @property
    def fingerprint(self) -> str:
        """Tells whether two surveys found the same pictures (by name and size)."""
        known = (self.classes, self.counts, *([self.test_counts] if self.test_counts else []))
        digest = hashlib.sha256(repr(known).encode())
        if self.folder is not None:
            for file in self.folder.files:
                digest.update(f"{file_key(self.folder, file.path)}\0{file.size}\n".encode())
        elif self.name == SHAPES:
            digest.update(repr(shapes_settings(self.data)).encode())
        return digest.hexdigest()[:32]

    def division(self, held_out: float) -> tuple[int, int]:
        """How many pictures there are to train on and to test on, before damaged ones are known."""
        if self.test_counts:
            return sum(self.counts), sum(self.test_counts)
        test = sum(held_out_count(count, held_out) for count in self.counts if count)
        return sum(self.counts) - test, test


def survey(data: str, should_stop: Callable[[], bool] = lambda: False) -> Survey:
    """Classes and counts of built-in data or of a folder of folders; opens no picture.

    Raises:
        ExplorerError: there is no such data, or it has fewer than two classes.
    """
    name = builtin_name(data)
    if name == SHAPES:
        return _shapes(data)
    if name:
        check_no_settings(data)
        return _digits(data) if name == DIGITS else _published(data, name)
    if not data.strip():
        raise ExplorerError("no data is named; choose digits, or a folder of folders of pictures")
    return _folder(data, should_stop)


def channels(found: Survey) -> int:
    """1 where all of some pictures looked at are grey, else 3."""
    if found.folder is None:
        return found.channels
    from explorer.engine.data.stored_pictures import is_grey  # Pillow is needed for folders only

    files = found.folder.files
    chosen = files[:: max(1, len(files) // _LOOKED_AT)]
    return 1 if all(is_grey(file.path) for file in chosen) else 3


def split(
    keys: Sequence[str], labels: Sequence[int], held_out: float, seed: int
) -> tuple[list[int], list[int]]:
    """Numbers of the pictures to train on and to test on; the same share of every class.

    It depends on the pictures' names and the seed alone, so that a new picture does not move
    the others from one side to the other. A class with one picture is trained on only.
    """
    classes: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        classes.setdefault(label, []).append(index)
    train: list[int] = []
    test: list[int] = []
    for members in classes.values():
        ranked = sorted(members, key=lambda index: hashlib.sha256(f"{seed}/{keys[index]}".encode()).digest())
        kept = held_out_count(len(ranked), held_out)
        test += ranked[:kept]
        train += ranked[kept:]
    return sorted(train), sorted(test)


def held_out_count(count: int, held_out: float) -> int:
    """How many of a class's pictures are tested on: at least one, unless there is only one."""
    return min(count - 1, max(1, round(held_out * count)))


def file_key(folder: PictureFolder, path: Path) -> str:
    """A picture's name inside its folder, the same on every system."""
    return path.relative_to(folder.root).as_posix()


def _digits(data: str) -> Survey:
    return Survey(data, DIGITS, DIGIT, DIGIT_COUNTS, (), channels=1, sides=(8, 8))


def _shapes(data: str) -> Survey:
    settings = shapes_settings(data)
    each, more = divmod(settings.count, settings.classes)
    counts = tuple(each + (index < more) for index in range(settings.classes))
    sides = (settings.size, settings.size)
    return Survey(data, SHAPES, shape_names(settings.classes), counts, (), channels=3, sides=sides)


def _published(data: str, name: str) -> Survey:
    known = published()[name]
    return Survey(
        data,
        name,
        known.classes,
        known.train_counts,
        (),
        test_counts=known.test_counts,
        channels=known.shape[0],
        sides=known.shape[1:],
    )


def _folder(data: str, should_stop: Callable[[], bool]) -> Survey:
    folder = scan(Path(data).expanduser(), should_stop)
    notes = []
    if folder.empty:
        notes.append(f"left out, without pictures: {', '.join(folder.empty[:5])}")
    if folder.ignored:
        notes.append(f"{folder.ignored:,} other files are ignored")
    if folder.links:
        notes.append(f"{folder.links:,} links are not followed")
    if folder.unused:
        notes.append(f"the folder {folder.unused} is not used: {TEST} is tested on")
    name = folder.root.resolve().name
    if folder.divided:
        train, test = folder.counts_of(TRAIN), folder.counts_of(TEST)
        return Survey(data, name, folder.classes, train, tuple(notes), folder, test)
    return Survey(data, name, folder.classes, folder.counts, tuple(notes), folder)
