"""How the window looks and what it remembers: themes, docks, colours and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QDockWidget,
)
from pytestqt.qtbot import QtBot

from explorer.core.conventions import Conventions
from explorer.gui.declared_actions import TABLE
from explorer.gui.layers.columns import PLACE
from explorer.gui.main_window import MainWindow
from explorer.gui.theme import theme
from tests.gui.conftest import Opener


def test_themes_switch_live(window: MainWindow, qtbot: QtBot) -> None:
    for choice, dark in (("dark", True), ("light", False)):
        window.window_actions[f"theme{choice.capitalize()}"].trigger()
        assert QGuiApplication.palette().color(QPalette.ColorRole.Base) == theme(dark)["raised"]
        assert window.theme is theme(dark)
        assert window.settings.theme == choice
        shown = window.status.grab().toImage()
        assert shown.pixelColor(3, shown.height() // 2) == theme(dark)["window"]
    qtbot.mouseClick(window.menu_row.theme_button, Qt.MouseButton.LeftButton)
    assert window.theme is theme(True)


def test_docks_hide_and_come_back(window: MainWindow) -> None:
    dock = window.findChild(QDockWidget, "dock.palette")
    assert dock is not None
    action = window.window_actions["showPalette"]
    assert action.isChecked()
    action.trigger()
    assert dock.isHidden()
    assert not action.isChecked()
    window.window_actions["restoreLayout"].trigger()
    assert dock.isVisible()
    assert action.isChecked()


def test_layout_columns_and_theme_are_remembered(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    window.window_actions["themeDark"].trigger()
    window.window_actions["showPalette"].trigger()
    table = window.design.layers.table
    table.show_column(PLACE["stride"], False)
    table.show_column(PLACE["buffers"], True)
    table.header().moveSection(table.header().visualIndex(PLACE["macs"]), 1)
    table.header().resizeSection(PLACE["field"], 123)
    shown = [column.key for column in table.shown_columns()]
    window.workbench.count_by(Conventions(unit="flops", sizes="MB", precision="int8", batch=8))
    window.close()
    again, _ = open_window("resnet18")
    assert again.theme is theme(True)
    assert again.design.docks["Palette"].isHidden()
    assert not again.window_actions["showPalette"].isChecked()
    assert [column.key for column in again.design.layers.table.shown_columns()] == shown
    assert shown[:3] == ["name", "macs", "operator"]
    assert "buffers" in shown
    assert "stride" not in shown
    assert again.design.layers.table.columnWidth(PLACE["field"]) == 123
    assert again.workbench.conventions == window.workbench.conventions


def test_the_look_of_the_canvas_is_chosen_and_remembered(open_window: Opener) -> None:
    window, _ = open_window("resnet18")
    look = window.design.canvas.look
    assert window.window_actions["colourKind"].isChecked()
    for verb in ("colourMacs", "directionRight", "showRail", "showOverview"):
        window.window_actions[verb].trigger()
    assert (look.colour_by, look.direction, look.rail, look.overview) == ("macs", "right", False, False)
    look.set_colour_by("memory")  # as the bar on the canvas does
    assert window.window_actions["colourMemory"].isChecked()
    window.close()
    again, _ = open_window("resnet18")
    look = again.design.canvas.look
    assert (look.colour_by, look.direction, look.rail, look.overview) == ("memory", "right", False, False)
    checked = {item.verb for item in TABLE if again.window_actions[item.verb].isChecked()}
    assert {"colourMemory", "directionRight"} <= checked
    assert not checked & {"showRail", "showOverview", "colourKind"}


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_picture_is_exported(open_window: Opener, tmp_path: Path, ending: str) -> None:
    window, answers = open_window("lenet5")
    answers.picture = tmp_path / f"figure.{ending}"
    window.window_actions["exportPicture"].trigger()
    assert answers.asked == ["colours of the picture, 0 selected", "picture lenet5.svg"]
    assert answers.picture.read_bytes()[:5] in (b"<?xml", b"\x89PNG\r", b"%PDF-")
    answers.picture = tmp_path / "none" / f"figure.{ending}"
    window.window_actions["exportPicture"].trigger()
    assert window.errors.isVisible()
