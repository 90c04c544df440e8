"""The middle of the Inspect area: the maps of one layer with their scale, and the value under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.units import ordinal
from explorer.engine.drawing.map_colours import SCALES
from explorer.engine.looking.findings import Maps
from explorer.gui.elided import ElidedLabel
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.maps.feature_grid import FeatureGrid
from explorer.gui.inspector.maps.kernel_view import KernelView
from explorer.gui.inspector.maps.layer_bar import LayerBar
from explorer.gui.inspector.maps.map_order import LIKENESS, order_note, ordered
from explorer.gui.inspector.maps.map_view import MapView
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.maps.scale_bar import ScaleBar, lies_beyond
from explorer.gui.inspector.maps.vector_bars import VectorBars
from explorer.gui.panel import EmptyState, IconButton, Notice, rule
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

_WIDE = 860
"""So many pixels hold what is shown of the layer in the row of its name; fewer, in the row below."""

_VIEWS = (
    ("Maps", "The maps of the layer"),
    ("After ReLU", "What the activation after it leaves of them"),
    ("Kernels", "The kernels of a convolution"),
)


class MapPanel(QFrame):
    """Shows maps in a grid, and the numbers of a vector as bars.

    Signals:
        cell_chosen(cell): one number was clicked.
        cell_hovered(cell): the pointer is over one number, or over none.
    """

    cell_chosen = Signal(object)
    cell_hovered = Signal(object)

    def __init__(self, open_button: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.maps: Maps | None = None
        self.layers = LayerBar()
        self.notice = Notice()
        self.grid, self.bars = FeatureGrid(), VectorBars()
        self.scale = ScaleBar()
        self.readout = ElidedLabel("label")
        self._wide = False
        self.views, self.kernels = Segments(_VIEWS), KernelView()
        self._empty = EmptyState("picture", "Drop a picture here.", open_button)
        self._pages = QStackedWidget()
        self.view = MapView()
        self.back = IconButton("close", "All maps (Esc)")
        self.back.setObjectName("allMaps")
        self.back.clicked.connect(self.show_all)
        self.back.hide()
        for page in (self._empty, self.grid, self.bars, self.kernels, self.view):
            self._pages.addWidget(page)
        self._lay_out()
        self.layers.order_chosen.connect(self._arrange)
        for part in (self.grid, self.bars):
            part.layer_turned.connect(self.layers.turn)
        for part in (self.grid, self.bars, self.view):
            part.hovered.connect(self.read_out)
            part.hovered.connect(self.cell_hovered)
            part.chosen.connect(self._choose)
        self.grid.enlarged.connect(self.enlarge)
        self.view.closed.connect(self.show_all)
        self._pages.currentChanged.connect(lambda _: self.back.setVisible(self.enlarged))
        self.view.turned.connect(self._turn_map)

    @property
    def selected(self) -> Cell | None:
        """The number that was clicked."""
        if self.maps is None:
            return None
        cell = self.bars.selected if is_vector(self.maps) else self.grid.selected
        return cell if cell is not None and holds(self.maps, cell) else None

    @property
    def shown(self) -> QWidget:
        """The grid, the bars, one map or the kernels: what is seen now."""
        return self._pages.currentWidget()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (
            self.layers,
            self.grid,
            self.bars,
            self.scale,
            self._empty,
            self.kernels,
            self.view,
            self.back,
        ):
            part.set_theme(theme)

    def show_maps(self, maps: Maps) -> None:
        """Show the maps of a layer."""
        self.maps = maps
        self.layers.show_layer(maps.giver)
        if is_vector(maps):
            self.scale.show_scale("", "", ())
        else:
            self.scale.show_maps(maps)
        self._arrange()
        self.read_out(None)

    def complete(self, maps: Maps) -> bool:
        """Take the figures of all numbers, if these are the maps that are shown; else False."""
        if self.maps is None or maps.pixels is not self.maps.pixels:
            return False
        self.maps = maps
        self._arrange()  # they may stand in another order
        return True

    def show_kernels(self, *, there: bool) -> None:
        """Show the kernels of the layer in the place of its maps, or the maps again."""
        if there == (self._pages.currentWidget() is self.kernels):
            return
        for part in (self.readout, self.scale):
            part.setVisible(not there)
        self._pages.setCurrentWidget(self.kernels if there else self._empty)
        if not there:
            self._arrange()

    def say(self, text: str) -> None:
        """What is going on, in the place of the value; "" brings that back."""
        if self.maps is None:
            self._empty.wait(text)
        elif text:
            self.readout.setText(text)
        else:
            self.read_out(None)

    def select(self, cell: Cell) -> None:
        """Mark one number of the maps that are shown."""
        if self.maps is not None:
            (self.bars if is_vector(self.maps) else self.grid).select(cell)
            if self.enlarged:
                self.view.show_map(self.maps, cell.map, cell)

    @property
    def enlarged(self) -> bool:
        """Whether one map is shown alone."""
        return self._pages.currentWidget() is self.view

    def enlarge(self, index: int) -> None:
        """Show one map alone."""
        if self.maps is not None and not is_vector(self.maps):
            self.view.show_map(self.maps, index, self.selected)
            self._pages.setCurrentWidget(self.view)
            self.view.setFocus()
            self.read_out(None)

    def show_all(self) -> None:
        """Back to all maps."""
        if self.enlarged:
            self._pages.setCurrentWidget(self.grid)
            self.grid.setFocus()
            self.read_out(None)

    def map_image(self, index: int) -> QImage:
        """One of the shown maps as it is drawn; empty for the numbers of a vector."""
        if self.maps is None or is_vector(self.maps):
            return QImage()
        return self.grid.image(index)

    @property
    def told(self) -> str:
        """How the maps are coloured and ordered."""
        maps = self.maps
        if maps is None:
            return ""
        inside = f", given by {maps.giver}" if maps.giver != maps.layer else ""
        ends = f"{number(maps.statistics.minimum)} to {number(maps.statistics.maximum)}"
        scale = SCALES[maps.request.colours.scale].lower()
        if any(self.scale.beyond):
            scale += f", the outermost {maps.request.colours.cut:g} % cut"
        scale = f"bars from zero, {ends}" if is_vector(maps) else scale
        if self.enlarged:
            scale = f"map {self.view.index} alone, {scale}"
        selected = self.selected.map if self.selected is not None else None
        note = order_note(maps, self.layers.sorted_by, selected)
        drawn = f"every {ordinal(maps.step)} number drawn" if maps.step > 1 else ""
        return "; ".join(part for part in (f"{scale}{inside}", note, drawn) if part)

    def read_out(self, cell: Cell | None) -> None:
        """Write the value of one number; None writes how the maps are coloured."""
        if self.maps is None:
            self.readout.setText("")
        elif cell is None:
            self.readout.setText(self.told)
        else:
            vector = is_vector(self.maps)
            place = "" if vector else f", row {cell.row}, column {cell.column}"
            what = f"{'Number' if vector else 'Map'} {cell.map}{place}"
            beyond = ", beyond the scale" if not vector and lies_beyond(self.maps, cell) else ""
            self.readout.setText(f"{what}: {self.value(cell)}{beyond}")

    def value(self, cell: Cell) -> str:
        """One number of the maps, as text."""
        assert self.maps is not None  # noqa: S101  (a cell is one of the shown maps)
        values = self.maps.values
        found = values[cell.map] if values.ndim == 1 else values[cell.map, cell.row, cell.column]
        return number(float(found), signed=True)

    def _choose(self, cell: Cell) -> None:
        if self.enlarged:
            self.grid.select(cell)
        self.cell_chosen.emit(cell)
        if self.layers.sorted_by == LIKENESS and not self.enlarged:
            self._arrange()

    def _turn_map(self, by: int) -> None:
        """The map that stands before or after the enlarged one."""
        order = list(self.grid.order)
        place = order.index(self.view.index) + by if self.view.index in order else 0
        if 0 <= place < len(order):
            self.enlarge(order[place])

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.layers)
        column.addWidget(rule())
        above = QVBoxLayout()
        above.setContentsMargins(16, 8, 16, 0)
        above.setSpacing(6)
        above.addWidget(self.notice)
        row = self._row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.views, 1, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.scale)
        row.addWidget(self.back)
        above.addLayout(row)
        self._below = QHBoxLayout()
        self._below.addWidget(self.readout)
        above.addLayout(self._below)
        column.addLayout(above)
        column.addWidget(self._pages, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        if wide != self._wide:
            self._wide = wide
            if wide:
                self.layers.set_middle(self.views)
                self._row.insertWidget(0, self.readout, 1)
            else:
                self._row.insertWidget(0, self.views, 1, Qt.AlignmentFlag.AlignLeft)
                self._below.addWidget(self.readout)

    def _arrange(self) -> None:
        maps = self.maps
        if maps is None:
            return
        selected = self.selected.map if self.selected is not None else None
        order = ordered(maps, self.layers.sorted_by, selected)
        page: QWidget = self.bars if is_vector(maps) else self.grid
        if is_vector(maps):
            self.bars.show_numbers(maps.values, order)
        else:
            self.grid.show_maps(maps.pixels, order, maps.values.shape[1:])
        if self.enlarged and page is self.grid and self.view.index < len(maps.values):
            self.view.show_map(maps, self.view.index, self.selected)
        elif self._pages.currentWidget() is not self.kernels:
            self._pages.setCurrentWidget(page)
        self.read_out(None)


def holds(maps: Maps, cell: Cell) -> bool:
    """Whether a number is one of these maps: it may have been chosen in those before."""
    sides = (*maps.values.shape, 1, 1)[:3]
    return all(
        0 <= index < side for index, side in zip((cell.map, cell.row, cell.column), sides, strict=True)
    )


def is_vector(maps: Maps) -> bool:
    """Whether a layer gives numbers rather than maps."""
    return maps.values.ndim == 1 or maps.values.shape[1:] == (1, 1)
