"""Data sets: which classes and counts there are, the split, and pictures as the network takes them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (its usual name)
from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape, shape_text
from explorer.engine import digits, file_pictures
from explorer.engine.batches import HeldPictures, Pictures, parts
from explorer.engine.device import check_memory
from explorer.engine.events import Reading
from explorer.engine.picture_folder import PictureFolder, scan

_LOOKED_AT = 20
"""How many pictures of a folder are opened to see whether they have colours."""


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a picture of values from 0 to 1: fitted to `shape`, minus mean, over std."""

    shape: Shape
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class Survey:
    """What is known of a data set before any picture is read. `folder` is None for built-in ones."""

    name: str
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    notes: tuple[str, ...]
    folder: PictureFolder | None = None

    @property
    def fingerprint(self) -> str:
        """Tells whether two surveys found the same pictures (by name and size)."""
        digest = hashlib.sha256(repr((self.classes, self.counts)).encode())
        if self.folder is not None:
            for file in self.folder.files:
                digest.update(f"{file_key(self.folder, file.path)}\0{file.size}\n".encode())
        return digest.hexdigest()[:32]


@dataclass(frozen=True)
class DataSet:
    """Pictures on a device, split for training and test.

    `damaged` names the files that could not be read; they are left out.
    """

    survey: Survey
    train: Pictures
    test: Pictures
    preprocessing: Preprocessing
    damaged: tuple[str, ...]
    notes: tuple[str, ...]


def survey(data: str, should_stop: Callable[[], bool] = lambda: False) -> Survey:
    """Classes and counts of "digits" or of a folder of folders; opens no picture.

    Raises:
        ExplorerError: there is no such data, or it has fewer than two classes.
    """
    if data == digits.NAME:
        _, labels = digits.read_digits()
        counts = tuple(int(count) for count in np.bincount(labels, minlength=len(digits.CLASSES)))
        return Survey(digits.NAME, digits.CLASSES, counts, ())
    if not data.strip():
        raise ExplorerError("no data is named; choose digits, or a folder of folders of pictures")
    folder = scan(Path(data).expanduser(), should_stop)
    notes = []
    if folder.empty:
        notes.append(f"left out, without pictures: {', '.join(folder.empty[:5])}")
    if folder.ignored:
        notes.append(f"{folder.ignored:,} other files are ignored")
    if folder.links:
        notes.append(f"{folder.links:,} links are not followed")
    return Survey(folder.root.resolve().name, folder.classes, folder.counts, tuple(notes), folder)


def channels(found: Survey) -> int:
    """1 where all of some pictures looked at are grey, else 3."""
    if found.folder is None:
        return 1
    files = found.folder.files
    chosen = files[:: max(1, len(files) // _LOOKED_AT)]
    return 1 if all(file_pictures.is_grey(file.path) for file in chosen) else 3


def load(
    found: Survey,
    recipe: Recipe,
    shape: Shape,
    device: torch.device,
    should_stop: Callable[[], bool] = lambda: False,
) -> Generator[Reading, None, DataSet | None]:
    """Read and split the pictures, fitted to `shape`; None if it was stopped.

    Raises:
        ExplorerError: too few pictures can be read.
    """
    if found.folder is None:
        return _load_digits(found, recipe, shape, device)
    read = yield from file_pictures.read(found.folder, shape, device, should_stop)
    if read is None:
        return None
    keys = [file_key(found.folder, file.path) for file in read.files]
    train, test = split(keys, [file.label for file in read.files], recipe.held_out, recipe.seed)
    missing = sorted(set(range(len(found.classes))) - {read.files[index].label for index in train})
    if missing:
        names = ", ".join(found.classes[index] for index in missing[:5])
        raise ExplorerError(f"no picture of {names} can be read; put some there, or take the folder away")
    if not test:
        raise ExplorerError("every class has only one picture; at least one needs two, to train and to test")
    pictures = read.pictures(train), read.pictures(test)
    mean, std = _spread(pictures[0])
    notes = (*found.notes, *read.notes, f"{recipe.held_out:.0%} of each class are held out for the test")
    return DataSet(found, *pictures, Preprocessing(shape, mean, std), read.damaged, notes)


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
        kept = min(len(ranked) - 1, max(1, round(held_out * len(ranked))))
        test += ranked[:kept]
        train += ranked[kept:]
    return sorted(train), sorted(test)


def file_key(folder: PictureFolder, path: Path) -> str:
    """A picture's name inside its folder, the same on every system."""
    return path.relative_to(folder.root).as_posix()


def _load_digits(found: Survey, recipe: Recipe, shape: Shape, device: torch.device) -> DataSet:
    values, labels = digits.read_digits()
    pictures, note = _enlarged(torch.from_numpy(values)[:, None], shape)
    keys = [str(index) for index in range(len(labels))]
    train, test = (
        HeldPictures(pictures[chosen].to(device), torch.from_numpy(labels[chosen]).to(device))
        for chosen in split(keys, labels.tolist(), recipe.held_out, recipe.seed)
    )
    mean, std = _spread(train)
    preprocessing = Preprocessing(shape, mean * shape[0], std * shape[0])
    notes = (note, f"{recipe.held_out:.0%} of each class are held out for the test")
    return DataSet(found, train, test, preprocessing, (), notes)


def _enlarged(pictures: Tensor, shape: Shape) -> tuple[Tensor, str]:
    """The digits in the middle of pictures of the given height and width."""
    channels, high, wide = shape
    side = min(high, wide)
    note = f"the digits of {digits.SIDE}×{digits.SIDE} pixels are"
    if side == digits.SIDE:
        fitted = pictures
        note += " taken as they are"
    else:
        what = f"the digits, {'enlarged' if side > digits.SIDE else 'reduced'} to {side}×{side},"
        needed = 3 * len(pictures) * high * wide  # enlarged, with borders, and split in two
        check_memory(needed, "cpu", what, "give the network's Input smaller sides")
        fitted = torch.cat([_resized(part, side) for part in torch.split(pictures, 100)])
        note += f" {'enlarged' if side > digits.SIDE else 'reduced'} to {side}×{side}"
    if high != wide:
        left, top = (wide - side) // 2, (high - side) // 2
        fitted = F.pad(fitted, (left, wide - side - left, top, high - side - top))
        note += f", with black borders to {shape_text((high, wide))}"
    if channels > 1:
        note += f", and repeated in {channels} channels"
    return fitted, note


def _resized(pictures: Tensor, side: int) -> Tensor:
    resized = F.interpolate(pictures.float(), (side, side), mode="bilinear", antialias=True)
    return resized.round().clamp(0, 255).to(torch.uint8)


def _spread(pictures: Pictures) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel, of values from 0 to 1, of at most 1,000 pictures."""
    chosen = torch.linspace(0, len(pictures) - 1, min(1000, len(pictures))).round().long()
    total, squares, count = torch.zeros(1), torch.zeros(1), 0
    for part in parts(chosen, 100):
        values = pictures.batch(part)[0].cpu().to(torch.float64) / 255
        total = total + values.sum((0, 2, 3))
        squares = squares + (values * values).sum((0, 2, 3))
        count += values.numel() // values.shape[1]
    if not count:
        raise ExplorerError("none of the pictures can be read any more; check that the folder is there")
    means = [value / count for value in total.tolist()]
    spreads = [
        math.sqrt(max(0.0, square / count - mean * mean))
        for square, mean in zip(squares.tolist(), means, strict=True)
    ]
    # a picture of one colour has no spread: leave it as it is
    return tuple(round(mean, 4) for mean in means), tuple(round(std, 4) or 1.0 for std in spreads)
