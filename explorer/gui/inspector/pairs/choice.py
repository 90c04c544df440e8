"""Which other network stands beside the open one: itself, one of the catalogue, or a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from explorer.architectures.catalog import architectures, build
from explorer.core import notation
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph
from explorer.core.notation import SUFFIX
from explorer.gui.workbench import Workbench

_CHOOSE, _OPEN = "choose", "open"


class NetworkChoice(QComboBox):
    """Offers networks.

    Signals:
        changed(): another network is wanted.
        failed(sentence): a file that is no network.
    """

    changed = Signal()
    failed = Signal(str)

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
        self._graphs: dict[str | Path, Graph] = {}
        self._chosen: str | Path = _OPEN
        self.addItem("the same network", _OPEN)
        for name in architectures():
            self.addItem(name, name)
        self.insertSeparator(1)
        self.addItem("Document…", _CHOOSE)
        self.activated.connect(self._take)

    @property
    def graph(self) -> Graph:
        """The network as a value: the same object while the same is chosen."""
        if self._chosen == _OPEN:
            return self._workbench.document.graph
        if self._chosen not in self._graphs:
            self._graphs = {self._chosen: build(str(self._chosen))}
        return self._graphs[self._chosen]

    def choose(self, name: str) -> None:
        """Choose a network of the catalogue."""
        self._set(name)

    def _take(self, index: int) -> None:
        chosen = self.itemData(index)
        if chosen != _CHOOSE:
            self._set(chosen)
            return
        self._show()
        path = self._choose_file(self)
        if path:
            self._read(Path(path))

    def _read(self, path: Path) -> None:
        try:
            graph = notation.load(path).graph
        except ExplorerError as error:
            self.failed.emit(str(error))
            return
        self._graphs = {path: graph}
        if self._place(path) < 0:
            self.insertItem(self.count() - 1, path.name, path)
        self._set(path)

    def _set(self, chosen: str | Path) -> None:
        known, self._chosen = self._chosen, chosen
        if isinstance(chosen, Path) and chosen not in self._graphs:
            self._chosen = known
            self._read(chosen)  # it was let go for another one
            return
        self._show()
        if known != chosen:
            self.changed.emit()

    def _show(self) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(max(0, self._place(self._chosen)))

    def _place(self, chosen: str | Path) -> int:
        places = (index for index in range(self.count()) if self.itemData(index) == chosen)
        return next(places, -1)


def _ask_file(parent: QWidget) -> str:
    kinds = f"Networks (*{SUFFIX});;All files (*)"
    return QFileDialog.getOpenFileName(parent, "Open a network", "", kinds)[0]
