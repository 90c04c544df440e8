"""Causes and switches follow what is looked at, and what they find is shown where it belongs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.outline import Layer, flatten
from explorer.engine.looking.findings import Answer, Maps
from explorer.engine.running.switches import Switch
from explorer.gui.inspector.maps.map_panel import MapPanel
from explorer.gui.inspector.maps.number_area import Cell
from explorer.gui.inspector.methods.control import Causes
from explorer.gui.inspector.methods.switch_card import SwitchCard, skip_port
from explorer.gui.inspector.pictures.picture_panel import PicturePanel
from explorer.gui.inspector.requests import Requests
from explorer.gui.workbench import Workbench


class CauseWiring(QObject):
    """Between the cards of causes and switches, the maps and the picture.

    Signals:
        changed(): other parts are switched; maps and predictions are to be asked for again.
        opened(picture, cell): a picture is to be looked at, with a number of the shown layer or None.
    """

    changed = Signal()
    opened = Signal(object, object)

    def __init__(
        self,
        workbench: Workbench,
        requests: Requests,
        panel: MapPanel,
        pictures: PicturePanel,
        causes: Causes,
        switches: SwitchCard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workbench, self._panel = workbench, panel
        self.causes, self.switches = causes, switches
        self._known: tuple[object, Mapping[str, Layer]] = (None, {})
        requests.answered.connect(self._take)
        panel.cell_chosen.connect(self._follow_cell)
        causes.heat_changed.connect(pictures.view.show_heat)
        causes.opened.connect(self._open)
        switches.changed.connect(self.changed)
        workbench.changed.connect(self._keep_possible)

    @property
    def active(self) -> tuple[Switch, ...]:
        """What is switched."""
        return self.switches.switches

    def forget(self) -> None:
        """The network cannot run: nothing is asked."""
        self.causes.forget()

    def shutdown(self) -> bool:
        """Stop and wait; False where the thread still runs after a bounded time."""
        return self.causes.shutdown()

    def _take(self, report: object) -> None:
        if isinstance(report, Maps):
            self.causes.follow_maps(report.giver, len(report.values))
            self._follow_cell(self._panel.selected)
        elif isinstance(report, Answer):
            self.causes.follow(report)

    def _follow_cell(self, cell: Cell | None) -> None:
        maps = self._panel.maps
        if maps is None:
            return
        if cell is not None:
            self.causes.choose_map(cell.map)
        layer, layers = self._panel.layers.layer, self._layers()
        skip = skip_port(layers, layer) if layer is not None and layer.name in layers else None
        self.switches.show_place(layer, None if cell is None else cell.map, skip)

    def _keep_possible(self, old: Document, new: Document) -> None:
        """Let go of switches whose place an edit took away."""
        if old.graph is new.graph:
            return
        layers = self._layers()
        if layers:
            self.switches.keep_possible(layers)

    def _layers(self) -> Mapping[str, Layer]:
        """The plain layers of the network, made once for each analysis; none where it has a problem."""
        analysis = self._workbench.analysis
        if self._known[0] is not analysis:
            try:
                layers = flatten(analysis)
            except ExplorerError:  # such a network is not asked anything
                layers = ()
            self._known = analysis, {layer.name: layer for layer in layers}
        return self._known[1]

    def _open(self, picture: object, cell: tuple[int, int, int] | None) -> None:
        self.opened.emit(picture, None if cell is None else Cell(*cell))
