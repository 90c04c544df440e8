"""The panel below the canvas: the layer table, the list of problems, filter, columns, copy and export."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core import edits
from explorer.core.analysis import Problem
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.export.formats import csv_text
from explorer.gui.icons import icon
from explorer.gui.layers.columns import COLUMNS
from explorer.gui.layers.model import LINE, LayerTableModel
from explorer.gui.layers.problem_list import ProblemList
from explorer.gui.layers.view import LayerTableView
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

LAYERS, PROBLEMS = 0, 1


class LayersPanel(QWidget):
    """The layer table and what belongs to it.

    Signals:
        export_wanted(): the export button was pressed.
        complained(sentence): something could not be done.
    """

    export_wanted = Signal()
    complained = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="layersPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._workbench = workbench
        self._following = False
        self.model = LayerTableModel(workbench, self)
        self.table = LayerTableView()
        self.table.setModel(self.model)
        self.table.lay_out_columns()
        self.problems = ProblemList(workbench)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.problems)
        self.header = self._make_header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages)
        self._connect()
        self._show_problems()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.table.set_theme(theme)
        self._sign.setIcon(icon("search", theme, "text3"))
        for button, name in ((self._columns, "columns"), (self._copy, "copy"), (self._export, "export")):
            button.setIcon(icon(name, theme))
        self.problems.set_theme(theme)

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        """The columns that are not shown."""
        return tuple(item.key for place, item in enumerate(COLUMNS) if self.table.isColumnHidden(place))

    def hide_columns(self, keys: tuple[str, ...]) -> None:
        """Hide these columns and show the others."""
        for place, column in enumerate(COLUMNS):
            self.table.setColumnHidden(place, place > 0 and column.key in keys)

    def show_problems(self) -> None:
        """Switch to the list of problems."""
        self._switch.choose(PROBLEMS)

    def copy_selection(self) -> None:
        """Put the selected rows (all where none is selected) into the clipboard, as text and as CSV."""
        rows = self._chosen_rows()
        header = [column.title for column in COLUMNS]
        text = io.StringIO()
        csv.writer(text, delimiter="\t", lineterminator="\n").writerows([header, *rows])
        data = QMimeData()
        data.setText(text.getvalue())
        data.setData("text/csv", csv_text(header, rows).encode("utf-8"))
        QGuiApplication.clipboard().setMimeData(data)

    def _chosen_rows(self) -> list[list[str]]:
        chosen = self.table.selectionModel().selectedRows()
        if not chosen:
            chosen = self._visible_rows(QModelIndex())
        chosen.sort(key=lambda index: self.table.visualRect(index).top())
        return [
            [str(index.siblingAtColumn(place).data()) for place in range(len(COLUMNS))] for index in chosen
        ]

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
        self._switch = Segments((("Layers", "The layer table"), ("Problems", "Layers without a shape")), 26)
        self.filter = QLineEdit(objectName="layerFilter", placeholderText="Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(190)
        self.filter.setAccessibleName("Filter the layers")
        self.filter.setToolTip("Show only layers with these words in their name or operator")
        self._sign = self.filter.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._flat = _button("By block", "Show blocks that hold their layers, or all layers in one row")
        self._flat.setCheckable(True)
        self._columns = _button("Columns", "Choose the columns")
        self._columns.setMenu(self._column_menu())
        self._columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._copy = _button("Copy", "Copy the selected rows, or all, as text and as CSV")
        self._export = _button("Export", "Write the table as CSV, Markdown, LaTeX, JSON or text")
        note = QLabel("MACs for one picture, bias not counted")
        note.setProperty("role", "hint")
        for part in (self._switch, self.filter, self._flat, self._columns):
            row.addWidget(part)
        row.addStretch(1)
        for part in (note, self._copy, self._export):
            row.addWidget(part)
        return header

    def _column_menu(self) -> QMenu:
        menu = QMenu(self)
        for place, column in enumerate(COLUMNS[1:], 1):
            name = column.title if column.title != "Share" else f"Share of {COLUMNS[place - 1].title}"
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(True)
            action.setToolTip(column.tip)
            action.toggled.connect(lambda on, at=place: self._show_column(at, on))
        menu.aboutToShow.connect(self._tick_columns)
        return menu

    def _show_column(self, place: int, on: bool) -> None:
        self.table.setColumnHidden(place, not on)
        self.table.lay_out_columns()

    def _tick_columns(self) -> None:
        for place, action in enumerate(self._columns.menu().actions(), 1):
            action.setChecked(not self.table.isColumnHidden(place))

    def _connect(self) -> None:
        self._switch.switched.connect(self.pages.setCurrentIndex)
        self.filter.textChanged.connect(self._filter)
        self._flat.toggled.connect(self._set_flat)
        self._copy.clicked.connect(self.copy_selection)
        self._export.clicked.connect(self.export_wanted)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.table.doubleClicked.connect(self._double_clicked)
        self.table.header().sortIndicatorChanged.connect(self._sort)
        self.problems.complained.connect(self.complained)
        self._workbench.selection_changed.connect(self._select)
        self._workbench.changed.connect(self._changed)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        with self._leading():
            self.model.sort(section, order)

    def _filter(self, text: str) -> None:
        with self._leading():
            self.model.search(text)
        if text.strip():
            self.table.expandAll()

    def _set_flat(self, flat: bool) -> None:
        self._flat.setText("By layer" if flat else "By block")
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
            self.table.viewport().update()

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
        self._switch.button(PROBLEMS).setText(f"Problems {len(causes)}" if causes else "Problems")
        shown = self._switch.button(PROBLEMS)
        shown.setProperty("grave", bool(causes))
        shown.style().unpolish(shown)
        shown.style().polish(shown)
        self.problems.show_problems()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.table.hasFocus():
            self.copy_selection()
            return
        super().keyPressEvent(event)


def _button(text: str, tip: str) -> QToolButton:
    made = QToolButton(text=text)
    made.setProperty("flat", True)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    return made
