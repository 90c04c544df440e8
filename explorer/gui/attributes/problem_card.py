"""Says why a layer has no shape, offers the repairs, and what the network would be after the first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.core import edits
from explorer.core.analysis import Analysis, Problem, Row, analyze
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path, local
from explorer.core.operator import Repair
from explorer.core.outline import leaves
from explorer.core.shapes import Shape, shape_text
from explorer.core.units import count_text, probability_text
from explorer.operators.explanations import explanation


class ProblemCard(QWidget):
    """The problem of the selected layer; hidden where there is none.

    Signals:
        repaired(repair): the button of a repair was pressed.
        cause_wanted(name): a waiting layer's cause shall be selected.
    """

    repaired = Signal(object)
    cause_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 4)
        column.setSpacing(10)
        self._frame = QFrame()
        self._frame.setProperty("role", "problem")
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(12, 10, 12, 12)
        inner.setSpacing(6)
        self._title = _label("title")
        self.sentence = _label("body")
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner.addWidget(self._title)
        inner.addWidget(self.sentence)
        self._ways = QVBoxLayout()
        self._ways.setSpacing(6)
        inner.addLayout(self._ways)
        self.explain = QPushButton("Explain", autoDefault=False, objectName="explainProblem", checkable=True)
        self.explain.setProperty("kind", "plain")
        self.explain.setToolTip("Say what this means: the rule, and the numbers that arrive here")
        self.explain.setAccessibleName("Explain the problem")
        self.explain.toggled.connect(self._show_explanation)
        self.explanation = _label("hint")
        self.explanation.setWordWrap(True)
        self.explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner.addWidget(self.explain, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self.explanation)
        column.addWidget(self._frame)
        self._after = QFrame()
        self._after.setProperty("role", "card")
        self._grid = QGridLayout(self._after)
        self._grid.setContentsMargins(12, 10, 12, 10)
        self._grid.setColumnStretch(0, 1)
        column.addWidget(self._after)
        self._buttons: list[QPushButton] = []
        self._foreseen: dict[QPushButton, Repair] = {}
        self._shown: Repair | None = None
        self._path: Path = ()
        self._document: Document | None = None
        self._problem: Problem | None = None
        self.hide()

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons that are offered now."""
        return list(self._buttons)

    def show_problem(self, problem: Problem | None, path: Path, document: Document) -> None:
        """Show a problem, or hide."""
        self.setVisible(problem is not None)
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = []
        self._foreseen = {}
        self._path, self._document, self._problem = path, document, problem
        self._show_explanation()
        if problem is None:
            return
        waiting = problem.waits_for is not None
        self._frame.setProperty("role", "card" if waiting else "problem")
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
        self._title.setText("Waits" if waiting else "No shape yet")
        self.sentence.setText(_sentence(problem.message))
        if problem.waits_for is not None:
            cause = problem.waits_for
            self._offer(f"Go to {cause}", lambda: self.cause_wanted.emit(cause), primary=False)
        for position, repair in enumerate(problem.repairs):
            made = self._offer(repair.label, lambda of=repair: self.repaired.emit(of), primary=not position)
            self._foreseen[made] = repair
            made.installEventFilter(self)
        self._shown = None
        self._foresee(problem.repairs[0] if problem.repairs else None)

    def _show_explanation(self, *_: object) -> None:
        """Say the rule where it is asked for; a layer that waits goes to its cause."""
        problem = self._problem
        lines = explanation(problem) if problem is not None and problem.waits_for is None else ()
        self.explain.setVisible(bool(lines))
        self.explanation.setText("\n".join(lines))
        self.explanation.setVisible(bool(lines) and self.explain.isChecked())

    def _offer(self, text: str, pressed: Callable[[], object], *, primary: bool) -> QPushButton:
        button = QPushButton(text, autoDefault=False)
        button.setProperty("kind", "primary" if primary else "plain")
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _=False: pressed())
        self._ways.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons.append(button)
        return button

    def _foresee(self, repair: Repair | None) -> None:
        """Show what the network would be after a repair."""
        if repair is not None and repair is self._shown:
            return
        self._shown = repair
        while self._grid.count():
            item = self._grid.takeAt(0).widget()
            if item is not None:
                item.hide()  # it is deleted later, and would be drawn under the new one until then
                item.deleteLater()
        document = self._document
        foreseen = foresight(document, self._path, repair) if repair is not None and document else {}
        self._after.setVisible(bool(foreseen))
        if repair is not None and foreseen:
            title = _label(
                "title", "After the repair" if len(self._foreseen) < 2 else f"After: {repair.label}"
            )
            title.setWordWrap(True)
            self._grid.addWidget(title, 0, 0, 1, 2)
        for row, (name, figure) in enumerate(foreseen.items(), 1):
            self._grid.addWidget(_label("label", name), row, 0)
            value = _label("title", figure)
            self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn) and isinstance(watched, QPushButton):
            self._foresee(self._foreseen.get(watched))
        return super().eventFilter(watched, event)


def foresight(document: Document, path: Path, repair: Repair) -> dict[str, str]:
    """What a repair would make of the layer and of the network."""
    try:
        after = analyze(edits.apply_repair(document, path, repair).graph)
    except ExplorerError:  # a repair that cannot be done promises nothing
        return {}
    row = _at(after, path)
    if not isinstance(row, Row):
        return {}
    foreseen = {
        f"input of {local(row.id)}": " and ".join(_shape(shape) for shape in row.inputs),
        "its output": _shape(row.output),
        "its parameters": count_text(row.parameters),
    }
    if not after.causes:
        whole = after.totals.parameters
        foreseen["parameters of the network"] = count_text(whole)
        dense = sum(
            leaf.entry.parameters
            for leaf in leaves(after)
            if isinstance(leaf.entry, Row) and leaf.entry.node.operator.category == "Dense"
        )
        if whole and row.node.operator.category == "Dense":
            foreseen["share in the dense layers"] = probability_text(dense / whole)
    return foreseen


def _shape(shape: Shape) -> str:
    return count_text(shape[0]) if len(shape) == 1 else shape_text(shape)


def _at(analysis: Analysis, path: Path) -> Row | Problem | None:
    entry: Row | Problem = analysis[path[0]]
    for name in path[1:]:
        if entry.inner is None:
            return None
        entry = entry.inner[name]
    return entry


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith(".") else ".")


def _label(role: str, text: str = "") -> QLabel:
    made = QLabel(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made
