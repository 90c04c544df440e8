"""Which weights are looked at: random ones, those of a run, or those of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.gui.job import Job, ShouldStop, Work
from explorer.gui.panel import label

_KINDS = "Weights (*.safetensors *.pth *.pt);;All files (*)"
_LARGEST_SEED = 2**31 - 1
_CHOOSE = "choose"


@dataclass(frozen=True)
class Choice:
    """One source of weights: "random", "run" or "file", with what it needs."""

    kind: str = "random"
    path: Path | None = None
    which: str = "best"


@dataclass(frozen=True)
class Found:
    """A run whose network is the open one."""

    folder: Path
    name: str


class WeightsChoice(QWidget):
    """The choice; it announces another source and reads nothing of it itself.

    Signals:
        changed(): other weights are to be looked at.
    """

    changed = Signal()

    def __init__(
        self,
        runs_folder: Path,
        parent: QWidget | None = None,
        choose_file: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._runs_folder = runs_folder
        self._choose_file = choose_file or _ask_file
        self._job: Job | None = None
        self._graph: Graph | None = None
        self._file: Path | None = None
        self._runs: list[Found] = []
        self.choice = Choice()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label("Weights", "title"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.box = QComboBox(objectName="methodList")
        self.box.setAccessibleName("Weights")
        self.box.setToolTip("Random weights, a run of this network, or a weights file")
        self.box.activated.connect(self._chosen)
        self.seed = QSpinBox(maximum=_LARGEST_SEED, prefix="seed ", keyboardTracking=False)
        self.seed.setAccessibleName("Seed of the random weights")
        self.seed.setToolTip("The same seed gives the same random weights")
        self.seed.valueChanged.connect(lambda _: self.changed.emit())
        row.addWidget(self.box, 1)
        row.addWidget(self.seed)
        column.addLayout(row)
        self._fill()

    def look_for_runs(self, graph: Graph) -> None:
        """Find the runs of this network, in the background."""
        self._graph = graph
        if self._job is None:
            self._look()

    def shutdown(self) -> bool:
        """Stop looking; whether the thread is gone."""
        if self._job is None:
            return True
        self._job.stop()
        return self._job.wait(5000)

    def _look(self) -> None:
        assert self._graph is not None  # noqa: S101  (set by the caller)
        asked, found = self._graph, []
        job = self._job = Job(_looking(self._runs_folder, asked), "Reading the runs", self)
        job.event.connect(found.append)
        job.ended.connect(lambda: self._take(found, asked))
        job.start()

    def _take(self, found: list[Found], asked: Graph) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if asked is not self._graph:
            self._look()
            return
        self._runs = found
        self._fill()
        if self.choice.kind == "run" and self.box.findData(self.choice) < 0:
            self._set(Choice())  # the network was changed: its runs are not its own any more

    def _fill(self) -> None:
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem("Random weights", Choice())
            for run in self._runs:
                self.box.addItem(f"{run.name}, best epoch", Choice("run", run.folder, "best"))
                self.box.addItem(f"{run.name}, last state", Choice("run", run.folder, "last"))
            if self._file is not None:
                self.box.addItem(self._file.name, Choice("file", self._file))
            self.box.addItem("Weights file…", _CHOOSE)
            self._show()

    def _show(self) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(self.choice)))
        self.seed.setVisible(self.choice.kind == "random")

    def _chosen(self, index: int) -> None:
        choice = self.box.itemData(index)
        if choice == _CHOOSE:
            path = self._choose_file(self)
            if not path:
                self._show()
                return
            self._file = Path(path)
            choice = Choice("file", self._file)
            self._set(choice)
            self._fill()
        else:
            self._set(choice)

    def _set(self, choice: Choice) -> None:
        known, self.choice = self.choice, choice
        self._show()
        if choice != known:
            self.changed.emit()


def _looking(runs_folder: Path, graph: Graph) -> Work:
    def work(should_stop: ShouldStop) -> Iterator[Found]:
        from explorer.engine.runs import read_record, run_folders  # the window starts without the engine

        if not runs_folder.is_dir():
            return
        for folder in reversed(run_folders(runs_folder)):
            if should_stop():
                return
            try:
                record = read_record(folder)
            except ExplorerError:
                continue  # the list of runs says that it is damaged
            if record.graph == graph:
                yield Found(folder, folder.name)

    return work


def _ask_file(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Open weights", "", _KINDS)[0]
