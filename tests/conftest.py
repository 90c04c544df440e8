"""What holds for every test: no display, no user folders, no threads left behind, repeatable draws."""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the cores already
    os.environ["OMP_NUM_THREADS"] = "1"

_GRACE_SECONDS = 5.0
"""How long a thread that is just ending may take before it counts as left behind."""

_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_session = tempfile.TemporaryDirectory(prefix="explorer-tests-")
_numbers = itertools.count()
_ended = itertools.count(1)
_WHOLE_EVERY = 40
"""After so many tests old garbage is collected too, which takes long once PyTorch is loaded."""

for _name in _FOLDERS:  # for what is read once per process, before any test
    os.environ[_name] = str(Path(_session.name) / "session" / _name.lower())

_SHARED = {
    "deadline": None,
    "database": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("repeatable", derandomize=True, **_SHARED)
settings.register_profile("search", max_examples=1_000, **_SHARED)
settings.register_profile("brief", derandomize=True, max_examples=10, stateful_step_count=15, **_SHARED)
# HYPOTHESIS_PROFILE=search draws other cases at each run; everybody else gets the same ones
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def user_folders(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of a user who has never started the program."""
    home = Path(_session.name) / str(next(_numbers))
    for name in _FOLDERS:
        monkeypatch.setenv(name, str(home / name.lower()))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "settings"))
    return home


@pytest.fixture(autouse=True)
def garbage_waits() -> Iterator[None]:
    """Widgets that refer to each other die between tests, in the thread they belong to.

    Left alone, Python would collect them in whatever thread of a later test makes enough new
    objects; Qt then ends the process. The program itself sees to that while it runs.
    """
    gc.disable()
    yield
    gc.collect(2 if next(_ended) % _WHOLE_EVERY == 0 else 1)
    gc.enable()


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Fail a test that ends while a thread it started still runs."""
    before = set(threading.enumerate())
    yield
    left = []
    for thread in set(threading.enumerate()) - before:
        if thread.daemon:  # of libraries; QThreads are asked for themselves
            continue
        thread.join(_GRACE_SECONDS)
        if thread.is_alive():
            left.append(thread.name)
    left += _running_qthreads()
    assert not left, f"threads left behind: {', '.join(left)}"


def _running_qthreads() -> list[str]:
    if "PySide6.QtCore" not in sys.modules:
        return []
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QThread

    application = QCoreApplication.instance()
    main = application.thread() if application else None
    running = []
    for item in shiboken6.getAllValidWrappers():
        if not isinstance(item, QThread) or item is main or item is QThread.currentThread():
            continue
        if item.isRunning() and not item.wait(int(_GRACE_SECONDS * 1000)):
            running.append(item.objectName() or type(item).__name__)
    return running
