"""The menu of the canvas, names written from the canvas, and layers put on an edge that was clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from explorer.gui.main_window import MainWindow
from tests.gui.canvas.canvas_events import at, click, edge_middle
from tests.gui.conftest import Opener

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)


def menu_at(window: MainWindow, point: QPoint | None) -> QMenu:
    """The menu that the right button opens at a point; that of the menu key where there is none."""
    view = window.design.canvas.viewport()
    reason = QContextMenuEvent.Reason.Keyboard if point is None else QContextMenuEvent.Reason.Mouse
    place = point or QPoint(3, 3)
    QApplication.sendEvent(view, QContextMenuEvent(reason, place, view.mapToGlobal(place)))
    (menu,) = [item for item in window.findChildren(QMenu, "canvasMenu") if item.isVisible()]
    return menu


def verbs(menu: QMenu) -> list[str]:
    return [item.objectName().removeprefix("action.") for item in menu.actions() if not item.isSeparator()]


def test_the_menu_of_a_layer_selects_it_and_offers_what_can_be_done(window: MainWindow, qtbot: QtBot) -> None:
    canvas, bench = window.design.canvas, window.workbench
    menu = menu_at(window, at(canvas, "relu", 0.3))
    assert bench.selection == ("relu",)
    assert {"quickAdd", "rename", "repeat", "group", "copy", "delete"} <= set(verbs(menu))
    assert not {"dissolve", "promote", "addSkip", "fold"} & set(verbs(menu))
    action = next(item for item in menu.actions() if item.objectName() == "action.delete")
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert "relu" not in bench.document.graph
    assert bench.document.graph["maxpool"].inputs == ("bn1",)


def test_a_selection_stays_and_a_block_has_more(window: MainWindow) -> None:
    canvas, bench = window.design.canvas, window.workbench
    bench.select(["conv1", "bn1"])
    menu = menu_at(window, at(canvas, "bn1", 0.3))
    assert bench.selection == ("conv1", "bn1")
    assert "addSkip" in verbs(menu)
    menu.close()
    bench.select(["layer1"])
    menu = menu_at(window, None)
    assert {"fold", "dissolve"} <= set(verbs(menu))
    menu.close()


def test_the_menu_of_the_page(window: MainWindow) -> None:
    window.workbench.select(["conv1"])
    menu = menu_at(window, QPoint(8, window.design.canvas.height() // 2))
    assert window.workbench.selection == ()
    assert verbs(menu) == ["quickAdd", "paste", "selectAll", "find", "arrange", "fit", "exportPicture"]
    menu.close()


def test_a_layer_is_typed_onto_an_edge(window: MainWindow) -> None:
    canvas, bench = window.design.canvas, window.workbench
    point = edge_middle(canvas, "layer1")
    menu = menu_at(window, point)
    assert verbs(menu) == ["quickAdd", "delete"]
    menu.close()
    click(canvas, point)
    QTest.keyClick(canvas, Key.Key_Insert)
    field = canvas.findChild(QLineEdit, "quickAddField")
    assert field is not None
    QTest.keyClicks(field, "dropout2d")
    QTest.keyClick(field, Key.Key_Return)
    (added,) = bench.selection
    assert bench.document.graph[added].inputs == ("maxpool",)
    assert bench.document.graph["layer1"].inputs == (added,)


def test_f2_writes_the_name_and_enter_goes_back(open_window: Opener, qtbot: QtBot) -> None:
    window, _ = open_window("resnet18")
    canvas, bench = window.design.canvas, window.workbench
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    bench.select(["relu"])
    qtbot.keyClick(canvas, Key.Key_F2)
    name = window.design.properties.header.name
    assert name.hasFocus()
    qtbot.keyClicks(name, "first_relu")
    qtbot.keyClick(name, Key.Key_Return)
    assert bench.document.graph["first_relu"].inputs == ("bn1",)
    assert canvas.hasFocus()
