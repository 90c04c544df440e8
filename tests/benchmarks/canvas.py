"""The canvas: frames of 3,600 nodes, an attribute of ResNet-152 that is turned, and layout."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from explorer.architectures import catalog
from explorer.core import edits
from explorer.core.analysis import analyze
from explorer.core.document import Document
from tests.benchmarks import node_editor
from tests.benchmarks.measurement import Measurement, timed

if TYPE_CHECKING:
    from explorer.gui.canvas.view import Canvas
    from explorer.gui.main_window import MainWindow

_FRAMES = 15


def measure() -> Iterator[Measurement]:
    """Every bound is absolute; NodeGraphQt does the same beside it where it is installed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    theirs = node_editor.measure()
    with tempfile.TemporaryDirectory() as folder:
        window = _window(Path(folder))
        yield from _frames(window, theirs)
        yield from _turning(window, theirs)
        yield from _layout(theirs)
        window.workbench.show(Document(), None)  # nothing unsaved to ask about
        window.close()


def _window(folder: Path) -> MainWindow:
    from explorer.gui.application import create_window
    from explorer.gui.canvas.motion import reduce_motion

    reduce_motion(True)  # the bounds are for the last frame of a change, not for the way there
    window = create_window([], folder=folder)
    window.resize(1600, 1000)
    return window


def _frames(window: MainWindow, theirs: node_editor.Times) -> Iterator[Measurement]:
    """ResNet-1202, every block unfolded."""
    canvas = window.design.canvas
    window.workbench.open("cifar_resnet1202")
    _unfold(window)
    count = sum(not node.unfolded for node in canvas.picture.nodes.values())
    assert count >= 3600, f"{count} nodes are no 3,600"
    _settle()
    canvas.camera.look_at_all(smallest=0.0, largest=1.0)
    first = timed(lambda: _paint(canvas))
    whole = median(timed(lambda: _paint(canvas)) for _ in range(_FRAMES))
    yield _measured(f"{count:,} nodes, the first frame with all in view", first, theirs.whole)
    yield _measured(f"{count:,} nodes, a frame with all in view", whole, theirs.whole, 0.016)
    for zoom in (1.0, 0.5):
        canvas.camera.start()
        canvas.zoom_to(zoom)
        near = median(timed(lambda: _panned(canvas)) for _ in range(_FRAMES))
        yield _measured(f"{count:,} nodes, a frame at {zoom:.0%}, pushed", near, theirs.near, 0.008)


def _turning(window: MainWindow, theirs: node_editor.Times) -> Iterator[Measurement]:
    """An attribute of the first convolution of ResNet-152: canvas, table and totals, painted."""
    canvas, bench = window.design.canvas, window.workbench
    for unfolded in (False, True):
        bench.open("resnet152")
        if unfolded:
            _unfold(window)
        bench.select(("conv1",))
        canvas.camera.start()
        _settle()
        channels = iter(range(65, 65 + _FRAMES + 2))

        def turn(channels: Iterator[int] = channels) -> None:
            number = next(channels)
            document = edits.set_attribute(bench.document, ("conv1",), "out_channels", number)
            bench.apply("set channels", document, merge="benchmark")
            _settle()
            assert canvas.picture.nodes["conv1"].face.shape == f"{number}×112×112"

        turn()
        clock, processor = [], []
        for _ in range(_FRAMES):
            before = time.thread_time()
            clock.append(timed(turn))
            processor.append(time.thread_time() - before)
        name = f"ResNet-152 {'all unfolded' if unfolded else 'folded'}, an attribute turned"
        yield _measured(name, median(clock), theirs.turned, 0.016)
        # other programs on the machine do not stretch this one
        yield _measured(f"{name}, CPU time", median(processor), None, 0.016)


def _layout(theirs: node_editor.Times) -> Iterator[Measurement]:
    """All that the canvas draws of ResNet-152 unfolded, from nothing."""
    from explorer.gui.canvas.drafting import Draftsman

    graph = catalog.build("resnet152")
    analysis = analyze(graph)
    document = Document(graph=graph)
    for _ in range(3):
        picture = Draftsman().picture(document, analysis)
        blocks = frozenset(node.name for node in picture.nodes.values() if node.face.block)
        document = replace(document, unfolded=document.unfolded | blocks)
    seconds = median(timed(lambda: Draftsman().picture(document, analysis)) for _ in range(_FRAMES))
    yield _measured("layout of ResNet-152, all unfolded", seconds, theirs.layout, 0.150)


def _measured(name: str, ours: float, theirs: float | None, limit: float | None = None) -> Measurement:
    if theirs is None:
        return Measurement(
            name, ours, f"bound; NodeGraphQt {node_editor.MISSING}", limit or ours, limit=limit
        )
    return Measurement(name, ours, "NodeGraphQt, 516 nodes", theirs, limit=limit)


def _unfold(window: MainWindow) -> None:
    canvas, bench = window.design.canvas, window.workbench
    for _ in range(3):
        blocks = frozenset(node.name for node in canvas.picture.nodes.values() if node.face.block)
        bench.apply("unfold", replace(bench.document, unfolded=bench.document.unfolded | blocks))


def _settle() -> None:
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.processEvents()


def _paint(canvas: Canvas) -> None:
    canvas.viewport().repaint()


def _panned(canvas: Canvas) -> None:
    """The next frame while the page is pushed: nothing of the last one can be used again."""
    from PySide6.QtCore import QPoint

    canvas.pan_by(QPoint(0, -canvas.viewport().height()))
    canvas.viewport().repaint()
