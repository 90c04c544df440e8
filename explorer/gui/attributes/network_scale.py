"""Width, depth and resolution of the whole network, by sliders that it follows and by exact fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.core import scaling
from explorer.core.attribute import Attribute, Declared, attribute, attributes
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Graph, NodeId
from explorer.core.shapes import Side, pair
from explorer.gui.attributes.editors import NumberField
from explorer.gui.attributes.scale_slider import FACTORS, ScaleSlider, counts_around, sides_around
from explorer.gui.fonts import font
from explorer.gui.workbench import Workbench

_LABEL_WIDTH, _FIELD_WIDTH, _ROW = 84, 76, 31
_MOST_STAGES = 12
WIDTH, DEPTH, SIDE = "width", "depth", "resolution"


@dataclass(frozen=True)
class Scales(Declared):
    """How a network is scaled from what it was."""

    width: float = attribute(1.0, low=0.01, high=100.0, help="Times as many channels and hidden features.")
    depth: float = attribute(1.0, low=0.01, high=100.0, help="Times as many blocks in every stage.")
    count: int = attribute(1, low=1, high=1_000, help="How many blocks this stage has.")
    side: Side = attribute(224, low=1, high=100_000, help="Height and width of the picture.", unit="px")


_DECLARED = {declared.name: declared for declared in attributes(Scales)}


@dataclass(frozen=True)
class _Wanted:
    """What the sliders say, from the document as it was before the first of them moved."""

    base: Document
    width: float = 1.0
    depth: float = 1.0
    counts: dict[NodeId, int] = field(default_factory=dict)
    side: Side | None = None

    def document(self) -> Document:
        """The network scaled; the very document it began from where nothing is changed."""
        graph = self.base.graph
        if self.width != 1.0:
            graph = scaling.widened(graph, self.width)
        if self.counts != scaling.counts(self.base.graph):
            graph = scaling.with_counts(graph, self.counts)
        if self.side is not None and self.side != side_of(self.base.graph):
            graph = scaling.resized(graph, self.side)
        return self.base if graph is self.base.graph else replace(self.base, graph=graph)


class NetworkScale(QWidget):
    """The sliders. Each starts from the network as it was before any of them moved: nothing drifts.

    Another edit (undo, too) makes the network as it is then the start.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="networkScale")
        self._workbench = workbench
        self._wanted = _Wanted(Document())
        self._made: Document | None = None
        self._lines: dict[str, _Line] = {}
        self._refusal = QLabel(wordWrap=True)
        self._refusal.setTextFormat(Qt.TextFormat.PlainText)
        self._refusal.setProperty("role", "error")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 4, 14, 10)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self.show_network()

    def show_network(self) -> None:
        """Follow the open document."""
        document = self._workbench.document
        if document is not self._made:
            self._wanted = _Wanted(document, counts=scaling.counts(document.graph))
            self._made = document
            self._refuse("")
        rows = self._rows()
        if [name for name, _, _ in rows] != list(self._lines):
            self._rebuild(rows)
        for name, value, _ in rows:
            self._lines[name].show_value(value)
        self.setVisible(bool(rows))

    def slider(self, name: str) -> ScaleSlider:
        """The slider of "width", "depth", "resolution", or of a stage by its name."""
        return self._lines[name].slider

    def number(self, name: str) -> NumberField:
        """The exact field beside a slider."""
        return self._lines[name].number

    def _rows(self) -> list[tuple[str, Any, Attribute]]:
        """Name, value and declaration of each line."""
        wanted = self._wanted
        rows: list[tuple[str, Any, Attribute]] = []
        if not len(wanted.base.graph):
            return rows
        rows.append((WIDTH, wanted.width, _DECLARED["width"]))
        if wanted.counts:
            rows.append((DEPTH, wanted.depth, _DECLARED["depth"]))
        if len(wanted.counts) <= _MOST_STAGES:
            rows += [(name, count, _DECLARED["count"]) for name, count in wanted.counts.items()]
        side = side_of(wanted.base.graph)
        if side is not None:
            rows.append((SIDE, wanted.side or side, _DECLARED["side"]))
        return rows

    def _rebuild(self, rows: Sequence[tuple[str, Any, Attribute]]) -> None:
        self._grid.removeWidget(self._refusal)
        for place, line in enumerate(self._lines.values()):
            line.remove(self._grid)
            self._grid.setRowMinimumHeight(place, 0)  # the new network may have fewer rows
        self._lines = {}
        for place, (name, value, declared) in enumerate(rows):
            line = self._lines[name] = _Line(name, value, declared)
            line.add(self._grid, place)
            line.slider.chosen.connect(lambda value, name=name: self._choose(name, value))
            line.number.edited.connect(lambda value, name=name: self._choose(name, value))
            line.number.misread.connect(self._refuse)
            line.slider.let_go.connect(self._workbench.seal)
            line.number.editingFinished.connect(self._workbench.seal)
        self._grid.addWidget(self._refusal, len(rows), 0, 1, 3)

    def _choose(self, name: str, value: Any) -> None:
        wanted = self._wanted
        try:
            _DECLARED[_setting(name)].check(value, name)
            if name == WIDTH:
                wanted = replace(wanted, width=value)
                label = f"widen by {value:g}"
            elif name == DEPTH:
                counts = scaling.counts(scaling.deepened(wanted.base.graph, value))
                wanted = replace(wanted, depth=value, counts=counts)
                label = f"deepen by {value:g}"
            elif name == SIDE:
                wanted = replace(wanted, side=value)
                label = "set the resolution"
            else:
                wanted = replace(wanted, counts={**wanted.counts, name: value})
                label = f"set n of {name}"
            document = wanted.document()
        except ExplorerError as error:
            text = str(error)
            self._refuse(f"{text[:1].upper()}{text[1:]}")
            return
        self._refuse("")
        self._wanted, self._made = wanted, document
        self._workbench.apply(label, document, f"scale:{name}")
        self.show_network()  # also where nothing changed: the field shows what was taken

    def _refuse(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))


