"""The panel below the canvas: the layer table, the list of problems, filter, columns, copy and export."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core import edits
from explorer.core.analysis import Problem, Row
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.filters import Filter
from explorer.core.outline import Line
from explorer.gui.layers.columns import COLUMNS, PLACE
from explorer.gui.layers.copying import pasted, written
from explorer.gui.layers.fields_ahead import FieldsAhead
from explorer.gui.layers.model import LINE, LayerTableModel
from explorer.gui.layers.pages import Pages
from explorer.gui.layers.problem_list import ProblemList
from explorer.gui.layers.sums_row import LayerPage, SumsRow
from explorer.gui.layers.tools import LayerTools
from explorer.gui.layers.view import LayerTableView
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

PROBLEMS = "Problems"
_MOST_OPEN = 240


class LayersPanel(QWidget):
    """The layer table and what belongs to it.

    Signals:
        export_wanted(): the export button was pressed.
        complained(sentence): something could not be done.
        fact_wanted(name): the derivation of a figure of the selected layer was asked for.
        sum_wanted(name): the derivation of a sum of the network was asked for.
    """

    export_wanted = Signal()
    fact_wanted = Signal(str)
    sum_wanted = Signal(str)
    complained = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="layersPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._workbench = workbench
        self._following = False
        self.model = LayerTableModel(workbench, self)
        self.fields_ahead = FieldsAhead(workbench, self)
        self.table = LayerTableView()
        self.table.setModel(self.model)
        self.table.arrange_columns(())
        self.problems = ProblemList(workbench)
        self.sums = SumsRow(workbench, self.model, self.table)
        self._page = LayerPage(self.table, self.sums)
        self.pages = Pages("Layers", "The layer table", self._page)
        self.pages.add_made(PROBLEMS, "Layers without a shape", self.problems)
        self.tools = LayerTools(workbench)
        self.filter = self.tools.filter
        self.header = self._make_header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages)
        self._connect()
        self._show_problems()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.tools.set_theme(theme)
        self.pages.set_theme(theme)

    def show_problems(self) -> None:
        """Switch to the list of problems."""
        self.pages.show_page(PROBLEMS)

    def add_page(self, title: str, tip: str, make: Callable[[], QWidget]) -> None:
        """Offer a page before the problems; `make` is called when it is first shown.

        The page may have `set_theme(theme)`, and a widget `tools` for the panel's head.
        """
        self.pages.add(title, tip, make, len(self.pages.titles) - 1)

    def copy_selection(self, wanted: str = "") -> None:
        """Put the selected rows (all that are open where none is selected) into the clipboard.

        `wanted` is a format; without one they are copied as they are read, and as CSV.
        """
        lines, columns, reading = self._chosen_lines(), self.table.shown_columns(), self.model.reading
        if wanted:
            QGuiApplication.clipboard().setText(written(wanted, lines, columns, reading))
        else:
            QGuiApplication.clipboard().setMimeData(pasted(lines, columns, reading))

    def listed(self) -> list[Line]:
        """The plain layers that the filter wants, in the order of computation: what an export writes."""
        hits = self.model.hits()
        lines = self._workbench.lines.values()
        return [line for line in lines if line.inner is None and (hits is None or line.name in hits)]

    def _chosen_lines(self) -> list[Line]:
        chosen = self.table.selectionModel().selectedRows()
        if not chosen:
            chosen = self._visible_rows(QModelIndex())
        chosen.sort(key=lambda index: self.table.visualRect(index).top())
        return [line for index in chosen if (line := self.model.line(index)) is not None]

    def _visible_rows(self, parent: QModelIndex) -> list[QModelIndex]:
        rows = []
        for place in range(self.model.rowCount(parent)):
            index = self.model.index(place, 0, parent)
            rows.append(index)
            if self.table.isExpanded(index):
                rows += self._visible_rows(index)
        return rows

    def _make_header(self) -> QWidget:
        header = QWidget(objectName="layersHeader")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(8)
        row.addWidget(self.pages.switch)
        self._no_tools = QWidget()
        for part in (self.tools, self._no_tools):
            row.addWidget(part, 1)
        self._no_tools.hide()
        self._row = row
        return header

    def _show_tools(self, page: QWidget) -> None:
        """Put the tools of the page that is shown into the head."""
        shown = self.tools if page is self._page else getattr(page, "tools", self._no_tools)
        for place in range(1, self._row.count()):
            self._row.itemAt(place).widget().setVisible(False)
        if self._row.indexOf(shown) < 0:
            self._row.addWidget(shown, 1)
        shown.setVisible(True)

    def _connect(self) -> None:
        self.pages.shown.connect(self._show_tools)
        tools = self.tools
        tools.filter.filtered.connect(self._filter)
        tools.flat_wanted.connect(self._set_flat)
        tools.copy_wanted.connect(self.copy_selection)
        tools.export_wanted.connect(self.export_wanted)
        tools.column_wanted.connect(self.table.show_column)
        tools.columns_reset.connect(lambda: self.table.arrange_columns(()))
        self.table.columns_changed.connect(self._tick_columns)
        self.table.clicked.connect(self._clicked)
        self.sums.fact_wanted.connect(self.sum_wanted)
        self.model.timed.connect(self._show_times)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.table.doubleClicked.connect(self._double_clicked)
        self.table.header().sortIndicatorChanged.connect(self._sort)
        self.problems.complained.connect(self.complained)
        self._workbench.selection_changed.connect(self._select)
        self._workbench.changed.connect(self._changed)
        self._workbench.conventions_changed.connect(self._count_anew)
        self._tick_columns()

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        with self._leading():
            self.model.sort(section, order)

    def _filter(self, wanted: Filter) -> None:
        with self._leading():
            self.model.search(wanted)
        if wanted.test is not None:
            self._unfold()
        self.table.refresh()
        self.sums.refresh()

    def _unfold(self) -> None:
        """Open the blocks around what the filter found, as far as a person looks at once.

        Qt asks for every row that is opened; of thousands it would ask for a tenth of a second.
        """
        if self.model.count() <= _MOST_OPEN:
            self.table.expandAll()
            return
        self.table.collapseAll()
        for index in self.model.first_blocks(_MOST_OPEN // 4):
            self.table.expand(index)

    def _show_times(self, known: bool) -> None:
        self.table.show_column(PLACE["time"], known)
        self.table.viewport().update()
        self.sums.refresh()

    def _tick_columns(self) -> None:
        self.tools.tick_columns({PLACE[column.key] for column in self.table.shown_columns()})

    def _clicked(self, index: QModelIndex) -> None:
        """A figure was clicked: show how it is computed."""
        fact = COLUMNS[index.column()].fact
        line = self.model.line(index)
        if fact and line is not None and isinstance(line.entry, Row):
            self.fact_wanted.emit(fact)

    def _count_anew(self) -> None:
        with self._leading():
            self.model.count_anew()
        self.table.viewport().update()
        self.sums.refresh()

    def _set_flat(self, flat: bool) -> None:
        with self._leading():
            self.model.set_flat(flat)

    def _chosen(self, *_: object) -> None:
        if self._following:
            return
        current = self.table.selectionModel().currentIndex().siblingAtColumn(0)
        rows = self.table.selectionModel().selectedRows()
        # the current row is the last chosen: properties show that one
        rows.sort(key=lambda index: index == current)
        self._workbench.select(index.data(LINE).name for index in rows)

    def _select(self, names: tuple[str, ...]) -> None:
        """Show the workbench's selection."""
        chosen = QItemSelection()
        last = QModelIndex()
        for name in names:
            index = self.model.index_of(name)
            if index.isValid():
                chosen.select(index, index)
                last = index
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        self._following = True
        try:
            model.select(chosen, flags.ClearAndSelect | flags.Rows)
            if last.isValid() and model.currentIndex().siblingAtColumn(0) != last:
                model.setCurrentIndex(last, flags.NoUpdate)
                self.table.scrollTo(last, QAbstractItemView.ScrollHint.EnsureVisible)
        finally:
            self._following = False

    def _double_clicked(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if line is not None and isinstance(line.entry, Problem) and line.entry.repairs:
            repair = line.entry.repairs[0]
            try:
                document = edits.apply_repair(self._workbench.document, line.path, repair)
            except ExplorerError as error:
                self.complained.emit(str(error))
                return
            self._workbench.apply(f"{repair.label[:1].lower()}{repair.label[1:]} at {line.name}", document)

    def _changed(self, old: Document, new: Document) -> None:
        if new.graph is not old.graph:
            self._show_problems()
            with self._leading():
                self.model.update()
            self.table.refresh()
        if new.graph is not old.graph or new.name != old.name:
            self.sums.refresh()

    @contextlib.contextmanager
    def _leading(self) -> Iterator[None]:
        """While rows come and go the table follows: what it loses stays selected elsewhere."""
        self._following = True
        try:
            yield
        finally:
            self._following = False
        self._select(self._workbench.selection)

    def _show_problems(self) -> None:
        causes = self._workbench.analysis.causes
        shown = self.pages.switch.button(self.pages.titles.index(PROBLEMS))
        shown.setText(f"Problems {len(causes)}" if causes else "Problems")
        if shown.property("grave") != bool(causes):
            shown.setProperty("grave", bool(causes))
            shown.style().unpolish(shown)
            shown.style().polish(shown)
        self.problems.show_problems()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.table.hasFocus():
            self.copy_selection()
            return
        super().keyPressEvent(event)
