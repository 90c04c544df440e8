"""The Train area for tests: opened over a small network, with its buttons pressed as a person does."""

from __future__ import annotations

from PySide6.QtCore import Qt

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.core.recipe import Recipe
from explorer.gui.panel import IconButton
from explorer.gui.theme import theme
from explorer.gui.training.area import TrainArea
from explorer.gui.workbench import Workbench

LONG = 120_000
RECIPE = Recipe(epochs=2, batch_size=128)


def opened(qtbot, tmp_path, graph=None, recipe=RECIPE):
    """A shown area over LeNet-5, or over another network; its runs lie below `tmp_path`."""
    document = Document(name="lenet5", graph=graph or catalog.build("lenet5"), recipe=recipe)
    area = TrainArea(Workbench(document), runs_folder=tmp_path / "runs")
    area.set_theme(theme(dark=True))
    qtbot.addWidget(area, before_close_func=lambda area: area.shutdown())
    area.resize(1280, 800)
    area.show()
    qtbot.waitExposed(area)
    return area


def press(qtbot, area, name):
    """Click a button of the row above the plots."""
    qtbot.mouseClick(area.findChild(IconButton, name), Qt.MouseButton.LeftButton)


def drawn(qtbot, area):
    """The cards with the plots, once their library is loaded and they are made."""
    qtbot.waitUntil(lambda: area.pages.cards is not None, timeout=LONG)
    return area.pages.cards


def until_steps(qtbot, area, count=1):
    """Wait until the run that is shown has so many steps."""
    qtbot.waitUntil(lambda: len(area.session.run.loss) >= count, timeout=LONG)


def finish(qtbot, area):
    """Wait until nothing trains and nothing waits."""
    qtbot.waitUntil(lambda: not area.session.live and not area.session.waiting, timeout=LONG)
