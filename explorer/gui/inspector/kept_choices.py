"""How maps were shown last: colours, order and size are remembered from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explorer.engine.drawing.map_colours import CUTS, SCALES, SIGNED, UNSIGNED
from explorer.gui.inspector.maps.feature_grid import MOST_LARGER, FeatureGrid
from explorer.gui.inspector.maps.layer_bar import LayerBar
from explorer.gui.settings import Settings

_COLOURS = {"scale": tuple(SCALES), "cut": tuple(CUTS), "unsigned": UNSIGNED, "signed": SIGNED}


class KeptChoices(QObject):
    """Keeps a bar of choices, the size of a grid and the settings in step."""

    def __init__(
        self, bar: LayerBar, settings: Settings, parent: QObject, grid: FeatureGrid | None = None
    ) -> None:
        super().__init__(parent)
        self._bar, self._grid, self._settings = bar, grid, settings
        self._recall()
        # only now: to show what is remembered is no choice of the person's
        bar.colours_chosen.connect(self._remember)
        bar.order_chosen.connect(self._remember)
        if grid is not None:
            grid.resized.connect(self._remember)

    def _recall(self) -> None:
        """Show what is remembered; what is no choice of today is passed over."""
        kept = self._settings.inspection
        for name, known in _COLOURS.items():
            if kept.get(name) in known:
                self._bar.colours.choose(**{name: kept[name]})
        order = kept.get("order")
        place = self._bar.order.findData(order) if isinstance(order, str) else -1
        if place >= 0:
            self._bar.order.setCurrentIndex(place)
        larger = kept.get("larger")
        if self._grid is not None and type(larger) is int and 0 <= larger <= MOST_LARGER:
            self._grid.resize_maps(larger)

    def _remember(self) -> None:
        kept = {**self._settings.inspection, **vars(self._bar.colours.colours), "order": self._bar.sorted_by}
        if self._grid is not None:
            kept["larger"] = self._grid.larger
        self._settings.inspection = kept
