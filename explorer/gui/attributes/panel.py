"""The panel at the right: what the selected layer is, its settings, and how its figures come about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from explorer.core import edits
from explorer.core.analysis import Problem, Row
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.operator import Repair
from explorer.core.outline import Line
from explorer.core.units import bytes_text, count_text
from explorer.gui.attributes.facts import Fact, facts
from explorer.gui.attributes.form import AttributeForm
from explorer.gui.attributes.formulas import FormulaLegend, FormulaView
from explorer.gui.attributes.problem_card import ProblemCard
from explorer.gui.attributes.settings_of import settings_of
from explorer.gui.attributes.window_strip import WindowStrip, slide
from explorer.gui.canvas.face import kind_of
from explorer.gui.chips import Chip
from explorer.gui.theme import Theme
from explorer.gui.workbench import Workbench


class PropertiesPanel(QWidget):
    """Shows the last selected layer; edits go to all selected layers of its kind."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="properties")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._workbench = workbench
        self._line: Line | None = None
        self._theme: Theme | None = None
        self._make_header()
        self.card = ProblemCard()
        self.form = AttributeForm()
        self.legend = FormulaLegend()
        self.strip = WindowStrip()
        self.formulas = FormulaView()
        self._hint = _label("body")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(14, 12, 14, 4)
        self._make_page()
        self.form.edited.connect(self._set)
        self.form.left.connect(workbench.seal)
        self.formulas.attribute_clicked.connect(self.form.reveal)
        self.card.repaired.connect(self._repair)
        self.card.cause_wanted.connect(lambda name: workbench.select((name,)))
        workbench.selection_changed.connect(self._refresh)
        workbench.changed.connect(self._refresh)
        self._refresh()

    @property
    def line(self) -> Line | None:
        """The layer that is shown; None where nothing is selected."""
        return self._line

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.form.set_theme(theme)
        self.legend.set_theme(theme)
        self.strip.set_theme(theme)
        self.formulas.set_theme(theme)
        self._show_header()

    def _make_header(self) -> None:
        self.header = QWidget(objectName="propertiesHeader")
        self.header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chip = Chip()
        self.name = QLineEdit(objectName="layerName")
        self.name.setAccessibleName("Name of the layer")
        self.name.editingFinished.connect(self._rename)
        self._kind = _label("hint")
        self._kind.setContentsMargins(4, 0, 0, 0)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.name)
        texts.addWidget(self._kind)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(6)
        row.addWidget(self._chip)
        row.addLayout(texts, 1)

    def _make_page(self) -> None:
        page = QWidget(objectName="formPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        fields = QVBoxLayout()
        fields.setContentsMargins(14, 6, 14, 8)
        fields.addWidget(self.form)
        self._rule = QFrame()
        self._rule.setProperty("role", "rule")
        self._rule.setFixedHeight(1)
        for part in (self._hint, self.card):
            column.addWidget(part)
        column.addLayout(fields)
        column.addWidget(self._rule)
        column.addWidget(self.legend)
        column.addWidget(self.strip)
        column.addWidget(self.formulas)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _refresh(self, *_: object) -> None:
        """Show the selection as it is now."""
        selection = self._workbench.selection
        line = self._workbench.lines.get(selection[-1]) if selection else None
        self._line = line
        self._show_header()
        self._show_hint()
        if line is None:
            self.card.show_problem(None, (), self._workbench.document)
            self.form.show_settings(())
            self.strip.show_slide(None)
            self.formulas.show_facts(self._network_facts())
            return
        entry = line.entry
        problem = entry if isinstance(entry, Problem) else None
        self.card.show_problem(problem, line.path, self._workbench.document)
        self.form.show_settings(settings_of(entry))
        self.strip.show_slide(slide(entry) if isinstance(entry, Row) else None)
        self.formulas.show_facts(facts(line, self._workbench.lines))

    def _show_header(self) -> None:
        line = self._line
        if line is None:
            self.name.setText(self._workbench.document.name)
            self._kind.setText(
                f"Network · {len(self._workbench.analysis.graph)} layers and blocks at the top"
            )
        else:
            kind = type(line.entry.node.operator)
            count = len(self._alike(line))
            self.name.setText(line.name)
            shown = kind_of(line.entry.node.operator)
            self._kind.setText(f"{count} layers · {shown}" if count > 1 else f"{shown} · {kind.category}")
        renamable = line is not None and len(line.path) == 1
        self.name.setReadOnly(not renamable)
        self.name.setCursorPosition(0)
        inside = (
            "; layers inside a block have the names that the block gives them" if line is not None else ""
        )
        self.name.setToolTip("Change the name" if renamable else f"{self.name.text()}{inside}")
        if self._theme is not None:
            category = type(line.entry.node.operator).category if line is not None else "Blocks"
            self._chip.show_category(category, self._theme)

    def _show_hint(self) -> None:
        graph = self._workbench.analysis.graph
        if self._line is None:
            empty = "The network is empty: drag a block onto the canvas, or open a network."
            self._hint.setText("Select a layer to see and change its settings." if len(graph) else empty)
        else:
            self._hint.setText("A change here makes the block around this layer one of its own kind.")
        self._hint.setVisible(self._line is None or len(self._line.path) > 1)

    def _network_facts(self) -> tuple[Fact, ...]:
        analysis = self._workbench.analysis
        totals = analysis.totals
        if not analysis.rows:
            return ()
        size, _, unit = bytes_text(totals.activation_bytes).partition(" ")
        weights = bytes_text(totals.parameter_bytes)
        found = [
            Fact(
                "Parameters",
                count_text(totals.parameters),
                "",
                f"{weights} in fp32; {totals.buffers:,} buffers",
            ),
            Fact("MACs", count_text(totals.macs), "", "for one picture, bias not counted; FLOPs = 2 · MACs"),
            Fact("Activation memory", size, unit, "all outputs, for one picture in fp32"),
        ]
        if totals.receptive_field is not None:
            side = totals.receptive_field[0].size
            found.append(Fact("Receptive field", str(side), "px", "before global pooling and dense layers"))
        return tuple(found)

    def _alike(self, line: Line) -> list[Line]:
        """The selected layers of the shown one's kind, itself among them."""
        kind = type(line.entry.node.operator)
        chosen = (self._workbench.lines[name] for name in self._workbench.selection)
        return [item for item in chosen if type(item.entry.node.operator) is kind]

    def _set(self, name: str, value: Any) -> None:
        line = self._line
        if line is None:
            return
        alike = self._alike(line)
        where = line.name if len(alike) == 1 else f"{len(alike)} layers"
        attribute = name.rpartition(".")[2]
        try:
            document = self._workbench.document
            # later layers first: an edit inside a block leaves the paths of the others as they are
            for item in alike:
                document = edits.set_attribute(document, item.path, name, value)
        except ExplorerError as error:
            self.form.refuse(name, _refusal(str(error)))
            return
        self.form.refuse(name, "")
        merge = f"set:{'|'.join(item.name for item in alike)}:{name}"
        self._workbench.apply(f"set {attribute.replace('_', ' ')} of {where}", document, merge)

    def _repair(self, repair: Repair) -> None:
        line = self._line
        if line is None:
            return
        document: Document = edits.apply_repair(self._workbench.document, line.path, repair)
        self._workbench.apply(f"{repair.label[:1].lower()}{repair.label[1:]} at {line.name}", document)

    def _rename(self) -> None:
        line, wanted = self._line, self.name.text().strip()
        if line is None or len(line.path) != 1 or wanted == line.name:
            return
        try:
            document = edits.rename(self._workbench.document, line.path[0], wanted)
        except ExplorerError as error:
            self._kind.setText(str(error))
            self.name.setText(line.name)
            return
        self._workbench.apply(f"rename {line.name} to {wanted}", document)
        self._workbench.select((wanted,))


def _refusal(message: str) -> str:
    """The reason without the name of the operator and attribute, which stand beside the field."""
    reason = message.partition(": ")[2] or message
    return f"{reason[:1].upper()}{reason[1:]}"


def _label(role: str) -> QLabel:
    made = QLabel()
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made
