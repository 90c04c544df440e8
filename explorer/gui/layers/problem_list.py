"""The list of problems: one sentence each, a click leads to the layer, buttons repair it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from explorer.core import edits
from explorer.core.analysis import Analysis, Problem
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path
from explorer.core.operator import Repair
from explorer.core.outline import outline
from explorer.gui.icons import icon
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_NAME = Qt.ItemDataRole.UserRole
_ROW, _MOST_REPAIRS, _LEAST_SENTENCE = 36, 3, 80
_NONE = "No problem: every layer has a shape."


class ProblemList(QListWidget):
    """One row for each layer that causes a problem; those that only wait are left out.

    Signals:
        complained(sentence): a repair could not be done.
    """

    complained = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setAccessibleName("Problems")
        self.setToolTip("Layers without a shape; a click or Enter goes to the layer")
        self._workbench = workbench
        self._theme: Theme | None = None
        self._shown: Analysis | None = None
        self.itemActivated.connect(self._go)
        self.itemClicked.connect(self._go)
        self.show_problems()

    def show_problems(self) -> None:
        """Show the problems as they are now."""
        analysis = self._workbench.analysis
        if analysis is self._shown:
            return
        self._shown = analysis
        self.clear()
        for path, name, problem in causes(analysis):
            self._add(path, name, problem)
        if not self.count():
            item = QListWidgetItem(_NONE)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._shown = None
        self.show_problems()

    def sentences(self) -> list[str]:
        """What the rows say, from top to bottom."""
        return [str(self.item(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(self.count())]

    def buttons(self, row: int) -> list[QPushButton]:
        """The repairs that a row offers."""
        shown = self.itemWidget(self.item(row))
        return shown.findChildren(QPushButton) if shown is not None else []

    def _add(self, path: Path, name: str, problem: Problem) -> None:
        item = QListWidgetItem()
        item.setData(_NAME, name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}: {problem.message}")
        item.setToolTip(f"{name}: {problem.message}")
        self.addItem(item)
        item.setSizeHint(QSize(0, _ROW))  # as wide as the list: a long sentence is cut, not scrolled
        self.setItemWidget(item, self._row(path, name, problem))

    def _row(self, path: Path, name: str, problem: Problem) -> QWidget:
        row = QWidget(objectName="problemRow")
        row.setFixedHeight(_ROW)
        line = QHBoxLayout(row)
        line.setContentsMargins(14, 3, 14, 3)
        line.setSpacing(8)
        sign, where, what = QLabel(), QLabel(name), QLabel(problem.message)
        if self._theme is not None:
            sign.setPixmap(icon("warning", self._theme, "err").pixmap(16, 16))
        where.setProperty("role", "title")
        what.setMinimumWidth(_LEAST_SENTENCE)
        for label in (where, what):
            label.setTextFormat(Qt.TextFormat.PlainText)
        line.addWidget(sign)
        line.addWidget(where)
        line.addWidget(what)
        for position, repair in enumerate(problem.repairs[:_MOST_REPAIRS]):
            line.addWidget(self._button(path, name, repair, primary=not position))
        line.addStretch(1)
        return row

    def _button(self, path: Path, name: str, repair: Repair, *, primary: bool) -> QPushButton:
        made = QPushButton(repair.label, autoDefault=False)
        made.setProperty("kind", "primary" if primary else "plain")
        made.setToolTip(f"{repair.label} at {name}: one step, which can be undone")
        made.setAccessibleName(f"{repair.label} at {name}")
        made.clicked.connect(lambda _=False: self._repair(path, name, repair))
        return made

    def _repair(self, path: Path, name: str, repair: Repair) -> None:
        bench = self._workbench
        try:
            document = edits.apply_repair(bench.document, path, repair)
        except ExplorerError as error:
            self.complained.emit(str(error))
            return
        bench.select((name,))
        bench.apply(f"{repair.label[:1].lower()}{repair.label[1:]} at {name}", document)

    def _go(self, item: QListWidgetItem) -> None:
        name = item.data(_NAME)
        if name is not None:
            self._workbench.select((name,))


def causes(analysis: Analysis) -> Iterator[tuple[Path, str, Problem]]:
    """Where the problems of a network are caused: path, full name and problem.

    For a block that is wrong inside it is the first layer in there that causes it.
    """
    if not analysis.causes:
        return
    found: dict[str, tuple[Path, str, Problem]] = {}
    for line in outline(analysis):
        entry = line.entry
        if isinstance(entry, Problem) and entry.waits_for is None:
            deeper = found.get(line.path[0])
            if deeper is None or line.path[: len(deeper[0])] == deeper[0]:
                found[line.path[0]] = (line.path, line.name, entry)
    yield from found.values()
