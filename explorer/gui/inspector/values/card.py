"""The value card: one number of a map, down to its multiplications, and what the next layers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from explorer.engine.looking.cell_findings import CellStory
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.value_bars import PartBars
from explorer.gui.inspector.values.products import ProductMatrices
from explorer.gui.inspector.values.slide import WindowSlider
from explorer.gui.inspector.values.terms import Parts
from explorer.gui.inspector.values.words import (
    function_line,
    place_words,
    products_line,
    single_line,
    switched_line,
    together_line,
)
from explorer.gui.panel import button, label
from explorer.gui.theme import Theme

if TYPE_CHECKING:
    from explorer.engine.cells.cell_terms import Cell

_SPINBOX_END = 2**31 - 1
_SOURCE_TIP = "Look at this number in the layer that gave it"


class ValueCard(QFrame):
    """Shows how a number came about; it asks nothing itself.

    Signals:
        followed(port, row, column): one number of the patch of the chosen part is to be looked at.
    """

    followed = Signal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("valueCard")
        self.setAccessibleName("How one number came about")
        self.story: CellStory | None = None
        self.parts: Parts | None = None
        self.title, self.told = label(role="title"), label(role="hint", wrap=True)
        self.value = label(role="result")
        self.slider = WindowSlider()
        self.noun, self.gives = label(role="label"), label(role="figure")
        self._gives = label("gives", "label")
        self.spin = QSpinBox(keyboardTracking=False, accelerated=True)
        self.spin.setAccessibleName("Channel or input")
        self.spin.setToolTip("Which channel (or input) is taken apart below")
        self.matrices = ProductMatrices()
        self.sum = label(role="hint", wrap=True)
        self.heading, self._click = label(role="label"), label("click one", "hint")
        self.bars = PartBars()
        self.together, self.total = label(role="label", wrap=True), label(role="figure")
        self.source = button("Where it comes from", lambda: self._follow((0, 0)), _SOURCE_TIP)
        self._steps = _Steps()
        self._lay_out()
        self.spin.valueChanged.connect(lambda value: self._choose(value - self._first()))
        self.bars.chosen.connect(self._choose)
        self.matrices.pointed.connect(self._read)
        self.matrices.followed.connect(self._follow)
        self.hide()

    @property
    def index(self) -> int:
        """The part that is taken apart."""
        return self.bars.index

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """Name, formula and value of each layer that follows."""
        return self._steps.shown

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.matrices, self.bars, self.slider):
            part.set_theme(theme)

    def clear(self) -> None:
        """Nothing is looked at."""
        self.story = self.parts = None
        self.slider.pause()
        self.hide()

    def show_story(self, story: CellStory, maps: int) -> None:
        """Show one number of a layer of so many maps; the chosen part stays where it is the same layer."""
        before, self.story = self.story, story
        cell = story.cells[0]
        same = before is not None and before.cells[0].layer == cell.layer and self.parts is not None
        index = self.index
        self.parts = Parts(cell)
        if not same or index >= len(self.parts):
            index = self.parts.strongest
        self.title.setText(place_words(cell.place, maps))
        self.told.setText(_said(cell))
        self.value.setText(number(cell.value, signed=True))
        self._show_parts(index)
        self._steps.show_steps(_steps(story))
        self.show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.title)
        names.addWidget(self.told)
        head = QHBoxLayout()
        head.addLayout(names, 1)
        head.addWidget(self.value)
        column.addLayout(head)
        column.addWidget(self.slider)
        self._choice = _row(self.noun, self.spin, None, self._gives, self.gives)
        self._all = _row(self.heading, None, self._click)
        self._sums = _row(self.together, None, self.total)
        for part in (self._choice, self.matrices, self.sum, self._all, self.bars, self._sums):
            column.addWidget(part)
        column.addWidget(self.source, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._steps)

    def _first(self) -> int:
        return self.parts.first if self.parts is not None else 0

    def _show_parts(self, index: int) -> None:
        assert self.parts is not None  # noqa: S101  (asked by the caller)
        parts, several = self.parts, len(self.parts) > 1
        function = parts.cell.rule.value in ("function", "copy", "given")
        self._choice.setVisible(several)
        for part in (self._all, self.bars):
            part.setVisible(several)
        self._sums.setVisible(bool(len(parts)) and not function and parts.cell.rule.value != "strongest")
        self.heading.setText(f"what each of the {len(parts):,} {parts.noun}s gives")
        self.noun.setText(parts.noun)
        last = min(parts.first + len(parts) - 1, _SPINBOX_END)
        with QSignalBlocker(self.spin):
            self.spin.setRange(parts.first, max(parts.first, last))
        self.bars.show_parts(parts.gives, parts.noun, parts.first, index)
        self.total.setText(number(parts.cell.value, signed=True))
        self._choose(index)

    def _choose(self, index: int) -> None:
        """Take another part apart."""
        parts, story = self.parts, self.story
        if parts is None or story is None:
            return
        self.bars.choose(index)
        if not len(parts):
            self.matrices.show_part(None, signed=True)
            self.sum.hide()
            self.source.hide()
            return
        with QSignalBlocker(self.spin):
            self.spin.setValue(parts.first + index)
        part = parts.at(index)
        plain = parts.cell.rule.value in ("function", "copy", "given", "sum", "product")
        names = ("weight", "input") if parts.noun == "input" else ("kernel", "patch")
        self.matrices.show_part(None if plain else part, signed=story.signed[part.port], names=names)
        self.source.setVisible(plain)
        self.matrices.setAccessibleDescription("" if plain else products_line(part))
        self.gives.setText(number(part.gives, signed=True))
        self.together.setText(together_line(parts, index))
        self._read(None)

    def _read(self, place: tuple[int, int] | None) -> None:
        """Write the multiplication under the pointer, or the sum."""
        part = self.matrices.part
        if self.parts is None or self.story is None:
            return
        if part is not None:
            self.sum.setText(products_line(part) if place is None else single_line(part, *place))
        else:
            self.sum.setText(self._source_words())
        self.sum.setVisible(bool(self.sum.text()))

    def _source_words(self) -> str:
        """Where the number of a layer without multiplications comes from."""
        assert self.parts is not None  # noqa: S101  (asked by the caller)
        assert self.story is not None  # noqa: S101
        cell = self.parts.cell
        if cell.rule.value == "given" or not len(self.parts):
            return ""
        part = self.parts.at(self.index)
        if cell.rule.value in ("sum", "product"):
            return f"{self.story.feeding[part.port]} gives {number(part.gives, signed=True)} there"
        if cell.rule.value == "function":
            return f"{function_line(cell)} = {number(cell.value, signed=True)}"
        return ""

    def _follow(self, place: tuple[int, int]) -> None:
        if self.parts is None or not len(self.parts):
            return
        part = self.parts.at(self.index)
        if part.inside[place[0]][place[1]]:
            self.followed.emit(part.port, *place)


class _Steps(QWidget):
    """The layers that follow: name, formula with numbers, and what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self.shown: list[tuple[str, str, str]] = []

    def show_steps(self, steps: Sequence[tuple[str, str, str]]) -> None:
        self.shown = list(steps)
        while len(self._rows) < len(steps):
            row = label(role="label"), label(role="hint", wrap=True), label(role="figure")
            row[2].setAlignment(Qt.AlignmentFlag.AlignRight)
            for part in (row[0], row[2]):
                part.setContentsMargins(0, 5, 0, 0)
            at = 2 * len(self._rows)
            self._grid.addWidget(row[0], at, 0)
            self._grid.addWidget(row[2], at, 1)
            self._grid.addWidget(row[1], at + 1, 0, 1, 2)
            self._rows.append(row)
        for index, row in enumerate(self._rows):
            texts = steps[index] if index < len(steps) else ("", "", "")
            for part, text in zip(row, texts, strict=True):
                part.setText(text)
                part.setVisible(bool(text))
        self.setVisible(bool(steps))


def _steps(story: CellStory) -> list[tuple[str, str, str]]:
    first = story.cells[0]
    switched = switched_line(first)
    found = [(first.layer, switched, number(first.activation, signed=True))] if switched else []
    for cell in story.cells[1:]:
        switched = switched_line(cell)
        said = function_line(cell) if cell.rule.value == "function" else cell.told
        line = f"{said}; {switched}" if switched else said
        found.append((f"then {cell.layer}", line, number(cell.activation, signed=True)))
    return found


def _said(cell: Cell) -> str:
    return cell.told.replace(", and the bias", " and the bias")


def _row(*parts: QWidget | None) -> QWidget:
    """Parts beside each other; None is a gap that grows."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    wrapping = any(isinstance(part, QLabel) and part.wordWrap() for part in parts)
    for part in parts:
        if part is None:
            if not wrapping:
                row.addStretch(1)
        else:
            row.addWidget(part, 1 if isinstance(part, QLabel) and part.wordWrap() else 0)
    return made
