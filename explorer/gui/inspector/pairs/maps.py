"""The maps of two networks side by side, and what differs: scrolled, pointed at and chosen together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from explorer.engine.looking.findings import Maps
from explorer.engine.looking.pair_findings import PairMaps
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.feature_grid import FeatureGrid
from explorer.gui.inspector.maps.map_order import ordered
from explorer.gui.inspector.maps.number_area import Cell, NumberArea
from explorer.gui.inspector.maps.scale_bar import ScaleBar
from explorer.gui.inspector.maps.vector_bars import VectorBars
from explorer.gui.panel import label
from explorer.gui.theme import Theme

LEFT, RIGHT, AWAY = range(3)
DIFFERENCE = "difference"


class MapColumn(QWidget):
    """A head, the scale, and the maps or bars of one side."""

    def __init__(self, head: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = head
        self.grid, self.bars, self.scale = FeatureGrid(), VectorBars(), ScaleBar()
        self.grid.setObjectName(f"pairGrid{name}")
        self.bars.setObjectName(f"pairBars{name}")
        self.readout = label(role="label")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.bars)
        row = QHBoxLayout()
        row.addWidget(self.readout, 1)
        row.addWidget(self.scale)
        above = QVBoxLayout()
        above.setContentsMargins(12, 10, 12, 0)
        above.setSpacing(6)
        above.addWidget(head)
        above.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addWidget(self.stack, 1)

    @property
    def area(self) -> NumberArea:
        """What is shown of the two."""
        return self.bars if self.stack.currentWidget() is self.bars else self.grid

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.grid, self.bars, self.scale):
            part.set_theme(theme)


class PairMapsView(QFrame):
    """Three columns, linked where the layers have one shape.

    Signals:
        layer_turned(step): the next (1) or previous (-1) layer is asked for.
        chosen(cell): a number was chosen on any side.
    """

    layer_turned = Signal(int)
    chosen = Signal(object)

    def __init__(self, left: QWidget, right: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.shown: PairMaps | None = None
        self._order: Sequence[int] = ()
        self.heads = label("Right minus left", "title")
        self.note = label(role="hint", wrap=True)
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.heads)
        column.addWidget(self.note)
        column.addStretch(1)
        self.columns = (MapColumn(left, "Left"), MapColumn(right, "Right"), MapColumn(head, "Difference"))
        splitter = QSplitter(handleWidth=1, childrenCollapsible=False)
        for part in self.columns:
            part.setMinimumWidth(200)
            splitter.addWidget(part)
        splitter.setSizes([400, 400, 400])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)
        for place, part in enumerate(self.columns):
            for area in (part.grid, part.bars):
                area.hovered.connect(lambda cell, place=place: self._hover(place, cell))
                area.chosen.connect(lambda cell, place=place: self._choose(place, cell))
                area.layer_turned.connect(self.layer_turned)
                bar = area.verticalScrollBar()
                bar.valueChanged.connect(lambda value, place=place: self._scroll(place, value))
        self._scrolling = self._pointing = False

    @property
    def linked(self) -> bool:
        """Whether a number of one side stands for one of the other."""
        return self.shown is not None and self.shown.difference is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in self.columns:
            part.set_theme(theme)

    def show_difference(self, on: bool) -> None:
        """Show or hide the third column."""
        self.columns[AWAY].setVisible(on)

    def show_maps(self, shown: PairMaps, by: str) -> None:
        """Show both sides in one order, and their difference."""
        self.shown = shown
        left, right, difference = shown.left, shown.right, shown.difference
        self._order = self._ordered(shown, by)
        # bars of both sides have one scale, as the colours of maps have
        found = (left.statistics, right.statistics)
        reach = [figure for item in found for figure in (item.minimum, item.maximum)]
        self._show_side(self.columns[LEFT], left, self._order, reach)
        order = self._order if difference is not None else range(len(right.values))
        self._show_side(self.columns[RIGHT], right, order, reach)
        away = self.columns[AWAY]
        said = ". ".join(text for text in (shown.why, shown.note) if text)
        self.note.setText(said)
        self.note.setVisible(bool(said))
        if difference is None:
            away.grid.show_maps(None, ())
            away.stack.setCurrentWidget(away.grid)
            away.scale.show_scale("", "", ())
        elif _is_vector(left):
            away.bars.show_numbers(difference.values, self._order, reach)
            away.stack.setCurrentWidget(away.bars)
            away.scale.show_scale("", "", ())
        else:
            away.grid.show_maps(difference.pixels, self._order, difference.values.shape[1:])
            away.stack.setCurrentWidget(away.grid)
            away.scale.show_scale("", "", ())  # no scale has the length 0
            if difference.largest:
                ends = number(-difference.high), number(difference.high, signed=True)
                beyond = (difference.largest > difference.high,) * 2
                away.scale.show_scale(*ends, difference.stops, beyond, "the largest")
        self._read_out(None)
        self._align()

    def _align(self) -> None:
        """Begin the maps of all columns at one height."""
        highest = max(part.head.sizeHint().height() for part in self.columns)
        for part in self.columns:
            part.head.setMinimumHeight(highest)

    def value(self, place: int, cell: Cell) -> float | None:
        """The number of one side at a cell; None where that side has none there."""
        assert self.shown is not None  # noqa: S101  (a cell is one of the shown numbers)
        sides = (self.shown.left, self.shown.right, self.shown.difference)
        side = sides[place]
        if side is None or (place != LEFT and not self.linked and cell.map >= len(side.values)):
            return None
        values = side.values
        if values.ndim == 1:
            return float(values[cell.map]) if cell.map < len(values) else None
        inside = cell.map < len(values) and cell.row < values.shape[1] and cell.column < values.shape[2]
        return float(values[cell.map, cell.row, cell.column]) if inside else None

    def _ordered(self, shown: PairMaps, by: str) -> Sequence[int]:
        if by == DIFFERENCE and shown.difference is not None:
            sizes = shown.difference.sizes
            return sorted(range(len(sizes)), key=lambda index: -sizes[index])
        selected = self.columns[LEFT].area.selected
        return ordered(shown.left, by, selected.map if selected is not None else None)

    def _show_side(self, column: MapColumn, maps: Maps, order: Sequence[int], reach: Sequence[float]) -> None:
        if _is_vector(maps):
            column.bars.show_numbers(maps.values, order, reach if self.linked else ())
            column.stack.setCurrentWidget(column.bars)
            column.scale.show_scale("", "", ())
            return
        column.grid.show_maps(maps.pixels, order, maps.values.shape[1:])
        column.stack.setCurrentWidget(column.grid)
        column.scale.show_maps(maps)

    def _others(self, place: int) -> list[MapColumn]:
        if not self.linked:
            return []
        return [column for index, column in enumerate(self.columns) if index != place]

    def _hover(self, place: int, cell: Cell | None) -> None:
        if self._pointing:  # the others are told, and say so themselves
            return
        self._pointing = True
        for column in self._others(place):
            column.area.point_at(cell)
        self._pointing = False
        self._read_out(cell, place)

    def _choose(self, place: int, cell: Cell) -> None:
        for column in self._others(place):
            column.area.select(cell)
        self.chosen.emit(cell)

    def _scroll(self, place: int, value: int) -> None:
        """Scroll the others to the same share of their way."""
        if self._scrolling:
            return
        self._scrolling = True
        own = self.columns[place].area.verticalScrollBar()
        for column in self._others(place):
            bar = column.area.verticalScrollBar()
            bar.setValue(round(value * bar.maximum() / max(1, own.maximum())))
        self._scrolling = False

    def _read_out(self, cell: Cell | None, place: int = LEFT) -> None:
        for index, column in enumerate(self.columns):
            own = index == place or self.linked
            value = self.value(index, cell) if cell is not None and own else None
            if value is None or cell is None:
                column.readout.setText("")
                continue
            vector = column.stack.currentWidget() is column.bars
            where = f"Number {cell.map}" if vector else f"Map {cell.map}, {cell.row}, {cell.column}"
            column.readout.setText(f"{where}: {number(value, signed=True)}")


def _is_vector(maps: Maps) -> bool:
    return maps.values.ndim == 1 or maps.values.shape[1:] == (1, 1)
