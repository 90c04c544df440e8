"""The Costs page: a treemap of the network, bars of its stages, and a sentence on where most of it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from explorer.core.document import Document
from explorer.export.cost_tree import (
    ACTIVATIONS,
    OPERATIONS,
    PARAMETERS,
    TIME,
    Cost,
    Measure,
    cost_tree,
    measures,
    sentence,
)
from explorer.export.stage_costs import stage_costs
from explorer.gui.costs.picture import CostSheet, copied, write_costs
from explorer.gui.costs.stage_bars import Bar, StageBars
from explorer.gui.costs.tools import CostTools
from explorer.gui.costs.treemap_view import TreemapView
from explorer.gui.elided import ElidedLabel
from explorer.gui.theme import Theme, theme
from explorer.gui.workbench import Workbench

_SOON = 30  # ms in which several edits become one refresh
_NO_TIME = "Not measured yet: see the page Measure"
_KEYS = (PARAMETERS, OPERATIONS, ACTIVATIONS, TIME)


class CostsPage(QWidget):
    """Shows what the open network costs. `tools` belongs into the head of the panel.

    Signals:
        export_wanted(page): a file for the picture is wanted; `write_picture` writes it.
    """

    export_wanted = Signal(object)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="costs")
        self._workbench = workbench
        self._theme = theme(dark=False)
        self._times: Mapping[str, float] = {}
        self._trees: dict[str, tuple[Measure, Cost]] = {}
        self._key, self._inside = PARAMETERS, ""
        self._stale = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._refresh_if_seen)
        self.sentence = ElidedLabel("")
        self.sentence.setObjectName("costSentence")
        self.sentence.setAccessibleName("Where most of the network is")
        self.treemap = TreemapView()
        self.bars = StageBars()
        self.tools = CostTools()
        self._lay_out()
        self._connect()

    @property
    def picture_name(self) -> str:
        """What a file of the picture is called."""
        return f"{self._workbench.document.name}-{self._key}.svg"

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.treemap, self.bars, self.tools):
            part.set_theme(theme)

    def set_times(self, times: Mapping[str, float]) -> None:
        """Take measured times of a forward pass: milliseconds by full name; none forgets them."""
        self._times = dict(times)
        self._later()

    def show_measure(self, key: str) -> None:
        """Let the tiles stand for another measure: one of parameters, operations, activations, time."""
        if key in self._trees or self._stale:
            self._key = key
        self._show()

    def go_into(self, name: str) -> None:
        """Show the inside of a block alone; "" shows the whole network."""
        self._inside = name
        self._show()

    def copy(self) -> None:
        """Put the picture into the clipboard."""
        QGuiApplication.clipboard().setMimeData(copied(self.sheet()))

    def write_picture(self, path: Path) -> None:
        """Write what is shown as a figure.

        Raises:
            ExplorerError: the ending names no format of pictures.
            OSError: the file cannot be written; an older one is left as it was.
        """
        write_costs(path, self.sheet())

    def sheet(self) -> CostSheet:
        """What is shown, as a page of its own."""
        self._refresh()
        measure, tree = self._trees[self._key]
        name = self._workbench.document.name
        return CostSheet(
            name, (tree, measure, self._inside), self.bars.bars, self.sentence.text(), self._theme
        )

    def _lay_out(self) -> None:
        divided = QSplitter(Qt.Orientation.Horizontal)
        divided.setChildrenCollapsible(False)
        divided.setHandleWidth(1)
        for part, margins in ((self.treemap, (0, 0, 12, 0)), (self.bars, (12, 0, 0, 0))):
            holder = QWidget()
            around = QHBoxLayout(holder)
            around.setContentsMargins(*margins)
            around.addWidget(part)
            divided.addWidget(holder)
        divided.setStretchFactor(0, 5)
        divided.setStretchFactor(1, 3)
        divided.setSizes([625, 375])
        self._divided = divided
        line = QHBoxLayout()
        line.setContentsMargins(2, 0, 2, 0)
        line.addWidget(self.sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 10)
        column.setSpacing(5)
        column.addLayout(line)
        column.addWidget(divided, 1)

    def _connect(self) -> None:
        bench = self._workbench
        bench.changed.connect(self._changed)
        bench.selection_changed.connect(self._show_selection)
        bench.conventions_changed.connect(self._later)
        self.treemap.chosen.connect(lambda name: bench.select((name,)))
        self.treemap.entered.connect(self.go_into)
        self.bars.chosen.connect(bench.select)
        self.tools.measure_chosen.connect(self.show_measure)
        self.tools.place_chosen.connect(self.go_into)
        self.tools.copy_wanted.connect(self.copy)
        self.tools.export_wanted.connect(lambda: self.export_wanted.emit(self))

    def _changed(self, old: Document, new: Document) -> None:
        if new.graph is not old.graph or new.name != old.name:
            self._later()

    def _later(self, *_: object) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        """Count again what is shown, if anything changed since."""
        if not self._stale:
            return
        self._stale = False
        bench = self._workbench
        lines, name = bench.lines.values(), bench.document.name
        known = measures(bench.conventions, self._times)
        self._trees = {item.key: (item, cost_tree(name, lines, item)) for item in known}
        self.sentence.setText(sentence(self._trees.values()))
        bars = [
            Bar(item.title, tree.amount, stage_costs(bench.analysis, item), item)
            for item, tree in self._trees.values()
        ]
        if TIME not in self._trees:
            bars.append(Bar("Time", 0, (), missing=_NO_TIME))
        self.bars.show_bars(bars)
        self._show()

    def _show(self) -> None:
        """Draw what was counted."""
        if not self._trees:
            return
        if self._key not in self._trees:
            self._key = PARAMETERS
        measure, tree = self._trees[self._key]
        self.treemap.show_tree(tree, measure, self._inside)
        self._inside = self.treemap.inside
        titles = [self._trees[key][0].title if key in self._trees else "Time" for key in _KEYS]
        self.tools.show_measures(list(zip(_KEYS, titles, strict=True)), self._key, set(self._trees))
        self.tools.show_place(self._places(tree))
        self._show_selection(self._workbench.selection)

    def _places(self, tree: Cost) -> list[tuple[str, str]]:
        """The network and the blocks around what is shown, as (full name, words)."""
        places, name = [("", tree.title)], self._inside
        inner: list[tuple[str, str]] = []
        while name:
            line = self._workbench.lines[name]
            inner.insert(0, (name, name.removeprefix(f"{line.block}.") if line.block else name))
            name = line.block
        return places + inner

    def _show_selection(self, names: tuple[str, ...]) -> None:
        self.treemap.show_selection(tuple(names))
        self.bars.show_selection(tuple(names))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
