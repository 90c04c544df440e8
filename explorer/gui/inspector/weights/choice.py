"""Which weights are looked at: random ones, published ones, those of a run, or those of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.graph import Graph
from explorer.engine.looking.findings import WeightsSource
from explorer.gui.download_line import MEBIBYTES, DownloadLine
from explorer.gui.inspector.weights.classes import ClassesChoice
from explorer.gui.inspector.weights.jobs import Found, Published, fetching, looking
from explorer.gui.job import Job
from explorer.gui.panel import label
from explorer.gui.spin_box import SpinBox
from explorer.gui.theme import Theme

_KINDS = "Weights (*.safetensors *.pth *.pt);;All files (*)"
_LARGEST_SEED = 2**31 - 1
_CHOOSE = "choose"
_TIP = "Random weights, published ones, a run of this network, or a weights file"


@dataclass(frozen=True)
class Choice:
    """One source of weights: "random", "imagenet", "run" or "file", with what it needs.

    Published ones without a path must be fetched first.
    """

    kind: str = "random"
    path: Path | None = None
    which: str = "best"
    network: str = ""


class WeightsChoice(QWidget):
    """The choice; it announces another source and reads nothing of it itself.

    Signals:
        changed(): other weights are to be looked at.
        offered(): there are others to choose from now.
        failed(sentence): published weights could not be fetched.
    """

    changed = Signal()
    offered = Signal()
    failed = Signal(str)

    def __init__(
        self,
        runs_folder: Path,
        parent: QWidget | None = None,
        choose_file: Callable[[QWidget], str] | None = None,
        *,
        bare: bool = False,
    ) -> None:
        """`bare` leaves the title out, where another stands above."""
        super().__init__(parent)
        self._runs_folder = runs_folder
        self._choose_file = choose_file or _ask_file
        self._job: Job | None = None
        self._graph: Graph | None = None
        self._file: Path | None = None
        self._runs: list[Found] = []
        self._published: list[Published] = []
        self.choice = Choice()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if not bare:
            column.addWidget(label("Weights", "title"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.box = QComboBox(objectName="weightsBox")
        self.box.setAccessibleName("Weights")
        self.box.setToolTip(_TIP)
        # names of runs and of sets to be fetched are long; they must not make the panel wider than it is
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(10)
        self.box.activated.connect(self._chosen)
        self.seed = SpinBox(maximum=_LARGEST_SEED, prefix="seed ", keyboardTracking=False)
        self.seed.setAccessibleName("Seed of the random weights")
        self.seed.setToolTip("The same seed gives the same random weights")
        self.seed.valueChanged.connect(lambda _: self.changed.emit())
        row.addWidget(self.box, 1)
        row.addWidget(self.seed)
        column.addLayout(row)
        self.classes = ClassesChoice()
        self.classes.changed.connect(self.changed)
        column.addWidget(self.classes)
        self.download = DownloadLine("cancelWeights", MEBIBYTES)
        self.download.given.connect(self._take_fetched)
        self.download.failed.connect(self.failed)
        column.addWidget(self.download)
        self._fill()

    @property
    def runs_folder(self) -> Path:
        """Where runs are looked for."""
        return self._runs_folder

    @property
    def source(self) -> WeightsSource:
        """What is chosen, as the engine is asked for it."""
        choice = self.choice
        classes = self.classes.chosen if choice.kind == "file" else ""
        return WeightsSource(
            choice.kind, self.seed.value(), choice.path, choice.which, choice.network, classes
        )

    def use_run(self, folder: Path, which: str = "last") -> None:
        """Take the weights of a run of this network."""
        self._set(Choice("run", folder, which))

    def look_for_runs(self, graph: Graph) -> None:
        """Find the runs of this network, in the background."""
        self._graph = graph
        if self._job is None:
            self._look()

    def shutdown(self) -> bool:
        """Stop looking and fetching; whether the threads are gone."""
        ended = self.download.shutdown()
        if self._job is None:
            return ended
        self._job.stop()
        return self._job.wait(5000) and ended

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.download.set_theme(theme)

    def _look(self) -> None:
        assert self._graph is not None  # noqa: S101  (set by the caller)
        asked, found = self._graph, []
        job = self._job = Job(looking(self._runs_folder, asked), "Reading the runs", self)
        job.event.connect(found.append)
        job.ended.connect(lambda: self._take(found, asked))
        job.start()

    def _take(self, found: list[Found | Published], asked: Graph) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if asked is not self._graph:
            self._look()
            return
        self._runs = [item for item in found if isinstance(item, Found)]
        self._published = [item for item in found if isinstance(item, Published)]
        self._fill()
        if self.choice.kind in ("run", "imagenet") and self._place() < 0:
            self._set(Choice())  # the network was changed: these weights are not its own any more

    def _fill(self) -> None:
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem("Random weights", Choice())
            for item in self._published:
                self.box.addItem(item.words, _choice_of(item))
            for run in self._runs:
                self.box.addItem(f"{run.name}, best epoch", Choice("run", run.folder, "best"))
                self.box.addItem(f"{run.name}, last state", Choice("run", run.folder, "last"))
            if self._file is not None:
                self.box.addItem(self._file.name, Choice("file", self._file))
            self.box.addItem("Weights file…", _CHOOSE)
            self._show()
        self.offered.emit()

    def _place(self) -> int:
        """Where what is chosen stands; -1 where it is not offered."""
        # Qt itself tells values of ours apart by their identity, and they are made anew when runs are found
        places = (index for index in range(self.box.count()) if self.box.itemData(index) == self.choice)
        return next(places, -1)

    def _show(self) -> None:
        self.box.setCurrentIndex(max(0, self._place()))
        self.seed.setVisible(self.choice.kind == "random")
        self.classes.setVisible(self.choice.kind == "file")
        self.box.setToolTip(f"{self.box.currentText()}\n{_TIP}")

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
        elif choice.kind == "imagenet" and choice.path is None:
            self._show()  # those in use stay until the others are here
            wanted = next(item for item in self._published if _choice_of(item) == choice)
            self.download.start(fetching(wanted))
        else:
            self._set(choice)

    def _take_fetched(self, item: Published) -> None:
        """Published weights are here: look at them, unless another network is open by now."""
        known = [other.key for other in self._published]
        if item.key in known:
            self._published[known.index(item.key)] = item
            self._set(_choice_of(item))
            self._fill()

    def _set(self, choice: Choice) -> None:
        known, self.choice = self.choice, choice
        self._show()
        if choice != known:
            self.changed.emit()


def _choice_of(item: Published) -> Choice:
    return Choice("imagenet", item.path, item.name, item.network)


def _ask_file(parent: QWidget) -> str:
    return QFileDialog.getOpenFileName(parent, "Open weights", "", _KINDS)[0]
