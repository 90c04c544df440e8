"""Exceptions that nobody caught: said in the window, logged, and the work is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from explorer.core import edits
from explorer.gui import application
from explorer.gui.dialogs import Answer

def go():
    (window,) = [item for item in QApplication.topLevelWidgets() if item.objectName() == "mainWindow"]
    bench = window.workbench
    bench.apply("move", edits.move(bench.document, {"conv1": (1.0, 2.0)}))
    said = []
    def look():
        said.append(window.errors.isVisible() and "recovery copy" in window.errors.sentence.text())
        window.errors.hide()
    def in_a_thread():
        thread = threading.Thread(target=lambda: {}["gone in a thread"])
        thread.start()
        thread.join()
    def end():
        copies = len(list(window.recovery.folder.glob("*.archx")))
        window.dialogs.unsaved = lambda name: Answer.DISCARD
        window.close()
        print([*said, copies])
        QApplication.quit()
    steps = [lambda: [][7], look, in_a_thread, look, end]
    def go_on():
        step = steps.pop(0)
        if steps:  # before the step, which may raise; what the step posts is delivered before the next
            QTimer.singleShot(60, go_on)
        step()
    go_on()

QTimer.singleShot(0, go)
sys.exit(application.run(["lenet5"]))
"""


def test_the_window_lives_on_and_says_it(user_folders: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert result.stdout.strip() == "[True, True, 1]", result.stderr
    assert result.returncode == 0
    (log,) = user_folders.rglob("log.txt")
    text = log.read_text("utf-8")
    assert "IndexError" in text
    assert "gone in a thread" in text
    (settings,) = user_folders.rglob("settings.json")
    assert json.loads(settings.read_text("utf-8"))["theme"] == "system"


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    script = _SCRIPT.replace("(window.recovery.folder.glob", "(window.folder.glob")
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(blocked)},
    )
    assert result.stdout.strip() == "[False, False, 0]", result.stderr
    assert result.returncode == 0
    assert "no log can be written" in result.stderr
