"""Background work of the data panel: what is in the data, how it looks, and its download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from explorer.core.recipe import Recipe
from explorer.core.shapes import Shape
from explorer.gui.download_line import Passed
from explorer.gui.inspector.pictures.picture_view import image_of
from explorer.gui.job import ShouldStop, Work

if TYPE_CHECKING:
    from explorer.engine.data.samples import Samples
    from explorer.engine.data.survey import Survey

_MOST_PIXELS = 2_000_000
"""Pixels of all samples that are shown augmented."""


@dataclass(frozen=True)
class DataFacts:
    """What is known of the data before training.

    `train` and `test` are counts of pictures, `shape` is theirs (empty where they differ),
    `missing` is how many bytes must be downloaded first.
    """

    data: str
    classes: tuple[str, ...]
    train: int
    test: int
    notes: tuple[str, ...] = ()
    shape: Shape = ()
    missing: int = 0

    @property
    def pictures(self) -> int:
        """How many pictures there are in all."""
        return self.train + self.test


@dataclass(frozen=True)
class Damaged:
    """Files that are no pictures, each with the reason."""

    files: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """Pictures to show: the first row as they are, the others augmented; and their classes."""

    rows: tuple[tuple[QImage, ...], ...]
    names: tuple[str, ...]


def looking(data: str, held_out: float, shape: Shape) -> Work:
    """Look into the data: the facts of a folder, samples, then the files that are damaged."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.data.survey import survey  # the window starts without the engine

        found = survey(data, should_stop)
        if should_stop():
            return
        if found.folder is not None:
            yield facts_of(found, held_out)
        from explorer.engine.data.samples import samples  # needs numpy

        made = samples(found, shape, should_stop=should_stop)
        if made is not None and not should_stop():
            yield Shown((_images(made),), tuple(found.classes[label] for label in made.labels))
        if found.folder is not None:
            yield from _damaged(found, should_stop)

    return work


def augmenting(data: str, recipe: Recipe, shape: Shape, times: int) -> Work:
    """Show samples as they are, and as the augmentation changes them in some steps."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.data.survey import survey

        found = survey(data, should_stop)
        if should_stop():
            return
        from explorer.engine.data.samples import samples

        # large pictures are seldom, and a few of them show as much
        most = max(1, min(10, _MOST_PIXELS // (shape[1] * shape[2])))
        made = samples(found, shape, most, should_stop)
        if made is None or should_stop():
            return
        from explorer.engine.data.preview import augmented  # needs torch, which takes seconds

        if should_stop():
            return
        changed = augmented(made, recipe, shape, times)
        rows = [_images(made), *(tuple(_image(picture) for picture in row) for row in changed)]
        yield Shown(tuple(rows), tuple(found.classes[label] for label in made.labels))

    return work


def downloading(data: str) -> Work:
    """Download a published data set."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        from explorer.engine.data.published_data import fetch, published

        for step in fetch(published()[data], should_stop=should_stop):
            yield Passed(step.done, step.total)

    return work


def facts_of(found: Survey, held_out: float) -> DataFacts:
    """The facts of a survey."""
    from explorer.engine.data.published_data import is_here, published

    train, test = found.division(held_out)
    known = published().get(found.name) if found.folder is None else None
    missing = known.bytes if known is not None and not is_here(known) else 0
    shape = (found.channels, *found.sides) if found.sides else ()
    return DataFacts(found.data, found.classes, train, test, found.notes, shape, missing)


def _damaged(found: Survey, should_stop: ShouldStop) -> Iterator[Damaged]:
    from explorer.engine.data.stored_pictures import oddity

    assert found.folder is not None  # noqa: S101  (the caller asked)
    files = []
    for file in found.folder.files:
        if should_stop():
            return
        if reason := oddity(file.path):
            files.append(f"{file.path.relative_to(found.folder.root).as_posix()}: {reason}")
    yield Damaged(tuple(files))


def _images(found: Samples) -> tuple[QImage, ...]:
    return tuple(_image(picture) for picture in found.pictures)


def _image(picture: object) -> QImage:
    return image_of(picture.transpose(1, 2, 0))  # type: ignore[attr-defined]  (an array)
