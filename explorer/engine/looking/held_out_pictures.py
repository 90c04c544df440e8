"""Which pictures of a data set a run tests on, in the order of its test; needs no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.engine.data.data_pictures import DataPictures, data_pictures
from explorer.engine.data.picture_folder import TEST
from explorer.engine.data.survey import file_key, split
from explorer.engine.pictures.images import Picture
from explorer.engine.runs.run_folder import RunRecord


@dataclass(frozen=True)
class HeldOutPictures:
    """The held-out pictures of a run. `numbers` are their places in `pictures`, all of the data."""

    pictures: DataPictures
    numbers: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    def picture(self, place: int) -> Picture:
        """The picture at a place of the test, as it lies in the data.

        Raises:
            ExplorerError: its file is gone or damaged.
        """
        return self.pictures.picture(self.numbers[place])

    def label(self, place: int) -> str:
        """The class of the picture at a place of the test."""
        return self.pictures.label(self.numbers[place])


def held_out_pictures(record: RunRecord, should_stop: Callable[[], bool] = lambda: False) -> HeldOutPictures:
    """The pictures that a run tests on.

    Raises:
        ExplorerError: the data is not there, or is not what it was when the run began.
    """
    pictures, facts = data_pictures(record.recipe.data, should_stop), _facts(record)
    found = pictures.survey
    if facts.get("fingerprint", found.fingerprint) != found.fingerprint:
        raise ExplorerError(
            f"{found.name} is not what it was when the run began; its pictures cannot be told apart any more"
        )
    numbers = _held_out(pictures, record, set(map(str, facts.get("damaged", ()))))
    gone = {int(place) for place in facts.get("left_out", ())}
    numbers = tuple(number for place, number in enumerate(numbers) if place not in gone)
    if facts.get("test", len(numbers)) != len(numbers):
        raise ExplorerError(
            f"{found.name} has {len(numbers):,} pictures to test on, and the run had"
            f" {facts['test']:,}; its pictures cannot be told apart any more"
        )
    return HeldOutPictures(pictures, numbers)


def _held_out(pictures: DataPictures, record: RunRecord, damaged: set[str]) -> tuple[int, ...]:
    found, recipe = pictures.survey, record.recipe
    if found.folder is None:
        if found.test_counts:
            return tuple(range(sum(found.counts), len(pictures)))
        keys = [str(number) for number in range(len(pictures))]
        return tuple(split(keys, pictures.labels, recipe.held_out, recipe.seed)[1])
    files = found.folder.files
    names = [file_key(found.folder, file.path) for file in files]
    left = {entry.rpartition(": ")[0] for entry in damaged}
    read = [number for number, name in enumerate(names) if name not in left]
    if found.folder.divided:
        return tuple(number for number in read if files[number].part == TEST)
    chosen = split(
        [names[number] for number in read],
        [files[number].label for number in read],
        recipe.held_out,
        recipe.seed,
    )
    return tuple(read[place] for place in chosen[1])


def _facts(record: RunRecord) -> Mapping[str, Any]:
    facts = record.facts.get("data")
    return facts if isinstance(facts, dict) else {}
