"""The panel at the right: what is selected, its settings, and how its figures come about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.core import edits
from explorer.core.analysis import Problem, Row
from explorer.core.errors import ExplorerError
from explorer.core.group import Group
from explorer.core.operator import Repair
from explorer.core.outline import Line
from explorer.gui.attributes.facts import facts, network_facts, sums
from explorer.gui.attributes.form import AttributeForm
from explorer.gui.attributes.formula_legend import FormulaLegend
from explorer.gui.attributes.formulas import FormulaView
from explorer.gui.attributes.header import PropertiesHeader
from explorer.gui.attributes.network_scale import NetworkScale
from explorer.gui.attributes.problem_card import ProblemCard
from explorer.gui.attributes.settings_of import by_word, settings_of, shared_settings
from explorer.gui.attributes.window_strip import WindowStrip, slide
from explorer.gui.audit.published_card import PublishedCard
from explorer.gui.scrolling import ScrollColumn
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench

_LONGEST_NAME = 100


class PropertiesPanel(QWidget):
    """Shows the selected layers; an edit goes to all of them. With none selected, the network.

    Signals:
        complained(sentence): something could not be done.
        promotion_wanted(): the attributes of the selected block of one's own shall be chosen.
    """

    complained = Signal(str)
    promotion_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="properties")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._workbench = workbench
        self._lines: tuple[Line, ...] = ()
        self._opened: set[str] = set()
        self.header = PropertiesHeader()
        self.name = self.header.name
        self.card = ProblemCard()
        self.form = AttributeForm()
        self.scale = NetworkScale(workbench)
        self.legend = FormulaLegend()
        self.strip = WindowStrip()
        self.formulas = FormulaView()
        self.published = PublishedCard()
        self._hint = QLabel()
        self._hint.setProperty("role", "body")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(14, 12, 14, 4)
        self.promote = QPushButton("Choose attributes…", autoDefault=False, objectName="promote")
        self.promote.setProperty("kind", "plain")
        self.promote.setToolTip("Make attributes of the layers inside this block the block's own")
        self.promote.setAccessibleName("Choose attributes of the block")
        self.promote.clicked.connect(self.promotion_wanted)
        self._make_page()
        self.header.renamed.connect(self._rename)
        self.form.edited.connect(self._set)
        self.form.left.connect(workbench.seal)
        self.formulas.attribute_clicked.connect(self.form.reveal)
        self.formulas.fact_clicked.connect(self._toggle_fact)
        self.formulas.layer_clicked.connect(lambda name: workbench.select((name,)))
        workbench.conventions_changed.connect(self._refresh)
        self.card.repaired.connect(self._repair)
        self.card.cause_wanted.connect(lambda name: workbench.select((name,)))
        workbench.selection_changed.connect(self._refresh)
        workbench.changed.connect(self._refresh)
        workbench.file_changed.connect(self._refresh)
        self._refresh()

    @property
    def line(self) -> Line | None:
        """The layer that is shown, the last selected one; None where nothing is selected."""
        return self._lines[-1] if self._lines else None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.header, self.form, self.legend, self.strip, self.formulas):
            part.set_theme(theme)

    def edit(self) -> None:
        """Give the first field the focus, with its value selected: what is typed replaces it."""
        self.form.reveal_first()

    def show_fact(self, key: str) -> None:
        """Open what adds up to a figure, and bring it into view."""
        self._opened.add(key)
        self._refresh()
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # its place is known after it
        box = self.formulas.head_of(key)
        if not box.isEmpty():
            top = self.formulas.mapTo(self._area.widget(), box.topLeft().toPoint())
            self._area.verticalScrollBar().setValue(max(0, top.y() - 8))

    def _toggle_fact(self, key: str) -> None:
        self._opened ^= {key}
        self._refresh()

    def _make_page(self) -> None:
        page = QWidget(objectName="formPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        fields = QVBoxLayout()
        fields.setContentsMargins(14, 6, 14, 8)
        fields.addWidget(self.form)
        fields.addWidget(self.promote, 0, Qt.AlignmentFlag.AlignLeft)
        self._rule = QFrame()
        self._rule.setProperty("role", "rule")
        self._rule.setFixedHeight(1)
        for part in (self._hint, self.card):
            column.addWidget(part)
        column.addLayout(fields)
        column.addWidget(self.scale)
        for part in (self._rule, self.legend, self.strip, self.formulas, self.published):
            column.addWidget(part)
        column.addStretch(1)
        area = self._area = ScrollColumn(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _refresh(self, *_: object) -> None:
        """Show the selection as it is now."""
        bench = self._workbench
        self._lines = tuple(bench.lines[name] for name in bench.selection if name in bench.lines)
        line = self.line
        entry = line.entry if line is not None else None
        alone = len(self._lines) == 1
        self._show_hint()
        problem = entry if isinstance(entry, Problem) and alone else None
        self.card.show_problem(problem, line.path if line is not None else (), bench.document)
        self.form.show_settings(shared_settings([item.entry for item in self._lines]) if line else ())
        self.promote.setVisible(alone and isinstance(line.entry.node.operator, Group) if line else False)
        self.strip.show_slide(slide(entry) if isinstance(entry, Row) and alone else None)
        if line is None:
            self.header.show_network(bench.document, renamable=bench.path is None)
            self.formulas.show_facts(network_facts(bench.analysis, bench.conventions, self._opened))
            self.published.show_network(bench.document, bench.analysis)
        else:
            self.published.hide()
            self.header.show_lines(self._lines)
            chosen = bench.conventions
            shown = facts(line, bench.lines, chosen, self._opened) if alone else sums(self._lines, chosen)
            self.formulas.show_facts(shown)
        if line is None or (alone and line.path[-1] in bench.document.graph.sources):
            self.scale.show_network()
        else:
            self.scale.hide()
        self._rule.setVisible(bool(self.formulas.facts))
        self.legend.setVisible(alone)

    def _show_hint(self) -> None:
        lines, graph = self._lines, self._workbench.document.graph
        said = ""
        if not lines:
            empty = "The network is empty: drag a block onto the canvas, or open a network."
            said = "" if len(graph) else empty
        elif any(len(line.path) > 1 for line in lines):
            whose = "this layer" if len(lines) == 1 else "these layers"
            said = f"A change here makes the block around {whose} one of its own kind."
        elif len(lines) > 1 and not shared_settings([item.entry for item in lines]):
            said = "These layers have no setting in common."
        self._hint.setText(said)
        self._hint.setVisible(bool(said))

    def _set(self, name: str, value: Any) -> None:
        """Change a setting of all selected layers; names may differ in what they are nested in."""
        lines = self._lines
        if not lines:
            return
        where = lines[0].name if len(lines) == 1 else f"{len(lines)} layers"
        try:
            document = self._workbench.document
            # those inside blocks first: their paths change when the block around them does
            for item in sorted(lines, key=lambda line: -len(line.path)):
                document = edits.set_attribute(document, item.path, self._name_at(item, name, lines), value)
        except ExplorerError as error:
            self.form.refuse(name, _refusal(str(error)))
            return
        self.form.refuse(name, "")
        merge = f"set:{'|'.join(item.name for item in lines)}:{name}"
        attribute = name.rpartition(".")[2].replace("_", " ")
        self._workbench.apply(f"set {attribute} of {where}", document, merge)

    def _name_at(self, line: Line, name: str, lines: Sequence[Line]) -> str:
        """What the setting that is shown as `name` is called at one of the selected layers."""
        if len(lines) == 1:
            return name
        shown = by_word(settings_of(lines[-1].entry))
        word = next(key for key, setting in shown.items() if setting.name == name)
        return by_word(settings_of(line.entry))[word].name

    def _repair(self, repair: Repair) -> None:
        line = self.line
        if line is None:
            return
        try:
            document = edits.apply_repair(self._workbench.document, line.path, repair)
        except ExplorerError as error:
            self.complained.emit(str(error))
            return
        self._workbench.apply(f"{repair.label[:1].lower()}{repair.label[1:]} at {line.name}", document)

    def _rename(self, wanted: str) -> None:
        line, bench = self.line, self._workbench
        if line is None:
            self._rename_network(wanted)
            return
        try:
            document = edits.rename(bench.document, line.path[0], wanted)
        except ExplorerError as error:
            self.header.refuse(str(error))
            return
        bench.apply(f"rename {line.name} to {wanted}", document)
        bench.select((wanted,))

    def _rename_network(self, wanted: str) -> None:
        if not wanted or len(wanted) > _LONGEST_NAME or not wanted.isprintable() or set(wanted) & set("/\\"):
            self.header.refuse(f"A name is 1 to {_LONGEST_NAME} characters, without / and \\")
            return
        document = replace(self._workbench.document, name=wanted)
        self._workbench.apply(f"rename the network to {wanted}", document)


def _refusal(message: str) -> str:
    """The reason without the name of the operator and attribute, which stand beside the field."""
    reason = message.partition(": ")[2] or message
    return f"{reason[:1].upper()}{reason[1:]}"
