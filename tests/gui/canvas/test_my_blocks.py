"""Blocks that a person keeps: offered after grouping, used, renamed, removed, there at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from explorer.core import library
from explorer.core.group import Group
from explorer.gui.main_window import MainWindow
from explorer.gui.palette.entries import Entry
from explorer.gui.palette.list_view import ENTRY
from tests.gui.conftest import Opener


def grouped(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Make a block of the stem, and keep it."""
    window.workbench.select(["conv1", "bn1", "relu"])
    qtbot.keyClick(window.design.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    names = window.design.palette_panel.names
    assert names.isVisible()
    names.name.selectAll()
    qtbot.keyClicks(names.name, name)
    qtbot.keyClick(names.name, Qt.Key.Key_Return)


def choose(window: MainWindow, qtbot: QtBot, name: str, words: str) -> None:
    """Choose from the menu of a kept block, which the right button opens."""
    view = window.design.palette_panel.operators
    index = view.entry_index(name)
    assert index.isValid()
    view.scrollTo(index)
    spot = view.visualRect(index).center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, spot, view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(view.viewport(), event)
    menus = window.design.palette_panel.findChildren(QMenu, "blockMenu")
    (menu,) = [item for item in menus if item.isVisible()]  # the last one may not be gone yet
    action = next(item for item in menu.actions() if words in item.text().replace("&", ""))
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_a_group_is_kept_used_and_there_at_the_next_start(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window("resnet18")
    before = window.workbench.analysis.totals
    grouped(window, qtbot, "Stem")
    panel = window.design.palette_panel
    assert not panel.names.isVisible()
    assert panel.operators.names[0] == "Stem"
    assert window.workbench.analysis.totals.parameters == before.parameters
    window.workbench.select(["maxpool"])
    qtbot.keyClicks(panel.search, "stem")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    (added,) = window.workbench.selection
    operator = window.workbench.document.graph[added].operator
    assert isinstance(operator, Group)
    assert operator.title == "Stem"
    window.close()
    again, _ = open_window()
    assert again.design.palette_panel.operators.names[0] == "Stem"
    entry: Entry = again.design.palette_panel.operators.entry_index("Stem").data(ENTRY)
    assert entry.hint == "3 layers"
    assert "Conv2d" in entry.tip


def test_an_offer_can_be_declined(window: MainWindow, qtbot: QtBot) -> None:
    window.workbench.select(["conv1", "bn1"])
    window.window_actions["group"].trigger()
    names = window.design.palette_panel.names
    qtbot.mouseClick(names.no, Qt.MouseButton.LeftButton)
    assert not names.isVisible()
    assert window.my_blocks.groups == ()
    assert window.window_actions["keepBlock"].isEnabled()
    window.window_actions["keepBlock"].trigger()
    assert names.isVisible()
    qtbot.keyClick(names.name, Qt.Key.Key_Escape)
    assert not names.isVisible()
    window.workbench.select(["maxpool"])
    assert not window.window_actions["keepBlock"].isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_rename_remove_and_bring_back(window: MainWindow, qtbot: QtBot) -> None:
    grouped(window, qtbot, "Stem")
    panel = window.design.palette_panel
    choose(window, qtbot, "Stem", "Rename")
    panel.names.name.setText("Entry 词")  # as an input method does
    qtbot.keyClick(panel.names.name, Qt.Key.Key_Return)
    assert panel.operators.names[0] == "Entry 词"
    choose(window, qtbot, "Entry 词", "Remove")
    assert window.my_blocks.groups == ()
    assert not panel.operators.entry_index("Entry 词").isValid()
    qtbot.mouseClick(panel.names.yes, Qt.MouseButton.LeftButton)
    assert panel.operators.names[0] == "Entry 词"


def test_a_taken_or_empty_name_is_refused_in_words(window: MainWindow, qtbot: QtBot) -> None:
    grouped(window, qtbot, "Stem")
    window.window_actions["keepBlock"].trigger()
    names = window.design.palette_panel.names
    for text in ("Stem", "   "):
        names.name.selectAll()
        qtbot.keyClicks(names.name, text)
        qtbot.keyClick(names.name, Qt.Key.Key_Return)
        assert names.isVisible()
        assert names.refusal.text()
    assert [group.title for group in window.my_blocks.groups] == ["Stem"]


def test_other_entries_have_no_menu(window: MainWindow) -> None:
    view = window.design.palette_panel.operators
    index = view.entry_index("Conv2d")
    spot = view.visualRect(index).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.viewport().mapToGlobal(QPoint()))
    QApplication.sendEvent(view.viewport(), event)
    assert window.design.palette_panel.findChild(QMenu, "blockMenu") is None


def test_damaged_files_are_said_and_left_alone(open_window: Opener, tmp_path: Path) -> None:
    folder = tmp_path / "user" / "blocks"
    folder.mkdir(parents=True)
    broken = folder / f"broken{library.SUFFIX}"
    broken.write_text("{", "utf-8")
    window, _ = open_window()
    assert window.errors.isVisible()
    assert "broken" in window.errors.sentence.text()
    assert broken.read_text("utf-8") == "{"


def test_a_folder_that_cannot_be_written_is_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "user").mkdir(exist_ok=True)
    (tmp_path / "user" / "blocks").write_text("a file where the folder should be", "utf-8")
    grouped(window, qtbot, "Stem")
    names = window.design.palette_panel.names
    assert names.isVisible()
    assert "could not be written" in names.refusal.text()
    assert window.my_blocks.groups == ()
