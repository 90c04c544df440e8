"""Data sets: their pictures on a device, split, and as the network takes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.errors import ExplorerError
from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape
from explorer.engine.data import digits, file_pictures, published_data, published_files, shapes_data
from explorer.engine.data.batches import HeldPictures, Pictures, parts
from explorer.engine.data.data_text import DIGITS, SHAPES, shapes_settings
from explorer.engine.data.downloads import Fetched
from explorer.engine.data.file_pictures import ReadPictures
from explorer.engine.data.fitting import fitted
from explorer.engine.data.picture_folder import TEST, PictureFolder
from explorer.engine.data.survey import Survey, channels, file_key, split, survey
from explorer.engine.device import check_memory
from explorer.engine.events import Downloading, Reading

ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a picture of values from 0 to 1: fitted to `shape`, minus mean, over std."""

    shape: Shape
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class DataSet:
    """Pictures on a device, split for training and test; to be closed after use.

    `damaged` names the files that could not be read; they are left out.
    """

    survey: Survey
    train: Pictures
    test: Pictures
    preprocessing: Preprocessing
    damaged: tuple[str, ...]
    notes: tuple[str, ...]

    def close(self) -> None:
        """End whatever reads pictures ahead."""
        self.train.close()
        self.test.close()


@dataclass(frozen=True)
class _Held:
    """Built-in pictures; `trained` is how many of them, the first, are to train on where the data says so."""

    pictures: Tensor
    labels: Tensor
    what: str
    trained: int | None = None


def load(
    found: Survey,
    recipe: Recipe,
    shape: Shape,
    device: torch.device,
    should_stop: ShouldStop = lambda: False,
) -> Generator[Reading | Downloading, None, DataSet | None]:
    """Read and split the pictures, fitted to `shape`; None if it was stopped.

    A published data set that is not here yet is downloaded first.

    Raises:
        ExplorerError: too few pictures can be read, or there is no connection.
    """
    if found.folder is not None:
        return (yield from _load_folder(found, found.folder, recipe, shape, device, should_stop))
    held = yield from _held(found, should_stop)
    return None if held is None else _divided(found, held, recipe, shape, device)


def _load_folder(
    found: Survey,
    folder: PictureFolder,
    recipe: Recipe,
    shape: Shape,
    device: torch.device,
    should_stop: ShouldStop,
) -> Generator[Reading, None, DataSet | None]:
    read = yield from file_pictures.read(folder, shape, device, should_stop)
    if read is None:
        return None
    train, test, said = _folder_split(folder, read, recipe)
    missing = sorted(set(range(len(found.classes))) - {read.files[index].label for index in train})
    if missing:
        names = ", ".join(found.classes[index] for index in missing[:5])
        raise ExplorerError(f"no picture of {names} can be read; put some there, or take the folder away")
    if not test:
        raise ExplorerError("every class has only one picture; at least one needs two, to train and to test")
    pictures = read.pictures(train), read.pictures(test)
    notes = (*found.notes, *read.notes, said)
    return DataSet(found, *pictures, _preprocessing(pictures[0], shape, recipe), read.damaged, notes)


def _folder_split(
    folder: PictureFolder, read: ReadPictures, recipe: Recipe
) -> tuple[list[int], list[int], str]:
    if folder.divided:
        test = [index for index, file in enumerate(read.files) if file.part == TEST]
        train = [index for index, file in enumerate(read.files) if file.part != TEST]
        return train, test, "the folder says itself what is tested on"
    keys = [file_key(folder, file.path) for file in read.files]
    train, test = split(keys, [file.label for file in read.files], recipe.held_out, recipe.seed)
    return train, test, f"{recipe.held_out:.0%} of each class are held out for the test"


def _held(found: Survey, should_stop: ShouldStop) -> Generator[Reading | Downloading, None, _Held | None]:
    """The pictures of built-in data, as they are; None if it was stopped."""
    if found.name == DIGITS:
        values, labels = digits.read_digits()
        return _Held(torch.from_numpy(values)[:, None], torch.from_numpy(labels), "the digits")
    if found.name == SHAPES:
        return (yield from _drawn(found, should_stop))
    return (yield from _downloaded(found, should_stop))


