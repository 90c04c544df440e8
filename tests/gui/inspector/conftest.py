"""The Inspect area that most tests here begin with."""

from __future__ import annotations

import pytest

from explorer.architectures import catalog
from explorer.core.document import Document
from explorer.gui.inspector.area import InspectArea
from explorer.gui.theme import theme
from explorer.gui.workbench import Workbench


@pytest.fixture
def area(qtbot, tmp_path):
    """LeNet-5 with its first random weights, and no picture yet."""
    document = Document(name="lenet5", graph=catalog.build("lenet5"))
    made = InspectArea(Workbench(document), runs_folder=tmp_path / "runs")
    made.set_theme(theme(dark=False))
    qtbot.addWidget(made, before_close_func=lambda made: made.shutdown())
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made
