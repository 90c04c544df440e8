"""Windows for the tests of the window and its panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.canvas.motion import reduce_motion
from explorer.gui.canvas.view import Canvas
from explorer.gui.dialogs import Answer
from explorer.gui.main_window import MainWindow
from explorer.gui.workbench import Workbench
from tests.gui.canvas.canvas_events import small
from tests.gui.windows import Answers, opened

Opener = Callable[..., tuple[MainWindow, Answers]]


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    """Nothing moves in tests: what is drawn is where it belongs at once."""
    reduce_motion(True)
    yield
    reduce_motion(None)


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


@pytest.fixture
def bench() -> Workbench:
    return Workbench(small())


@pytest.fixture
def canvas(qtbot: QtBot, bench: Workbench) -> Iterator[Canvas]:
    view = Canvas(bench)
    qtbot.addWidget(view)
    view.resize(1000, 800)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close()
