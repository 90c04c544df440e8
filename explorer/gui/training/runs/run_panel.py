"""The panel of runs: search, the list, what differs between the ticked ones, notes on the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.panel import IconButton, label, rule
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.shown_with import ShownWith
from explorer.gui.theme import Theme
from explorer.gui.training.run import Run, State
from explorer.gui.training.runs.differences_table import DifferencesTable
from explorer.gui.training.runs.notes_panel import NotesPanel
from explorer.gui.training.runs.run_list import ROW, RUN, RunList, RunModel

RESUME, BRANCH, COPY, OPEN, REPRODUCE = "resume", "branch", "copy", "open", "reproduce"
COMPARE, FOLDER, NOTES, DELETE, WITHDRAW = "compare", "folder", "notes", "delete", "withdraw"

_MOST = 0.45
"""The list begins with this share of the height at most; the handle below it gives it more."""

_MENU: tuple[tuple[str, str] | None, ...] = (
    (RESUME, "Go on from where it ended"),
    (BRANCH, "Branch from an epoch…"),
    (REPRODUCE, "Reproduce"),
    None,
    (OPEN, "Open its network"),
    (COPY, "Copy to a new run"),
    (COMPARE, "Compare its network"),
    None,
    (NOTES, "Notes and tags"),
    (FOLDER, "Open its folder"),
    None,
    (WITHDRAW, "Take it off the queue"),
    (DELETE, "Move to the bin…"),
)


class RunPanel(QFrame):
    """The runs of all folders that are looked through.

    Signals:
        wanted(verb, run): something shall be done with a run (see the verbs of this module).
        chosen(run): another run is the current one.
        watch_wanted(), axes_wanted(on), sweep_wanted(), folder_wanted(): what the buttons say.
    """

    wanted = Signal(str, object)
    chosen = Signal(object)
    watch_wanted = Signal()
    axes_wanted = Signal(bool)
    sweep_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.model = model
        self.list = RunList(model)
        self.search = QLineEdit(objectName="runSearch", placeholderText="Search: words, #tag")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the runs")
        self.search.setToolTip("Names, data, states, notes; #tag finds a tag")
        self.axes = IconButton("axes", "Show recipes and accuracies of all runs side by side")
        self.axes.setCheckable(True)
        self.axes.setObjectName("showAxes")
        self.more = IconButton("more", "Watch a folder, sweep a setting")
        self.more.setObjectName("runMenu")
        self.differences = DifferencesTable()
        self.notes = NotesPanel()
        self.lower = QVBoxLayout()
        self._shown = -1
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.list, self.axes, self.more, self.differences, self.notes):
            part.set_theme(theme)

    def refresh(self) -> None:
        """Take over what changed in the runs."""
        self.differences.show_runs(self.model.runs)
        self._filter()

    @property
    def drawn(self) -> list[Run]:
        """The runs that may be drawn; side by side those alone that the search finds."""
        runs = self.model.runs
        return [run for run in runs if self._is_found(run)] if self.axes.isChecked() else runs

    @property
    def current(self) -> Run | None:
        """The run that is chosen in the list."""
        index = self.list.currentIndex()
        return index.data(RUN) if index.isValid() else None

    def menu_of(self, run: Run) -> QMenu:
        """What can be done with a run."""
        usable = _usable(run)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for item in _MENU:
            if item is None:
                menu.addSeparator()
            elif item[0] in usable:
                action = menu.addAction(item[1])
                action.setObjectName(f"run.{item[0]}")
                action.triggered.connect(lambda _=False, verb=item[0]: self.wanted.emit(verb, run))
        return menu

    def add_below(self, widget: QWidget) -> None:
        """Another part below what differs, above the notes."""
        self.lower.insertWidget(max(0, self.lower.count() - 1), ShownWith(widget, ruled=True))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 10, 4)
        head.setSpacing(2)
        head.addWidget(label("Runs", "title"), 1)
        head.addWidget(self.axes)
        head.addWidget(self.more)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setContentsMargins(14, 0, 14, 6)
        row.setSpacing(0)
        row.addWidget(self.search, 1)
        for text, wide in (("loss", 56), ("test", 60)):
            name = label(text, "hint")
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            name.setFixedWidth(wide)
            row.addWidget(name)
        column.addLayout(row)
        self._heads = row
        self.list.verticalScrollBar().rangeChanged.connect(self._align)
        column.addWidget(rule())
        lower = QWidget()
        lower.setProperty("role", "panel")
        self.lower.setContentsMargins(0, 0, 0, 0)
        self.lower.setSpacing(0)
        for part in (self.differences, self.notes):
            self.lower.addWidget(ShownWith(part, ruled=True))
        outer = QVBoxLayout(lower)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self.lower)
        outer.addStretch(1)
        scroll = ScrollColumn(lower)
        self._splitter = QSplitter(Qt.Orientation.Vertical, handleWidth=1, childrenCollapsible=False)
        for part in (self.list, scroll):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        column.addWidget(self._splitter, 1)
        self._fit_list()

    def _align(self, low: int, high: int) -> None:
        """The figures make room for a bar, and so do the words above them."""
        # the bar is asked for anew: an object that was kept of it may be gone
        wide = self.list.verticalScrollBar().sizeHint().width() if high > low else 0
        self._heads.setContentsMargins(14, 0, 14 + wide, 6)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.axes.toggled.connect(self.axes_wanted)
        self.more.clicked.connect(self._show_more)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.model.ticked.connect(lambda _: self.refresh())
        for changed in (self.model.rowsInserted, self.model.rowsRemoved):
            changed.connect(lambda *_: self._filter())
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().height() < ROW:  # laid out for the first time
            self._shown = -1
            self._fit_list()

    def _choose(self) -> None:
        run = self.current
        self.notes.show_run(run)
        if run is not None:
            self.chosen.emit(run)

    def _delete(self) -> None:
        run = self.current
        if run is not None and DELETE in _usable(run):
            self.wanted.emit(DELETE, run)

    def _ask(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        run = index.data(RUN) if index.isValid() else self.current
        if run is not None:
            self.menu_of(run).popup(self.list.viewport().mapToGlobal(at))

    def _show_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, signal in (
            ("sweep", "Sweep over a few values…", self.sweep_wanted),
            ("watchFolder", "Watch a folder…", self.watch_wanted),
            ("runsFolder", "Open the folder of the runs", self.folder_wanted),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(lambda _=False, signal=signal: signal.emit())
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _search(self) -> None:
        self._filter()
        if self.axes.isChecked():
            self.axes_wanted.emit(True)

    def _is_found(self, run: Run) -> bool:
        return found_by(run, self.search.text().casefold().split())

    def _filter(self, *_: object) -> None:
        for row, run in enumerate(self.model.runs):
            hidden = not self._is_found(run)
            if self.list.isRowHidden(row) != hidden:
                self.list.setRowHidden(row, hidden)
        self._fit_list()

    def _fit_list(self) -> None:
        """No higher than its rows: what stands below begins where they end."""
        shown = sum(not self.list.isRowHidden(row) for row in range(len(self.model.runs)))
        if shown == self._shown:
            return
        self._shown = shown
        high = max(1, shown) * ROW + 1
        self.list.setMaximumHeight(high)
        self.list.setMinimumHeight(min(3 * ROW, high))
        whole = max(self._splitter.height(), 2 * ROW)
        above = min(high, max(3 * ROW, round(_MOST * whole)))
        self._splitter.setSizes([above, whole - above])


def found_by(run: Run, words: list[str]) -> bool:
    """Whether a run has all the words in its names, data, state, optimizer, tags or notes; #word is a tag."""
    recipe = run.recipe
    shown = [run.name, run.detail, run.state.value, run.notes.text, *run.notes.tags]
    shown += [run.folder.name] if run.folder else []
    shown += [recipe.optimizer.value, recipe.data] if recipe else []
    text = " ".join(shown).casefold()
    tags = {tag.casefold() for tag in run.notes.tags}
    return all(word[1:] in tags if word.startswith("#") and len(word) > 1 else word in text for word in words)


def _usable(run: Run) -> set[str]:
    """The verbs that make sense for a run as it stands."""
    if run.state is State.WAITING:
        return {WITHDRAW}
    if run.folder is None:
        return set()
    always = {OPEN, COPY, COMPARE, NOTES, FOLDER}
    if run.state.active:
        return always
    resumable = run.state in (State.STOPPED, State.FAILED, State.LOST)
    return always | {BRANCH, REPRODUCE, DELETE} | ({RESUME} if resumable else set())
