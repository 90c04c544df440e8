"""An Inspect area with a small network and a picture, and the hand that clicks in it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from explorer.core.document import Document
from explorer.core.graph import Graph
from explorer.gui.inspector.area import InspectArea
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.merge import Add, Concat
from explorer.operators.normalization import BatchNorm2d
from explorer.operators.pooling import AvgPool2d, MaxPool2d
from explorer.operators.sketch import Sketch
from tests.gui.inspector.dropping import LONG, drop, picture_file


def network() -> Graph:
    """Two convolutions of a picture of 12×12, joined and pooled."""
    sketch = Sketch()
    entering = sketch.input((3, 12, 12))
    top = sketch.chain(entering, ("conv", Conv2d(4, 3, padding=1)), ("bn", BatchNorm2d()), ("relu", ReLU()))
    other = sketch.chain(entering, ("large", Conv2d(4, 7, padding=3, bias=False)))
    sketch.add("add", Add(), top, other)
    sketch.add("concat", Concat(), top, "add")
    sketch.chain("concat", ("pool", MaxPool2d(2)), ("mean", AvgPool2d(2)))
    return sketch.graph()


def opened_area(qtbot, tmp_path) -> InspectArea:
    """The area with the network and a picture, shown."""
    made = InspectArea(Workbench(Document(name="small", graph=network())), runs_folder=tmp_path / "runs")
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1280, 1400)
    made.show()
    qtbot.waitExposed(made)
    assert drop(qtbot, made, picture_file(tmp_path))
    return made


def settle(qtbot, area):
    """Wait until nothing is asked any more."""
    qtbot.waitUntil(
        lambda: not (area.requests.busy or area.values.busy or area.views.requests.busy), timeout=LONG
    )


def click(qtbot, area, layer, cell):
    """Choose a layer and click one of its numbers."""
    area._workbench.select([layer])
    settle(qtbot, area)
    grid = area.panel.grid
    place, (_, high, wide) = grid.place_of(cell.map), area.panel.maps.values.shape
    point = QPoint(
        place.left() + (2 * cell.column + 1) * place.width() // (2 * wide),
        place.top() + (2 * cell.row + 1) * place.height() // (2 * high),
    )
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert grid.selected == cell
    settle(qtbot, area)
    return area.values.card


def figure(text):
    """A figure as it is written, as a number."""
    return float(text.replace("−", "-").replace("+", ""))
