"""What is shown of a layer: its maps, what the activation after it leaves of them, or its kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QSignalBlocker, Signal

from explorer.core.outline import Layer
from explorer.engine.looking.cell_findings import KernelRequest, KernelSheet
from explorer.engine.looking.findings import Maps
from explorer.gui.inspector.maps.map_panel import MapPanel
from explorer.gui.inspector.requests import Requests, answering_cells

MAPS, AFTER, KERNELS = range(3)
_PASSING = ("Activation", "Normalization")


class ViewControl(QObject):
    """Follows the switch above the maps.

    Signals:
        changed(): the maps of another layer are to be asked for.
        failed(sentence, details): the kernels cannot be shown.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, panel: MapPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._layer: Layer | None = None
        self._after: Layer | None = None
        self._maps: Maps | None = None
        self._silent = SilentSoFar()
        self.requests = Requests(self, answering_cells)
        self.requests.answered.connect(self._take)
        self.requests.failed.connect(self.failed)
        panel.views.switched.connect(self._switch)
        panel.kernels.wanted.connect(self._ask)

    @property
    def view(self) -> int:
        """MAPS, AFTER or KERNELS."""
        return self._panel.views.index

    def layer_for(self, name: str) -> str:
        """The layer whose maps stand for the chosen one."""
        return self._after.name if self.view == AFTER and self._after is not None else name

    def follow(self, layers: Sequence[Layer], chosen: Layer | None) -> None:
        """Another layer is chosen: offer what there is of it."""
        self._layer, self._after = chosen, activation_after(layers, chosen)
        switch = self._panel.views
        after = switch.button(AFTER)
        after.setEnabled(self._after is not None)
        after.setText(f"After {self._after.operator.kind()}" if self._after is not None else "After ReLU")
        switch.button(KERNELS).setEnabled(_convolves(chosen))
        if not switch.button(self.view).isEnabled():
            with QSignalBlocker(switch):
                switch.choose(MAPS)
        self._panel.show_kernels(there=self.view == KERNELS)

    def show_maps(self, maps: Maps) -> None:
        """Other maps are there: the kernels of their layer, if those are shown."""
        self._maps = maps
        if self.view == AFTER and self._layer is not None:
            self._panel.layers.show_layer(self._layer.name)
        if self.view == KERNELS:
            self._ask(0, None)

    def show_plain(self) -> None:
        """Show the maps as they are."""
        with QSignalBlocker(self._panel.views):
            self._panel.views.choose(MAPS)
        self._panel.show_kernels(there=False)

    def shutdown(self) -> bool:
        """Stop and wait a bounded time; False where something still runs."""
        return self.requests.shutdown()

    def _switch(self, index: int) -> None:
        self._panel.show_kernels(there=index == KERNELS)
        shown = self._maps.layer if self._maps is not None else ""
        if index == KERNELS:
            self._ask(0, None)
        elif self._layer is None or shown != self.layer_for(self._layer.name):
            self.changed.emit()

    def _ask(self, channel: int, kernel: int | None) -> None:
        if self._maps is not None and self._layer is not None and self.view == KERNELS:
            look = replace(self._maps.request, layer=self._layer.name)
            self.requests.ask(KernelRequest(look, channel, kernel))

    def _take(self, report: object) -> None:
        if isinstance(report, KernelSheet):
            self._panel.kernels.show_sheet(report, *self._silent.seen(report))


class SilentSoFar:
    """Which maps of a layer were nowhere above zero on any picture that was looked at with these weights."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._pictures: list[object] = []
        self._silent: set[int] = set()

    def seen(self, sheet: KernelSheet) -> tuple[tuple[int, ...], int]:
        """The silent maps, and on how many pictures they were; another layer or other weights begin anew."""
        look = sheet.request.look
        of = look.graph, look.weights, look.switches, sheet.kernels.layer
        if not self._of or self._of[0] is not of[0] or self._of[1:] != of[1:]:
            self._of, self._pictures, self._silent = of, [], set(sheet.silent)
        if not any(picture is look.picture for picture in self._pictures):
            self._pictures.append(look.picture)
            self._silent &= set(sheet.silent)
        return tuple(sorted(self._silent)), len(self._pictures)


def activation_after(layers: Sequence[Layer], layer: Layer | None) -> Layer | None:
    """The activation that a layer's numbers go through one by one; None where they go elsewhere first."""
    if layer is None or type(layer.operator).category == "Activation":
        return None
    users: dict[str, list[Layer]] = {}
    for other in layers:
        for source in other.inputs:
            users.setdefault(source, []).append(other)
    found = users.get(layer.name, [])
    while len(found) == 1 and type(found[0].operator).category in _PASSING:
        if type(found[0].operator).category == "Activation":
            return found[0]
        found = users.get(found[0].name, [])
    return None


def _convolves(layer: Layer | None) -> bool:
    return layer is not None and type(layer.operator).category == "Convolution"
