"""A grid whose bar takes the width that made it overflow: the bar stays, and the window goes on."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication

from explorer.gui.inspector.maps.feature_grid import FeatureGrid
from explorer.gui.inspector.maps.tiling import tile
from explorer.gui.theme import theme

COUNT, SIDE = 2, 28


class Counting(FeatureGrid):
    """Counts how often it looks for the places of its maps."""

    arranged = 0

    def arrange(self) -> None:
        self.arranged += 1
        super().arrange()


def test_a_grid_that_fits_only_beside_a_bar_settles(qtbot):
    grid = Counting()
    qtbot.addWidget(grid)
    grid.set_theme(theme(dark=False))
    grid.show_maps(np.zeros((COUNT, SIDE, SIDE, 3), np.uint8), range(COUNT))
    grid.resize_maps(1)
    grid.resize(156, 100)
    grid.show()
    QApplication.processEvents()
    bar = grid.maximumViewportSize().width() - grid.viewport().width()
    assert bar > 0

    def high(wide, room):
        return tile(COUNT, (SIDE, SIDE), (wide, room), fewer=1).height

    sizes = [(wide, room) for wide in range(100, 420, 3) for room in range(90, 420, 3)]
    restless = [(wide, room) for wide, room in sizes if high(wide, room) > room >= high(wide - bar, room)]
    assert restless
    for wide, room in restless[:40]:
        grid.arranged = 0
        grid.resize(wide, room)
        QApplication.processEvents()
        assert grid.arranged < 10, (wide, room)  # it was hundreds, and the window stood still
        assert grid.verticalScrollBar().isVisible()
