"""The value card: one number of a map, down to its multiplications, and what the next layers make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from explorer.engine.looking.cell_findings import CellStory
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.value_bars import PartBars
from explorer.gui.inspector.rows import card_column, field_row
from explorer.gui.inspector.values.enlarged import EnlargedProducts
from explorer.gui.inspector.values.products import ProductMatrices
from explorer.gui.inspector.values.slide import WindowSlider
from explorer.gui.inspector.values.steps import FollowingSteps, following
from explorer.gui.inspector.values.terms import Parts
from explorer.gui.inspector.values.words import (
    entering_line,
    function_line,
    place_words,
    products_line,
    single_line,
    together_line,
)
from explorer.gui.inspector.view_files import Column, Part
from explorer.gui.panel import button, label
from explorer.gui.spin_box import SpinBox
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
        self.spin = SpinBox(keyboardTracking=False, accelerated=True)
        self.spin.setAccessibleName("Channel or input")
        self.spin.setToolTip("Which channel (or input) is taken apart below")
        self.matrices = ProductMatrices()
        self.sum = label(role="hint", wrap=True)
        self.heading, self._click = label(role="label"), label("click one", "hint")
        self.bars = PartBars()
        self.together, self.total = label(role="label", wrap=True), label(role="figure")
        self.source = button("Where it comes from", lambda: self._follow((0, 0)), _SOURCE_TIP)
        self._steps = FollowingSteps()
        self._lay_out()
        self.spin.valueChanged.connect(lambda value: self._choose(value - self._first()))
        self.bars.chosen.connect(self._choose)
        self.matrices.pointed.connect(self._read)
        self.matrices.followed.connect(self._follow)
        self.matrices.enlarged.connect(self.enlarge)
        self.hint = label("Click a number of a map to see how it came about.", "hint", wrap=True)
        self.enlarged: EnlargedProducts | None = None
        self._theme: Theme | None = None
        self.hide()

    @property
    def index(self) -> int:
        """The part that is taken apart."""
        return self.bars.index

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """Name, formula and value of each layer that follows."""
        return self._steps.shown

    @property
    def drawn(self) -> Column:
        """What of it a saved view shows: all but the controls."""
        head: Part = ((self.title, self.told), (self.value,))
        return (head, self.matrices, self.sum, self.heading, self.bars, self._sums, self._steps)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.matrices, self.bars, self.slider):
            part.set_theme(theme)
        if self.enlarged is not None:
            self.enlarged.set_theme(theme)

    def clear(self) -> None:
        """Nothing is looked at."""
        self.story = self.parts = None
        self.slider.pause()
        self._show_large()
        self.hide()
        self.hint.show()

    def enlarge(self) -> None:
        """Show the multiplications of the chosen part large, beside the window, until they are closed."""
        place = self.matrices.place
        if self.enlarged is None:
            made = self.enlarged = EnlargedProducts(self)
            made.chosen.connect(self._choose)
            made.followed.connect(self._follow)
            if self._theme is not None:
                made.set_theme(self._theme)
        self._show_large(opening=True)
        self.enlarged.show()
        self.enlarged.mark(place)

    def _show_large(self, *, opening: bool = False) -> None:
        """What is shown large follows; it closes where nothing is multiplied."""
        large = self.enlarged
        if large is None or not (opening or large.isVisible()):
            return
        parts, story = self.parts, self.story
        if parts is None or story is None or self.matrices.part is None:
            large.close()
            return
        title = f"{story.cells[0].layer} · {self.title.text()}"
        signed = story.signed[self.matrices.part.port]
        large.show_part(title, parts, self.index, signed=signed, names=self._names(parts))

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
        self._steps.show_steps(following(story))
        self.hint.hide()
        self.show()

    def _lay_out(self) -> None:
        column = card_column(self, self.title, self.told, self.value)
        column.addWidget(self.slider)
        self._choice = field_row(self.noun, self.spin, None, self._gives, self.gives)
        self._all = field_row(self.heading, None, self._click)
        self._sums = field_row(self.together, None, self.total)
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
            self._show_large()
            return
        with QSignalBlocker(self.spin):
            self.spin.setValue(parts.first + index)
        part = parts.at(index)
        plain = parts.cell.rule.value in ("function", "copy", "given", "sum", "product")
        self.matrices.show_part(
            None if plain else part, signed=story.signed[part.port], names=self._names(parts)
        )
        self.source.setVisible(plain)
        self.matrices.setAccessibleDescription("" if plain else products_line(part))
        self.gives.setText(number(part.gives, signed=True))
        self.together.setText(together_line(parts, index))
        self._read(None)
        self._show_large()

    @staticmethod
    def _names(parts: Parts) -> tuple[str, str]:
        """What is multiplied."""
        return ("weight", "input") if parts.noun == "input" else ("kernel", "patch")

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
            gives, source = number(part.gives, signed=True), self.story.feeding[part.port]
            entering = entering_line(cell.layer, part.port, self.story.request.look.switches)
            return (
                f"{source} counts as {gives} here: {entering}"
                if entering
                else f"{source} gives {gives} there"
            )
        if cell.rule.value == "function":
            return f"{function_line(cell)} = {number(cell.value, signed=True)}"
        return ""

    def _follow(self, place: tuple[int, int]) -> None:
        if self.parts is None or not len(self.parts):
            return
        part = self.parts.at(self.index)
        if part.inside[place[0]][place[1]]:
            if self.enlarged is not None:
                self.enlarged.close()
            self.followed.emit(part.port, *place)


def _said(cell: Cell) -> str:
    return cell.told.replace(", and the bias", " and the bias")
