"""A run in a process of its own outlives its window, also one that is killed, and is found again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_LIMIT = 150

_FIRST = """
import sys
from dataclasses import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from explorer.core.recipe import Recipe
from explorer.gui.application import create_window
window = create_window(["lenet5"])
bench = window.workbench
bench.apply("recipe", replace(bench.document, recipe=Recipe(epochs=100_000, batch_size=64)))
window.window_actions["train"].trigger()
area = window.areas.train
area.where.switch.click()
assert area.where.apart
area.start()
def look():
    run = area.session.run
    if area.session.progress.step:
        print("trains", run.folder, flush=True)
    else:
        QTimer.singleShot(50, look)
look()
QApplication.exec()
"""

_SECOND = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from explorer.gui.application import create_window
from explorer.gui.dialogs import Leave
window = create_window(["lenet5"])
window.window_actions["train"].trigger()
area = window.areas.train
told = []
def look():
    run = area.model.runs[0] if area.model.runs else None
    if not told and run is not None and run.state.value == "running" and len(run.loss):
        told.append(1)
        print("found", run.folder, area.session.run is run, flush=True)
        area.session.change({"learning_rate": 0.001})
    elif len(told) == 1 and run.marks:
        told.append(2)
        print("changed", run.marks[-1].text, flush=True)
        area.session.stop()
    elif len(told) == 2 and not area.session.live:
        print("ended", run.state.value, flush=True)
        assert "torch" not in sys.modules
        print("closed", window.close(), flush=True)
        return
    QTimer.singleShot(50, look)
look()
QApplication.exec()
"""


@pytest.mark.skipif(os.name == "nt", reason="kills as other systems do")
def test_a_killed_window_leaves_its_run_and_the_next_one_finds_it(tmp_path: Path) -> None:
    home = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), str(tmp_path))
    environment = {**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", _FIRST], stdout=subprocess.PIPE, text=True, env=environment
    ) as first:
        killer = _kill_later(first)
        assert first.stdout is not None
        said = first.stdout.readline().split(maxsplit=1)
        killer.cancel()
        first.send_signal(signal.SIGKILL)
    assert said[0] == "trains"
    second = subprocess.run(
        [sys.executable, "-c", _SECOND],
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT,
        env=environment,
    )
    lines = second.stdout.splitlines()
    assert lines[0] == f"found {said[1].strip()} True", second.stderr
    assert lines[1:] == ["changed learning rate 0.001", "ended stopped", "closed True"], second.stderr
    assert "Traceback" not in second.stderr
    folder = Path(said[1].strip())
    assert any((folder / "checkpoints").glob("*.safetensors"))
    assert "Traceback" not in (folder / ".output.log").read_text(encoding="utf-8")


def _kill_later(process: subprocess.Popen[str]):
    import threading

    timer = threading.Timer(_LIMIT, process.kill)
    timer.daemon = True
    timer.start()
    return timer