def side_of(graph: Graph) -> Side | None:
    """The side of the first picture that enters a network; None where none does."""
    for name in graph.sources:
        shape = graph[name].operator.infer()
        if len(shape) == 3:
            return shape[1] if shape[1] == shape[2] else (shape[1], shape[2])
    return None


class _Line:
    """A name, a slider and an exact field."""

    def __init__(self, name: str, value: Any, declared: Attribute) -> None:
        self._declared = declared
        short = {WIDTH: "width ×", DEPTH: "depth ×"}.get(name, name.rpartition(".")[2])
        fitting = QFontMetrics(font(12)).elidedText(short, Qt.TextElideMode.ElideMiddle, _LABEL_WIDTH)
        self.caption = QLabel(fitting)
        self.caption.setProperty("role", "label")
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setFixedWidth(_LABEL_WIDTH)
        self.caption.setToolTip(f"{name}: {declared.help}")
        self.slider = ScaleSlider(_values(declared, value))
        self.slider.setObjectName(f"scale.{name}")
        self.slider.setToolTip(f"{declared.help}\nThe network follows; one drag is one step of undo.")
        self.slider.setAccessibleName(f"{name}, by sliding")
        self.number = NumberField(declared)
        self.number.setObjectName(f"scaleField.{name}")
        self.number.setFixedWidth(_FIELD_WIDTH)
        self.number.setToolTip(f"{declared.help}\n{declared.limits[:1].upper()}{declared.limits[1:]}.")
        self.number.setAccessibleName(name)

    def add(self, grid: QGridLayout, row: int) -> None:
        grid.setRowMinimumHeight(row, _ROW)
        for column, part in enumerate((self.caption, self.slider, self.number)):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignVCenter)

    def remove(self, grid: QGridLayout) -> None:
        for part in (self.caption, self.slider, self.number):
            grid.removeWidget(part)
            part.hide()
            part.setParent(None)
            part.deleteLater()

    def show_value(self, value: Any) -> None:
        largest = max(pair(value)) if self._declared.kind is Side else value
        if not self.slider.isSliderDown() and largest > self.slider.values[-1]:
            self.slider.set_values(_values(self._declared, value))
        self.slider.show_value(largest)
        self.number.show_value(value)


def _values(declared: Attribute, value: Any) -> Sequence[Any]:
    if declared.kind is float:
        return FACTORS
    around: Callable[[int], Sequence[int]] = sides_around if declared.kind is Side else counts_around
    return around(max(pair(value)))


def _setting(name: str) -> str:
    return {WIDTH: "width", DEPTH: "depth", SIDE: "side"}.get(name, "count")
