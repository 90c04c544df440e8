"""From nothing to a painted window, and from there to the largest network, in fresh processes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.benchmarks.measurement import Measurement, fresh_process, import_torch_seconds

_ROUNDS = 5
_MEBIBYTE = 1024.0

_START = """
import json, resource, sys
from explorer.gui.application import create_window
window = create_window([])
window.workbench.open("resnet50")
from PySide6.QtWidgets import QApplication
application = QApplication.instance()
application.processEvents()
picture = window.grab()
application.processEvents()
heavy = sorted({"torch", "pyqtgraph", "numpy", "torchvision"} & set(sys.modules))
image = picture.toImage()
colours = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
print(json.dumps({
    "heavy": heavy,
    "parameters": window.workbench.analysis.totals.parameters,
    "colours": len(colours),
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}), flush=True)
import os
os._exit(0)
"""

_LARGEST = """
import json, time
from explorer.gui.application import create_window
window = create_window([])
from PySide6.QtWidgets import QApplication
application = QApplication.instance()
application.processEvents()
window.grab()
start = time.perf_counter()
window.workbench.open("cifar_resnet1202")
application.processEvents()
window.grab()
application.processEvents()
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "parameters": window.workbench.analysis.totals.parameters}), flush=True)
import os
os._exit(0)
"""


def measure_start() -> Iterator[Measurement]:
    """Start to painted window with ResNet-50 and its table, without torch; peak memory."""
    fresh_process(_START)  # compiles what is not compiled yet
    import_torch_seconds()
    runs: list[tuple[float, dict[str, Any], float]] = []
    for _ in range(_ROUNDS):
        seconds, found = fresh_process(_START)
        assert not found["heavy"], f"the window must start without {found['heavy']}"
        assert found["parameters"] == 25_557_032
        assert found["colours"] > 20, "nothing was painted"
        runs.append((seconds, found, import_torch_seconds()))
    baseline = median(run[2] for run in runs)
    ours = median(run[0] for run in runs)
    yield Measurement("start to painted window, ResNet-50", ours, "import torch", baseline, 0.35)
    memory = max(run[1]["memory"] for run in runs) / _MEBIBYTE
    yield Measurement("peak memory of it", memory, "200 MB", 200e6 / 2**20, 1.0, unit="MiB")


def measure_largest() -> Iterator[Measurement]:
    """ResNet-1202 opens, is laid out and painted in under 2 s."""
    baseline = import_torch_seconds()
    times = []
    for _ in range(_ROUNDS):
        found = fresh_process(_LARGEST)[1]
        assert found["parameters"] == 19_421_274
        times.append(found["seconds"])
    yield Measurement("ResNet-1202 opened and painted", median(times), "import torch", baseline, limit=2.0)
