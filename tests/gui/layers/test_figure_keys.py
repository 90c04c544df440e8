"""Figures by keyboard: sums of the status line and of the table, cells and columns of the layer table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.layers.columns import PLACE
from explorer.gui.main_window import MainWindow

Key = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
_BOTH = _CONTROL | Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)


def keys(
    widget: QWidget, *pressed: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    for key in pressed:
        QTest.keyClick(widget, key, held)


def test_the_sums_of_the_status_line(window: MainWindow) -> None:
    asked: list[str] = []
    sums = window.status.totals
    sums.clicked.connect(asked.append)
    assert sums.focusPolicy() & Qt.FocusPolicy.TabFocus
    keys(sums, Key.Key_Return, Key.Key_Right, Key.Key_Right, Key.Key_Enter, Key.Key_End, Key.Key_Space)
    keys(sums, Key.Key_Right, Key.Key_Return, Key.Key_Home, Key.Key_Left, Key.Key_Return)
    assert asked == ["parameters", "operations", "field", "field", "parameters"]
    assert not sums.grab().isNull()
    window.workbench.select(["conv1", "bn1"])  # sums that open nothing
    keys(sums, Key.Key_Return, Key.Key_Right)
    assert len(asked) == 5


def test_the_sums_of_the_table(window: MainWindow) -> None:
    layers, asked = window.design.layers, []
    layers.sum_wanted.connect(asked.append)
    keys(layers.sums, Key.Key_Return, Key.Key_Right, Key.Key_Return, Key.Key_End, Key.Key_Return)
    assert asked[0] == "parameters"
    assert asked[1] == "operations"
    assert len(set(asked)) == 3
    assert not layers.sums.grab().isNull()
    layers.filter.setText("conv")
    keys(layers.sums, Key.Key_Return)
    assert len(asked) == 3  # what a filter found has no derivation


def test_a_figure_of_the_table_opens(window: MainWindow) -> None:
    layers, asked = window.design.layers, []
    layers.fact_wanted.connect(asked.append)
    window.workbench.select(["conv1"])
    table = layers.table
    for _ in range(30):
        if table.currentIndex().column() == PLACE["parameters"]:
            break
        keys(table, Key.Key_Right, held=_CONTROL)
    keys(table, Key.Key_Return)
    assert asked == ["parameters"]
    assert window.workbench.selection == ("conv1",)
    for _ in range(30):
        keys(table, Key.Key_Left, held=_CONTROL)
    assert table.currentIndex().column() == PLACE["name"]


def test_columns_are_moved_and_sorted_by(window: MainWindow) -> None:
    layers = window.design.layers
    table = layers.table
    window.workbench.select(["conv1"])
    before = [column.key for column in table.shown_columns()]
    keys(table, Key.Key_Right, held=_BOTH)  # the names stay at the left
    assert [column.key for column in table.shown_columns()] == before
    keys(table, Key.Key_Right, held=_CONTROL)
    keys(table, Key.Key_Right, held=_BOTH)
    after = [column.key for column in table.shown_columns()]
    assert after == [before[0], before[2], before[1], *before[3:]]
    assert table.column_words[1] == before[2]  # remembered like those that are dragged
    keys(table, Key.Key_Left, Key.Key_Left, Key.Key_Left, held=_BOTH)
    assert [column.key for column in table.shown_columns()] == before
    header = table.header()
    keys(table, Key.Key_Down, held=_BOTH)
    assert header.sortIndicatorSection() == PLACE[before[1]]
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    keys(table, Key.Key_Down, held=_BOTH)
    assert header.sortIndicatorSection() == -1


def test_fields_of_a_large_network_are_known_ahead(window: MainWindow, qtbot: QtBot) -> None:
    ahead, bench = window.design.layers.fields_ahead, window.workbench
    assert not ahead.busy
    bench.open("resnet152")
    assert ahead.busy
    assert not all("_fields" in line.__dict__ for line in bench.lines.values())
    qtbot.waitUntil(lambda: not ahead.busy)
    assert all("_fields" in line.__dict__ for line in bench.lines.values())
    bench.open("lenet5")
    assert not ahead.busy


def test_the_button_of_the_properties_opens_the_menu_of_the_selection(window: MainWindow) -> None:
    from tests.gui.canvas.test_menu import verbs

    more = window.design.properties.header.more
    window.workbench.select(["layer1"])
    for verb, there in (("fold", True), ("rename", True), ("duplicate", True), ("selectAll", False)):
        more.click()
        menu = QApplication.activePopupWidget()
        assert (verb in verbs(menu)) is there
        menu.close()
    window.workbench.select([])
    more.click()
    menu = QApplication.activePopupWidget()
    assert "selectAll" in verbs(menu)
    menu.close()
