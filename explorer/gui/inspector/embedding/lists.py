"""Lists some of many pictures: the nearest to a chosen one, the encircled, those of a cell of the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core.units import probability_text
from explorer.engine.looking.embedding_findings import Neighbours, NeighboursWanted, PictureWanted
from explorer.gui.inspector.embedding.plot import EmbeddingPlot
from explorer.gui.inspector.embedding.side import EmbeddingSide
from explorer.gui.inspector.requests import Requests, loading, told
from explorer.gui.job import ShouldStop, Work

if TYPE_CHECKING:
    from explorer.engine.looking.embedding_findings import Features


class EmbeddingLists(QObject):
    """Keeps the plane and the panel beside it in step.

    Signals:
        picture_wanted(picture): one picture (of the engine) is to be looked at on its own.
        failed(sentence): a question has no answer.
    """

    picture_wanted = Signal(object)
    failed = Signal(str)

    def __init__(self, plot: EmbeddingPlot, side: EmbeddingSide, parent: QObject) -> None:
        super().__init__(parent)
        self._plot, self._side = plot, side
        self.features: Features | None = None
        self.asking = Requests(self, answering_many)
        self.asking.answered.connect(self._take)
        self.asking.failed.connect(lambda sentence, _details: self.failed.emit(sentence))
        plot.chosen.connect(self._choose)
        plot.encircled.connect(self._list_encircled)
        plot.opened.connect(self._open)
        side.chosen.connect(self._show_one)
        side.opened.connect(self._open)
        side.cell_chosen.connect(self._list_cell)

    def _take(self, report: object) -> None:
        if isinstance(report, Neighbours):
            self._list_neighbours(report)
        else:
            self.picture_wanted.emit(report)

    def _choose(self, index: int) -> None:
        """A point was clicked: show it, and ask for its neighbours."""
        self._show_one(index)
        if self.features is not None:
            self.asking.ask(NeighboursWanted(self.features, index))

    def _show_one(self, index: int) -> None:
        self._plot.select(index)
        self._side.show_picture(index)

    def _list_neighbours(self, neighbours: Neighbours) -> None:
        features = neighbours.request.features
        if features is not self.features:
            return
        layer = features.request.layer
        self._side.list_pictures(
            f"Nearest in {layer}",
            "by the cosine of what the layer makes of them: 1 is the same direction",
            [index for index, _ in neighbours.found],
            [f"{self._class(index)} · {likeness:.3f}" for index, likeness in neighbours.found],
        )
        self._plot.mark([index for index, _ in neighbours.found])

    def _list_encircled(self, indices: tuple[int, ...]) -> None:
        if self.features is not None:
            words = [self._class(index) for index in indices]
            counts = sorted({word: words.count(word) for word in words}.items(), key=lambda item: -item[1])
            note = ", ".join(f"{count:,} {name}" for name, count in counts[:8])
            self._side.list_pictures(f"{len(indices):,} encircled", note, indices, words)

    def _list_cell(self, place: tuple[int, int]) -> None:
        features = self.features
        if features is None or features.answers is None or features.sureness is None:
            return
        pairs = zip(features.labels.tolist(), features.answers.tolist(), strict=True)
        found = [index for index, pair in enumerate(pairs) if pair == place]
        found.sort(key=lambda index: -float(features.sureness[index]))  # type: ignore[index]
        true, answer = (features.classes[part] for part in place)
        title = f"{true}, recognised" if true == answer else f"{true}, taken for {answer}"
        words = [f"{probability_text(float(features.sureness[index]))} sure" for index in found]
        self._side.list_pictures(title, "the surest first", found, words)
        self._plot.mark(found)

    def _class(self, index: int) -> str:
        assert self.features is not None  # noqa: S101  (it is one of its pictures)
        return self.features.classes[int(self.features.labels[index])]

    def _open(self, index: int) -> None:
        if self.features is not None:
            self.asking.ask(PictureWanted(self.features.request, self.features.numbers[index]))


def answering_many(request: Any) -> Work:
    """The work of a question about many pictures."""

    def work(should_stop: ShouldStop) -> Iterator[object]:
        yield from loading()
        from explorer.engine.looking.embedding_requests import (
            answer,  # torch takes seconds: loaded in the thread
        )

        if not should_stop():
            yield from told(answer(request, should_stop))

    return work
