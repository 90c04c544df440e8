"""The layer table of the largest network: filters over its rows, and frames while it scrolls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.measurement import Measurement, timed

if TYPE_CHECKING:
    from explorer.gui.layers.panel import LayersPanel
    from explorer.gui.workbench import Workbench

_TIMES, _FRAMES, _WHEEL = 9, 40, 72
_FILTERS = (
    "conv",
    "macs > 1e6",
    "operator = Conv2d and parameters > 10k",
    "output.height < 16",
    "field > 30",
)


def measure() -> Iterator[Measurement]:
    """ResNet-1202 with 3,600 layers in 1,200 blocks: 30 ms for a filter, 16.7 ms for a frame."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from explorer.gui.layers.panel import LayersPanel
    from explorer.gui.theme import theme
    from explorer.gui.workbench import Workbench

    application = QApplication.instance() or QApplication([])
    bench = Workbench(parent=application)
    panel = LayersPanel(bench)
    panel.set_theme(theme(dark=False))
    panel.resize(1600, 740)
    panel.show()
    bench.open("cifar_resnet1202")
    _settle()
    assert sum(line.inner is None for line in bench.lines.values()) >= 3600
    yield _first_filter(panel, bench)
    for text in _FILTERS:
        yield _filter(panel, text)
    panel.filter.clear()
    yield from _scrolling(panel)
    panel.close()


def _first_filter(panel: LayersPanel, bench: Workbench) -> Measurement:
    """The first question for receptive fields, which were worked out while nothing else happened."""
    times = []
    for _ in range(_TIMES):
        bench.open("lenet5")
        bench.open("cifar_resnet1202")
        while panel.fields_ahead.busy:
            _settle()
        times.append(timed(lambda: panel.filter.setText("field > 30")))
        assert panel.model.rowCount()
        panel.filter.clear()
    return Measurement(
        "3,600 layers, the first filter field > 30", median(times), "bound", 0.030, limit=0.030
    )


def _filter(panel: LayersPanel, text: str) -> Measurement:
    """One filter, from nothing found to all that it finds, the rows laid out again."""
    times = []
    for _ in range(_TIMES):
        panel.filter.setText("name = nothing")
        _settle()
        times.append(timed(lambda: panel.filter.setText(text)))
        assert panel.model.rowCount()
    return Measurement(f"3,600 layers, filter {text}", median(times), "bound", 0.030, limit=0.030)


def _scrolling(panel: LayersPanel) -> Iterator[Measurement]:
    """Frames of the open tree and of the layers in one row: a turn of the wheel, and a whole page."""
    bar = panel.table.verticalScrollBar()
    for what, flat in (("blocks open", False), ("in one row", True)):
        panel.model.set_flat(flat)
        if not flat:
            panel.table.expandAll()
        _settle()
        assert bar.maximum() > 3_000

        for how, step in (("a turn of the wheel", _WHEEL), ("a page", panel.table.viewport().height())):

            def frame(step: int = step) -> None:
                bar.setValue(bar.value() + step)
                _settle()

            bar.setValue(bar.maximum() // 3)
            _settle()
            seconds = median([timed(frame) for _ in range(_FRAMES)])
            yield Measurement(f"3,600 layers, {what}, {how}", seconds, "60 per second", 1 / 60, most=1.0)


def _settle() -> None:
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.processEvents()
