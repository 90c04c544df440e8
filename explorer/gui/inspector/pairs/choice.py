"""Which other network stands beside the open one: itself, one of the catalogue, or a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from explorer.architectures.catalog import architectures, build
from explorer.core import notation
from explorer.core.analysis import analyze
from explorer.core.graph import Graph
from explorer.core.notation import SUFFIX
from explorer.core.outline import Layer, flatten
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.workbench import Workbench

_CHOOSE, _OPEN = "choose", "open"
_STOP_MS = 5000


@dataclass(frozen=True, eq=False)
class Read:
    """A network of the catalogue or of a file, with its plain layers."""

    chosen: str | Path
    graph: Graph
    layers: tuple[Layer, ...]


class NetworkChoice(QComboBox):
    """Offers networks, and reads the chosen one in the background; until then the last one stays.

    Signals:
        changed(): another network stands there.
        failed(sentence): a file that is no network, or one that cannot run.
        said(text): what takes time now; "" when nothing does.
    """

    changed = Signal()
    failed = Signal(str)
    said = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        parent: QWidget | None = None,
        choose_file: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("The other network")
        self.setToolTip("The network at the right: the open one itself, one of the catalogue, or a document")
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._workbench, self._choose_file = workbench, choose_file or _ask_file
        self._read: Read | None = None
        self._job: Job | None = None
        self._own: tuple[object, tuple[Layer, ...]] = (None, ())
        self.addItem("the same network", _OPEN)
        for name in architectures():
            self.addItem(name, name)
        self.insertSeparator(1)
        self.addItem("Document…", _CHOOSE)
        self.activated.connect(self._take)

    @property
    def graph(self) -> Graph:
        """The network as a value: the same object while the same is chosen."""
        return self._workbench.document.graph if self._read is None else self._read.graph

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Its plain layers.

        Raises:
            ExplorerError: the open network cannot run.
        """
        if self._read is not None:
            return self._read.layers
        analysis = self._workbench.analysis
        if self._own[0] is not analysis:
            self._own = analysis, flatten(analysis)
        return self._own[1]

    @property
    def busy(self) -> bool:
        """Whether a network is being read."""
        return self._job is not None

    def choose(self, name: str) -> None:
        """Choose a network of the catalogue."""
        self._set(name)

    def shutdown(self) -> bool:
        """Stop reading and wait; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(_STOP_MS)

    @property
    def _chosen(self) -> str | Path:
        return _OPEN if self._read is None else self._read.chosen

    def _take(self, index: int) -> None:
        chosen = self.itemData(index)
        if chosen != _CHOOSE:
            self._set(chosen)
            return
        self._show()
        path = self._choose_file(self)
        if path:
            self._start(Path(path))

    def _set(self, chosen: str | Path) -> None:
        if chosen == self._chosen:
            self._let_go()
            self._show()
        elif chosen == _OPEN:
            self._let_go()
            self._read = None
            self._show()
            self.changed.emit()
        else:
            self._start(chosen)

    def _start(self, chosen: str | Path) -> None:
        """Read a network; what was being read is wanted no more."""
        self._let_go()
        job = self._job = Job(_reading(chosen), "Reading the other network", self)
        job.event.connect(lambda read: self._receive(job, read))
        job.failed.connect(lambda sentence, _details: self._fail(job, sentence))
        job.ended.connect(lambda: self._end(job))
        self.said.emit(f"Reading {chosen.name if isinstance(chosen, Path) else chosen}…")
        job.start()

    def _let_go(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _receive(self, job: Job, read: Read) -> None:
        if job is not self._job:
            return
        self._read = read
        if isinstance(read.chosen, Path) and self._place(read.chosen) < 0:
            self.insertItem(self.count() - 1, read.chosen.name, read.chosen)
        self._show()
        self.changed.emit()

    def _fail(self, job: Job, sentence: str) -> None:
        if job is self._job:
            self._show()
            self.failed.emit(sentence)

    def _end(self, job: Job) -> None:
        job.deleteLater()
        if job is self._job:
            self._job = None
            self.said.emit("")

    def _show(self) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(max(0, self._place(self._chosen)))

    def _place(self, chosen: str | Path) -> int:
        places = (index for index in range(self.count()) if self.itemData(index) == chosen)
        return next(places, -1)


def _reading(chosen: str | Path) -> Work:
    def work(_should_stop: ShouldStop) -> Iterator[object]:
        graph = notation.load(chosen).graph if isinstance(chosen, Path) else build(chosen)
        yield Read(chosen, graph, flatten(analyze(graph)))

    return work


def _ask_file(parent: QWidget) -> str:
    kinds = f"Networks (*{SUFFIX});;All files (*)"
    return QFileDialog.getOpenFileName(parent, "Open a network", "", kinds)[0]
