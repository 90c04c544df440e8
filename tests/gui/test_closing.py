"""The window is closed while something runs: it ends in order, with exit code 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

_SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from explorer.gui import application, job
from explorer.gui.dialogs import Dialogs, Leave

what, delay, picture = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
seen = []

def window():
    return next(item for item in QApplication.topLevelWidgets() if item.objectName() == "mainWindow")

def go():
    window().window_actions["inspect" if what == "inspect" else "train"].trigger()
    if what == "train":
        window().areas.start_training()
    elif what == "inspect":
        window().areas.inspect.pictures.read(picture)
    watch()

def watch():
    # from the first moment at which a thread is at work
    if job._ALIVE:
        QTimer.singleShot(delay, close)
    else:
        QTimer.singleShot(1, watch)

def close():
    if window().close():
        print("closed", "torch" in sys.modules, flush=True)
    else:
        QTimer.singleShot(100, close)

Dialogs.training_goes_on = lambda *_, **__: Leave.STOP
QTimer.singleShot(0, go)
sys.exit(application.run(["lenet5"]))
"""


@pytest.mark.parametrize(
    ("what", "delay"), [("train", 0), ("train", 2500), ("inspect", 0), ("inspect", 2500)]
)
def test_closing_in_the_middle(tmp_path: Path, what: str, delay: int) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (64, 48), (200, 30, 60)).save(picture)
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT, what, str(delay), str(picture)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("closed"), result.stderr
    assert "Traceback" not in result.stderr
    assert "QThread" not in result.stderr