def _drawn(found: Survey, should_stop: ShouldStop) -> Generator[Reading, None, _Held | None]:
    settings = shapes_settings(found.data)
    shape = (settings.count, 3, settings.size, settings.size)
    check_memory(3 * math.prod(shape), "cpu", "drawing the shapes", "ask for fewer or smaller ones")
    drawn: NDArray[np.uint8] = np.empty(shape, np.uint8)
    done = 0
    for piece in shapes_data.draw(settings, should_stop):
        drawn[done : done + len(piece)] = piece
        done += len(piece)
        yield Reading(done, settings.count)
    if done < settings.count:
        return None
    labels = torch.from_numpy(shapes_data.labels_of(settings))
    return _Held(torch.from_numpy(drawn), labels, "the shapes")


def _downloaded(found: Survey, should_stop: ShouldStop) -> Generator[Downloading, None, _Held | None]:
    data = published_data.published()[found.name]
    if not published_data.is_here(data):
        coming = published_data.fetch(data, should_stop=should_stop)
        whole = yield from _told(coming, data.title)
        if not whole:
            return None
    train, test = published_files.read(data)
    pictures = torch.from_numpy(np.concatenate([train[0], test[0]]))
    labels = torch.from_numpy(np.concatenate([train[1], test[1]]))
    return _Held(pictures, labels, f"the pictures of {data.title}", len(train[1]))


def _told(coming: Generator[Fetched, None, bool], title: str) -> Generator[Downloading, None, bool]:
    try:
        while True:
            step = next(coming)
            yield Downloading(title, step.done, step.total)
    except StopIteration as ended:
        return bool(ended.value)
    finally:
        coming.close()


def _divided(found: Survey, held: _Held, recipe: Recipe, shape: Shape, device: torch.device) -> DataSet:
    """Built-in pictures, fitted and split."""
    pictures, note = fitted(held.pictures, shape, held.what)
    labels = held.labels
    if held.trained is None:
        keys = [str(index) for index in range(len(labels))]
        chosen = split(keys, labels.tolist(), recipe.held_out, recipe.seed)
        said = f"{recipe.held_out:.0%} of each class are held out for the test"
        take = partial(_chosen, pictures, labels, device)
        train, test = take(torch.tensor(chosen[0])), take(torch.tensor(chosen[1]))
    else:
        said = (
            f"{len(labels) - held.trained:,} pictures are held out by {held.what.rpartition(' ')[2]} itself"
        )
        train, test = (
            HeldPictures(pictures[part].to(device), labels[part].to(device))
            for part in (slice(held.trained), slice(held.trained, None))
        )
    return DataSet(found, train, test, _preprocessing(train, shape, recipe), (), (note, said))


def _chosen(pictures: Tensor, labels: Tensor, device: torch.device, which: Tensor) -> HeldPictures:
    return HeldPictures(pictures[which].to(device), labels[which].to(device))


def _preprocessing(train: Pictures, shape: Shape, recipe: Recipe) -> Preprocessing:
    """Mean and deviation of the pictures to train on, where they are to be taken out."""
    if not recipe.normalize:
        return Preprocessing(shape, (0.0,) * shape[0], (1.0,) * shape[0])
    mean, std = _spread(train)
    repeats = shape[0] // len(mean)
    return Preprocessing(shape, mean * repeats, std * repeats)


def _spread(pictures: Pictures) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel, of values from 0 to 1, of at most 1,000 pictures."""
    chosen = torch.linspace(0, len(pictures) - 1, min(1000, len(pictures))).round().long()
    total, squares, count = torch.zeros(1), torch.zeros(1), 0
    pieces = parts(chosen, 100)
    pictures.announce(pieces)
    for part in pieces:
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


__all__ = ["DataSet", "Preprocessing", "Survey", "channels", "load", "split", "survey"]
