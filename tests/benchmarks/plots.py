"""A million points of a curve, drawn as often as a screen can show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.measurement import Measurement, fresh_process

_FRAME = 1 / 60
_PROGRAM = """
import json, math, os, random, time
from PySide6.QtWidgets import QApplication
application = QApplication([])
from explorer.gui.theme import theme
from explorer.gui.training.plots.plot_cards import PlotCards
from explorer.gui.training.run import Run, State

random.seed(0)
run = Run("a", "", state=State.RUNNING)
run.slot = 0
run.loss.extend((step, 2 / (1 + step / 5e4) + 0.4 * random.random()) for step in range(1_000_000))
cards = PlotCards()
cards.set_theme(theme(True))
cards.resize(1000, 420)
cards.show()
cards.show_runs([run])
application.processEvents()
plot = cards.loss

def frame(low, high):
    plot.zoom_to(low, high)
    start = time.perf_counter()
    plot._redraw()
    plot.grab()
    return time.perf_counter() - start

frames = {}
for name, size in (("all", 1_000_000), ("a tenth", 100_000), ("a thousandth", 1_000)):
    frames[name] = sorted(frame(1000 * turn, 1000 * turn + size) for turn in range(40))[20]
    assert len(plot._items[0][0].getData()[0]) > 100, "nothing was drawn"
start = time.perf_counter()
run.loss.smooth(0.98)
print(json.dumps({"frames": frames, "smoothing": time.perf_counter() - start}), flush=True)
os._exit(0)
"""


def measure() -> Iterator[Measurement]:
    """A frame of the plot of one million points, whole and zoomed in; smoothing all of them anew."""
    found: dict[str, Any] = fresh_process(_PROGRAM)[1]
    for name, seconds in found["frames"].items():
        yield Measurement(f"a million points, {name} of them seen", seconds, "a frame at 60/s", _FRAME, 1.0)
    yield Measurement("a million points smoothed anew", found["smoothing"], "1 s", 1.0, limit=1.0)
