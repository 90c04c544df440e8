"""The window while other tools count: how long its event loop is held at most."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measurement import Measurement

if TYPE_CHECKING:
    from explorer.gui.audit.panel import AuditPanel

_NETWORKS = ("resnet50", "resnet152", "cifar_resnet1202")
_FRAME, _NOTICED = 1 / 60, 0.1
_SHORT = 0.001


def measure() -> Iterator[Measurement]:
    """99 of 100 turns of the event loop within a frame, and none that a person notices (100 ms)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from explorer.gui.application import create_window

    with tempfile.TemporaryDirectory() as folder:
        window = create_window([], folder=Path(folder))
        window.resize(1600, 1000)
        pages = window.design.layers.pages
        for name in _NETWORKS:
            window.workbench.open(name)
            pages.show_page("Audit")
            page = pages.page("Audit")
            gaps, seconds = _gaps(page)
            assert len(page.counting.counts) == 4, page.counting.state
            usual = gaps[int(0.99 * len(gaps))]
            yield Measurement(
                f"audit of {name}, 99 of 100 turns of the loop", usual, "a frame", _FRAME, most=1
            )
            yield Measurement(f"audit of {name}, the longest turn", gaps[-1], "noticed", _NOTICED, most=1)
            yield Measurement(f"audit of {name}, the whole", seconds, "watched", seconds)
        window.close()


def _gaps(page: AuditPanel) -> tuple[list[float], float]:
    """The times of all turns of the event loop while it counts, from the shortest, and their sum."""
    from PySide6.QtWidgets import QApplication

    for _ in range(20):
        QApplication.processEvents()
    gaps: list[float] = []
    before = began = time.perf_counter()
    page.count.click()
    while page.counting.running:
        QApplication.processEvents()
        now = time.perf_counter()
        gaps.append(now - before)
        time.sleep(_SHORT)
        before = time.perf_counter()
    return sorted(gaps), time.perf_counter() - began
