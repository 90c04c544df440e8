"""Starts the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtWidgets import QApplication, QStyleFactory

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core.errors import ExplorerError
from explorer.gui import settings
from explorer.gui.collecting import Collecting
from explorer.gui.failures import Failures, logged
from explorer.gui.fonts import font
from explorer.gui.main_window import MainWindow
from explorer.gui.preloading import Preloading
from explorer.gui.right_of_way import PaintsFirst

_BAD_QT = (6, 12, 0)
_LAST_BAD_PYTHON = (3, 11)


def create_window(argv: Sequence[str] = (), folder: Path | None = None) -> MainWindow:
    """A shown window in the existing or a new QApplication; `argv` may name a file or a network.

    `folder` holds settings and recovery copies; it is the user's own unless told otherwise.

    Raises:
        ExplorerError: Python and PySide6 do not fit each other, or there is no such network.
    """
    check_versions(sys.version_info[:2], PySide6.__version_info__[:3])
    application = QApplication.instance()
    if application is None:
        application = QApplication(["arch-explorer"])
    assert isinstance(application, QApplication)  # noqa: S101  (a window needs one)
    _prepare(application)
    Preloading().install()
    window = MainWindow(folder)
    PaintsFirst(window)
    if argv:
        window.files.begin(argv[0])
    window.show()
    window.design.canvas.setFocus()
    return window


def run(argv: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; the exit code."""
    folder = settings.data_folder()
    with logged(folder):
        window = create_window(argv)
        failures = Failures()
        failures.happened.connect(window.survive)
        failures.install()
        try:
            window.offer_recovery()
            with Collecting():
                return QApplication.exec()
        finally:
            failures.remove()


def check_versions(python: tuple[int, ...], qt: tuple[int, ...]) -> None:
    """Refuse the pair of versions that aborts the process after some thousand calls.

    Raises:
        ExplorerError: with what to install instead.
    """
    if qt == _BAD_QT and python <= _LAST_BAD_PYTHON:
        raise ExplorerError(
            f"PySide6 6.12.0 aborts under Python {python[0]}.{python[1]}; install another:"
            " pip install 'PySide6-Essentials>=6.9,<6.12', or use Python 3.12 or newer"
        )


def _prepare(application: QApplication) -> None:
    application.setApplicationName("architecture-explorer")
    application.setApplicationDisplayName("Architecture Explorer")
    if application.style().objectName() != "fusion":  # setting it again polishes every widget anew
        application.setStyle(QStyleFactory.create("Fusion"))
    application.setFont(font(12))
