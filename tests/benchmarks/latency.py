"""How long the window keeps a person waiting: while PyTorch is imported, and while it trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.measurement import Measurement, fresh_process

_P99, _LONGEST = 0.016, 0.100
_PROGRAM = """
import json, sys, threading, time
from dataclasses import replace
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication
from explorer.core.recipe import Recipe
from explorer.gui.application import create_window
from explorer.gui.dialogs import Answer, Leave

window = create_window(["cifar_resnet20"])
window.resize(1600, 1000)
window.dialogs.unsaved = lambda *_: Answer.DISCARD
window.dialogs.training_goes_on = lambda *_, **__: Leave.STOP
bench = window.workbench
bench.apply("set the recipe", replace(bench.document, recipe=Recipe(data="shapes", epochs=50, batch_size=32)))
window.window_actions["train"].trigger()
area = window.areas.train

class Stamped(QEvent):
    KIND = QEvent.Type(QEvent.registerEventType())
    def __init__(self):
        super().__init__(self.KIND)
        self.posted = time.perf_counter()

class Receiver(QObject):
    def __init__(self):
        super().__init__()
        self.waits = []
    def event(self, event):
        if event.type() == Stamped.KIND:
            self.waits.append((event.posted, time.perf_counter() - event.posted))
            return True
        return super().event(event)

receiver, over = Receiver(), threading.Event()

def post():
    # an input arrives every few milliseconds, whatever the window does
    while not over.wait(0.004):
        QCoreApplication.postEvent(receiver, Stamped())

def wait(seconds=None, until=lambda: False):
    loop, look, end = QEventLoop(), QTimer(interval=100), time.perf_counter() + (seconds or 120)
    look.timeout.connect(lambda: loop.quit() if until() or time.perf_counter() > end else None)
    look.start()
    loop.exec()

wait(1.0)
poster = threading.Thread(target=post)
poster.start()
began = time.perf_counter()
area.start()
wait(until=lambda: area.session.progress.step > 0)
trained = time.perf_counter()
wait(float(sys.argv[1]) if len(sys.argv) > 1 else 15.0)
over.set()
poster.join()
steps = area.session.progress.step

def figures(waits):
    ordered = sorted(waits)
    pick = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return {"count": len(ordered), "p50": pick(0.5), "p99": pick(0.99), "longest": ordered[-1]}

print(json.dumps({
    "loading": figures([wait for posted, wait in receiver.waits if posted < trained]),
    "training": figures([wait for posted, wait in receiver.waits if posted >= trained]),
    "seconds": trained - began, "steps": steps, "redraws": area.findChild(QObject, "lossPlot").redraws,
}), flush=True)
window.close()
import os
os._exit(0)
"""


def measure() -> Iterator[Measurement]:
    """Input events that a thread posts every 4 ms: how long each waits for the window."""
    found: dict[str, Any] = fresh_process(_PROGRAM)[1]
    assert found["steps"] > 10, "nothing was trained"
    assert found["redraws"] > 10, "nothing was drawn"
    for phase in ("loading", "training"):
        figures = found[phase]
        name = "while PyTorch loads" if phase == "loading" else "while it trains"
        yield Measurement(f"an input waits {name}, p50", figures["p50"], "1 ms", 0.001)
        yield Measurement(
            f"an input waits {name}, p99", figures["p99"], "p50", max(1e-6, figures["p50"]), limit=_P99
        )
        yield Measurement(
            f"an input waits {name}, longest",
            figures["longest"],
            "p99",
            max(1e-6, figures["p99"]),
            limit=_LONGEST,
        )
