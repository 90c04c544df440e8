"""The guards of conftest.py catch what they are for: threads left behind, and the user's own folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

ROOT = Path(__file__).resolve().parent.parent

_LEAVING = {
    "thread": """
import threading, time
def test_it():
    threading.Thread(target=time.sleep, args=(60,), daemon=False, name="left").start()
""",
    "QThread": """
from PySide6.QtCore import QThread
kept = []
def test_it():
    class Left(QThread):
        def run(self):
            self.msleep(60_000)
    kept.append(Left())
    kept[0].start()
""",
}
_ENDING = """
import os, sys
import pytest
import tests.conftest as guards
guards._GRACE_SECONDS = 0.1
result = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "tests.conftest", sys.argv[1]])
sys.stdout.flush()
os._exit(int(result))  # the thread that was left would be waited for
"""


@pytest.mark.parametrize("kind", _LEAVING)
def test_a_thread_left_behind_fails_its_test(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "test_leaving.py"
    file.write_text(_LEAVING[kind], encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", _ENDING, str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "threads left behind" in result.stdout


def test_folders_of_the_user_are_not_touched(user_folders: Path) -> None:
    for folder in (
        platformdirs.user_config_dir("x"),
        platformdirs.user_data_dir("x"),
        platformdirs.user_cache_dir("x"),
    ):
        assert Path(folder).is_relative_to(user_folders)
