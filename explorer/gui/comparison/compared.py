"""Which networks are compared, and how: the state of the Compare area, from which all it shows follows."""

from __future__ import annotations

import operator
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.core.conventions import DEFAULT, Conventions
from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.export.side_by_side import MOST, SideBySide
from explorer.export.subjects import Subject
from explorer.gui.network_sources import Kind, Source, catalogue, subject_of
from explorer.gui.workbench import Workbench

TEXTS_PAIR = (catalogue("vgg16"), catalogue("resnet50"))
"""The comparison that most texts print."""

_OF_DOCUMENT = (Kind.OPEN, Kind.AS_OPENED)


class Compared(QObject):
    """Two to four networks. One that cannot be shown has a sentence in `refused` instead.

    Signals:
        changed(): other networks, or the same with other figures.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._stale = False
        self._awake = True
        self.sources: tuple[Source, ...] = ()
        self.shape: Shape | None = None
        self.conventions: Conventions = DEFAULT
        self.subjects: tuple[Subject, ...] = ()
        self.refused: dict[int, str] = {}
        self.value: SideBySide | None = None
        self._shown: tuple[object, ...] = ()
        workbench.changed.connect(self._document_changed)
        workbench.file_changed.connect(self._document_changed)

    @property
    def places(self) -> tuple[int, ...]:
        """For each shown network, its place among the sources."""
        return tuple(place for place in range(len(self.sources)) if place not in self.refused)

    @property
    def open_place(self) -> int:
        """The place, among the shown networks, of the one that is open; -1 for none."""
        kinds = [self.sources[place].kind for place in self.places]
        return kinds.index(Kind.OPEN) if Kind.OPEN in kinds else -1

    @property
    def full(self) -> bool:
        """Whether no more network fits."""
        return len(self.sources) >= MOST

    def show(self, *sources: Source) -> None:
        """Compare these networks."""
        self.sources = sources[:MOST]
        self._compute()

    def add(self, source: Source) -> None:
        """Compare one more network; where four are compared, it takes the last one's place."""
        if source in self.sources:
            return
        kept = self.sources[: MOST - 1] if self.full else self.sources
        self.show(*kept, source)

    def remove(self, place: int) -> None:
        """Compare one network less."""
        self.show(*(item for at, item in enumerate(self.sources) if at != place))

    def replace(self, place: int, source: Source) -> None:
        """Compare another network in this place."""
        self.show(*(source if at == place else item for at, item in enumerate(self.sources)))

    def set_options(self, place: int, options: dict[str, object]) -> None:
        """Change the options of a network of the catalogue."""
        self.replace(place, replace(self.sources[place], options=options))

    def lead(self, place: int) -> None:
        """Measure all others against the network in this place."""
        first = self.sources[place]
        self.show(first, *(item for at, item in enumerate(self.sources) if at != place))

    def set_shape(self, shape: Shape | None) -> None:
        """Let pictures of one shape enter all networks; None for each its own."""
        if shape != self.shape:
            self.shape = shape
            self._compute()

    def set_conventions(self, conventions: Conventions) -> None:
        """Count and write figures in another way."""
        if conventions != self.conventions:
            self.conventions = conventions
            self._compute()

    def set_awake(self, awake: bool) -> None:
        """While nobody looks, changes of the open document are only noted."""
        self._awake = awake
        if awake and self._stale:
            self._compute()

    def _document_changed(self, *_: object) -> None:
        bench = self._workbench
        shown = (bench.document.graph, bench.document.name, bench.opened_document.graph)
        if any(source.kind in _OF_DOCUMENT for source in self.sources) and not self._holds(shown):
            self._shown = shown
            self._stale = True
            if self._awake:
                self._compute()

    def _holds(self, shown: tuple[object, ...]) -> bool:
        """Whether what is open is what was compared last: opening announces itself twice."""
        return len(self._shown) == len(shown) and all(map(operator.is_, self._shown, shown))

    def _compute(self) -> None:
        self._stale = False
        self.refused = {}
        found = []
        for place, source in enumerate(self.sources):
            try:
                found.append(subject_of(source, self._workbench, self.shape))
            except ExplorerError as error:
                self.refused[place] = str(error)
        self.subjects = tuple(found)
        self.value = SideBySide(self.subjects, self.conventions) if found else None
        self.changed.emit()
