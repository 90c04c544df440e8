"""The middle of the Inspect area: the maps of one layer with their scale, and the value under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.engine.findings import Maps
from explorer.engine.map_colours import MAP, SCALES
from explorer.gui.inspector.feature_grid import FeatureGrid
from explorer.gui.inspector.figures import number
from explorer.gui.inspector.kernel_view import KernelView
from explorer.gui.inspector.layer_bar import LayerBar
from explorer.gui.inspector.map_order import ordered
from explorer.gui.inspector.number_area import Cell
from explorer.gui.inspector.scale_bar import ScaleBar
from explorer.gui.inspector.vector_bars import VectorBars
from explorer.gui.panel import EmptyState, Notice, label, rule
from explorer.gui.segments import Segments
from explorer.gui.theme import Theme

_VIEWS = (
    ("Maps", "The maps of the layer"),
    ("After ReLU", "What the activation after it leaves of them"),
    ("Kernels", "The kernels of a convolution"),
)


class MapPanel(QFrame):
    """Shows maps in a grid, and the numbers of a vector as bars.

    Signals:
        cell_chosen(cell): one number was clicked.
    """

    cell_chosen = Signal(object)

    def __init__(self, open_button: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.maps: Maps | None = None
        self.layers = LayerBar()
        self.notice = Notice()
        self.grid, self.bars = FeatureGrid(), VectorBars()
        self.scale = ScaleBar()
        self.readout = label(role="label")
        self.views, self.kernels = Segments(_VIEWS), KernelView()
        self._empty = EmptyState("picture", "Drop a picture here.", open_button)
        self._pages = QStackedWidget()
        for page in (self._empty, self.grid, self.bars, self.kernels):
            self._pages.addWidget(page)
        self._lay_out()
        self.layers.order_chosen.connect(self._arrange)
        self.grid.layer_turned.connect(self.layers.turn)
        for part in (self.grid, self.bars):
            part.hovered.connect(self.read_out)
            part.chosen.connect(self.cell_chosen)

    @property
    def selected(self) -> Cell | None:
        """The number that was clicked."""
        if self.maps is None:
            return None
        return self.bars.selected if is_vector(self.maps) else self.grid.selected

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.layers, self.grid, self.bars, self.scale, self._empty, self.kernels):
            part.set_theme(theme)

    def show_maps(self, maps: Maps) -> None:
        """Show the maps of a layer."""
        self.maps = maps
        self.layers.show_layer(maps.giver)
        self.scale.show_scale(*_ends(maps), () if is_vector(maps) else maps.stops)
        self._arrange()
        self.read_out(None)

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

    def read_out(self, cell: Cell | None) -> None:
        """Write the value of one number; None writes how the maps are coloured."""
        if self.maps is None:
            self.readout.setText("")
        elif cell is None:
            inside = f", given by {self.maps.giver}" if self.maps.giver != self.maps.layer else ""
            scale = SCALES[self.maps.request.colours.scale].lower()
            scale = "bars from zero" if is_vector(self.maps) else scale
            self.readout.setText(f"{scale}{inside}")
        else:
            vector = is_vector(self.maps)
            place = "" if vector else f", row {cell.row}, column {cell.column}"
            self.readout.setText(f"{'Number' if vector else 'Map'} {cell.map}{place}: {self.value(cell)}")

    def value(self, cell: Cell) -> str:
        """One number of the maps, as text."""
        assert self.maps is not None  # noqa: S101  (a cell is one of the shown maps)
        values = self.maps.values
        found = values[cell.map] if values.ndim == 1 else values[cell.map, cell.row, cell.column]
        return number(float(found), signed=True)

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
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.views)
        row.addWidget(self.readout, 1)
        row.addWidget(self.scale)
        above.addLayout(row)
        column.addLayout(above)
        column.addWidget(self._pages, 1)

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
            self.grid.show_maps(maps.pixels, order)
        if self._pages.currentWidget() is not self.kernels:
            self._pages.setCurrentWidget(page)


def is_vector(maps: Maps) -> bool:
    """Whether a layer gives numbers rather than maps."""
    return maps.values.ndim == 1 or maps.values.shape[1:] == (1, 1)


def _ends(maps: Maps) -> tuple[str, str]:
    """The figures at the ends of the scale; words where each map has its own."""
    if maps.request.colours.scale != MAP:
        return number(min(maps.lows)), number(max(maps.highs), signed=maps.signed)
    return ("−", "+") if maps.signed else ("0", "highest")
