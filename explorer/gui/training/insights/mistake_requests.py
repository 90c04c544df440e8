"""Questions about the held-out pictures of a run, and the work that answers them in the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.gui.inspector.requests import loading
from explorer.gui.job import ShouldStop, Work

if TYPE_CHECKING:
    from explorer.engine.pictures.images import Picture

SHOWN = 48
"""Pictures that are shown at most."""


@dataclass(frozen=True)
class MistakeQuestion:
    """The worst mistakes of an epoch, or the pictures of a cell of its confusion matrix."""

    folder: Path
    epoch: int
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class Found:
    """How many pictures there are; those that are shown follow one by one."""

    question: MistakeQuestion
    count: int


@dataclass(frozen=True, eq=False)
class Mistake:
    """One held-out picture, its class, what it was taken for, and its loss."""

    question: MistakeQuestion
    picture: Picture
    label: str
    answer: str
    loss: float

    @property
    def right(self) -> bool:
        """Whether it was taken for what it is."""
        return self.label == self.answer


def answering_mistakes(question: MistakeQuestion) -> Work:
    """The work of a question about held-out pictures."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        # numpy and the pictures' readers are not needed before somebody asks
        from explorer.engine.looking.held_out_pictures import held_out_pictures
        from explorer.engine.runs.judgements import read_judged
        from explorer.engine.runs.run_folder import read_record

        judged = read_judged(question.folder, question.epoch)
        places = judged.worst() if question.cell is None else judged.of(*question.cell)
        yield Found(question, len(places))
        record = read_record(question.folder)
        pictures = held_out_pictures(record, should_stop)
        classes = record.classes
        for place in places[:SHOWN]:
            if should_stop():
                return
            answer = int(judged.answers[place])
            name = classes[answer] if answer < len(classes) else str(answer)
            picture = pictures.picture(place)
            yield Mistake(question, picture, pictures.label(place), name, float(judged.losses[place]))

    return work
