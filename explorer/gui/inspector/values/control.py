"""A clicked number is followed to the engine and back: its box, its card, and the window that slides."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.core.analysis import Row
from explorer.core.errors import ExplorerError
from explorer.core.field_box import field_box, pixels_read
from explorer.core.outline import Layer, flatten
from explorer.engine.looking.cell_findings import CellRequest, CellStory, FieldMeasured, FieldRequest
from explorer.engine.looking.findings import Maps, Request
from explorer.gui.inspector.maps.kernel_control import AFTER
from explorer.gui.inspector.maps.map_panel import MapPanel, holds, is_vector
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.pictures.picture_panel import PicturePanel
from explorer.gui.inspector.pictures.value_field import SeenField
from explorer.gui.inspector.pictures.value_influence import FieldPair, FieldSwitches
from explorer.gui.inspector.requests import Requests, answering_cells
from explorer.gui.inspector.values.card import ValueCard
from explorer.gui.workbench import Workbench


class ValueControl(QObject):
    """Asks about the number that is chosen, and shows what comes back.

    Signals:
        failed(sentence, details): a question has no answer.
        layer_wanted(name, cell): a number of another layer is to be looked at.
        cell_moved(cell): the window slid to another number of the shown map.
    """

    failed = Signal(str, str)
    layer_wanted = Signal(str, object)
    cell_moved = Signal(object)

    def __init__(
        self,
        workbench: Workbench,
        panel: MapPanel,
        pictures: PicturePanel,
        card: ValueCard,
        switches: FieldSwitches,
        pair: FieldPair,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workbench, self._panel, self._pictures = workbench, panel, pictures
        self.card, self.switches, self.pair = card, switches, pair
        self._seen: SeenField | None = None
        self._cell: Cell | None = None
        self._giver = ""
        self._layers: tuple[object, tuple[Layer, ...]] = (None, ())
        self.stories = Requests(self, answering_cells)
        self.fields = Requests(self, answering_cells)
        for requests in (self.stories, self.fields):
            requests.answered.connect(self._take)
            requests.failed.connect(self.failed)
        self.fields.said.connect(self._wait)
        card.slider.moved.connect(self._slide)
        card.followed.connect(self._follow)
        switches.show_field.toggled.connect(lambda _: self._mark())
        switches.weigh.toggled.connect(lambda _: self._weigh())
        pair.pictures.currentIndexChanged.connect(lambda _: self._weigh())

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self.stories.busy or self.fields.busy

    def shutdown(self) -> bool:
        """Stop and wait a bounded time; False where something still runs."""
        self.card.slider.pause()
        ended = [requests.shutdown() for requests in (self.stories, self.fields)]
        return all(ended)

    def withdraw(self) -> None:
        """Stop what is asked: other maps are wanted first, and they share the network."""
        for requests in (self.stories, self.fields):
            requests.withdraw()

    def clear(self) -> None:
        """Nothing is chosen any more."""
        self.withdraw()
        self._seen = self._cell = None
        self.card.clear()
        self.pair.hide()
        self._pictures.view.show_seen(None)
        self.switches.show_seen(self._seen)

    def show_cell(self, cell: Cell) -> None:
        """Look at one number of the maps that are shown."""
        maps = self._panel.maps
        if maps is None or not holds(maps, cell):
            return
        same_map = self._cell is not None and self._cell.map == cell.map
        self._cell = cell
        self._seen = self._seen_by(maps, cell)
        self._mark()
        self.switches.show_seen(self._seen)
        if maps.giver != self._giver:  # another layer: its map is not begun yet
            self.card.slider.pause()
            self.card.slider.map.hide()
        self._giver = maps.giver
        flat = is_vector(maps)
        self.card.slider.setVisible(not flat)
        if not flat and not (same_map and self.card.slider.playing):
            _, rows, columns = maps.values.shape
            self.card.slider.show_map(maps.pixels[cell.map], (rows, columns), (cell.row, cell.column))
        self.stories.ask(CellRequest(self._look(maps), _place(maps, cell)))
        self._weigh()

    def _take(self, report: object) -> None:
        maps = self._panel.maps
        if maps is None or self._cell is None:
            return
        if isinstance(report, CellStory):
            self.card.show_story(report, len(maps.values))
        elif isinstance(report, FieldMeasured) and self._seen is not None and self.switches.weigh.isChecked():
            self.pair.show_fields(self._seen, report)

    def _wait(self, doing: str) -> None:
        if self.switches.weigh.isChecked():
            self.pair.wait(doing)

    def _slide(self, row: int, column: int) -> None:
        maps = self._panel.maps
        if self._cell is None or maps is None:
            return
        cell = Cell(self._cell.map, row, column)
        if holds(maps, cell):
            self._panel.select(cell)
            self.cell_moved.emit(cell)

    def _follow(self, port: int, row: int, column: int) -> None:
        """Look at one number that a multiplication reads."""
        story, parts = self.card.story, self.card.parts
        if story is None or parts is None or port >= len(story.feeding):
            return
        name = story.feeding[port]
        line = self._workbench.lines.get(name)
        if line is None or not isinstance(line.entry, Row):
            return
        vector = len(line.entry.output) == 1
        place = parts.at(self.card.index).source(row, column, vector=vector)
        self.layer_wanted.emit(name, Cell(place[0], *(place[1:] or (0, 0))))

    def _look(self, maps: Maps) -> Request:
        """What is looked at; of maps after an activation the layer before, whose sum it acts on."""
        chosen = self._panel.layers.layer
        if chosen is None or self._panel.views.index != AFTER or chosen.output != maps.values.shape:
            return maps.request
        return replace(maps.request, layer=chosen.name)

    def _mark(self) -> None:
        shown = self._seen if self.switches.show_field.isChecked() else None
        self._pictures.view.show_seen(shown)

    def _weigh(self) -> None:
        maps = self._panel.maps
        if maps is None or self._cell is None or self._seen is None or not self.switches.weigh.isChecked():
            self.fields.withdraw()
            self.pair.hide()
            return
        self.fields.ask(FieldRequest(maps.request, _place(maps, self._cell), self.pair.random))

    def _seen_by(self, maps: Maps, cell: Cell) -> SeenField | None:
        """What one value of a map sees of the network's input; None for vectors."""
        line, layers = self._workbench.lines.get(maps.giver), self._flat()
        if maps.values.ndim != 3 or line is None or not isinstance(line.entry, Row) or not layers:
            return None
        shape = line.entry.output
        box = field_box(line.field, shape, (cell.map, cell.row, cell.column))
        first = field_box(line.field, shape, (0, 0, 0))
        last = field_box(line.field, shape, (0, shape[1] - 1, shape[2] - 1))
        read = pixels_read(layers, maps.giver, (cell.map, cell.row, cell.column))
        return SeenField(box, read, first.around(last))

    def _flat(self) -> tuple[Layer, ...]:
        """The plain layers of the network, made once for each analysis."""
        analysis = self._workbench.analysis
        if self._layers[0] is not analysis:
            try:
                self._layers = analysis, flatten(analysis)
            except ExplorerError:  # the maps are older than the last edit, which left a problem
                self._layers = analysis, ()
        return self._layers[1]


def _place(maps: Maps, cell: Cell) -> tuple[int, ...]:
    return (cell.map,) if maps.values.ndim == 1 else (cell.map, cell.row, cell.column)
