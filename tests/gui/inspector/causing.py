"""The Inspect area as tests of causes and switches drive it, and the engine's own answers beside it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.gui.inspector.area import InspectArea
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench

LONG = 60_000
LEFT = Qt.MouseButton.LeftButton


def opened_area(qtbot, folder):
    """The Inspect area with a small residual network and one picture, shown and settled."""
    document = Document(name="net", graph=catalog.build("cifar_resnet20"))
    made = InspectArea(Workbench(document), runs_folder=folder / "runs")
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1400, 1000)
    made.show()
    qtbot.waitExposed(made)
    made.pictures.add(picture())
    settle(qtbot, made)
    return made


def picture(seed=0):
    from explorer.engine.pictures.images import Picture

    pixels = np.random.default_rng(seed).integers(0, 256, (40, 48, 3), dtype=np.uint8)
    return Picture(f"noise {seed}", pixels, "RGB", (48, 40))


def busy(area):
    return area.requests.busy or area.causes.causes.requests.busy or area.values.busy


def settle(qtbot, area):
    qtbot.waitUntil(lambda: not busy(area) and area.panel.maps is not None, timeout=LONG)


def choose(qtbot, area, name):
    qtbot.mouseClick(area.causes.causes.list.button(name), LEFT)
    settle(qtbot, area)


def click_map(qtbot, area, index):
    place = area.panel.grid.place_of(index).center()
    qtbot.mouseClick(area.panel.grid.viewport(), LEFT, pos=place)
    settle(qtbot, area)


def asked(area, method, index=None, layer="", switches=()):
    """The same answer, straight from the engine."""
    from explorer.engine.looking.cause_findings import CauseRequest
    from explorer.engine.looking.cause_requests import answer
    from explorer.engine.looking.findings import Request, WeightsSource

    graph = area._workbench.document.graph
    look = Request(graph, WeightsSource(), area.pictures.picture, area.layer, switches=switches)
    return list(answer(CauseRequest(look, method, index, layer)))[-1]


def drawn(area):
    """The map that lies over the picture, (height, width, 4); None where there is none."""
    image = area.pictures.view.heat
    if image.isNull():
        return None
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
