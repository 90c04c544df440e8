"""Windows for the tests of the window and its panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.dialogs import Answer
from explorer.gui.main_window import MainWindow
from tests.gui.windows import Answers, opened

Opener = Callable[..., tuple[MainWindow, Answers]]


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Opener]:
    """Opens windows; all are closed, with what is unsaved discarded, when the test ends."""
    windows: list[tuple[MainWindow, Answers]] = []

    def open_one(*argv: str) -> tuple[MainWindow, Answers]:
        windows.append(opened(tmp_path / "user", *argv))
        window = windows[-1][0]
        qtbot.addWidget(window)
        qtbot.waitExposed(window)
        return windows[-1]

    yield open_one
    for window, answers in windows:
        answers.unsaved_answer = Answer.DISCARD
        window.close()


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """A window with ResNet-18."""
    return open_window("resnet18")[0]
