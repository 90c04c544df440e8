"""What single edits take: the table alone, sliders that change a whole network, a skip in a flat one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from explorer.core import edits, scaling
from explorer.core.document import Document
from explorer.core.graph import Graph, Node
from explorer.operators.activation import ReLU
from explorer.operators.convolution import Conv2d
from explorer.operators.sources import Input
from tests.benchmarks.measurement import Measurement, timed

if TYPE_CHECKING:
    from explorer.gui.main_window import MainWindow
    from explorer.gui.workbench import Workbench

_TIMES = 15
_LAYERS = 250  # pairs of a convolution and an activation


def measure() -> Iterator[Measurement]:
    """The table has a bound of its own; the others are there to be watched."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from explorer.gui.application import create_window
    from explorer.gui.canvas.motion import reduce_motion

    reduce_motion(True)
    with tempfile.TemporaryDirectory() as folder:
        window = create_window([], folder=Path(folder))
        window.resize(1600, 1000)
        yield from _table()
        yield from _sliders(window)
        yield _skip(window)
        window.workbench.show(Document(), None)  # nothing unsaved to ask about
        window.close()


def _table() -> Iterator[Measurement]:
    """The layer table of ResNet-152 after an attribute was turned, with all that it paints."""
    from explorer.gui.layers.panel import LayersPanel
    from explorer.gui.theme import theme
    from explorer.gui.workbench import Workbench

    for rows, height in (("8 rows", 206), ("30 rows", 740)):
        bench = Workbench()
        panel = LayersPanel(bench)
        panel.set_theme(theme(dark=False))
        panel.resize(1600, height)
        panel.show()
        bench.open("resnet152")
        bench.select(("conv1",))
        _settle()
        channels = iter(range(65, 65 + 2 * _TIMES))

        def refreshed(channels: Iterator[int] = channels, bench: Workbench = bench) -> Callable[[], None]:
            old = bench.document
            bench.blockSignals(True)  # analysis and outline are measured elsewhere
            bench.apply("set channels", edits.set_attribute(old, ("conv1",), "out_channels", next(channels)))
            assert bench.lines
            bench.blockSignals(False)

            def refresh() -> None:
                bench.changed.emit(old, bench.document)
                _settle()

            return refresh

        refreshed()()
        seconds = median(timed(refreshed()) for _ in range(_TIMES))
        panel.close()
        yield Measurement(f"ResNet-152, the table alone, {rows}", seconds, "bound", 0.008, limit=0.008)


def _sliders(window: MainWindow) -> Iterator[Measurement]:
    """One step of the sliders for the whole of DenseNet-201: nearly every layer is another one."""
    bench = window.workbench
    for name, scaled in (("width", scaling.widened), ("depth", scaling.deepened)):
        bench.open("densenet201")
        bench.select(())
        _settle()
        start = bench.document
        factors = iter([1 + 0.02 * step for step in range(1, 2 * _TIMES)])

        def step(
            factors: Iterator[float] = factors, start: Document = start, scaled: object = scaled
        ) -> None:
            graph = scaled(start.graph, next(factors))  # type: ignore[operator]
            bench.apply("scale", replace(start, graph=graph), merge="scale")
            _settle()

        step()
        yield from _both(f"DenseNet-201, a step of the {name} slider", step)


def _skip(window: MainWindow) -> Measurement:
    """A skip over two layers in a network of 501 nodes without blocks."""
    bench, canvas = window.workbench, window.design.canvas
    nodes = [Node("input", Input((3, 32, 32)))]
    for number in range(_LAYERS):
        nodes.append(Node(f"conv{number}", Conv2d(16, 3, padding=1), (nodes[-1].id,)))
        nodes.append(Node(f"relu{number}", ReLU(), (nodes[-1].id,)))
    bench.show(Document(name="flat", graph=Graph(nodes)), None)
    canvas.camera.start()
    _settle()
    seconds = []
    for number in range(5, 5 + 8 * _TIMES, 8):
        bench.select((f"relu{number}", f"relu{number + 3}"))
        _settle()
        seconds.append(timed(lambda: (canvas.add_skip(), _settle())))
    found = median(seconds)
    return Measurement(f"{len(nodes)} nodes without blocks, add skip", found, "watched", found)


def _both(name: str, work: Callable[[], object]) -> Iterator[Measurement]:
    """The time of the clock, and the time of the processor, which other programs do not stretch."""
    clock, processor = [], []
    for _ in range(_TIMES):
        before = time.thread_time()
        clock.append(timed(work))
        processor.append(time.thread_time() - before)
    for word, found in (("", median(clock)), (", CPU time", median(processor))):
        yield Measurement(f"{name}{word}", found, "watched", found)


def _settle() -> None:
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.processEvents()
